"""How often one user may try: request limits per hour, and the lockout after wrong passwords.

Sources: recordings `github-issue-logs/attempt-limit/1`, `…/lockout-after-eight/1-2`,
`…/password-attempts-exceeded/1`; reference user-pools.md §5.4 and §5.5. Where AWS varies a limit with the risk
of the request, the limit for a request without risk is used.
"""

from __future__ import annotations

from dataclasses import replace

from cognito_emulator.aws.call import Call
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import errors, records
from cognito_emulator.user_pools.records import Attempts, User

HOUR = 3600.0
PER_HOUR = {
    "ResendConfirmationCode": 5,
    "ForgotPassword": 20,
    "ConfirmForgotPassword": 20,
    "ConfirmSignUp": 15,
    "ChangePassword": 5,
    "GetUserAttributeVerificationCode": 5,
    "VerifyUserAttribute": 15,
}

_SIGN_IN = "SignIn"
_FREE_FAILURES = 5
_LONGEST_LOCK = 900.0


def count(call: Call, user: User, action: str) -> None:
    """Count one attempt of a user; the count stays even if the request is refused afterwards.

    Raises `LimitExceededException` when the hour's attempts are used up.
    """

    def add(tx: Transaction) -> bool:
        tries = tx.get(records.ATTEMPTS, user.pool_id, user.key, action)
        if tries is None or call.now - tries.since >= HOUR:
            tries = Attempts(user.pool_id, user.key, action, 0, call.now)
        if tries.count >= PER_HOUR[action]:
            return False
        tx.put(records.ATTEMPTS, replace(tries, count=tries.count + 1))
        return True

    if not call.transact(add):
        raise errors.attempt_limit_exceeded()


def check_lockout(call: Call, user: User) -> None:
    """Refuse a sign-in while a user is locked out; such an attempt does not count."""
    failures = call.reader.get(records.ATTEMPTS, user.pool_id, user.key, _SIGN_IN)
    if failures is not None and call.now < failures.blocked_until:
        raise errors.password_attempts_exceeded()


def count_failure(call: Call, user: User) -> None:
    """Count a wrong password: from the fifth on, the user is locked out for 1, 2, 4, … seconds."""

    def add(tx: Transaction) -> None:
        failures = tx.get(records.ATTEMPTS, user.pool_id, user.key, _SIGN_IN)
        if failures is None or call.now - failures.since >= _LONGEST_LOCK:
            failures = Attempts(user.pool_id, user.key, _SIGN_IN, 0, call.now)
        number = failures.count + 1
        lock = min(2.0 ** min(number - _FREE_FAILURES, 30), _LONGEST_LOCK) if number >= _FREE_FAILURES else 0.0
        tx.put(records.ATTEMPTS, replace(failures, count=number, since=call.now, blocked_until=call.now + lock))

    call.transact(add)


def forgive(tx: Transaction, user: User) -> None:
    """Forget the wrong passwords of a user who gave the right one."""
    if tx.get(records.ATTEMPTS, user.pool_id, user.key, _SIGN_IN) is not None:
        tx.delete(records.ATTEMPTS, user.pool_id, user.key, _SIGN_IN)
