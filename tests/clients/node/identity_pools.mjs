// Identity pools: the credential providers of the AWS SDK for JavaScript 3, and AWS Amplify 6.
//
// `clientConfig.endpoint` of a credential provider and `Auth.Cognito.identityPoolEndpoint` of Amplify take the address
// of the emulator; with `--with-moto` the same address is that of S3.

import assert from 'node:assert/strict';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { fromCognitoIdentity, fromCognitoIdentityPool } from '@aws-sdk/credential-providers';
import { Amplify } from 'aws-amplify';
import * as auth from 'aws-amplify/auth';
import { config, errorOf, run } from './lib.mjs';

const { region, endpoint, identityPoolId, bucket } = config;
const clientConfig = { region, endpoint };

function s3(credentials) {
  return new S3Client({ region, endpoint, credentials, forcePathStyle: true, maxAttempts: 1 });
}

/** What comes of writing to the own folder, and to somebody else's. */
async function reach(credentials, identityId) {
  const client = s3(credentials);
  const put = (folder) =>
    client.send(new PutObjectCommand({ Bucket: bucket, Key: `${folder}/note`, Body: `of ${identityId}` }));
  await put(identityId);
  const read = await client.send(new GetObjectCommand({ Bucket: bucket, Key: `${identityId}/note` }));
  const refused = await errorOf(put(`${region}:somebody-else`));
  return { own: await read.Body.transformToString(), other: refused.name };
}

/** Provided credentials as plain data. */
function shown({ identityId, accessKeyId, secretAccessKey, sessionToken, expiration }) {
  assert.ok(expiration instanceof Date);
  return { identityId, accessKeyId, secretAccessKey, sessionToken, secondsLeft: (expiration - Date.now()) / 1000 };
}

async function guests() {
  const provider = fromCognitoIdentityPool({ identityPoolId, clientConfig });
  const first = await provider();
  const again = await provider();
  return { first: shown(first), again: shown(again), reached: await reach(provider, first.identityId) };
}

/** Two logins at once, then each alone; the role that the pool chooses, and the one that is asked for. */
async function logins() {
  const { logins: both, customRoleArn, foreignRoleArn } = config;
  const user = (options) => fromCognitoIdentityPool({ identityPoolId, clientConfig, ...options })();
  const [first] = Object.keys(both);
  const chosen = await user({ logins: both });
  const alone = await Promise.all(Object.entries(both).map(([name, token]) => user({ logins: { [name]: token } })));
  const { identityId } = chosen;
  const one = { [first]: async () => both[first] };
  const custom = await fromCognitoIdentity({ identityId, logins: one, customRoleArn, clientConfig })();
  const foreign = await errorOf(
    fromCognitoIdentity({ identityId, logins: one, customRoleArn: foreignRoleArn, clientConfig })(),
  );
  const bare = await errorOf(fromCognitoIdentity({ identityId, clientConfig })());
  return {
    chosen: shown(chosen),
    alone: alone.map((credentials) => credentials.identityId),
    custom: shown(custom),
    foreign,
    bare,
    reached: await reach(custom, identityId),
  };
}

/** A guest who signs in, signs out, is a guest again, and signs in again. */
async function amplify() {
  const { username, password } = config;
  Amplify.configure({
    Auth: {
      Cognito: {
        userPoolId: config.userPoolId,
        userPoolClientId: config.clientId,
        userPoolEndpoint: endpoint,
        identityPoolId,
        identityPoolEndpoint: endpoint,
        allowGuestAccess: true,
      },
    },
  });
  const session = async (options) => {
    const { identityId, credentials, tokens } = await auth.fetchAuthSession(options);
    return { identityId, signedIn: tokens !== undefined, reached: await reach(credentials, identityId) };
  };
  const guest = await session();
  await auth.signIn({ username, password });
  const user = await session();
  const refreshed = await session({ forceRefresh: true });
  await auth.signOut();
  const nextGuest = await session();
  await auth.signIn({ username, password });
  const again = await session();
  return { guest, user, refreshed, nextGuest, again };
}

await run({ guests, logins, amplify });
