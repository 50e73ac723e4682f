// AWS SDK for JavaScript 3. The `endpoint` option, or AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER in the environment,
// takes the address of the emulator. Public operations are sent unsigned and need no credentials.

import assert from 'node:assert/strict';
import {
  AdminGetUserCommand,
  ChangePasswordCommand,
  CognitoIdentityProvider,
  CognitoIdentityProviderClient,
  CognitoIdentityProviderServiceException,
  ConfirmSignUpCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  InitiateAuthCommand,
  NotAuthorizedException,
  RevokeTokenCommand,
  SignUpCommand,
  UsernameExistsException,
  paginateListUsers,
} from '@aws-sdk/client-cognito-identity-provider';
import { config, readCode, run } from './lib.mjs';

const { region, endpoint, userPoolId, clientId: ClientId } = config;

/** No credentials of the machine, and no address but the one given here, may take part. */
for (const name of Object.keys(process.env)) {
  if (name.startsWith('AWS_')) delete process.env[name];
}
process.env.AWS_EC2_METADATA_DISABLED = 'true';

/** Type, message and status of the SDK error that the promise is rejected with. */
async function serviceErrorOf(promise, type) {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof CognitoIdentityProviderServiceException, String(error));
    assert.ok(error instanceof type, `expected ${type.name}, got ${error.name}: ${error.message}`);
    return { name: error.name, message: error.message, status: error.$metadata.httpStatusCode };
  }
  throw new Error(`expected ${type.name}, but the call succeeded`);
}

async function lifecycle() {
  const { username: Username, password: Password, email } = config;
  const publicClient = new CognitoIdentityProviderClient({ region, endpoint });
  const signUp = new SignUpCommand({
    ClientId,
    Username,
    Password,
    UserAttributes: [{ Name: 'email', Value: email }],
  });
  const signedUp = await publicClient.send(signUp);
  const taken = await serviceErrorOf(publicClient.send(signUp), UsernameExistsException);
  await publicClient.send(
    new ConfirmSignUpCommand({
      ClientId,
      Username,
      ConfirmationCode: await readCode(Username, 'CustomMessage_SignUp'),
    }),
  );

  const signIn = (password) =>
    publicClient.send(
      new InitiateAuthCommand({
        ClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: Username, PASSWORD: password },
      }),
    );
  const wrongPassword = await serviceErrorOf(signIn(`${Password}-wrong`), NotAuthorizedException);
  const signedIn = (await signIn(Password)).AuthenticationResult;
  const user = await publicClient.send(new GetUserCommand({ AccessToken: signedIn.AccessToken }));

  const refreshed = await publicClient.send(
    new InitiateAuthCommand({
      ClientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: signedIn.RefreshToken },
    }),
  );
  const exchanged = await publicClient.send(
    new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken: signedIn.RefreshToken }),
  );

  await publicClient.send(
    new ChangePasswordCommand({
      AccessToken: signedIn.AccessToken,
      PreviousPassword: Password,
      ProposedPassword: `${Password}-changed`,
    }),
  );
  const other = (await signIn(`${Password}-changed`)).AuthenticationResult;
  await publicClient.send(new RevokeTokenCommand({ ClientId, Token: other.RefreshToken }));
  const revoked = await serviceErrorOf(
    publicClient.send(new GetUserCommand({ AccessToken: other.AccessToken })),
    NotAuthorizedException,
  );
  const notRevoked = await publicClient.send(new GetUserCommand({ AccessToken: signedIn.AccessToken }));
  await publicClient.send(new GlobalSignOutCommand({ AccessToken: signedIn.AccessToken }));
  const signedOut = await serviceErrorOf(
    publicClient.send(new GetUserCommand({ AccessToken: signedIn.AccessToken })),
    NotAuthorizedException,
  );

  return {
    signedUp: { userSub: signedUp.UserSub, userConfirmed: signedUp.UserConfirmed, delivery: signedUp.CodeDeliveryDetails },
    taken,
    wrongPassword,
    signedIn,
    requestId: user.$metadata.requestId,
    attributes: Object.fromEntries(user.UserAttributes.map(({ Name, Value }) => [Name, Value])),
    refreshed: refreshed.AuthenticationResult,
    exchanged: exchanged.AuthenticationResult,
    revoked,
    notRevoked: notRevoked.Username,
    signedOut,
  };
}

/** Signed calls of an administrator, through a client that has its address from the environment. */
async function admin() {
  process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER = endpoint;
  const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
  const client = new CognitoIdentityProvider({ region, credentials });
  const names = Array.from({ length: 7 }, (_, number) => `sdk-user-${number}`);
  for (const Username of names) {
    await client.adminCreateUser({ UserPoolId: userPoolId, Username, MessageAction: 'SUPPRESS' });
  }
  const pages = [];
  for await (const page of paginateListUsers({ client, pageSize: 3 }, { UserPoolId: userPoolId })) {
    pages.push(page.Users.map((user) => user.Username));
  }
  const user = await client.send(new AdminGetUserCommand({ UserPoolId: userPoolId, Username: names[0] }));
  return {
    names,
    pages,
    status: user.UserStatus,
    createdIsDate: user.UserCreateDate instanceof Date,
    createdAgoMs: Date.now() - user.UserCreateDate.getTime(),
  };
}

await run({ lifecycle, admin });
