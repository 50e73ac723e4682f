// Custom authentication with AWS Amplify 6 and amazon-cognito-identity-js.

import { Amplify } from 'aws-amplify';
import * as auth from 'aws-amplify/auth';
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from 'amazon-cognito-identity-js';
import { config, errorOf, run, totp, wrongTotp } from './lib.mjs';

const { username, password } = config;

Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: config.userPoolId,
      userPoolClientId: config.clientId,
      userPoolEndpoint: config.endpoint,
    },
  },
});

async function finish(started) {
  const wrong = await auth.confirmSignIn({ challengeResponse: '6' });
  const right = await auth.confirmSignIn({ challengeResponse: '5' });
  const session = await auth.fetchAuthSession();
  return { started, wrong, right, accessToken: session.tokens.accessToken.toString() };
}

async function amplify() {
  return finish(await auth.signIn({ username, options: { authFlowType: 'CUSTOM_WITHOUT_SRP' } }));
}

async function amplifyWithSrp() {
  const options = { authFlowType: 'CUSTOM_WITH_SRP' };
  const badPassword = await errorOf(auth.signIn({ username, password: `${password}-wrong`, options }));
  return { badPassword, ...(await finish(await auth.signIn({ username, password, options }))) };
}

/** SRP, then the code of an authenticator app, then the function's question. */
async function amplifyWithMfa() {
  const options = { authFlowType: 'CUSTOM_WITH_SRP' };
  const mfa = await auth.signIn({ username, password, options });
  const wrongCode = await errorOf(auth.confirmSignIn({ challengeResponse: wrongTotp(config.totpSecret) }));
  const started = await auth.confirmSignIn({ challengeResponse: totp(config.totpSecret, 1) });
  return { mfa, wrongCode, ...(await finish(started)) };
}

async function amplifyFails() {
  await auth.signIn({ username, options: { authFlowType: 'CUSTOM_WITHOUT_SRP' } });
  await auth.confirmSignIn({ challengeResponse: '6' });
  return { failed: await errorOf(auth.confirmSignIn({ challengeResponse: '7' })) };
}

function identityJsUser() {
  const pool = new CognitoUserPool({
    UserPoolId: config.userPoolId,
    ClientId: config.clientId,
    endpoint: config.endpoint,
  });
  const user = new CognitoUser({ Username: username, Pool: pool });
  user.setAuthenticationFlowType('CUSTOM_AUTH');
  return user;
}

/** Starts, answers every question in turn, and tells what was asked. */
function identityJsSignIn(begin, details) {
  const user = identityJsUser();
  const answers = ['6', '5'];
  const asked = [];
  return new Promise((resolve, reject) => {
    const callbacks = {
      customChallenge(parameters) {
        asked.push(parameters);
        user.sendCustomChallengeAnswer(answers.shift(), callbacks);
      },
      onSuccess: (session) => resolve({ asked, accessToken: session.getAccessToken().getJwtToken() }),
      onFailure: reject,
    };
    user[begin](new AuthenticationDetails(details), callbacks);
  });
}

run({
  amplify,
  amplifyWithSrp,
  amplifyWithMfa,
  amplifyFails,
  identityJs: () => identityJsSignIn('initiateAuth', { Username: username }),
  identityJsWithSrp: () => identityJsSignIn('authenticateUser', { Username: username, Password: password }),
});
