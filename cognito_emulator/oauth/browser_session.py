"""The cookie `cognito`: that somebody is signed in with this browser, for an hour from the sign-in.

It works for the client and the provider of the sign-in; other clients of the pool may use it with `prompt=none`, or
when the user chooses to on the sign-in page. Using it does not prolong it, signing out of the API does not end it.
Source: reference oauth-and-hosted-ui.md §4.
"""

from __future__ import annotations

from dataclasses import dataclass

from cognito_emulator.oauth.site import hashed
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.randomness import ALPHANUMERIC
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import records
from cognito_emulator.user_pools.domain_records import BROWSER_SESSIONS, BrowserSession
from cognito_emulator.user_pools.expiry import purge
from cognito_emulator.user_pools.records import Client, User

COOKIE = "cognito"
SECONDS = 3600
LOCAL = "COGNITO"
"""The provider of users who sign in with the pool itself."""


@dataclass(frozen=True)
class SignedInBrowser:
    """A session that is in force, and its user."""

    session: BrowserSession
    user: User


def cookie_name(visit: Visit) -> str:
    """On the plain host, which all pools share, each pool has a cookie of its own."""
    return COOKIE if visit.site.own_host else f"{COOKIE}.{visit.pool.id}"


def current(visit: Visit) -> SignedInBrowser | None:
    """The session of this browser with this pool, unless it is over or its user is gone or disabled."""
    value = visit.cookies.get(cookie_name(visit))
    reader = visit.call.reader
    session = reader.get(BROWSER_SESSIONS, hashed(value)) if value else None
    if session is None or session.pool_id != visit.pool.id or session.expires <= visit.call.now:
        return None
    user = reader.get(records.USERS, session.pool_id, session.user_key)
    return SignedInBrowser(session, user) if user is not None and user.enabled else None


def begin(visit: Visit, client: Client, user: User, provider: str) -> BrowserSession:
    """A new session for a user who has just signed in; its cookie goes with the answer. `keep` writes it."""
    value = visit.call.emulator.randomness.text(64, ALPHANUMERIC)
    visit.set_cookie(cookie_name(visit), value, seconds=SECONDS)
    now = visit.call.now
    return BrowserSession(hashed(value), visit.pool.id, client.id, user.key, provider, now, now + SECONDS)


def keep(tx: Transaction, session: BrowserSession) -> None:
    """Write a new session."""
    purge(tx, BROWSER_SESSIONS, session.auth_time)
    tx.insert(BROWSER_SESSIONS, session)


def end(visit: Visit) -> None:
    """Sign this browser out of the pool."""
    value = visit.cookies.get(cookie_name(visit))
    if value:
        visit.call.transact(lambda tx: tx.delete(BROWSER_SESSIONS, hashed(value)))
    visit.set_cookie(cookie_name(visit), "", seconds=0)
