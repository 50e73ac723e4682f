// oidc-provider: an OpenID Connect provider with a sign-in and a consent page, until standard input ends.
//
// It prints its address as JSON. Each user is who they say they are: the subject is what they type.

import { generateKeyPair } from 'node:crypto';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { Provider } from 'oidc-provider';
import { config } from './lib.mjs';

const generate = promisify(generateKeyPair);

async function jwk(kid, alg, ...kind) {
  const { privateKey } = await generate(...kind);
  return { ...privateKey.export({ format: 'jwk' }), kid, alg, use: 'sig' };
}

function account(subject) {
  const [given] = subject.split('@');
  return {
    accountId: subject,
    claims: () => ({
      sub: subject,
      email: `${given}@corp.example.com`,
      email_verified: true,
      name: `${given} of Corp`,
      groups: ['staff', 'admins'],
    }),
  };
}

const server = createServer((request, response) => answer(request, response));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: Object.entries(config.clients).map(([client_id, settings]) => ({
    client_id,
    client_secret: config.clientSecret,
    redirect_uris: [config.callback],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'client_secret_post',
    ...settings,
  })),
  jwks: {
    keys: [await jwk('r', 'RS256', 'rsa', { modulusLength: 2048 }), await jwk('e', 'ES256', 'ec', { namedCurve: 'P-256' })],
  },
  claims: { email: ['email', 'email_verified'], profile: ['name', 'groups'] },
  clientAuthMethods: ['client_secret_post'],
  conformIdTokenClaims: config.conformIdTokenClaims,
  enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256', 'HS256'] },
  findAccount: (_, subject) => account(subject),
  pkce: { required: () => false },
  cookies: { keys: ['only for tests'] },
});
const answer = provider.callback();
process.stdout.write(`${JSON.stringify({ issuer })}\n`);
process.stdin.resume().on('end', () => process.exit(0));
