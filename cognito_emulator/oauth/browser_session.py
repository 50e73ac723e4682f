"""The cookie `cognito`: that somebody is signed in with this browser, for an hour from the sign-in.

It works for the client and the provider of the sign-in; other clients of the pool may use it with `prompt=none`, when
the user chooses to on the sign-in page, or just so where the pool tracks sessions. Using it does not prolong it,
signing out of the API does not end it.
Source: reference oauth-and-hosted-ui.md §4.
"""

from __future__ import annotations

from dataclasses import dataclass

from cognito_emulator.oauth.site import hashed, host_of
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.randomness import ALPHANUMERIC
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import domains, records, user_sessions
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


def current(visit: Visit, client: Client, *, at_least: int = 0) -> SignedInBrowser | None:
    """The session of this browser with this pool, unless it is over or its user is gone or disabled.

    In a pool that tracks sessions, it may also have been revoked, or be older than the client puts up with: that is
    `at_least` so many seconds.
    """
    reader, session = visit.call.reader, _of_cookie(visit)
    if session is None or session.expires <= visit.call.now:
        return None
    if session.session_id and user_sessions.is_over(
        reader, session.pool_id, session.user_key, session.session_id, visit.call.now
    ):
        return None
    longest = user_sessions.sso_validity(reader, client)
    if visit.call.now >= session.auth_time + max(at_least, SECONDS if longest is None else longest):
        return None
    user = reader.get(records.USERS, session.pool_id, session.user_key)
    return SignedInBrowser(session, user) if user is not None and user.enabled else None


@dataclass(frozen=True)
class Proof:
    """How a user signed in: by which methods, up to which level, as which event of their history."""

    methods: list[str]
    level: int
    event_id: str = ""


@dataclass(frozen=True)
class Begun:
    """A session that begins now, what it is tracked as (`goes_on`: already), and the one that it takes the place of."""

    session: BrowserSession
    tracked: UserSession | None = None
    goes_on: bool = False
    replaced: BrowserSession | None = None

    def keep(self, tx: Transaction) -> None:
        """Write it."""
        purge(tx, BROWSER_SESSIONS, self.session.auth_time)
        if self.replaced is not None:
            _end(tx, self.replaced.id, forget=not self.goes_on)
        tx.insert(BROWSER_SESSIONS, self.session)
        if self.tracked is not None:
            (user_sessions.go_on if self.goes_on else user_sessions.begin)(tx, self.tracked)


def begin(visit: Visit, client: Client, user: User, provider: str, proof: Proof) -> Begun:
    """A new session for a user who has just signed in; its cookie goes with the answer.

    A session that is tracked lives as long as any client may be set to put up with it, and is the same as before
    where the same user signs in again.
    """
    call, now = visit.call, visit.call.now
    replaced = _of_cookie(visit)
    until = now + user_sessions.LONGEST_SSO
    earlier = replaced.session_id if replaced is not None else ""
    again = user_sessions.of_browser_again(call, client, user, earlier, until)
    tracked = again or user_sessions.of_browser(call, client, user, until)
    seconds = user_sessions.LONGEST_SSO if tracked else SECONDS
    value = call.emulator.randomness.text(64, ALPHANUMERIC)
    _set_cookie(visit, value, seconds)
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
    return Begun(session, tracked, again is not None, replaced)


def end(visit: Visit) -> None:
    """Sign this browser out of the pool."""
    session = _of_cookie(visit)
    if session is not None:
        ended = session.id
        visit.call.transact(lambda tx: _end(tx, ended))
    _set_cookie(visit, "", 0)


def _set_cookie(visit: Visit, value: str, seconds: int) -> None:
    """On the name that a domain has on AWS it is for the names below as well."""
    name = domains.host(visit.site.domain)
    below = name if host_of(visit.request) == name else ""
    visit.set_cookie(cookie_name(visit), value, seconds=seconds, domain=below)


def _of_cookie(visit: Visit) -> BrowserSession | None:
    """The pool's session that the browser's cookie is of, whatever it is still good for."""
    value = visit.cookies.get(cookie_name(visit))
    session = visit.call.reader.get(BROWSER_SESSIONS, hashed(value)) if value else None
    return session if session is not None and session.pool_id == visit.pool.id else None


def _end(tx: Transaction, session_id: str, *, forget: bool = True) -> None:
    """Remove a session and, if it is to be forgotten, what it was tracked as."""
    session = tx.get(BROWSER_SESSIONS, session_id)
    if session is None:
        return
    tx.delete(BROWSER_SESSIONS, session_id)
    if session.session_id and forget:
        tx.delete(USER_SESSIONS, session.pool_id, session.user_key, session.session_id)
