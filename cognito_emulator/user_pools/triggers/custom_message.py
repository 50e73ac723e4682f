"""Custom message: the texts of a message, as the pool's function writes them.

Sources: reference lambda-triggers.md §4.8; DefinitelyTyped, `CustomMessageTriggerEvent`, made of events that its
authors caught (`linkParameter` is always there).
"""

from __future__ import annotations

from dataclasses import dataclass

from cognito_emulator.aws.call import Call
from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.records import Pool, User
from cognito_emulator.user_pools.triggers import invoke
from cognito_emulator.user_pools.triggers.events import Json, Origin, event, user_attributes

TRIGGER = "CustomMessage"
INVITATION = "CustomMessage_AdminCreateUser"
CODE = "{####}"
USERNAME = "{username}"
LINK = "{##Click Here##}"
_LONGEST = {"smsMessage": 140, "emailMessage": 20_000, "emailSubject": 140}


@dataclass(frozen=True)
class Texts:
    """What the function wrote for the medium in use; None: the pool's own text."""

    subject: str | None = None
    body: str | None = None


def run(
    call: Call, pool: Pool, origin: Origin, source: str, user: User, medium: str, address: dict[str, str], link: bool
) -> Texts:
    """Ask the pool's function for the texts of a message that goes out by `medium` to an address of a user.

    `address` is the attribute it goes to, which may wait for verification. `link` tells that the message has a link
    in place of a code.
    """
    if invoke.arn_of(pool, TRIGGER) is None:
        return Texts()
    request: Json = {
        "userAttributes": {**user_attributes(call, pool, user), **address},
        "codeParameter": CODE,
        "linkParameter": LINK,
        "usernameParameter": USERNAME if source == INVITATION else None,
        **origin.client_metadata,
    }
    prefilled = dict.fromkeys(_LONGEST)
    answer = invoke.run(call, pool, TRIGGER, event(pool, origin.client_id, user.username, source, request, prefilled))
    written = {name: answer.text(name) or None for name in _LONGEST}
    if medium == "SMS":
        return Texts(None, _checked("smsMessage", written["smsMessage"], source, link))
    _require_length("emailSubject", written["emailSubject"])
    return Texts(written["emailSubject"], _checked("emailMessage", written["emailMessage"], source, link))


def _checked(name: str, text: str | None, source: str, link: bool) -> str | None:
    """Refuse a message that lacks what the user needs."""
    if text is None:
        return None
    _require_length(name, text)
    needed = [LINK[:3] if link else CODE, *([USERNAME] if source == INVITATION else [])]
    for placeholder in needed:
        if placeholder not in text:
            raise errors.message_lacks_placeholder(placeholder)
    return text


def _require_length(name: str, text: str | None) -> None:
    if text is not None and len(text) > _LONGEST[name]:
        raise errors.message_too_long(name, _LONGEST[name])
