"""Sign-up and its confirmation, for the API and for the pages of a pool's domain.

Sources: reference user-pools.md §2.2, §5; recordings `floci-aws-fixtures/aws-cognito.sign-up.happy/1`,
`…/aws-cognito.confirm-sign-up.error.code-mismatch/1`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from cognito_emulator.aws.call import Call
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import errors, registration, repository, verification
from cognito_emulator.user_pools.credentials import codes, limits, passwords
from cognito_emulator.user_pools.records import Client, Code, Pool, User
from cognito_emulator.user_pools.risk import events, protection
from cognito_emulator.user_pools.schema import attributes
from cognito_emulator.user_pools.schema.attributes import VERIFIED_FLAGS
from cognito_emulator.user_pools.triggers import post_confirmation, pre_sign_up
from cognito_emulator.user_pools.triggers.events import Metadata, Origin
from cognito_emulator.user_pools.verification import Details


@dataclass(frozen=True)
class SignedUp:
    """A user who signed up, and where their code went (None: nowhere)."""

    user: User
    delivery: Details | None


def sign_up(
    call: Call,
    pool: Pool,
    client: Client,
    username: str,
    password: str | None,
    given: dict[str, str],
    *,
    validation_data: Metadata | None = None,
    metadata: Metadata | None = None,
) -> SignedUp:
    """Register a user with the attributes that they gave, and send them a code.

    Where the pool lets codes stand in for passwords, a user with an address for them may do without a password.
    The pool's functions may refuse the user (pre sign-up), or confirm them at once. `validation_data` and `metadata`
    are for these functions.
    """
    _check_permitted(call, pool, client, password)
    given = _checked_attributes(pool, client, username, given)
    if not password and not registration.has_code_address(pool, given):
        raise errors.password_required()
    registration.require_free_name(call.reader, pool, username, given, errors.user_already_exists())
    target = verification.sign_up_attribute(pool, given)
    unverified = {VERIFIED_FLAGS[target]: "false"} if target is not None else {}
    user = registration.new_user(call, pool, username, "UNCONFIRMED", {**given, **unverified})
    origin = Origin(client.id, metadata)
    verdict = pre_sign_up.run(call, pool, origin, pre_sign_up.SIGN_UP, user.username, given, validation_data)
    user = _as_judged(user, verdict)
    if target is not None and not verdict.confirm:
        verification.require_channel(call.reader, pool, target, "CustomMessage_SignUp")
    _register(call, pool, user, password)
    protection.record(call, pool, client, user, events.SIGN_UP)
    delivery = None
    if verdict.confirm:
        post_confirmation.run(call, pool, origin, post_confirmation.CONFIRM_SIGN_UP, user)
    elif target is not None:
        delivery = verification.send_code(call, pool, user, codes.SIGN_UP, "CustomMessage_SignUp", target, origin)
    return SignedUp(user, delivery)


def _check_permitted(call: Call, pool: Pool, client: Client, password: str | None) -> None:
    """Refuse a sign-up that the pool does not allow, or not with that password, or not from there."""
    if pool.settings["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"]:
        raise errors.sign_up_not_permitted()
    if not password and not pool.passwordless:
        raise errors.password_required()
    rule = passwords.broken_rule(pool, password) if password else None
    if rule is not None:
        raise errors.invalid_password_at_sign_up(rule)
    protection.refuse_blocked_address(call, pool, client)
    if password:
        protection.check_new_password(call, pool, client, password, protection.SIGN_UP)


def _checked_attributes(pool: Pool, client: Client, username: str, given: dict[str, str]) -> dict[str, str]:
    """The attributes of the new user, with the one that the username stands for."""
    attributes.check_writable(pool, client, given)
    if "preferred_username" in given and "preferred_username" in pool.alias_attributes:
        raise errors.preferred_username_at_sign_up()
    given = registration.named_attributes(pool, username, given)
    attributes.check_new_user(pool, given)
    return given


def _register(call: Call, pool: Pool, user: User, password: str | None) -> None:
    """Write the new user."""
    if password:
        kept = passwords.make(pool, user.username, password, call.emulator.randomness, call.now)
        user = user.with_(call.now, password=kept)

    def step(tx: Transaction) -> None:
        registration.claim_aliases(tx, pool, user, call.now, force=True, taken_error=errors.alias_exists)
        registration.insert(tx, pool, user, errors.user_already_exists())

    call.transact(step)


def _as_judged(user: User, verdict: pre_sign_up.Verdict) -> User:
    """The new user after the pool's function had its say."""
    for attribute in verdict.verified:
        if not user.attributes.get(attribute):
            raise errors.verified_flag_without_address(attribute)
    verified = {VERIFIED_FLAGS[attribute]: "true" for attribute in verdict.verified}
    status = "CONFIRMED" if verdict.confirm else user.status
    return replace(user, status=status, attributes={**user.attributes, **verified})


