"""Invitations: the message with the temporary password that AdminCreateUser sends.

Source: API reference, AdminCreateUser (`DesiredDeliveryMediums`, default SMS; `MessageAction`).
"""

from __future__ import annotations

from cognito_emulator.aws.call import Call, Params
from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.messages.send import send
from cognito_emulator.user_pools.records import Pool, User

_ATTRIBUTES = {"EMAIL": "email", "SMS": "phone_number"}
PURPOSE = "CustomMessage_AdminCreateUser"


def check_channels(pool: Pool, params: Params, attributes: dict[str, str]) -> None:
    """Refuse a text message that was asked for and that the pool cannot send."""
    if params.get("MessageAction") == "SUPPRESS":
        return
    wanted = params.get("DesiredDeliveryMediums", [])
    if "SMS" in wanted and attributes.get("phone_number") and not pool.settings.get("SmsConfiguration"):
        raise errors.no_sms_configuration()


def invite(call: Call, pool: Pool, user: User, params: Params, password: str) -> None:
    """Send the temporary password by every medium that was asked for and that the user has an address for."""
    if params.get("MessageAction") == "SUPPRESS":
        return
    for medium in params.get("DesiredDeliveryMediums") or ["SMS"]:
        attribute = _ATTRIBUTES[medium]
        address = user.attributes.get(attribute)
        if address and (medium == "EMAIL" or pool.settings.get("SmsConfiguration")):
            send(call, pool, user, PURPOSE, attribute, address, password)
