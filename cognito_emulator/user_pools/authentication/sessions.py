"""Sessions: the strings that carry a sign-in from one challenge to the next.

A session is opaque, bound to pool, client and user, lives as long as the client's `AuthSessionValidity`, and
is spent by the step that it led to. Source: reference auth-flows.md §2.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

from cognito_emulator.aws.call import Call
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import errors, records, repository
from cognito_emulator.user_pools.authentication.sign_in import Finish, Question, SignIn
from cognito_emulator.user_pools.expiry import purge_expired
from cognito_emulator.user_pools.records import AuthSession, Client, Pool

# Session strings of the service begin with the version bytes of an encrypted message.
_PREFIX = b"\x01\x80\x01\x78"
_LENGTH = 732
# The pages of a domain give three minutes for each step, whatever the client's setting.
PAGE_SECONDS = 180
# Begins the second names of sessions: no session string has a colon.
ALIAS = "device:"
_TRIES = 5


def new_handle(call: Call) -> str:
    """A session string nobody can guess."""
    return base64.b64encode(_PREFIX + call.emulator.randomness.bytes(_LENGTH)).decode()


def opened(sign_in: SignIn, challenge: str, question: Question, handle: str) -> AuthSession:
    """The record of a challenge that is being posed."""
    return AuthSession(
        id=_id(handle),
        pool_id=sign_in.pool.id,
        client_id=sign_in.client.id,
        user_key=sign_in.user.key if sign_in.user else "",
        challenge=challenge,
        expires=sign_in.call.now + (PAGE_SECONDS if sign_in.finish is not None else sign_in.client.session_seconds),
        admin=sign_in.admin,
        state={
            "flow": sign_in.flow,
            "passed": sign_in.passed,
            "memory": sign_in.memory,
            "challenge": question.state,
            "pages": sign_in.finish is not None,
        },
    )


def keep(tx: Transaction, session: AuthSession) -> None:
    """Write a new session."""
    purge_expired(tx, session)
    tx.insert(records.SESSIONS, session)


def resume(
    call: Call, pool: Pool, client: Client, handle: str, challenge: str, admin: bool, finish: Finish | None = None
) -> SignIn:
    """The sign-in that a session string stands for.

    Raises `NotAuthorizedException` for one that is unknown, of another client, pool, challenge or pair of
    operations, expired or already used.
    """
    session = _find(call, handle, pool.id, client.id)
    if (
        session is None
        or (session.pool_id, session.client_id) != (pool.id, client.id)
        or session.admin != admin
        or session.state["pages"] != (finish is not None)
        or session.challenge != challenge
    ):
        raise _no_such_sign_in(challenge)
    return _resumed(call, pool, client, session, finish)


def resume_alone(call: Call, handle: str, challenge: str) -> SignIn:
    """The sign-in of a session that comes to an operation which names neither pool nor client."""
    session = _find(call, handle, "", "")
    if session is None or session.challenge != challenge:
        raise errors.invalid_session()
    client, pool = repository.client_and_pool(call, session.client_id)
    return _resumed(call, pool, client, session, None)


def _find(call: Call, handle: str, pool_id: str, client_id: str) -> AuthSession | None:
    session = call.reader.get(records.SESSIONS, _id(handle, pool_id, client_id))
    if session is not None and "alias_of" in session.state:
        return call.reader.get(records.SESSIONS, session.state["alias_of"])
    return session


def _resumed(call: Call, pool: Pool, client: Client, session: AuthSession, finish: Finish | None) -> SignIn:
    if session.used:
        raise errors.session_used()
    if session.expires <= call.now:
        raise errors.session_expired()
    user = call.reader.get(records.USERS, pool.id, session.user_key) if session.user_key else None
    if user is None and session.user_key:
        raise errors.invalid_session()
    return SignIn(
        call,
        pool,
        client,
        user,
        flow=session.state["flow"],
        admin=session.admin,
        passed=list(session.state["passed"]),
        memory=dict(session.state["memory"]),
        session=session,
        finish=finish,
    )


def require_user(sign_in: SignIn, name: str) -> None:
    """Refuse an answer whose USERNAME is somebody else's."""
    user = repository.find_user_for_admin(sign_in.call.reader, sign_in.pool, name)
    if user is None or sign_in.user is None or user.key != sign_in.user.key:
        raise _no_such_sign_in(sign_in.session.challenge if sign_in.session else "")


def spend(tx: Transaction, session: AuthSession) -> None:
    """Use up a session. Raises `NotAuthorizedException` if somebody else was faster."""
    current = tx.get(records.SESSIONS, session.id)
    if current is None:
        raise errors.invalid_session()
    if current.used:
        raise errors.session_used()
    tx.put(records.SESSIONS, replace(current, used=True))


def _no_such_sign_in(challenge: str) -> AwsError:
    # A proof of a password that belongs to no sign-in is a wrong one. Source: reference auth-flows.md §5.
    if challenge.endswith("PASSWORD_VERIFIER"):
        return errors.incorrect_username_or_password()
    return errors.invalid_session()


def drop(tx: Transaction, session: AuthSession) -> None:
    """Forget a session, as if there had never been one."""
    tx.delete(records.SESSIONS, session.id)


def renewed(sign_in: SignIn, handle: str, state: dict[str, object]) -> AuthSession:
    """The session of the same challenge under a new string, with another state."""
    assert sign_in.session is not None
    session = sign_in.session
    expires = sign_in.call.now + sign_in.client.session_seconds
    return replace(
        session, id=_id(handle), expires=expires, used=False, state={**session.state, "challenge": state, "wrong": 0}
    )


def alias_of(session: AuthSession, alias: str) -> AuthSession:
    """A record by which a session is also found under a second name."""
    name = _id(alias, session.pool_id, session.client_id)
    return replace(session, id=name, state={"alias_of": session.id})


def check_tries(sign_in: SignIn) -> None:
    """Refuse any further answer to a challenge that was answered wrongly too often."""
    if sign_in.session is not None and sign_in.session.state.get("wrong", 0) >= _TRIES:
        raise errors.too_many_wrong_codes()


def count_wrong(sign_in: SignIn) -> None:
    """Count a wrong code; the session stays in force."""
    session = sign_in.session
    if session is None:
        return

    def step(tx: Transaction) -> None:
        current = tx.get(records.SESSIONS, session.id)
        if current is not None:
            wrong = current.state.get("wrong", 0) + 1
            tx.put(records.SESSIONS, replace(current, state={**current.state, "wrong": wrong}))

    sign_in.call.transact(step)


def _id(handle: str, pool_id: str = "", client_id: str = "") -> str:
    """The key of a session. Second names are not secret, so they are told apart by pool and client."""
    text = f"{pool_id}/{client_id}/{handle}" if handle.startswith(ALIAS) else handle
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
