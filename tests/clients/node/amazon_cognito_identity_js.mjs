// amazon-cognito-identity-js: the library under Amplify up to version 5, and of many applications on its own.
//
// The `endpoint` option of CognitoUserPool takes the address of the emulator, scheme and port included.

import assert from 'node:assert/strict';
import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserAttribute,
  CognitoUserPool,
} from 'amazon-cognito-identity-js';
import { call, claimsOf, config, errorOf, readCode, run, totp, wrongTotp } from './lib.mjs';

/** Storage with the manners of a browser's localStorage: a missing item is null, not undefined. */
class BrowserLikeStorage {
  #items = new Map();

  setItem(key, value) {
    this.#items.set(key, String(value));
  }

  getItem(key) {
    return this.#items.get(key) ?? null;
  }

  removeItem(key) {
    this.#items.delete(key);
  }

  clear() {
    this.#items.clear();
  }
}

const Storage = new BrowserLikeStorage();

const pool = new CognitoUserPool({
  UserPoolId: config.userPoolId,
  ClientId: config.clientId,
  endpoint: config.endpoint,
  Storage,
});

function newUser(username = config.username) {
  return new CognitoUser({ Username: username, Pool: pool, Storage });
}

/** A method whose last parameter is a `(error, result)` callback, as a promise. */
function promised(object, method, ...parameters) {
  return new Promise((resolve, reject) => {
    object[method](...parameters, (error, result) => (error ? reject(error) : resolve(result)));
  });
}

/** A callback object that settles a promise with the name and the values of the first callback that runs. */
function outcomes(resolve, reject) {
  const settle = (step) => (...values) => resolve({ step, values });
  return {
    onSuccess: settle('success'),
    onFailure: reject,
    newPasswordRequired: settle('newPasswordRequired'),
    totpRequired: settle('totpRequired'),
    mfaRequired: settle('mfaRequired'),
    inputVerificationCode: settle('inputVerificationCode'),
  };
}

/** A method whose last parameter is an object of callbacks, as a promise of `{step, values}`. */
function stepOf(object, method, ...parameters) {
  return new Promise((resolve, reject) => {
    object[method](...parameters, outcomes(resolve, reject));
  });
}

function signIn(user, password) {
  return stepOf(user, 'authenticateUser', new AuthenticationDetails({ Username: user.getUsername(), Password: password }));
}

/** `mfaType` comes after the callbacks, unlike in every other method. */
function sendMfaCode(user, code, mfaType) {
  return new Promise((resolve, reject) => {
    user.sendMFACode(code, outcomes(resolve, reject), mfaType);
  });
}

function describe(session) {
  return {
    valid: session.isValid(),
    idToken: session.getIdToken().getJwtToken(),
    accessToken: session.getAccessToken().getJwtToken(),
    refreshToken: session.getRefreshToken().getToken(),
  };
}

async function lifecycle() {
  const { username, password, email } = config;
  const changedPassword = `${password}-changed`;
  const resetPassword = `${password}-reset`;

  const signedUp = await promised(
    pool,
    'signUp',
    username,
    password,
    [new CognitoUserAttribute({ Name: 'email', Value: email })],
    null,
  );
  const user = newUser();
  const unconfirmed = await errorOf(signIn(user, password));
  const wrongCode = await errorOf(promised(user, 'confirmRegistration', '000000-no', false));
  const confirmed = await promised(
    user,
    'confirmRegistration',
    await readCode(username, 'CustomMessage_SignUp'),
    false,
  );

  const wrongPassword = await errorOf(signIn(user, `${password}-wrong`));
  const srp = await signIn(user, password);
  assert.equal(srp.step, 'success');
  const session = describe(srp.values[0]);
  const restored = describe(await promised(pool.getCurrentUser(), 'getSession'));
  const refreshed = describe(await promised(user, 'refreshSession', srp.values[0].getRefreshToken()));

  await promised(user, 'updateAttributes', [new CognitoUserAttribute({ Name: 'nickname', Value: 'Nick' })]);
  const attributes = await promised(user, 'getUserAttributes');
  const changed = await promised(user, 'changePassword', password, changedPassword);

  const forgot = await stepOf(user, 'forgotPassword');
  const reset = await stepOf(
    user,
    'confirmPassword',
    await readCode(username, 'CustomMessage_ForgotPassword'),
    resetPassword,
  );
  const oldPassword = await errorOf(signIn(newUser(), changedPassword));

  const second = newUser();
  second.setAuthenticationFlowType('USER_PASSWORD_AUTH');
  const userPassword = await signIn(second, resetPassword);
  assert.equal(userPassword.step, 'success');
  const secondSession = describe(userPassword.values[0]);
  const signedOut = await stepOf(second, 'globalSignOut');
  // Asked without the library, which repeats a refused refresh for several seconds.
  const refreshAfterSignOut = await call('InitiateAuth', {
    ClientId: config.clientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: secondSession.refreshToken },
  });

  return {
    signUp: {
      userSub: signedUp.userSub,
      userConfirmed: signedUp.userConfirmed,
      delivery: signedUp.codeDeliveryDetails,
    },
    unconfirmed,
    wrongCode,
    confirmed,
    wrongPassword,
    session,
    restoredIdToken: restored.idToken,
    refreshed,
    attributes: Object.fromEntries(attributes.map((attribute) => [attribute.getName(), attribute.getValue()])),
    changed,
    forgot: { step: forgot.step, details: forgot.values[0]?.CodeDeliveryDetails },
    reset: reset.values[0],
    oldPassword,
    userPasswordSession: secondSession,
    signedOut: signedOut.values[0],
    refreshAfterSignOut,
  };
}

