// The app of the tests of `signInWithRedirect`: a page with AWS Amplify 6, bundled by bundle.mjs.
//
// The page has its configuration in `globalThis.settings`; what it offers and what it heard is `globalThis.app`.

import { Amplify } from 'aws-amplify';
import * as auth from 'aws-amplify/auth';
import { Hub } from 'aws-amplify/utils';

const events = [];
Hub.listen('auth', ({ payload }) =>
  events.push({ event: payload.event, data: payload.data?.error?.message ?? payload.data ?? null }),
);

Amplify.configure({ Auth: { Cognito: globalThis.settings } });

globalThis.app = {
  events,
  ...auth,

  /** Begin, and let the page go: the promise never ends in a browser. */
  leave(input) {
    setTimeout(() => auth.signInWithRedirect(input));
  },

  /** Sign out, which ends at the domain. */
  leaveForGood(input) {
    setTimeout(() => auth.signOut(input));
  },

  /** The claims of both tokens, and the tokens. */
  async session(options) {
    const { tokens } = await auth.fetchAuthSession(options);
    return (
      tokens && {
        id: tokens.idToken.payload,
        access: tokens.accessToken.payload,
        idToken: tokens.idToken.toString(),
        accessToken: tokens.accessToken.toString(),
      }
    );
  },
};
