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
        expires=sign_in.call.now + sign_in.client.session_seconds,
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
    session = call.reader.get(records.SESSIONS, _id(handle))
    if (
        session is None
        or (session.pool_id, session.client_id) != (pool.id, client.id)
        or session.admin != admin
        or session.state["pages"] != (finish is not None)
        or session.challenge != challenge
    ):
        raise _no_such_sign_in(challenge)
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
        admin=admin,
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


def _id(handle: str) -> str:
    return hashlib.sha256(handle.encode("utf-8", "surrogatepass")).hexdigest()
