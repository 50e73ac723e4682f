"""Codes that prove an address: sign-up, password recovery, attribute verification.

A new code of a kind takes the place of the old one, a used one is gone.
Sources: recording `floci-aws-fixtures/aws-cognito.confirm-sign-up.error.code-mismatch/1`;
reference user-pools.md §5.4 (lifetimes, digits).
"""

from __future__ import annotations

import hmac

from cognito_emulator.aws.call import Call
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import errors, records
from cognito_emulator.user_pools.records import Code, Pool, User

SIGN_UP = "SignUp"
FORGOT_PASSWORD = "ForgotPassword"
_PRETENDED = "ForgotPasswordPretended"
_HOUR = 3600.0
_LIFETIMES = {SIGN_UP: 24 * _HOUR, FORGOT_PASSWORD: _HOUR}


def verify_attribute(attribute: str) -> str:
    """The purpose of a code that verifies an attribute."""
    return f"Verify:{attribute}"


def new_code(call: Call, user: User, purpose: str, attribute: str, address: str) -> Code:
    """A fresh code of six digits for the address that an attribute of the user has; `keep` writes it."""
    lifetime = _LIFETIMES.get(purpose, 24 * _HOUR)
    value = call.emulator.randomness.digits(6)
    return Code(user.pool_id, user.key, purpose, value, call.now + lifetime, attribute, address)


def keep(tx: Transaction, code: Code) -> None:
    """Write a code over an earlier one of the same kind."""
    tx.put(records.CODES, code)


def pretend(call: Call, pool: Pool, username: str) -> None:
    """Remember that a code was asked for by a name that gets none, but must not be told so."""
    code = Code(pool.id, pool.fold(username), _PRETENDED, "", call.now + _HOUR, "")
    call.transact(lambda tx: keep(tx, code))


def was_pretended(call: Call, pool: Pool, username: str) -> bool:
    """Whether `pretend` was asked for that name within the life of a code."""
    code = call.reader.get(records.CODES, pool.id, pool.fold(username), _PRETENDED)
    return code is not None and code.expires >= call.now


def check(call: Call, user: User, purpose: str, given: str) -> Code:
    """The outstanding code, if `given` is it.

    Raises `ExpiredCodeException` if there is none (any more), `CodeMismatchException` if it is another one.
    """
    code = call.reader.get(records.CODES, user.pool_id, user.key, purpose)
    if code is None or code.expires < call.now:
        raise errors.code_expired()
    if not hmac.compare_digest(code.value.encode(), given.encode()):
        raise errors.code_mismatch()
    return code


def spend(tx: Transaction, code: Code) -> None:
    """Use up a code that was checked. Raises `ExpiredCodeException` if somebody else was faster."""
    current = tx.get(records.CODES, code.pool_id, code.user_key, code.purpose)
    if current != code:
        raise errors.code_expired()
    tx.delete(records.CODES, code.pool_id, code.user_key, code.purpose)
