"""Software tokens: authenticator apps that users register.

Sources: recordings `moto-aws-verified/mfa-on-totp-setup-and-login/2-6`, `github-issue-logs/totp-wrong-code/1`;
reference auth-flows.md §7.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cognito_emulator.aws.call import Call
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import errors, mfa, repository
from cognito_emulator.user_pools.credentials import totp
from cognito_emulator.user_pools.factor_records import SOFTWARE_TOKENS, SoftwareToken
from cognito_emulator.user_pools.records import Pool, User

Write = Callable[[Transaction], None]
# Steps whose codes are remembered as used: more than any code is good for.
_REMEMBERED = 8


def of(call: Call, user: User) -> SoftwareToken | None:
    return call.reader.get(SOFTWARE_TOKENS, user.pool_id, user.key)


def associate(call: Call, pool: Pool, user: User) -> tuple[str, Write]:
    """A new secret and the write that keeps it. A verified secret stays in force until the new one is verified."""
    if not mfa.pool_has(pool, mfa.SOFTWARE_TOKEN):
        raise errors.software_token_not_enabled()
    secret = totp.new_secret(call.emulator.randomness.bytes(32))

    def write(tx: Transaction) -> None:
        kept = tx.get(SOFTWARE_TOKENS, user.pool_id, user.key) or SoftwareToken(user.pool_id, user.key)
        tx.put(SOFTWARE_TOKENS, replace(kept, pending=secret))

    return secret, write


def verify(call: Call, pool: Pool, user: User, code: str, name: str) -> Write:
    """The write that puts the pending secret in force, after its first code. That code is used up by it."""
    if not mfa.pool_has(pool, mfa.SOFTWARE_TOKEN):
        raise errors.software_token_not_enabled()
    token = of(call, user)
    secret = (token.pending or token.secret) if token is not None else None
    if secret is None:
        raise errors.no_software_token()
    step = totp.step_of(secret, code, call.now)
    if step is None:
        raise errors.software_token_code_mismatch()

    def write(tx: Transaction) -> None:
        current = tx.get(SOFTWARE_TOKENS, user.pool_id, user.key)
        if current is None or secret not in (current.pending, current.secret):
            raise errors.software_token_code_mismatch()
        used = current.used if secret == current.secret else []
        if step in used:
            # The operation declares no other error for a code that is no good.
            raise errors.software_token_code_mismatch()
        tx.put(SOFTWARE_TOKENS, replace(current, secret=secret, pending=None, name=name, used=_used(used, step)))

    return write


def check_code(call: Call, user: User, code: str) -> Write | None:
    """The write that uses up a code given at sign-in; None for a wrong one.

    Raises `ExpiredCodeException` for a code that was used before.
    """
    token = of(call, user)
    if token is None or token.secret is None:
        raise errors.no_software_token()
    step = totp.step_of(token.secret, code, call.now)
    if step is None:
        return None
    if step in token.used:
        raise errors.software_token_used()

    def write(tx: Transaction) -> None:
        current = tx.get(SOFTWARE_TOKENS, user.pool_id, user.key)
        if current is None or current.secret != token.secret or step in current.used:
            raise errors.software_token_used()
        tx.put(SOFTWARE_TOKENS, replace(current, used=_used(current.used, step)))

    return write


def delete(call: Call, pool: Pool, user: User) -> None:
    """Take a user's software token away; they may register another."""

    def step(tx: Transaction) -> None:
        tx.delete(SOFTWARE_TOKENS, user.pool_id, user.key)
        current = repository.reload(tx, user)
        if mfa.SOFTWARE_TOKEN in current.mfa.get("enabled", ()):
            repository.save_user(tx, pool, current.with_(call.now, mfa=mfa.without(current, mfa.SOFTWARE_TOKEN)))

    call.transact(step)


def _used(earlier: list[int], step: int) -> list[int]:
    return [*earlier, step][-_REMEMBERED:]
