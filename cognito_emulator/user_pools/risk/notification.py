"""E-mails about attempts that look wrong, with a token to answer for them.

Sources: `NotifyConfigurationType` in botocore's model; placeholders: developer guide, "Adaptive authentication
message templates", and recording `aws-cli-examples/cli-example-describe-risk-configuration/1`; form of the login time
and members for a custom sender: DefinitelyTyped#52111 (recorded events). The default texts are the emulator's own.
AWS's one-click links lead to the pool's domain; ours lead to the control API.
"""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from cognito_emulator.aws.call import Call
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools import log_delivery
from cognito_emulator.user_pools.messages import delivery
from cognito_emulator.user_pools.messages.outbox import Outbox
from cognito_emulator.user_pools.records import Pool, User
from cognito_emulator.user_pools.risk import events
from cognito_emulator.user_pools.triggers import custom_sender
from cognito_emulator.user_pools.triggers.events import Origin

logger = logging.getLogger(__name__)
Json = dict[str, Any]
PURPOSE = "ThreatProtection"
UNKNOWN = "unknown"
FEEDBACK_PATH = "/_emulator/auth-event-feedback"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_TEMPLATES = {"BLOCK": "BlockEmail", "NO_ACTION": "NoActionEmail"}
_HAPPENED = {
    "BlockEmail": ("Blocked sign-in attempt", "An unusual sign-in to your account was blocked"),
    "NoActionEmail": ("New sign-in attempt", "There was an unusual sign-in to your account"),
    "MfaEmail": ("New sign-in attempt", "An unusual sign-in to your account had to pass a second factor"),
}
_DETAILS = (
    ": {login-time}, {device-name}, {ip-address}, {city} {country}. It was me: {one-click-link-valid} "
    "It was not me: {one-click-link-invalid}"
)


def notify(
    call: Call, pool: Pool, origin: Origin, user: User, settings: Json, action: str, event_id: str, context: Json
) -> None:
    """Tell a user by e-mail what was done about an attempt. One without an address is not told.

    A pool with a custom e-mail sender leaves the message to that; the outbox then has its token, but no text. A
    message that cannot be delivered is logged: the sign-in goes its way.
    """
    configuration = settings.get("AccountTakeoverRiskConfiguration", {}).get("NotifyConfiguration")
    address = user.attributes.get("email")
    if not configuration or not address:
        return
    name = _TEMPLATES.get(action, "MfaEmail")
    token = events.feedback_token(pool, user, event_id)
    values = _values(call, pool, user, event_id, token, context)
    outbox = call.emulator.part(Outbox)
    kept = {"medium": "EMAIL", "destination": address, "code": token}
    whose = {"user_pool_id": pool.id, "username": user.username}
    if custom_sender.is_set(pool, "EMAIL"):
        outbox.add(**kept, **whose, subject="", body="", purpose=custom_sender.TAKE_OVER)
        custom_sender.notify(call, pool, origin, user, _for_sender(action, values))
        return
    subject, happened = _HAPPENED[name]
    template = configuration.get(name) or {"Subject": subject, "TextBody": happened + _DETAILS}
    message = outbox.add(
        **kept,
        **whose,
        subject=_filled(template["Subject"], values),
        body=_filled(template.get("HtmlBody") or template.get("TextBody") or "", values),
        purpose=f"{PURPOSE}_{name}",
    )
    try:
        delivery.deliver(call.emulator.config, _sending_as(pool, configuration), message)
    except AwsError as failure:
        logger.warning("a notification could not be delivered: %s", failure)
        log_delivery.message_failed(call.emulator, pool, str(failure.message))


def _values(call: Call, pool: Pool, user: User, event_id: str, token: str, context: Json) -> dict[str, str]:
    def link(value: str) -> str:
        query = {
            "userPoolId": pool.id,
            "username": user.username,
            "eventId": event_id,
            "feedbackToken": token,
            "feedbackValue": value,
        }
        return f"{call.request.base_url}{FEEDBACK_PATH}?{urlencode(query)}"

    return {
        "{ip-address}": context.get("IpAddress", ""),
        "{city}": UNKNOWN,
        "{country}": UNKNOWN,
        "{login-time}": _login_time(call.now),
        "{device-name}": context.get("DeviceName", ""),
        "{one-click-link-valid}": link("Valid"),
        "{one-click-link-invalid}": link("Invalid"),
        "{event-id}": event_id,
        "{feedback-token}": token,
        "{username}": user.username,
    }


def _for_sender(action: str, values: dict[str, str]) -> dict[str, str | None]:
    """What a custom sender is told in place of the user's attributes; None for what is not known."""
    told = {
        "LOGIN_TIME": "{login-time}",
        "CITY": "{city}",
        "COUNTRY": "{country}",
        "ACCOUNT_TAKE_OVER_ACTION": "",
        "FEEDBACK_TOKEN": "{feedback-token}",
        "ONE_CLICK_LINK_VALID": "{one-click-link-valid}",
        "DEVICE_NAME": "{device-name}",
        "EVENT_ID": "{event-id}",
        "IP_ADDRESS": "{ip-address}",
        "USER_NAME": "{username}",
        "ONE_CLICK_LINK_INVALID": "{one-click-link-invalid}",
    }
    known = {**values, "": action}
    return {name: None if known[key] in ("", UNKNOWN) else known[key] for name, key in told.items()}


def _login_time(moment: float) -> str:
    """A time as messages show it: `Friday, March 19, 2021 02:25 PM UTC`, whatever the language of this machine."""
    at = time.gmtime(moment)
    hour = f"{(at.tm_hour + 11) % 12 + 1:02}:{at.tm_min:02} {'PM' if at.tm_hour >= 12 else 'AM'}"
    return f"{_DAYS[at.tm_wday]}, {_MONTHS[at.tm_mon - 1]} {at.tm_mday}, {at.tm_year} {hour} UTC"


def _filled(text: str, values: dict[str, str]) -> str:
    for placeholder, value in values.items():
        text = text.replace(placeholder, value)
    return text


def _sending_as(pool: Pool, configuration: Json) -> Pool:
    """The pool as it sends notifications: in the name that the risk configuration gives."""
    names = {"From": "From", "ReplyTo": "ReplyToEmailAddress", "SourceArn": "SourceArn"}
    email = {theirs: configuration[ours] for ours, theirs in names.items() if configuration.get(ours)}
    return replace(pool, settings={**pool.settings, "EmailConfiguration": email})
