// A passkey authenticator in Node, in the place where browsers have theirs: `navigator.credentials`.
//
// One resident ES256 key, attestation "none", user present and verified.

import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

class PublicKeyCredential {}
class AuthenticatorAttestationResponse {}
class AuthenticatorAssertionResponse {}

const PRESENT_AND_VERIFIED = 0x05;
const WITH_CREDENTIAL = 0x40;

function sha256(data) {
  return createHash('sha256').update(data).digest();
}

/** What browsers hand out: buffers of their own. */
function buffer(bytes) {
  return new Uint8Array(bytes).buffer;
}

function header(major, length) {
  if (length < 24) return Buffer.from([(major << 5) | length]);
  if (length < 256) return Buffer.from([(major << 5) | 24, length]);
  return Buffer.from([(major << 5) | 25, length >> 8, length & 0xff]);
}

function text(value) {
  return Buffer.concat([header(3, value.length), Buffer.from(value)]);
}

function bytes(value) {
  return Buffer.concat([header(2, value.length), value]);
}

/** Puts an authenticator that is asked by pages of `origin` where clients look for one. */
export function installAuthenticator(origin) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(32);
  let signatures = 0;
  let userHandle;

  function clientData(type, challenge) {
    const encoded = Buffer.from(challenge).toString('base64url');
    return Buffer.from(JSON.stringify({ type, challenge: encoded, origin, crossOrigin: false }));
  }

  function authenticatorData(relyingParty, flags, rest = Buffer.alloc(0)) {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(++signatures);
    return Buffer.concat([sha256(relyingParty), Buffer.from([flags]), count, rest]);
  }

  function credential(response) {
    return Object.assign(new PublicKeyCredential(), {
      id: id.toString('base64url'),
      rawId: buffer(id),
      type: 'public-key',
      authenticatorAttachment: 'platform',
      getClientExtensionResults: () => ({}),
      response,
    });
  }

  async function create({ publicKey: options }) {
    userHandle = options.user.id;
    const { x, y } = publicKey.export({ format: 'jwk' });
    const coordinate = (value) => bytes(Buffer.from(value, 'base64url'));
    const key = Buffer.concat([
      Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
      coordinate(x),
      Buffer.from([0x22]),
      coordinate(y),
    ]);
    const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, key]);
    const data = authenticatorData(options.rp.id, PRESENT_AND_VERIFIED | WITH_CREDENTIAL, attested);
    const attestation = Buffer.concat([
      ...[header(5, 3), text('fmt'), text('none'), text('attStmt'), header(5, 0)],
      ...[text('authData'), bytes(data)],
    ]);
    return credential(
      Object.assign(new AuthenticatorAttestationResponse(), {
        clientDataJSON: buffer(clientData('webauthn.create', options.challenge)),
        attestationObject: buffer(attestation),
        getTransports: () => ['internal'],
        getPublicKeyAlgorithm: () => -7,
        getAuthenticatorData: () => buffer(data),
        getPublicKey: () => buffer(publicKey.export({ format: 'der', type: 'spki' })),
      }),
    );
  }

  async function get({ publicKey: options }) {
    const client = clientData('webauthn.get', options.challenge);
    const data = authenticatorData(options.rpId, PRESENT_AND_VERIFIED);
    const signature = sign('sha256', Buffer.concat([data, sha256(client)]), privateKey);
    return credential(
      Object.assign(new AuthenticatorAssertionResponse(), {
        clientDataJSON: buffer(client),
        authenticatorData: buffer(data),
        signature: buffer(signature),
        userHandle,
      }),
    );
  }

  Object.assign(globalThis, { PublicKeyCredential, AuthenticatorAttestationResponse, AuthenticatorAssertionResponse });
  globalThis.window = { document: {}, isSecureContext: true, PublicKeyCredential };
  Object.defineProperty(globalThis.navigator, 'credentials', { value: { create, get }, configurable: true });
}
