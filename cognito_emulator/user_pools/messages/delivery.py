"""Delivery of messages outside the emulator: by SMTP, or through SES, SNS and End User Messaging SMS.

The outbox has them in any case.
"""

from __future__ import annotations

import logging
from typing import Any

from cognito_emulator.config import Config
from cognito_emulator.outside import aws_clients, smtp
from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.messages.outbox import Message
from cognito_emulator.user_pools.records import Pool

logger = logging.getLogger(__name__)
DEFAULT_SENDER = "no-reply@verificationemail.com"


def deliver(config: Config, pool: Pool, message: Message) -> None:
    """Hand a message to the configured carrier.

    Raises `CodeDeliveryFailureException` when the carrier refuses it.
    """
    if config.delivery == "outbox":
        return
    try:
        if config.delivery == "smtp":
            if message.medium == "EMAIL":
                smtp.send(config.smtp, sender(pool), message.destination, message.subject, message.body)
            return
        _through_aws(pool, message)
    except Exception as failure:
        logger.warning("a message could not be delivered: %s", failure)
        raise errors.delivery_failed(type(failure).__name__) from failure


def sender(pool: Pool) -> str:
    """The From address of a pool's e-mails."""
    settings: dict[str, Any] = pool.settings.get("EmailConfiguration", {})
    if settings.get("From"):
        return str(settings["From"])
    arn = settings.get("SourceArn")
    return str(arn).rsplit("/", 1)[-1] if arn else DEFAULT_SENDER


def _text(pool: Pool, message: Message) -> None:
    """Send a text message through SNS, or through End User Messaging where the pool is set up for that."""
    sms: dict[str, Any] = pool.settings.get("SmsConfiguration", {})
    messaging = sms.get("EumsSms")
    if not messaging:
        region = sms.get("SnsRegion", pool.region)
        aws_clients.client("sns", region).publish(PhoneNumber=message.destination, Message=message.body)
        return
    request: dict[str, Any] = {
        "DestinationPhoneNumber": message.destination,
        "MessageBody": message.body,
        "MessageType": "TRANSACTIONAL",
        **{name: messaging[name] for name in ("OriginationIdentity", "ConfigurationSetName") if messaging.get(name)},
    }
    in_india = {"IN_ENTITY_ID": "InEntityId", "IN_TEMPLATE_ID": "InTemplateId"}
    parameters = {theirs: messaging[ours] for theirs, ours in in_india.items() if messaging.get(ours)}
    if parameters:
        request["DestinationCountryParameters"] = parameters
    aws_clients.client("pinpoint-sms-voice-v2", pool.region).send_text_message(**request)


def _through_aws(pool: Pool, message: Message) -> None:
    if message.medium == "SMS":
        _text(pool, message)
        return
    settings: dict[str, Any] = pool.settings.get("EmailConfiguration", {})
    request: dict[str, Any] = {
        "Source": sender(pool),
        "Destination": {"ToAddresses": [message.destination]},
        "Message": {
            "Subject": {"Data": message.subject, "Charset": "UTF-8"},
            "Body": {"Html": {"Data": message.body, "Charset": "UTF-8"}},
        },
    }
    if settings.get("ReplyToEmailAddress"):
        request["ReplyToAddresses"] = [settings["ReplyToEmailAddress"]]
    if settings.get("ConfigurationSet"):
        request["ConfigurationSetName"] = settings["ConfigurationSet"]
    arn = settings.get("SourceArn")
    if arn:
        request["SourceArn"] = arn
    region = str(arn).split(":")[3] if arn else pool.region
    client = aws_clients.client("ses", region)
    if request["Source"] == DEFAULT_SENDER and aws_clients.is_emulated("ses"):
        # An address of Cognito's own, which needs nobody's consent on AWS.
        client.verify_email_identity(EmailAddress=DEFAULT_SENDER)
    client.send_email(**request)
