"""User attributes: changed, removed, verified."""

from __future__ import annotations

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import attribute_changes, errors, repository, verification
from cognito_emulator.user_pools.credentials import codes, limits
from cognito_emulator.user_pools.schema import attributes
from cognito_emulator.user_pools.service import operation
from cognito_emulator.user_pools.tokens.verify import bearer
from cognito_emulator.user_pools.triggers.events import Origin


@operation
def update_user_attributes(call: Call, params: Params) -> Answer:
    """Change attributes of the user who asks; changed addresses get a code.

    Source: API reference, UpdateUserAttributes; reference user-pools.md §4.
    """
    who = bearer(call, params["AccessToken"])
    given = attributes.given(params["UserAttributes"])
    attributes.check_writable(who.pool, who.client, given)
    changed = attribute_changes.change(call, who.pool, who.user, given, by_admin=False)
    sent = attribute_changes.send_codes(call, who.pool, changed, Origin(who.client.id, params.get("ClientMetadata")))
    return {"CodeDeliveryDetailsList": sent} if sent else {}


@operation
def admin_update_user_attributes(call: Call, params: Params) -> Answer:
    """Change attributes of a user. Source: API reference, AdminUpdateUserAttributes."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    user = repository.user_for_admin(call.reader, pool, params["Username"])
    given = attributes.given(params["UserAttributes"])
    changed = attribute_changes.change(call, pool, user, given, by_admin=True)
    attribute_changes.send_codes(call, pool, changed, Origin(metadata=params.get("ClientMetadata")))
    return {}


@operation
def delete_user_attributes(call: Call, params: Params) -> Answer:
    """Remove attributes of the user who asks. Source: API reference, DeleteUserAttributes."""
    who = bearer(call, params["AccessToken"])
    attributes.check_writable(who.pool, who.client, params["UserAttributeNames"])
    attribute_changes.delete(call, who.pool, who.user, params["UserAttributeNames"])
    return {}


@operation
def admin_delete_user_attributes(call: Call, params: Params) -> Answer:
    """Remove attributes of a user. Source: API reference, AdminDeleteUserAttributes."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    user = repository.user_for_admin(call.reader, pool, params["Username"])
    attribute_changes.delete(call, pool, user, params["UserAttributeNames"])
    return {}


@operation
def get_user_attribute_verification_code(call: Call, params: Params) -> Answer:
    """Send a code to an address of the user who asks.

    Source: API reference, GetUserAttributeVerificationCode.
    """
    who = bearer(call, params["AccessToken"])
    attribute = params["AttributeName"]
    if attribute not in attributes.VERIFIED_FLAGS:
        raise errors.attribute_cannot_be_verified()
    if not verification.address_to_verify(who.user, attribute):
        raise errors.no_delivery_address(attribute)
    limits.count(call, who.user, "GetUserAttributeVerificationCode")
    details = verification.send_code(
        call,
        who.pool,
        who.user,
        codes.verify_attribute(attribute),
        "CustomMessage_VerifyUserAttribute",
        attribute,
        Origin(who.client.id, params.get("ClientMetadata")),
    )
    return {"CodeDeliveryDetails": details}


@operation
def verify_user_attribute(call: Call, params: Params) -> Answer:
    """Verify an address of the user who asks with the code that was sent there.

    Source: API reference, VerifyUserAttribute.
    """
    who = bearer(call, params["AccessToken"])
    attribute = params["AttributeName"]
    if attribute not in attributes.VERIFIED_FLAGS:
        raise errors.attribute_cannot_be_verified()
    limits.count(call, who.user, "VerifyUserAttribute")
    code = codes.check(call, who.user, codes.verify_attribute(attribute), params["Code"])

    def step(tx: Transaction) -> None:
        codes.spend(tx, code)
        attribute_changes.verify(tx, call, who.pool, who.user, code)

    call.transact(step)
    return {}
