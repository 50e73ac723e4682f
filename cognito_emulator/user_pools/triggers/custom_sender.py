"""Custom senders: functions that send a pool's messages themselves. They get the code encrypted.

Source: reference lambda-triggers.md §4.9.
"""

from __future__ import annotations

import base64
import html
import logging

from cognito_emulator.aws.call import Call
from cognito_emulator.outside import encryption
from cognito_emulator.user_pools.records import Pool, User
from cognito_emulator.user_pools.triggers import invoke
from cognito_emulator.user_pools.triggers.events import Json, Origin, event, user_attributes

logger = logging.getLogger(__name__)
_TRIGGERS = {"EMAIL": "CustomEmailSender", "SMS": "CustomSMSSender"}
_TYPES = {"EMAIL": "customEmailSenderRequestV1", "SMS": "customSMSSenderRequestV1"}
_INVITATION = "CustomMessage_AdminCreateUser"


def is_set(pool: Pool, medium: str) -> bool:
    """Whether the pool's messages by that medium (`EMAIL`, `SMS`) are a function's business."""
    return invoke.arn_of(pool, _TRIGGERS[medium]) is not None


def source_of(medium: str, purpose: str) -> str:
    """The trigger source: that of the message's purpose (`CustomMessage_SignUp`), by the sender's name."""
    return f"{_TRIGGERS[medium]}_{purpose.partition('_')[2]}"


def run(
    call: Call, pool: Pool, origin: Origin, purpose: str, user: User, medium: str, address: dict[str, str], code: str
) -> None:
    """Hand a message to the pool's function. What goes wrong is logged, and concerns nobody else."""
    # A temporary password is escaped for use in an HTML message.
    plain = html.escape(code, quote=False) if purpose == _INVITATION else code
    try:
        cipher = encryption.encrypt(
            plain.encode(), pool.settings["LambdaConfig"]["KMSKeyID"], pool.region, {"userpool-id": pool.id}
        )
    except Exception as failure:
        logger.error("the code for %s could not be encrypted: %s", _TRIGGERS[medium], failure)
        return
    request: Json = {
        "type": _TYPES[medium],
        "code": base64.b64encode(cipher).decode(),
        "clientMetadata": dict(origin.metadata) if origin.metadata else None,
        "userAttributes": {**user_attributes(call, pool, user), **address},
    }
    source = source_of(medium, purpose)
    invoke.post(call, pool, _TRIGGERS[medium], event(pool, origin.client_id, user.username, source, request, {}))
