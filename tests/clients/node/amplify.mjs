// AWS Amplify 6, the auth part, in Node.
//
// `Auth.Cognito.userPoolEndpoint` takes the address of the emulator, scheme and port included. Node has fetch and
// Web Crypto, and without a localStorage Amplify keeps its tokens in memory. Only device tracking needs help in
// Node 20: Amplify names the device after `navigator`, which came with Node 21, and silently leaves the device
// unconfirmed without it.

import assert from 'node:assert/strict';
import { Amplify } from 'aws-amplify';
import * as auth from 'aws-amplify/auth';
import { call, claimsOf, config, errorOf, readCode, run, totp, wrongTotp } from './lib.mjs';

globalThis.navigator ??= { userAgent: `Node.js/${process.versions.node}` };

Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: config.userPoolId,
      userPoolClientId: config.clientId,
      userPoolEndpoint: config.endpoint,
    },
  },
});

async function tokens(options) {
  const session = await auth.fetchAuthSession(options);
  assert.ok(session.tokens, 'expected a signed-in session');
  return { idToken: session.tokens.idToken.toString(), accessToken: session.tokens.accessToken.toString() };
}

/** Signed out, tokens gone. Amplify hides a failing call, so the caller checks the effect on the server. */
async function signOut(input) {
  await auth.signOut(input);
  assert.equal((await auth.fetchAuthSession()).tokens, undefined);
}

/** The answer to GetUser with this access token, asked without Amplify. */
function getUser(accessToken) {
  return call('GetUser', { AccessToken: accessToken });
}

async function lifecycle() {
  const { username, password, email } = config;
  const changedPassword = `${password}-changed`;
  const resetPassword = `${password}-reset`;
  const newEmail = `new-${email}`;

  const signedUp = await auth.signUp({ username, password, options: { userAttributes: { email } } });
  const unconfirmed = await auth.signIn({ username, password });
  const wrongCode = await errorOf(auth.confirmSignUp({ username, confirmationCode: '000000-no' }));
  const confirmed = await auth.confirmSignUp({
    username,
    confirmationCode: await readCode(username, 'CustomMessage_SignUp'),
  });

  const wrongPassword = await errorOf(auth.signIn({ username, password: `${password}-wrong` }));
  const signedIn = await auth.signIn({ username, password });
  const first = await tokens();
  const currentUser = await auth.getCurrentUser();
  const refreshed = await tokens({ forceRefresh: true });

  const nickname = await auth.updateUserAttribute({ userAttribute: { attributeKey: 'nickname', value: 'Nick' } });
  const emailUpdate = await auth.updateUserAttributes({ userAttributes: { email: newEmail, locale: 'fi-FI' } });
  await auth.confirmUserAttribute({
    userAttributeKey: 'email',
    confirmationCode: await readCode(username, 'CustomMessage_UpdateUserAttribute'),
  });
  await auth.deleteUserAttributes({ userAttributeKeys: ['locale'] });
  const attributes = await auth.fetchUserAttributes();
  await auth.updatePassword({ oldPassword: password, newPassword: changedPassword });
  const beforeSignOut = await getUser(refreshed.accessToken);
  await signOut({ global: true });
  const afterGlobalSignOut = await getUser(refreshed.accessToken);

  const resetStarted = await auth.resetPassword({ username });
  await auth.confirmResetPassword({
    username,
    newPassword: resetPassword,
    confirmationCode: await readCode(username, 'CustomMessage_ForgotPassword'),
  });
  const userPassword = await auth.signIn({
    username,
    password: resetPassword,
    options: { authFlowType: 'USER_PASSWORD_AUTH' },
  });
  const second = await tokens();
  await signOut();
  const afterSignOut = await getUser(second.accessToken);

  await auth.signIn({ username, password: resetPassword });
  await auth.deleteUser();
  const deleted = await errorOf(auth.signIn({ username, password: resetPassword }));

  return {
    signedUp,
    unconfirmed,
    wrongCode,
    confirmed,
    wrongPassword,
    signedIn,
    first,
    currentUser,
    refreshed,
    nickname,
    emailUpdate,
    attributes,
    beforeSignOut,
    afterGlobalSignOut,
    resetStarted,
    userPassword,
    second,
    afterSignOut,
    deleted,
  };
}

/** The first sign-in of a user whom an administrator made. */
async function newPassword() {
  const { username, password, newPassword: challengeResponse, newAttributes } = config;
  const challenged = await auth.signIn({ username, password });
  const signedIn = await auth.confirmSignIn({ challengeResponse, options: { userAttributes: newAttributes } });
  const session = await tokens();
  const attributes = await auth.fetchUserAttributes();
  return { challenged, signedIn, session, attributes };
}