def confirm(
    call: Call,
    pool: Pool,
    client: Client,
    username: str,
    given_code: str,
    *,
    force: bool = False,
    metadata: Metadata | None = None,
) -> User:
    """Confirm a sign-up with the code that was sent. `force` takes an alias away from who holds it."""
    user = repository.find_user(call.reader, pool, username)
    if user is None and client.hides_unknown_users:
        raise errors.code_expired()
    if user is None:
        raise errors.username_client_id_combination_not_found()
    if user.status != "UNCONFIRMED":
        raise errors.cannot_be_confirmed(user.status)
    limits.count(call, user, "ConfirmSignUp")
    code = codes.check(call, user, codes.SIGN_UP, given_code)

    def step(tx: Transaction) -> User:
        codes.spend(tx, code)
        return _confirm(tx, call, pool, user, code, force)

    confirmed = call.transact(step)
    origin = Origin(client.id, metadata)
    post_confirmation.run(call, pool, origin, post_confirmation.CONFIRM_SIGN_UP, confirmed)
    return confirmed


def confirm_by_admin(call: Call, pool: Pool, user: User, metadata: Metadata | None = None) -> User:
    """Confirm a sign-up without a code; no address becomes verified."""
    confirmed = call.transact(lambda tx: _confirm(tx, call, pool, user, None, False))
    origin = Origin(metadata=metadata)
    post_confirmation.run(call, pool, origin, post_confirmation.CONFIRM_SIGN_UP, confirmed)
    return confirmed


def resend(call: Call, pool: Pool, client: Client, username: str, *, metadata: Metadata | None = None) -> Details:
    """Send the code of a sign-up again.

    A client that hides unknown users hears the same of one who is unknown or disabled: nothing goes out to either.
    Source: developer guide, "Managing user existence error responses".
    """
    protection.refuse_blocked_address(call, pool, client)
    user = repository.find_user(call.reader, pool, username)
    if client.hides_unknown_users and (user is None or not user.enabled):
        return verification.made_up_details(pool, username)
    if user is None:
        raise errors.username_client_id_combination_not_found()
    if user.status != "UNCONFIRMED":
        raise errors.already_confirmed()
    if not pool.auto_verified:
        raise errors.auto_verification_not_on()
    target = verification.sign_up_attribute(pool, user.attributes)
    if target is None:
        raise errors.no_delivery_address(pool.auto_verified[0])
    limits.count(call, user, "ResendConfirmationCode")
    protection.record(call, pool, client, user, events.RESEND_CODE)
    origin = Origin(client.id, metadata)
    return verification.send_code(call, pool, user, codes.SIGN_UP, "CustomMessage_ResendCode", target, origin)


def _confirm(tx: Transaction, call: Call, pool: Pool, user: User, code: Code | None, force: bool) -> User:
    current = repository.reload(tx, user)
    if current.status != "UNCONFIRMED":
        raise errors.cannot_be_confirmed(current.status)
    verified = verification.proven(current, code) if code is not None else {}
    confirmed = current.with_(call.now, status="CONFIRMED", attributes={**current.attributes, **verified})
    registration.claim_aliases(tx, pool, confirmed, call.now, force=force, taken_error=errors.alias_exists)
    repository.save_user(tx, pool, confirmed)
    return confirmed
