"""Invitations: the message with the temporary password that AdminCreateUser sends.

Source: API reference, AdminCreateUser (`DesiredDeliveryMediums`, default SMS; `MessageAction`).
"""

from __future__ import annotations

from cognito_emulator.aws.call import Call, Params
from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.messages.send import can_text, send
from cognito_emulator.user_pools.records import Pool, User
from cognito_emulator.user_pools.triggers.events import Origin

_ATTRIBUTES = {"EMAIL": "email", "SMS": "phone_number"}
PURPOSE = "CustomMessage_AdminCreateUser"


def check_channels(pool: Pool, params: Params, attributes: dict[str, str]) -> None:
    """Refuse a text message that was asked for and that the pool cannot send."""
    if params.get("MessageAction") == "SUPPRESS":
        return
    wanted = params.get("DesiredDeliveryMediums", [])
    if "SMS" in wanted and attributes.get("phone_number") and not can_text(pool):
        raise errors.no_sms_configuration()


def invite(call: Call, pool: Pool, user: User, params: Params, password: str) -> None:
    """Send the temporary password, unless that was not wanted."""
    if params.get("MessageAction") != "SUPPRESS":
        mediums = params.get("DesiredDeliveryMediums") or [_usual_medium(pool, user)]
        welcome(call, pool, user, mediums, password, Origin(metadata=params.get("ClientMetadata")))


def _usual_medium(pool: Pool, user: User) -> str:
    """SMS, as the model says; a user who cannot be reached so gets an e-mail.

    Source: walk-throughs that make a user by the CLI with an e-mail address only and read the password there.
    """
    return "SMS" if user.attributes.get("phone_number") and can_text(pool) else "EMAIL"


def welcome(call: Call, pool: Pool, user: User, mediums: list[str], password: str, origin: Origin) -> None:
    """Send name and password by every medium that is wanted and that the user has an address for."""
    for medium in mediums:
        attribute = _ATTRIBUTES[medium]
        address = user.attributes.get(attribute)
        if address and (medium == "EMAIL" or can_text(pool)):
            send(call, pool, user, PURPOSE, attribute, address, password, origin)
