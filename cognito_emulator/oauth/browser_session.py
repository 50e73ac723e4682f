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
from cognito_emulator.user_pools import records, user_sessions
from cognito_emulator.user_pools.domain_records import BROWSER_SESSIONS, BrowserSession
from cognito_emulator.user_pools.expiry import purge
from cognito_emulator.user_pools.records import Client, User
from cognito_emulator.user_pools.session_records import USER_SESSIONS, UserSession

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


def current(visit: Visit, client: Client) -> SignedInBrowser | None:
    """The session of this browser with this pool, unless it is over or its user is gone or disabled.

    In a pool that tracks sessions, it may also have been revoked, or be older than the client puts up with.
    """
    value = visit.cookies.get(cookie_name(visit))
    reader = visit.call.reader
    session = reader.get(BROWSER_SESSIONS, hashed(value)) if value else None
    if session is None or session.pool_id != visit.pool.id or session.expires <= visit.call.now:
        return None
    if session.session_id and user_sessions.is_over(
        reader, session.pool_id, session.user_key, session.session_id, visit.call.now
    ):
        return None
    longest = user_sessions.sso_validity(reader, client)
    if visit.call.now >= session.auth_time + (SECONDS if longest is None else longest):
        return None
    user = reader.get(records.USERS, session.pool_id, session.user_key)
    return SignedInBrowser(session, user) if user is not None and user.enabled else None


@dataclass(frozen=True)
class Proof:
    """How a user signed in: by which methods, up to which level, as which event of their history."""

    methods: list[str]
    level: int
    event_id: str = ""


def begin(
    visit: Visit, client: Client, user: User, provider: str, proof: Proof
) -> tuple[BrowserSession, UserSession | None]:
    """A new session for a user who has just signed in, and what it is tracked as; its cookie goes with the answer.

    `keep` writes both. A session that is tracked lives as long as any client may be set to put up with it.
    """
    value = visit.call.emulator.randomness.text(64, ALPHANUMERIC)
    now = visit.call.now
    tracked = user_sessions.of_browser(visit.call, client, user, now + user_sessions.LONGEST_SSO)
    seconds = user_sessions.LONGEST_SSO if tracked else SECONDS
    visit.set_cookie(cookie_name(visit), value, seconds=seconds)
    session = BrowserSession(
        id=hashed(value),
        pool_id=visit.pool.id,
        client_id=client.id,
        user_key=user.key,
        provider=provider,
        auth_time=now,
        expires=now + seconds,
        session_id=tracked.id if tracked else "",
        methods=proof.methods,
        level=proof.level,
        event_id=proof.event_id,
    )
    return session, tracked


def keep(tx: Transaction, session: BrowserSession, tracked: UserSession | None) -> None:
    """Write a new session."""
    purge(tx, BROWSER_SESSIONS, session.auth_time)
    tx.insert(BROWSER_SESSIONS, session)
    if tracked is not None:
        user_sessions.begin(tx, tracked)


def end(visit: Visit) -> None:
    """Sign this browser out of the pool."""
    value = visit.cookies.get(cookie_name(visit))
    if value:
        visit.call.transact(lambda tx: _end(tx, hashed(value)))
    visit.set_cookie(cookie_name(visit), "", seconds=0)


def _end(tx: Transaction, session_id: str) -> None:
    session = tx.get(BROWSER_SESSIONS, session_id)
    if session is None:
        return
    tx.delete(BROWSER_SESSIONS, session_id)
    if session.session_id:
        tx.delete(USER_SESSIONS, session.pool_id, session.user_key, session.session_id)
