"""Passwords: recovery, change, and what an administrator may do to them."""

from __future__ import annotations

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import analytics, errors, recovery, repository, verification
from cognito_emulator.user_pools.authentication import secret_hash
from cognito_emulator.user_pools.credentials import codes, limits, passwords
from cognito_emulator.user_pools.records import User
from cognito_emulator.user_pools.risk import events, protection
from cognito_emulator.user_pools.service import operation
from cognito_emulator.user_pools.tokens.verify import bearer
from cognito_emulator.user_pools.triggers.events import Origin


@operation
def forgot_password(call: Call, params: Params) -> Answer:
    """Send a code that lets a user set a new password.

    Source: API reference, ForgotPassword; recording github-issue-logs/forgot-force-change-password/1.
    """
    client, pool = repository.client_and_pool(call, params["ClientId"])
    secret_hash.check(client, params["Username"], params.get("SecretHash"))
    delivery = recovery.begin(call, pool, client, params["Username"], metadata=params.get("ClientMetadata"))
    analytics.met(call, pool, client, params["Username"])
    return {"CodeDeliveryDetails": delivery}


@operation
def confirm_forgot_password(call: Call, params: Params) -> Answer:
    """Set a new password with the code that was sent; the address it went to is verified by that.

    Source: API reference, ConfirmForgotPassword; reference user-pools.md §2.4 and §5.2.
    """
    client, pool = repository.client_and_pool(call, params["ClientId"])
    secret_hash.check(client, params["Username"], params.get("SecretHash"))
    recovery.complete(
        call,
        pool,
        client,
        params["Username"],
        params["ConfirmationCode"],
        params["Password"],
        metadata=params.get("ClientMetadata"),
    )
    analytics.met(call, pool, client, params["Username"])
    return {}


@operation
def change_password(call: Call, params: Params) -> Answer:
    """Change the password of the user who asks.

    Who has none sets one, save users of identity providers: those are given one by AdminSetUserPassword, whose
    reference says that they can change it from then on. Sources: API reference, ChangePassword, AdminSetUserPassword.
    """
    who = bearer(call, params["AccessToken"])
    user = who.user
    limits.count(call, user, "ChangePassword")
    previous = params.get("PreviousPassword")
    if user.password is None:
        refused = user.status == "EXTERNAL_PROVIDER"
    else:
        refused = previous is None or not passwords.matches(user.password, previous)
    if refused:
        protection.record(call, who.pool, who.client, user, events.PASSWORD_CHANGE, events.FAIL)
        raise errors.incorrect_username_or_password()
    proposed = params["ProposedPassword"]
    kept = recovery.next_password(call, who.pool, user, proposed)
    protection.check_new_password(call, who.pool, who.client, proposed, protection.PASSWORD_CHANGE)

    def step(tx: Transaction) -> None:
        current = repository.reload(tx, user)
        if current.password != user.password:
            raise errors.incorrect_username_or_password()
        repository.save_user(tx, who.pool, current.with_(call.now, password=kept))

    call.transact(step)
    protection.record(call, who.pool, who.client, user, events.PASSWORD_CHANGE)
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
    attribute = recovery.address(pool, user)
    verification.require_channel(call.reader, pool, attribute, recovery.PURPOSE)

    def step(tx: Transaction) -> User:
        current = repository.reload(tx, user)
        changed = current.with_(call.now, status="RESET_REQUIRED")
        repository.save_user(tx, pool, changed)
        return changed

    changed, origin = call.transact(step), Origin(metadata=params.get("ClientMetadata"))
    verification.send_code(call, pool, changed, codes.FORGOT_PASSWORD, recovery.PURPOSE, attribute, origin)
    return {}


@operation
def admin_set_user_password(call: Call, params: Params) -> Answer:
    """Set a user's password: for good, or (the default) as a temporary one.

    A user who came from an identity provider is a local user as well from then on, and has the status of one.

    Source: API reference, AdminSetUserPassword; reference user-pools.md §5.2.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    user = repository.user_for_admin(call.reader, pool, params["Username"])
    permanent = params.get("Permanent", False)
    kept = recovery.next_password(call, pool, user, params["Password"], temporary=not permanent)

    def step(tx: Transaction) -> None:
        current = repository.reload(tx, user)
        status = "CONFIRMED" if permanent else "FORCE_CHANGE_PASSWORD"
        repository.save_user(tx, pool, current.with_(call.now, status=status, password=kept))
        limits.forgive(tx, user)

    call.transact(step)
    return {}
