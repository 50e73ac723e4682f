"""Tracked sessions: who is signed in where, and how that is brought to an end.

Pools track sessions when they are told to. A sign-in then leaves a token session, and a browser that signs in at the
pool's domain an SSO session, which the token sessions that come through it name as their origin. Without tracking
nothing is recorded, and what was recorded before is not shown. Tracking changes nothing in tokens; the developer guide
("Managing user sessions") says so of pools without it, and of others nothing.

Sources: the operations `*UserSession*` and `*SessionConfiguration`, `SessionDescriptionType` and the types of the
configurations in botocore's model; recordings `aws-model-examples/model-example-adminlistusersessions-1/1`,
`…/model-example-setuserpoolsessionconfiguration-1/1`. A list holds 125 sessions and a user has at most 100 of tokens:
that at most 25 are of browsers is inferred from this.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cognito_emulator.aws.call import Call
from cognito_emulator.aws.timestamps import Timestamp
from cognito_emulator.randomness import BASE36
from cognito_emulator.store.interface import Reader, Transaction
from cognito_emulator.user_pools import errors, records
from cognito_emulator.user_pools.expiry import purge
from cognito_emulator.user_pools.records import Client, TokenFamily, User
from cognito_emulator.user_pools.request_origin import origin_of
from cognito_emulator.user_pools.session_records import (
    SESSION_CONFIGURATIONS,
    SSO,
    TOKEN,
    USER_SESSIONS,
    SessionConfiguration,
    UserSession,
)

Json = dict[str, Any]
SSO_PER_USER = 25
LONGEST_SSO = 129_600 * 60
"""Seconds that a browser stays signed in at most: the longest that a client can be set to."""
_ID_LENGTH = 25
_PREFIXES = {TOKEN: "tkn", SSO: "sso"}
_DEFAULT_OF_POOL: Json = {"UserSessionTracking": "DISABLED", "TokenSession": {"MaxPerUser": 20}}
_DEFAULT_OF_CLIENT: Json = {"SSOSession": {"MaxValidityMinutes": 60}}


# ── configuration ────────────────────────────────────────────────────────────────────────────────────────────


def configuration(reader: Reader, pool_id: str, client_id: str = "") -> Json:
    """The session configuration of a pool, or of one client, with the defaults where none was set."""
    kept = reader.get(SESSION_CONFIGURATIONS, pool_id, client_id)
    if kept is not None:
        return kept.settings
    return _DEFAULT_OF_CLIENT if client_id else _DEFAULT_OF_POOL


def configure(tx: Transaction, pool_id: str, client_id: str, settings: Json) -> None:
    """Replace a configuration. Those of clients stay, dormant, while the pool does not track sessions."""
    tx.put(SESSION_CONFIGURATIONS, SessionConfiguration(pool_id, client_id, settings))


def is_tracking(reader: Reader, pool_id: str) -> bool:
    """Whether a pool keeps track of sessions."""
    return bool(configuration(reader, pool_id)["UserSessionTracking"] == "ENABLED")


def sso_validity(reader: Reader, client: Client) -> int | None:
    """For how many seconds after a user signed in a client lets their browser in without asking again.

    None where the pool does not track sessions: then there is nothing to configure.
    """
    if not is_tracking(reader, client.pool_id):
        return None
    return int(configuration(reader, client.pool_id, client.id)["SSOSession"]["MaxValidityMinutes"]) * 60


# ── beginning and going on ───────────────────────────────────────────────────────────────────────────────────


def of_sign_in(
    call: Call, client: Client, family: TokenFamily, expires: float, origin_id: str = ""
) -> UserSession | None:
    """The session that a sign-in leaves; None if the pool keeps no track. `begin` writes it.

    `origin_id` is the SSO session that the sign-in came through.
    """
    if not is_tracking(call.reader, family.pool_id):
        return None
    made = _new(call, TOKEN, client, family.user_key, expires)
    return replace(made, origin_jti=family.origin_jti, origin_id=origin_id)


def of_browser(call: Call, client: Client, user: User, expires: float) -> UserSession | None:
    """The session of a browser that signs in at the pool's domain; None if the pool keeps no track."""
    return _new(call, SSO, client, user.key, expires) if is_tracking(call.reader, user.pool_id) else None


def of_browser_again(call: Call, client: Client, user: User, session_id: str, expires: float) -> UserSession | None:
    """The session of a browser in which its user signs in afresh: the same, with a new life.

    None if it is over or was somebody else's: then this is another session. Source: `LastActiveDate` and
    `MaxValidityMinutes` in botocore's model, which know of several sign-ins in one session.
    """
    session = call.reader.get(USER_SESSIONS, user.pool_id, user.key, session_id) if session_id else None
    if session is None or not is_tracking(call.reader, user.pool_id) or not is_active(call.reader, session, call.now):
        return None
    origin = origin_of(call, client)
    return replace(session, last_active=call.now, expires=expires, device=origin.device, ip=origin.ip)


def go_on(tx: Transaction, session: UserSession) -> None:
    """Write a session that goes on. One that has ended meanwhile stays ended."""
    if tx.get(USER_SESSIONS, session.pool_id, session.user_key, session.id) is not None:
        tx.put(USER_SESSIONS, session)


