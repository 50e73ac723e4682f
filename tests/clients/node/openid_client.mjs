// openid-client as relying party of a user pool domain: discovery, code grant with PKCE, userInfo, refresh, revocation,
// client credentials. The person at the browser is a `UserAgent`.
import * as oidc from "openid-client";
import { config, run, UserAgent } from "./lib.mjs";

async function configuration({ endpoint, userPoolId, clientId, clientSecret, authentication }) {
  const ways = {
    basic: () => oidc.ClientSecretBasic(clientSecret),
    post: () => oidc.ClientSecretPost(clientSecret),
    none: () => oidc.None(),
  };
  const issuer = new URL(`${endpoint}/${userPoolId}`);
  return oidc.discovery(issuer, clientId, undefined, ways[authentication](), {
    execute: [oidc.allowInsecureRequests],
  });
}

/** A person signs in: the URL that the browser comes back to, and what the code grant checks it with. */
async function signedIn(server) {
  const verifier = oidc.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier: verifier, expectedState: oidc.randomState(), expectedNonce: oidc.randomNonce() };
  const url = oidc.buildAuthorizationUrl(server, {
    redirect_uri: config.callback,
    scope: "openid email",
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
  });
  return { back: await new UserAgent().signIn(url, config), checks };
}

await run({
  async code() {
    const server = await configuration(config);
    const { back, checks } = await signedIn(server);
    const tokens = await oidc.authorizationCodeGrant(server, back, checks);
    const claims = tokens.claims();
    const user = await oidc.fetchUserInfo(server, tokens.access_token, claims.sub);
    const refreshed = await oidc.refreshTokenGrant(server, tokens.refresh_token);
    await oidc.tokenRevocation(server, tokens.refresh_token);
    const again = await oidc.refreshTokenGrant(server, tokens.refresh_token).catch((error) => error);
    const replayed = await oidc.authorizationCodeGrant(server, back, checks).catch((error) => error);
    return {
      claims,
      user,
      refreshed: refreshed.claims(),
      supportsPkce: server.serverMetadata().supportsPKCE(),
      logout: oidc.buildEndSessionUrl(server).href,
      revoked: { error: again.error, status: again.status },
      replayed: { error: replayed.error, status: replayed.status },
    };
  },

  async level() {
    const server = await configuration(config);
    const verifier = oidc.randomPKCECodeVerifier();
    const state = oidc.randomState();
    const url = oidc.buildAuthorizationUrl(server, {
      redirect_uri: config.callback,
      scope: "openid",
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state,
      acr_values: config.levels,
      max_age: "300",
    });
    const back = await new UserAgent().signIn(url, config);
    const checks = { pkceCodeVerifier: verifier, expectedState: state, maxAge: 300 };
    const tokens = await oidc.authorizationCodeGrant(server, back, checks);
    return tokens.claims();
  },

  async machine() {
    const server = await configuration(config);
    const tokens = await oidc.clientCredentialsGrant(server, { scope: "api/read" });
    const refused = await oidc.clientCredentialsGrant(server, { scope: "api/other" }).catch((error) => error);
    return { members: Object.keys(tokens), token: tokens.access_token, refused: refused.error };
  },

  async register() {
    const issuer = new URL(`${config.endpoint}/${config.userPoolId}`);
    const metadata = { client_name: "agent", redirect_uris: [config.callback], ...config.metadata };
    const options = { execute: [oidc.allowInsecureRequests], initialAccessToken: config.initialAccessToken };
    const ask = () => oidc.dynamicClientRegistration(issuer, metadata, undefined, options);
    if (config.refused) {
      const error = await ask().catch((problem) => problem);
      return { error: error.error, status: error.status, description: error.error_description };
    }
    const server = await ask();
    const { back, checks } = await signedIn(server);
    const tokens = await oidc.authorizationCodeGrant(server, back, checks);
    return { client: server.clientMetadata(), claims: tokens.claims() };
  },

  async refusal() {
    const server = await configuration(config);
    const url = oidc.buildAuthorizationUrl(server, { redirect_uri: config.callback, scope: "openid nonsense" });
    const answer = await fetch(url, { redirect: "manual" });
    const back = new URL(answer.headers.get("location"));
    const error = await oidc.authorizationCodeGrant(server, back).catch((problem) => problem);
    return { error: error.error };
  },
});
