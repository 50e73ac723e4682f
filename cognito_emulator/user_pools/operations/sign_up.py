"""Sign-up and its confirmation."""

from __future__ import annotations

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import errors, registration, repository, verification
from cognito_emulator.user_pools.authentication import secret_hash
from cognito_emulator.user_pools.credentials import codes, limits, passwords
from cognito_emulator.user_pools.records import Pool, User
from cognito_emulator.user_pools.schema import attributes
from cognito_emulator.user_pools.schema.attributes import VERIFIED_FLAGS
from cognito_emulator.user_pools.service import operation


@operation
def sign_up(call: Call, params: Params) -> Answer:
    """Register a user. Source: API reference, SignUp; reference user-pools.md §2.2 and §5."""
    client, pool = repository.client_and_pool(call, params["ClientId"])
    username, password = params["Username"], params.get("Password")
    secret_hash.check(client, username, params.get("SecretHash"))
    if pool.settings["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"]:
        raise errors.sign_up_not_permitted()
    if not password:
        raise errors.password_required()
    rule = passwords.broken_rule(pool, password)
    if rule is not None:
        raise errors.invalid_password_at_sign_up(rule)
    given = attributes.given(params.get("UserAttributes", []))
    attributes.check_writable(client, given)
    if "preferred_username" in given and "preferred_username" in pool.alias_attributes:
        raise errors.preferred_username_at_sign_up()
    given = registration.named_attributes(pool, username, given)
    attributes.check_new_user(pool, given)
    registration.require_free_name(call.reader, pool, username, given, errors.user_already_exists())
    target = verification.sign_up_attribute(pool, given)
    if target is not None:
        verification.require_channel(pool, target, "CustomMessage_SignUp")
        given[VERIFIED_FLAGS[target]] = "false"
    user = registration.new_user(call, pool, username, "UNCONFIRMED", given)
    kept = passwords.make(pool, user.username, password, call.emulator.randomness, call.now)
    user = user.with_(call.now, password=kept)
    call.transact(lambda tx: registration.insert(tx, pool, user, errors.user_already_exists()))
    answer: Answer = {"UserConfirmed": False, "UserSub": user.sub}
    if target is not None:
        answer["CodeDeliveryDetails"] = verification.send_code(
            call, pool, user, codes.SIGN_UP, "CustomMessage_SignUp", target
        )
    return answer


@operation
def confirm_sign_up(call: Call, params: Params) -> Answer:
    """Confirm a sign-up with the code that was sent.

    Source: API reference, ConfirmSignUp; recording floci-aws-fixtures/aws-cognito.confirm-sign-up.error.code-mismatch.
    """
    client, pool = repository.client_and_pool(call, params["ClientId"])
    secret_hash.check(client, params["Username"], params.get("SecretHash"))
    user = repository.find_user(call.reader, pool, params["Username"])
    if user is None and client.hides_unknown_users:
        raise errors.code_expired()
    if user is None:
        raise errors.username_client_id_combination_not_found()
    if user.status != "UNCONFIRMED":
        raise errors.cannot_be_confirmed(user.status)
    limits.count(call, user, "ConfirmSignUp")
    code = codes.check(call, user, codes.SIGN_UP, params["ConfirmationCode"])
    force = params.get("ForceAliasCreation", False)

    def step(tx: Transaction) -> None:
        codes.spend(tx, code)
        _confirm(tx, call, pool, user, code.attribute, force)

    call.transact(step)
    return {}


@operation
def admin_confirm_sign_up(call: Call, params: Params) -> Answer:
    """Confirm a sign-up without a code; no address becomes verified. Source: API reference, AdminConfirmSignUp."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    user = repository.user_for_admin(call.reader, pool, params["Username"])
    call.transact(lambda tx: _confirm(tx, call, pool, user, None, False))
    return {}


@operation
def resend_confirmation_code(call: Call, params: Params) -> Answer:
    """Send the code of a sign-up again. Source: API reference, ResendConfirmationCode."""
    client, pool = repository.client_and_pool(call, params["ClientId"])
    secret_hash.check(client, params["Username"], params.get("SecretHash"))
    user = repository.find_user(call.reader, pool, params["Username"])
    if user is None and client.hides_unknown_users:
        return {"CodeDeliveryDetails": verification.made_up_details(pool, params["Username"])}
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
    details = verification.send_code(call, pool, user, codes.SIGN_UP, "CustomMessage_ResendCode", target)
    return {"CodeDeliveryDetails": details}


def _confirm(tx: Transaction, call: Call, pool: Pool, user: User, attribute: str | None, force: bool) -> None:
    current = repository.reload(tx, user)
    if current.status != "UNCONFIRMED":
        raise errors.cannot_be_confirmed(current.status)
    verified = {VERIFIED_FLAGS[attribute]: "true"} if attribute else {}
    confirmed = current.with_(call.now, status="CONFIRMED", attributes={**current.attributes, **verified})
    registration.claim_aliases(tx, pool, confirmed, call.now, force=force, taken_error=errors.alias_exists)
    repository.save_user(tx, pool, confirmed)
