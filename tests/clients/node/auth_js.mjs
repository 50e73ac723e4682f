// Auth.js (the core of NextAuth 5) with its Cognito provider, as the request handler of an app on the server.
//
// The app has no address of its own: what the browser asks of http://localhost:3000 goes straight to the handler.

import assert from 'node:assert/strict';
import { Auth, customFetch } from '@auth/core';
import Cognito from '@auth/core/providers/cognito';
import { claimsOf, config, run, UserAgent } from './lib.mjs';

const APP = 'http://localhost:3000';

/** An app, and what it heard: of a sign-in, and of errors. */
function makeApp({ provider = {}, checks = ['pkce', 'state', 'nonce'] } = {}) {
  const heard = { errors: [] };
  const settings = {
    secret: 'a secret of the app, for its own cookies',
    trustHost: true,
    basePath: '/api/auth',
    logger: { error: (error) => heard.errors.push(error.cause?.err?.message ?? error.name), warn() {} },
    providers: [
      Cognito({
        clientId: config.clientId,
        clientSecret: config.clientSecret,
        issuer: config.issuer,
        checks,
        ...provider,
      }),
    ],
    callbacks: {
      jwt({ token, account, profile }) {
        if (account) Object.assign(heard, { account, profile });
        return token;
      },
    },
  };
  return { heard, answers: (request) => Auth(request, settings) };
}

class Person extends UserAgent {
  constructor(app) {
    super();
    this.app = app;
  }

  async json(path) {
    return (await this.visit(`${APP}/api/auth/${path}`, {}, this.app.answers)).json();
  }

  async post(path, fields = {}) {
    const { csrfToken } = await this.json('csrf');
    const body = new URLSearchParams({ csrfToken, ...fields });
    return this.next(`${APP}/api/auth/${path}`, { method: 'POST', body }, this.app.answers);
  }

  /** Press the button "Sign in with Cognito"; where the browser is sent. */
  leave() {
    return this.post('signin/cognito', { callbackUrl: `${APP}/home` });
  }

  /** Come back to the app; where it sends the browser. */
  back(url) {
    assert.equal(url.origin + url.pathname, `${APP}/api/auth/callback/cognito`);
    return this.next(url, {}, this.app.answers);
  }
}

async function signedIn(settings) {
  const app = makeApp(settings);
  const person = new Person(app);
  const left = await person.leave();
  const back = await person.signIn(left, config);
  const home = await person.back(back);
  return { app, person, left, back, home };
}

await run({
  async signIn() {
    const { app, person, left, back, home } = await signedIn();
    const session = await person.json('session');
    const replayed = await new Person(app).back(back);
    await person.post('signout', { callbackUrl: APP });
    const after = await person.json('session');
    const logout = new URL('/logout', left);
    logout.search = new URLSearchParams({ client_id: config.clientId, logout_uri: `${APP}/` });
    const out = await person.next(logout);
    const again = await person.next(await person.leave());
    return {
      asked: Object.fromEntries(left.searchParams),
      home: home.href,
      user: session.user,
      profile: app.heard.profile,
      account: app.heard.account,
      id: claimsOf(app.heard.account.id_token),
      after,
      replayed: replayed.pathname + replayed.search,
      errors: app.heard.errors,
      out: out.href,
      again: again.pathname,
    };
  },

  /** The browser and the app's server know the emulator by two names. */
  async twoNames() {
    const provider = { authorization: { url: `${config.browserEndpoint}/oauth2/authorize` } };
    const { app, left, home } = await signedIn({ provider });
    return { left: left.origin, home: home.href, issuer: claimsOf(app.heard.account.id_token).iss };
  },

  /** The issuer is AWS's, and requests to it are sent to the emulator. */
  async awsIssuer() {
    const aws = new URL(config.issuer).origin;
    const elsewhere = (url, init) => {
      const { origin, pathname, search } = new URL(url instanceof Request ? url.url : url);
      const moved = origin === aws || origin.endsWith('.amazoncognito.com') ? config.endpoint : origin;
      return fetch(new URL(pathname + search, moved), init);
    };
    const provider = {
      [customFetch]: elsewhere,
      authorization: { url: `${config.endpoint}/oauth2/authorize` },
    };
    const { app, home } = await signedIn({ provider });
    return { home: home.href, issuer: claimsOf(app.heard.account.id_token).iss };
  },

  /** Somebody else's state, nonce or issuer. */
  async refusals() {
    const app = makeApp();
    const person = new Person(app);
    const back = await person.signIn(await person.leave(), config);
    back.searchParams.set('state', 'somebody-elses');
    const state = await person.back(back);
    const another = new Person(app);
    const left = await another.leave();
    left.searchParams.set('nonce', 'somebody-elses');
    const nonce = await another.back(await another.signIn(left, config));
    const elsewhere = new Person(makeApp({ provider: { issuer: `${config.endpoint}/${config.otherPoolId}x` } }));
    const unknown = await elsewhere.leave();
    return { state: state.search, nonce: nonce.search, unknown: unknown.search, errors: app.heard.errors };
  },
});
