// aws-jwt-verify 5: AWS's verifier of JWTs for Node and browsers.
//
// Its own fetcher speaks https only, so a JWKS at an http address needs one of two things:
//   - a SimpleJwksCache with a fetcher of one's own (`viaFetcher`), or
//   - cacheJwks() with a JWKS that was loaded beforehand (`viaCache`).
// CognitoJwtVerifier accepts no issuer but https://cognito-idp.<region>.amazonaws.com/<pool id>. It serves when the
// emulator runs with `--issuer aws`, with the JWKS loaded through cacheJwks(). For any other issuer JwtVerifier is the
// one to take (JwtRsaVerifier is its old name), with the checks of Cognito's claims added as `customJwtCheck`.

import assert from 'node:assert/strict';
import { CognitoJwtVerifier, JwtRsaVerifier, JwtVerifier } from 'aws-jwt-verify';
import { validateCognitoJwtFields } from 'aws-jwt-verify/cognito-verifier';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { config, errorOf, run } from './lib.mjs';

const { issuer, jwksUri, userPoolId, clientId, idToken, accessToken } = config;

/** A fetcher for http addresses; the library parses the bytes itself. */
const httpFetcher = {
  async fetch(uri) {
    const response = await fetch(uri);
    assert.equal(response.status, 200);
    return response.arrayBuffer();
  },
};

async function loadJwks() {
  return (await fetch(jwksUri)).json();
}

/** The token with one claim changed, under the old signature. */
function withClaim(token, name, value) {
  const [header, payload, signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  const forged = Buffer.from(JSON.stringify({ ...claims, [name]: value })).toString('base64url');
  return [header, forged, signature].join('.');
}

/** The token with one bit of its signature changed. */
function withBrokenSignature(token) {
  const [header, payload, signature] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  bytes[10] ^= 1;
  return [header, payload, bytes.toString('base64url')].join('.');
}

/** The access token under the header, and so the key id, of the ID token. */
function withOtherKey() {
  return [idToken.split('.')[0], ...accessToken.split('.').slice(1)].join('.');
}

function forId(properties) {
  return { ...properties, tokenUse: 'id', clientId };
}

function forAccess(properties) {
  return { ...properties, tokenUse: 'access', clientId };
}

/** What the verifiers of the two kinds of token say about good, forged and misplaced tokens. */
async function verdicts(idVerifier, accessVerifier) {
  return {
    id: await idVerifier.verify(idToken),
    access: await accessVerifier.verify(accessToken),
    rejected: {
      idAsAccess: await errorOf(accessVerifier.verify(idToken)),
      accessAsId: await errorOf(idVerifier.verify(accessToken)),
      changedClaim: await errorOf(accessVerifier.verify(withClaim(accessToken, 'username', 'somebody-else'))),
      brokenSignature: await errorOf(idVerifier.verify(withBrokenSignature(idToken))),
      otherKey: await errorOf(accessVerifier.verify(withOtherKey())),
      garbage: await errorOf(idVerifier.verify('not.a.token')),
    },
  };
}

/** A verifier for one kind of token of the local issuer, with the claim checks that CognitoJwtVerifier has built in. */
function localVerifier(properties, jwksCache) {
  return JwtVerifier.create(
    {
      issuer,
      jwksUri,
      audience: null,
      customJwtCheck: ({ payload }) => validateCognitoJwtFields(payload, properties),
    },
    { jwksCache },
  );
}

/** Tokens of the local issuer, keys fetched over http. */
async function viaFetcher() {
  const jwksCache = new SimpleJwksCache({ fetcher: httpFetcher });
  const plain = JwtRsaVerifier.create({ issuer, jwksUri, audience: null }, { jwksCache });
  await plain.hydrate();
  const wrongIssuer = JwtRsaVerifier.create({ issuer: `${issuer}x`, jwksUri, audience: null }, { jwksCache });
  const wrongAudience = JwtRsaVerifier.create({ issuer, jwksUri, audience: 'another-client' }, { jwksCache });
  return {
    plain: { id: await plain.verify(idToken), access: await plain.verify(accessToken) },
    wrongIssuer: await errorOf(wrongIssuer.verify(idToken)),
    wrongAudience: await errorOf(wrongAudience.verify(idToken)),
    cognito: await verdicts(localVerifier(forId(), jwksCache), localVerifier(forAccess(), jwksCache)),
  };
}

/** Tokens of the local issuer, keys loaded beforehand; the address of the JWKS follows from the issuer. */
async function viaCache() {
  const verifier = JwtRsaVerifier.create({ issuer, audience: null });
  verifier.cacheJwks(await loadJwks());
  return { id: await verifier.verify(idToken), access: verifier.verifySync(accessToken) };
}

/** Tokens of the issuer that AWS has, keys loaded from the emulator. */
async function awsIssuer() {
  const jwks = await loadJwks();
  const verifiers = [forId({ userPoolId }), forAccess({ userPoolId })].map((properties) => {
    const verifier = CognitoJwtVerifier.create(properties);
    verifier.cacheJwks(jwks);
    return verifier;
  });
  const groups = CognitoJwtVerifier.create({ ...forAccess({ userPoolId }), groups: ['admins'] });
  groups.cacheJwks(jwks);
  const otherClient = CognitoJwtVerifier.create({ userPoolId, tokenUse: null, clientId: 'another-client' });
  otherClient.cacheJwks(jwks);
  return {
    ...(await verdicts(...verifiers)),
    group: await groups.verify(accessToken),
    otherGroup: await errorOf(groups.verify(accessToken, { groups: ['others'] })),
    otherClient: await errorOf(otherClient.verify(idToken)),
  };
}

await run({ viaFetcher, viaCache, awsIssuer });