/** Registration of an authenticator app, then a sign-in that asks for its code. */
async function totpFlow() {
  const { username, password } = config;
  await auth.signIn({ username, password });
  const { sharedSecret } = await auth.setUpTOTP();
  const wrong = await errorOf(auth.verifyTOTPSetup({ code: wrongTotp(sharedSecret) }));
  await auth.verifyTOTPSetup({ code: totp(sharedSecret) });
  await auth.updateMFAPreference({ totp: 'PREFERRED' });
  const preference = await auth.fetchMFAPreference();
  await signOut();

  const challenged = await auth.signIn({ username, password });
  const wrongAnswer = await errorOf(auth.confirmSignIn({ challengeResponse: wrongTotp(sharedSecret) }));
  const signedIn = await auth.confirmSignIn({ challengeResponse: totp(sharedSecret, 1) });
  return { wrong, preference, challenged, wrongAnswer, signedIn, session: await tokens() };
}

/** Sign-in in a pool that demands an authenticator app: set up between password and tokens. */
async function totpSetup() {
  const { username, password } = config;
  const challenged = await auth.signIn({ username, password });
  const { sharedSecret } = challenged.nextStep.totpSetupDetails;
  const signedIn = await auth.confirmSignIn({ challengeResponse: totp(sharedSecret) });
  const session = await tokens();
  await signOut();
  const again = await auth.signIn({ username, password });
  return { challenged, signedIn, session, again };
}

/** A remembered device: its first sign-in asks for a TOTP code, the second proves the device in its place. */
async function device() {
  const { username, password, totpSecret } = config;
  const challenged = await auth.signIn({ username, password });
  await auth.confirmSignIn({ challengeResponse: totp(totpSecret, 1) });
  await auth.rememberDevice();
  const devices = await auth.fetchDevices();
  await signOut();

  const signedIn = await auth.signIn({ username, password });
  const session = await tokens();
  const refreshed = await tokens({ forceRefresh: true });
  await auth.forgetDevice();
  const remaining = await auth.fetchDevices();
  return {
    challenged,
    devices,
    signedIn,
    deviceKeyClaim: claimsOf(session.accessToken).device_key,
    refreshedDeviceKeyClaim: claimsOf(refreshed.accessToken).device_key,
    remaining,
  };
}

/** Sign-in in a pool that demands MFA by e-mail, by a user who has no address yet. */
async function emailSetup() {
  const { username, password, email } = config;
  const challenged = await auth.signIn({ username, password });
  const sent = await auth.confirmSignIn({ challengeResponse: email });
  const code = await readCode(username, 'CustomMessage_Authentication');
  const signedIn = await auth.confirmSignIn({ challengeResponse: code });
  return { challenged, sent, signedIn, attributes: await auth.fetchUserAttributes(), session: await tokens() };
}

/** Choice-based sign-in: a code by email, the password after a choice, and sign-up that goes on into sign-in. */
async function userAuth() {
  const { username, password, email } = config;
  const signedUp = await auth.signUp({
    username,
    password,
    options: { userAttributes: { email }, autoSignIn: { authFlowType: 'USER_AUTH' } },
  });
  const confirmed = await auth.confirmSignUp({
    username,
    confirmationCode: await readCode(username, 'CustomMessage_SignUp'),
  });
  const automatic = await auth.autoSignIn();
  await signOut();

  const options = { authFlowType: 'USER_AUTH', preferredChallenge: 'EMAIL_OTP' };
  const emailChallenge = await auth.signIn({ username, options });
  const wrongCode = await errorOf(auth.confirmSignIn({ challengeResponse: '00000000' }));
  const byEmail = await auth.confirmSignIn({
    challengeResponse: await readCode(username, 'CustomMessage_Authentication'),
  });
  await signOut();

  const choice = await auth.signIn({ username, options: { authFlowType: 'USER_AUTH' } });
  const passwordWanted = await auth.confirmSignIn({ challengeResponse: 'PASSWORD_SRP' });
  const byPassword = await auth.confirmSignIn({ challengeResponse: password });
  const session = await tokens();
  return { signedUp, confirmed, automatic, emailChallenge, wrongCode, byEmail, choice, passwordWanted, byPassword, session };
}

await run({ lifecycle, newPassword, totp: totpFlow, totpSetup, device, emailSetup, userAuth });
