// openid-client as relying party of a user pool domain: discovery, code grant with PKCE, userInfo, refresh, revocation,
// client credentials. The person at the browser is played by fetch with a jar of cookies.
import * as oidc from "openid-client";
import { config, run } from "./lib.mjs";

async function signIn(url, { username, password }) {
  const jar = new Map();
  const visit = async (target, init = {}) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(target, { ...init, redirect: "manual", headers: { ...init.headers, cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [name, value] = line.split(";")[0].split(/=(.*)/s);
      jar.set(name, value);
    }
    return answer;
  };
  const page = await visit((await visit(url)).headers.get("location"));
  const html = await page.text();
  const form = new URLSearchParams({
    _csrf: /name="_csrf" value="([^"]+)"/.exec(html)[1],
    cognitoAsfData: "",
    username,
    password,
  });
  const action = /action="(\/login[^"]*)"/.exec(html)[1].replaceAll("&amp;", "&");
  const answer = await visit(new URL(action, page.url), { method: "POST", body: form });
  return new URL(answer.headers.get("location"));
}

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

await run({
  async code() {
    const server = await configuration(config);
    const verifier = oidc.randomPKCECodeVerifier();
    const expected = { expectedState: oidc.randomState(), expectedNonce: oidc.randomNonce() };
    const url = oidc.buildAuthorizationUrl(server, {
      redirect_uri: config.callback,
      scope: "openid email",
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state: expected.expectedState,
      nonce: expected.expectedNonce,
    });
    const back = await signIn(url, config);
    const tokens = await oidc.authorizationCodeGrant(server, back, { pkceCodeVerifier: verifier, ...expected });
    const claims = tokens.claims();
    const user = await oidc.fetchUserInfo(server, tokens.access_token, claims.sub);
    const refreshed = await oidc.refreshTokenGrant(server, tokens.refresh_token);
    await oidc.tokenRevocation(server, tokens.refresh_token);
    const again = await oidc.refreshTokenGrant(server, tokens.refresh_token).catch((error) => error);
    const replayed = await oidc
      .authorizationCodeGrant(server, back, { pkceCodeVerifier: verifier, ...expected })
      .catch((error) => error);
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

  async machine() {
    const server = await configuration(config);
    const tokens = await oidc.clientCredentialsGrant(server, { scope: "api/read" });
    const refused = await oidc.clientCredentialsGrant(server, { scope: "api/other" }).catch((error) => error);
    return { members: Object.keys(tokens), token: tokens.access_token, refused: refused.error };
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
