"""Passwords: recovery, change, and what an administrator may do to them."""

from __future__ import annotations

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import errors, registration, repository, verification
from cognito_emulator.user_pools.authentication import secret_hash
from cognito_emulator.user_pools.credentials import codes, limits, passwords
from cognito_emulator.user_pools.records import Pool, User
from cognito_emulator.user_pools.schema.attributes import VERIFIED_FLAGS
from cognito_emulator.user_pools.service import operation
from cognito_emulator.user_pools.tokens.verify import bearer


@operation
def forgot_password(call: Call, params: Params) -> Answer:
    """Send a code that lets a user set a new password.

    Source: API reference, ForgotPassword; recording github-issue-logs/forgot-force-change-password/1.
    """
    client, pool = repository.client_and_pool(call, params["ClientId"])
    secret_hash.check(client, params["Username"], params.get("SecretHash"))
    user = repository.find_user(call.reader, pool, params["Username"])
    if client.hides_unknown_users and (user is None or not user.enabled):
        return {"CodeDeliveryDetails": verification.made_up_details(pool, params["Username"])}
    if user is None:
        raise errors.username_client_id_combination_not_found()
    if not user.enabled:
        raise errors.user_is_disabled()
    attribute = _recovery_attribute(pool, user)
    limits.count(call, user, "ForgotPassword")
    details = verification.send_code(call, pool, user, codes.FORGOT_PASSWORD, "CustomMessage_ForgotPassword", attribute)
    return {"CodeDeliveryDetails": details}


@operation
def confirm_forgot_password(call: Call, params: Params) -> Answer:
    """Set a new password with the code that was sent; the address it went to is verified by that.

    Source: API reference, ConfirmForgotPassword; reference user-pools.md §2.4 and §5.2.
    """
    client, pool = repository.client_and_pool(call, params["ClientId"])
    secret_hash.check(client, params["Username"], params.get("SecretHash"))
    user = repository.find_user(call.reader, pool, params["Username"])
    if client.hides_unknown_users and (user is None or not user.enabled):
        raise errors.code_expired()
    if user is None:
        raise errors.username_client_id_combination_not_found()
    if not user.enabled:
        raise errors.user_is_disabled()
    limits.count(call, user, "ConfirmForgotPassword")
    code = codes.check(call, user, codes.FORGOT_PASSWORD, params["ConfirmationCode"])
    kept = _next_password(call, pool, user, params["Password"])

    def step(tx: Transaction) -> None:
        codes.spend(tx, code)
        current = repository.reload(tx, user)
        verified = {VERIFIED_FLAGS[code.attribute]: "true"}
        changed = current.with_(
            call.now, status="CONFIRMED", password=kept, attributes={**current.attributes, **verified}
        )
        registration.claim_aliases(tx, pool, changed, call.now, force=False, taken_error=errors.alias_exists)
        repository.save_user(tx, pool, changed)
        limits.forgive(tx, user)

    call.transact(step)
    return {}


@operation
def change_password(call: Call, params: Params) -> Answer:
    """Change the password of the user who asks. Source: API reference, ChangePassword."""
    who = bearer(call, params["AccessToken"])
    user = who.user
    limits.count(call, user, "ChangePassword")
    previous = params.get("PreviousPassword")
    if user.password is not None and (previous is None or not passwords.matches(user.password, previous)):
        raise errors.incorrect_username_or_password()
    kept = _next_password(call, who.pool, user, params["ProposedPassword"])

    def step(tx: Transaction) -> None:
        current = repository.reload(tx, user)
        if current.password != user.password:
            raise errors.incorrect_username_or_password()
        repository.save_user(tx, who.pool, current.with_(call.now, password=kept))

    call.transact(step)
    return {}


@operation
def admin_reset_user_password(call: Call, params: Params) -> Answer:
    """Make a user's password useless until they set a new one with a code.

    Source: API reference, AdminResetUserPassword; recording github-issue-logs/user-disabled/1.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    user = repository.user_for_admin(call.reader, pool, params["Username"])
    if not user.enabled:
        raise errors.disabled_user_cannot_be_reset()
    attribute = _recovery_attribute(pool, user)
    verification.require_channel(pool, attribute, "CustomMessage_ForgotPassword")

    def step(tx: Transaction) -> User:
        current = repository.reload(tx, user)
        changed = current.with_(call.now, status="RESET_REQUIRED")
        repository.save_user(tx, pool, changed)
        return changed

    verification.send_code(
        call, pool, call.transact(step), codes.FORGOT_PASSWORD, "CustomMessage_ForgotPassword", attribute
    )
    return {}


@operation
def admin_set_user_password(call: Call, params: Params) -> Answer:
    """Set a user's password: for good, or (the default) as a temporary one.

    Source: API reference, AdminSetUserPassword; reference user-pools.md §5.2.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    user = repository.user_for_admin(call.reader, pool, params["Username"])
    permanent = params.get("Permanent", False)
    kept = _next_password(call, pool, user, params["Password"], temporary=not permanent)

    def step(tx: Transaction) -> None:
        current = repository.reload(tx, user)
        status = "CONFIRMED" if permanent else "FORCE_CHANGE_PASSWORD"
        if current.status == "EXTERNAL_PROVIDER":
            status = current.status
        repository.save_user(tx, pool, current.with_(call.now, status=status, password=kept))
        limits.forgive(tx, user)

    call.transact(step)
    return {}


def _recovery_attribute(pool: Pool, user: User) -> str:
    if user.status in ("FORCE_CHANGE_PASSWORD", "EXTERNAL_PROVIDER"):
        raise errors.cannot_reset_in_current_state()
    return verification.recovery_attribute(pool, user)


def _next_password(call: Call, pool: Pool, user: User, password: str, *, temporary: bool = False) -> dict[str, object]:
    rule = passwords.broken_rule(pool, password)
    if rule is not None:
        raise errors.invalid_password(rule)
    return passwords.successor(pool, user, password, call.emulator.randomness, call.now, temporary=temporary)
