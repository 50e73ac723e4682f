"""Custom senders: functions that send a pool's messages themselves. They get the code encrypted.

Sources: reference lambda-triggers.md §4.9; DefinitelyTyped#52111 (recorded events of AccountTakeOverNotification); the
event in www.maxivanov.io/send-aws-cognito-emails-with-3rd-party-esps (no `response`).
"""

from __future__ import annotations

import base64
import html
import logging
from collections.abc import Mapping

from cognito_emulator.aws.call import Call
from cognito_emulator.outside import encryption
from cognito_emulator.user_pools.records import Pool, User
from cognito_emulator.user_pools.triggers import invoke
from cognito_emulator.user_pools.triggers.events import Json, Origin, event, user_attributes

logger = logging.getLogger(__name__)
_TRIGGERS = {"EMAIL": "CustomEmailSender", "SMS": "CustomSMSSender"}
_TYPES = {"EMAIL": "customEmailSenderRequestV1", "SMS": "customSMSSenderRequestV1"}
_INVITATION = "CustomMessage_AdminCreateUser"
TAKE_OVER = "CustomEmailSender_AccountTakeOverNotification"


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
    about = {**user_attributes(call, pool, user), **address}
    request = _request(medium, base64.b64encode(cipher).decode(), origin, about)
    invoke.post(call, pool, _TRIGGERS[medium], _event(pool, origin, user, source_of(medium, purpose), request))


def notify(call: Call, pool: Pool, origin: Origin, user: User, about: Mapping[str, str | None]) -> None:
    """Hand a notice of a suspicious sign-in to the pool's function. `about` takes the place of the user's attributes;
    there is no code to encrypt.
    """
    request = _request("EMAIL", None, origin, about)
    invoke.post(call, pool, _TRIGGERS["EMAIL"], _event(pool, origin, user, TAKE_OVER, request))


def _event(pool: Pool, origin: Origin, user: User, source: str, request: Json) -> Json:
    """An event without `response`: nobody waits for one."""
    made = event(pool, origin.client_id, user.username, source, request, {})
    del made["response"]
    return made


def _request(medium: str, code: str | None, origin: Origin, about: Mapping[str, str | None]) -> Json:
    return {
        "type": _TYPES[medium],
        "code": code,
        "clientMetadata": dict(origin.metadata) if origin.metadata else None,
        "userAttributes": dict(about),
    }