/** The first sign-in of a user whom an administrator made. */
async function newPassword() {
  const user = newUser();
  const first = await signIn(user, config.password);
  assert.equal(first.step, 'newPasswordRequired');
  const [userAttributes, requiredAttributes] = first.values;
  const answered = await stepOf(user, 'completeNewPasswordChallenge', config.newPassword, config.newAttributes ?? {});
  assert.equal(answered.step, 'success');
  const again = await signIn(newUser(), config.newPassword);
  return {
    userAttributes,
    requiredAttributes,
    session: describe(answered.values[0]),
    secondStep: again.step,
  };
}

/** Registration of an authenticator app, then a sign-in that asks for its code. */
async function totpFlow() {
  const user = newUser();
  const first = await signIn(user, config.password);
  assert.equal(first.step, 'success');
  const secret = await new Promise((resolve, reject) => {
    user.associateSoftwareToken({ associateSecretCode: resolve, onFailure: reject });
  });
  const wrong = await errorOf(stepOf(user, 'verifySoftwareToken', wrongTotp(secret), 'phone'));
  const verified = await stepOf(user, 'verifySoftwareToken', totp(secret), 'phone');
  const preference = await promised(user, 'setUserMfaPreference', null, { PreferredMfa: true, Enabled: true });

  const second = newUser();
  const challenge = await signIn(second, config.password);
  assert.equal(challenge.step, 'totpRequired');
  const answered = await sendMfaCode(second, totp(secret, 1), 'SOFTWARE_TOKEN_MFA');
  return {
    secret,
    wrong,
    verified: verified.values[0].Status,
    preference,
    challengeName: challenge.values[0],
    challengeParameters: challenge.values[1],
    session: describe(answered.values[0]),
  };
}

/** A remembered device: its first sign-in asks for a TOTP code, the second proves the device in its place. */
async function device() {
  const user = newUser();
  const challenge = await signIn(user, config.password);
  assert.equal(challenge.step, 'totpRequired');
  const first = await sendMfaCode(user, totp(config.totpSecret, 1), 'SOFTWARE_TOKEN_MFA');
  assert.equal(first.step, 'success');
  const userConfirmationNecessary = first.values[1] ?? false;
  const remembered = await stepOf(user, 'setDeviceStatusRemembered');
  const details = await stepOf(user, 'getDevice');

  const second = newUser();
  const again = await signIn(second, config.password);
  assert.equal(again.step, 'success');
  const refreshed = await promised(second, 'refreshSession', again.values[0].getRefreshToken());
  const forgotten = await stepOf(second, 'forgetDevice');
  const third = await signIn(newUser(), config.password);
  return {
    userConfirmationNecessary,
    remembered: remembered.values[0],
    deviceKey: details.values[0].Device.DeviceKey,
    deviceAttributes: details.values[0].Device.DeviceAttributes.map((attribute) => attribute.Name),
    deviceKeyClaim: claimsOf(again.values[0].getAccessToken().getJwtToken()).device_key,
    refreshedDeviceKeyClaim: claimsOf(refreshed.getAccessToken().getJwtToken()).device_key,
    forgotten: forgotten.values[0],
    stepWithoutDevice: third.step,
  };
}

await run({ lifecycle, newPassword, totp: totpFlow, device });
