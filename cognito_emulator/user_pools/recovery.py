"""Password recovery by a code, for the API and for the pages of a pool's domain.

Sources: reference user-pools.md §2.4 and §5.2; recording github-issue-logs/forgot-force-change-password/1.
"""

from __future__ import annotations

from typing import Any

from cognito_emulator.aws.call import Call
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import errors, migration, registration, repository, verification
from cognito_emulator.user_pools.credentials import codes, limits, passwords
from cognito_emulator.user_pools.records import Client, Pool, User
from cognito_emulator.user_pools.risk import events, protection
from cognito_emulator.user_pools.triggers import post_confirmation
from cognito_emulator.user_pools.triggers.events import Metadata, Origin
from cognito_emulator.user_pools.verification import Details

PURPOSE = "CustomMessage_ForgotPassword"


def begin(call: Call, pool: Pool, client: Client, username: str, *, metadata: Metadata | None = None) -> Details:
    """Send a code that lets a user set a new password. A name that nobody has may be known to the pool's function.

    A client that hides unknown users hears the same of one who is unknown, disabled or has no verified address.
    Source: developer guide, "Managing user existence error responses".
    """
    protection.refuse_blocked_address(call, pool, client)
    user = repository.find_user(call.reader, pool, username)
    if user is None:
        user = migration.at_recovery(call, pool, client, username, metadata)
    if client.hides_unknown_users and not _is_reachable(pool, user):
        codes.pretend(call, pool, username)
        return verification.made_up_details(pool, username)
    user = _recoverable(user)
    attribute = address(pool, user)
    limits.count(call, user, "ForgotPassword")
    protection.record(call, pool, client, user, events.FORGOT_PASSWORD)
    origin = Origin(client.id, metadata)
    return verification.send_code(call, pool, user, codes.FORGOT_PASSWORD, PURPOSE, attribute, origin)


def complete(
    call: Call,
    pool: Pool,
    client: Client,
    username: str,
    given_code: str,
    password: str,
    *,
    metadata: Metadata | None = None,
) -> User:
    """Set a new password with the code that was sent; the address it went to is verified by that."""
    protection.refuse_blocked_address(call, pool, client)
    user = repository.find_user(call.reader, pool, username)
    if client.hides_unknown_users and not _is_reachable(pool, user):
        raise errors.code_mismatch() if codes.was_pretended(call, pool, username) else errors.code_expired()
    user = known = _recoverable(user)
    limits.count(call, user, "ConfirmForgotPassword")
    code = codes.check(call, user, codes.FORGOT_PASSWORD, given_code)
    kept = next_password(call, pool, user, password)
    protection.check_new_password(call, pool, client, password, protection.PASSWORD_CHANGE)

    def step(tx: Transaction) -> User:
        codes.spend(tx, code)
        current = repository.reload(tx, known)
        attributes = {**current.attributes, **verification.proven(current, code)}
        changed = current.with_(call.now, status="CONFIRMED", password=kept, attributes=attributes)
        registration.claim_aliases(tx, pool, changed, call.now, force=False, taken_error=errors.alias_exists)
        repository.save_user(tx, pool, changed)
        limits.forgive(tx, known)
        return changed

    changed = call.transact(step)
    protection.record(call, pool, client, changed, events.PASSWORD_CHANGE)
    origin = Origin(client.id, metadata)
    post_confirmation.run(call, pool, origin, post_confirmation.CONFIRM_FORGOT_PASSWORD, changed)
    return changed


def address(pool: Pool, user: User) -> str:
    """The address that a user's password is recovered by; refused in states that have no recovery."""
    if user.status in ("FORCE_CHANGE_PASSWORD", "EXTERNAL_PROVIDER"):
        raise errors.cannot_reset_in_current_state()
    if user.status == "UNCONFIRMED" and not verification.has_verified_address(user):
        raise errors.cannot_reset_in_current_state()
    return verification.recovery_attribute(pool, user)


def next_password(call: Call, pool: Pool, user: User, password: str, *, temporary: bool = False) -> dict[str, Any]:
    """What is kept of a user's next password, if the policy lets it pass."""
    rule = passwords.broken_rule(pool, password)
    if rule is not None:
        raise errors.invalid_password(rule)
    return passwords.successor(pool, user, password, call.emulator.randomness, call.now, temporary=temporary)


def _is_reachable(pool: Pool, user: User | None) -> bool:
    """Whether a user exists, is enabled and has a verified address (states of their own have errors of their own)."""
    if user is None or not user.enabled:
        return False
    return user.status in ("FORCE_CHANGE_PASSWORD", "EXTERNAL_PROVIDER") or verification.has_verified_address(user)


def _recoverable(user: User | None) -> User:
    if user is None:
        raise errors.username_client_id_combination_not_found()
    if not user.enabled:
        raise errors.user_is_disabled()
    return user
