// Second factors, their choice and set-up, codes in place of passwords, and passkeys, with AWS Amplify 6 in Node.

import { Amplify } from 'aws-amplify';
import * as auth from 'aws-amplify/auth';
import { installAuthenticator } from './authenticator.mjs';
import { config, errorOf, readCode, run, totp, wrongTotp } from './lib.mjs';

globalThis.navigator ??= { userAgent: `Node.js/${process.versions.node}` };

const { endpoint, clientId, userPoolId, username, password } = config;
const CODE = 'CustomMessage_Authentication';

Amplify.configure({
  Auth: { Cognito: { userPoolId, userPoolClientId: clientId, userPoolEndpoint: endpoint } },
});

async function accessToken() {
  return (await auth.fetchAuthSession()).tokens.accessToken.toString();
}

/** A code by text message; then the choice between that and an authenticator app. */
async function choice() {
  await auth.signIn({ username, password });
  await auth.updateMFAPreference({ sms: 'PREFERRED' });
  await auth.signOut();

  const sms = await auth.signIn({ username, password });
  const wrongCode = await errorOf(auth.confirmSignIn({ challengeResponse: '000000' }));
  const bySms = await auth.confirmSignIn({ challengeResponse: await readCode(username, CODE) });
  const { sharedSecret } = await auth.setUpTOTP();
  await auth.verifyTOTPSetup({ code: totp(sharedSecret) });
  await auth.updateMFAPreference({ sms: 'NOT_PREFERRED', totp: 'ENABLED' });
  const preference = await auth.fetchMFAPreference();
  await auth.signOut();

  const selection = await auth.signIn({ username, password });
  const chosen = await auth.confirmSignIn({ challengeResponse: 'TOTP' });
  const wrongTotpCode = await errorOf(auth.confirmSignIn({ challengeResponse: wrongTotp(sharedSecret) }));
  const byTotp = await auth.confirmSignIn({ challengeResponse: totp(sharedSecret, 1) });
  return { sms, wrongCode, bySms, preference, selection, chosen, wrongTotpCode, byTotp, accessToken: await accessToken() };
}

/** A pool that demands a second factor and has two that can be set up: the user takes e-mail. */
async function setUpChoice() {
  const selection = await auth.signIn({ username, password });
  const chosen = await auth.confirmSignIn({ challengeResponse: 'EMAIL' });
  const badAddress = await errorOf(auth.confirmSignIn({ challengeResponse: '@' }));
  const sent = await auth.confirmSignIn({ challengeResponse: config.email });
  const wrongCode = await errorOf(auth.confirmSignIn({ challengeResponse: '000000' }));
  const signedIn = await auth.confirmSignIn({ challengeResponse: await readCode(username, CODE) });
  return { selection, chosen, badAddress, sent, wrongCode, signedIn, attributes: await auth.fetchUserAttributes() };
}

/** A pool that demands text messages, and a user without a phone number. */
async function textMessagesAlone() {
  return { refused: await errorOf(auth.signIn({ username, password })) };
}

/** Nobody has a password: sign-up goes on into sign-in, then codes by text message and e-mail. */
async function passwordless() {
  const userAttributes = { email: config.email, phone_number: config.phone };
  const options = { userAttributes, autoSignIn: { authFlowType: 'USER_AUTH' } };
  const signedUp = await auth.signUp({ username, options });
  const confirmed = await auth.confirmSignUp({
    username,
    confirmationCode: await readCode(username, 'CustomMessage_SignUp'),
  });
  const automatic = await auth.autoSignIn();
  await auth.signOut();

  const smsOptions = { authFlowType: 'USER_AUTH', preferredChallenge: 'SMS_OTP' };
  const sms = await auth.signIn({ username, options: smsOptions });
  const wrongCode = await errorOf(auth.confirmSignIn({ challengeResponse: '00000000' }));
  const bySms = await auth.confirmSignIn({ challengeResponse: await readCode(username, CODE) });
  await auth.signOut();

  const selection = await auth.signIn({ username, options: { authFlowType: 'USER_AUTH' } });
  const email = await auth.confirmSignIn({ challengeResponse: 'EMAIL_OTP' });
  const byEmail = await auth.confirmSignIn({ challengeResponse: await readCode(username, CODE) });
  return { signedUp, confirmed, automatic, sms, wrongCode, bySms, selection, email, byEmail, accessToken: await accessToken() };
}

/** A passkey: registered, listed, used to sign in by preference and by choice, deleted. */
async function passkey() {
  await auth.signIn({ username, password });
  installAuthenticator('https://elsewhere.example');
  const foreign = await errorOf(auth.associateWebAuthnCredential());
  installAuthenticator(config.origin);
  await auth.associateWebAuthnCredential();
  const { credentials } = await auth.listWebAuthnCredentials();
  await auth.signOut();

  const preferred = await auth.signIn({ username, options: { authFlowType: 'USER_AUTH', preferredChallenge: 'WEB_AUTHN' } });
  const first = await accessToken();
  await auth.signOut();

  const selection = await auth.signIn({ username, options: { authFlowType: 'USER_AUTH' } });
  const chosen = await auth.confirmSignIn({ challengeResponse: 'WEB_AUTHN' });
  await auth.deleteWebAuthnCredential({ credentialId: credentials[0].credentialId });
  const { credentials: left } = await auth.listWebAuthnCredentials();
  await auth.signOut();
  const without = await auth.signIn({ username, options: { authFlowType: 'USER_AUTH', preferredChallenge: 'WEB_AUTHN' } });
  return { foreign, credentials, preferred, accessToken: first, selection, chosen, left, without };
}

await run({ choice, setUpChoice, textMessagesAlone, passwordless, passkey });