def begin(tx: Transaction, session: UserSession) -> None:
    """Write a new session. Where a user has too many, those that were used least recently end."""
    most = SSO_PER_USER
    if session.type == TOKEN:
        most = int(configuration(tx, session.pool_id)["TokenSession"]["MaxPerUser"])
    whose = (session.pool_id, session.user_key)
    alive = []
    for other in tx.page(USER_SESSIONS, "recent", (*whose, session.type)).records:
        if is_active(tx, other, session.created):
            alive.append(other)
        else:
            tx.delete(USER_SESSIONS, *whose, other.id)
    for other in alive[: max(0, len(alive) + 1 - most)]:
        end(tx, other)
    purge(tx, USER_SESSIONS, session.created)
    tx.insert(USER_SESSIONS, session)
    origin = tx.get(USER_SESSIONS, *whose, session.origin_id) if session.origin_id else None
    if origin is not None:
        tx.put(USER_SESSIONS, replace(origin, last_active=session.created, device=session.device, ip=session.ip))


def note_activity(call: Call, client: Client, family: TokenFamily) -> None:
    """Tokens were refreshed: remember when and from where, in their session and in the one it came through."""
    if not family.session_id:
        return
    origin = origin_of(call, client)
    whose = (family.pool_id, family.user_key)

    def seen(session: UserSession) -> UserSession:
        return replace(session, last_active=call.now, device=origin.device, ip=origin.ip)

    def step(tx: Transaction) -> None:
        session = tx.get(USER_SESSIONS, *whose, family.session_id)
        if session is None:
            return
        tx.put(USER_SESSIONS, seen(session))
        browser = tx.get(USER_SESSIONS, *whose, session.origin_id) if session.origin_id else None
        if browser is not None:
            tx.put(USER_SESSIONS, seen(browser))

    call.transact(step)


# ── looking and ending ───────────────────────────────────────────────────────────────────────────────────────


def is_active(reader: Reader, session: UserSession, now: float) -> bool:
    """Whether a session is neither over nor revoked, and its client and its user still there."""
    if session.expires <= now or reader.get(records.CLIENTS, session.client_id) is None:
        return False
    if session.type == SSO:
        return True
    family = reader.get(records.FAMILIES, session.origin_jti)
    user = reader.get(records.USERS, session.pool_id, session.user_key)
    return family is not None and not family.revoked and user is not None and family.generation == user.generation


def is_over(reader: Reader, pool_id: str, user_key: str, session_id: str, now: float) -> bool:
    """Whether a session that was tracked when it began is there no more."""
    session = reader.get(USER_SESSIONS, pool_id, user_key, session_id)
    return session is None or not is_active(reader, session, now)


def of_user(reader: Reader, user: User, now: float) -> list[UserSession]:
    """The active sessions of a user, the one that was used last first."""
    if not is_tracking(reader, user.pool_id):
        return []
    found = reader.page(USER_SESSIONS, None, (user.pool_id, user.key)).records
    alive = [session for session in found if is_active(reader, session, now)]
    return sorted(alive, key=lambda session: session.last_active, reverse=True)


def find(reader: Reader, user: User, session_id: str, now: float) -> UserSession:
    """An active session of a user. Raises `ResourceNotFoundException`."""
    session = reader.get(USER_SESSIONS, user.pool_id, user.key, session_id)
    if session is None or not is_tracking(reader, user.pool_id) or not is_active(reader, session, now):
        raise errors.session_does_not_exist()
    return session


def revoke(tx: Transaction, session: UserSession, *, linked: bool) -> None:
    """End a session and, if asked, those that are linked to it: the origin of its tokens, or what came through it."""
    if linked:
        for other in tx.page(USER_SESSIONS, None, (session.pool_id, session.user_key)).records:
            if other.id == session.origin_id or other.origin_id == session.id:
                end(tx, other)
    end(tx, session)


def end(tx: Transaction, session: UserSession) -> None:
    """Revoke the tokens of a session, and forget it."""
    family = tx.get(records.FAMILIES, session.origin_jti) if session.origin_jti else None
    if family is not None and not family.revoked:
        tx.put(records.FAMILIES, replace(family, revoked=True))
    tx.delete(USER_SESSIONS, session.pool_id, session.user_key, session.id)


def shown(session: UserSession, *, current: bool = False) -> Json:
    """A session as the lists show it. No place is known for an address: the emulator has no map of the internet."""
    described: Json = {
        "SessionId": session.id,
        "SessionType": session.type,
        "ClientId": session.client_id,
        "CreateDate": Timestamp(session.created),
        "LastActiveDate": Timestamp(session.last_active),
        "DeviceType": session.device,
        "LastIPAddress": session.ip,
        "LastLocation": {"Country": "unknown"},
        "IsCurrentSession": current,
    }
    if session.origin_id:
        described["OriginSessionId"] = session.origin_id
    return described


def _new(call: Call, type: str, client: Client, user_key: str, expires: float) -> UserSession:
    origin = origin_of(call, client)
    return UserSession(
        id=_PREFIXES[type] + call.emulator.randomness.text(_ID_LENGTH, BASE36),
        pool_id=client.pool_id,
        user_key=user_key,
        client_id=client.id,
        created=call.now,
        last_active=call.now,
        expires=expires,
        device=origin.device,
        ip=origin.ip,
    )
