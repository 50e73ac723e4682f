"""Codes on their way to a user: which address they go to, and what the answer says of it.

Sources: recordings `floci-aws-fixtures/aws-cognito.sign-up.happy/1`, `moto-aws-verified/sign-up-unverified-email/1`;
reference user-pools.md §5.4.
"""

from __future__ import annotations

import hashlib
import hmac

from cognito_emulator.aws.call import Call
from cognito_emulator.user_pools import errors, mfa
from cognito_emulator.user_pools.credentials import codes
from cognito_emulator.user_pools.messages import masking
from cognito_emulator.user_pools.messages.send import require_channel, send
from cognito_emulator.user_pools.records import Code, Pool, User
from cognito_emulator.user_pools.schema.attributes import VERIFIED_FLAGS, is_phone_number
from cognito_emulator.user_pools.triggers.events import Origin

Details = dict[str, str]
__all__ = [
    "address_to_verify",
    "made_up_details",
    "proven",
    "recovery_attribute",
    "require_channel",
    "send_code",
    "sign_up_attribute",
]
# A phone number goes before an e-mail address wherever both would do.
_PREFERENCE = ("phone_number", "email")


def sign_up_attribute(pool: Pool, attributes: dict[str, str]) -> str | None:
    """The address that confirms a sign-up: an auto-verified one that the user gave."""
    return next((name for name in _PREFERENCE if name in pool.auto_verified and attributes.get(name)), None)


def send_code(call: Call, pool: Pool, user: User, purpose: str, source: str, attribute: str, origin: Origin) -> Details:
    """Make a code, send it to the user's address and return `CodeDeliveryDetails`.

    `purpose` is the kind of code, `source` the trigger source of its message, `origin` what functions are told of
    the request. A new address that waits for its own code gets no other: until then the user's address is the old
    one. Source: botocore's model, UserAttributeUpdateSettingsType.
    """
    require_channel(call.reader, pool, attribute, source)
    verifies = purpose == codes.verify_attribute(attribute)
    destination = (address_to_verify(user, attribute) if verifies else None) or user.attributes[attribute]
    code = codes.new_code(call, user, purpose, attribute, destination)
    call.transact(lambda tx: codes.keep(tx, code))
    send(call, pool, user, source, attribute, destination, code.value, origin)
    return masking.details(attribute, destination)


def address_to_verify(user: User, attribute: str) -> str | None:
    """The address that a code for the attribute verifies: the new one that waits for it, or the one that is there."""
    return user.pending.get(attribute) or user.attributes.get(attribute)


def proven(user: User, code: Code) -> Details:
    """The flag that a code sets. It proves the address that it went to, and nothing if the user has another by now."""
    if code.address and user.attributes.get(code.attribute) != code.address:
        return {}
    return {VERIFIED_FLAGS[code.attribute]: "true"}


def recovery_attribute(pool: Pool, user: User) -> str:
    """The address that a password is recovered by.

    Raises `NotAuthorizedException` if only an administrator may, `InvalidParameterException` if the user has no
    verified address. With an empty setting, a phone number goes before an e-mail address; with any other, an address
    to which the user's second factor goes does not count.
    """
    setting = pool.settings.get("AccountRecoverySetting")
    if setting:
        mechanisms = sorted(setting.get("RecoveryMechanisms", []), key=lambda mechanism: mechanism["Priority"])
        names = [mechanism["Name"] for mechanism in mechanisms]
        if names == ["admin_only"]:
            raise errors.contact_administrator()
        addresses = [name.removeprefix("verified_") for name in names]
        order: tuple[str, ...] = tuple(name for name in addresses if name not in mfa.addresses_in_use(user))
    else:
        order = _PREFERENCE
    for attribute in order:
        if user.attributes.get(attribute) and user.attributes.get(VERIFIED_FLAGS[attribute]) == "true":
            return attribute
    raise errors.no_registered_recovery_address()


def has_verified_address(user: User) -> bool:
    """Whether any address of the user is verified."""
    return any(
        user.attributes.get(name) and user.attributes.get(VERIFIED_FLAGS[name]) == "true" for name in _PREFERENCE
    )


def made_up_details(pool: Pool, username: str) -> Details:
    """`CodeDeliveryDetails` for a user who does not exist but must not be told so: the same every time.

    The medium is that of the name's form; else the one that the pool recovers passwords by, or verifies.
    """
    if is_phone_number(username):
        return masking.details("phone_number", username)
    if "@" in username:
        return masking.details("email", username)
    digest = hmac.new(bytes.fromhex(pool.secret), f"address:{username}".encode(), hashlib.sha256).hexdigest()
    if _usual_attribute(pool) == "phone_number":
        return masking.details("phone_number", f"+1{int(digest[:12], 16) % 10**10:010}")
    letters = digest.translate(str.maketrans("0123456789", "ghijklmnop"))
    return masking.details("email", f"{letters[0]}@{letters[1]}")


def _usual_attribute(pool: Pool) -> str:
    mechanisms = pool.settings.get("AccountRecoverySetting", {}).get("RecoveryMechanisms", [])
    first = min(mechanisms, key=lambda mechanism: mechanism["Priority"], default={"Name": ""})
    named = first["Name"].removeprefix("verified_")
    return (
        named if named in _PREFERENCE else next((name for name in _PREFERENCE if name in pool.auto_verified), "email")
    )
