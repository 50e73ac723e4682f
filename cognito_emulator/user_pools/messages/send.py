"""Sending: render a message, keep it in the outbox, hand it to whoever delivers."""

from __future__ import annotations

from urllib.parse import urlencode

from cognito_emulator.aws.call import Call
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.store.interface import Reader
from cognito_emulator.user_pools import domains, errors, log_delivery
from cognito_emulator.user_pools.messages import delivery, render
from cognito_emulator.user_pools.messages.masking import medium_of
from cognito_emulator.user_pools.messages.outbox import Outbox
from cognito_emulator.user_pools.records import Pool, User
from cognito_emulator.user_pools.triggers import custom_message, custom_sender
from cognito_emulator.user_pools.triggers.events import Origin

# Operations that send messages but do not declare CodeDeliveryFailureException. Source: botocore's model.
_WITHOUT_DELIVERY_FAILURE = frozenset(
    {
        "AdminInitiateAuth",
        "AdminResetUserPassword",
        "AdminRespondToAuthChallenge",
        "AdminUpdateUserAttributes",
        "InitiateAuth",
        "RespondToAuthChallenge",
    }
)


def require_channel(reader: Reader, pool: Pool, attribute: str, purpose: str) -> None:
    """Refuse a message that the pool is not set up to send. Links need a domain that they lead to.

    Source of the latter: recording github-issue-logs/link-verification-without-domain/1.
    """
    if attribute == "phone_number" and not can_text(pool):
        raise errors.no_sms_configuration()
    if render.uses_link(pool, purpose, medium_of(attribute)) and domains.main_domain(reader, pool) is None:
        raise errors.no_user_pool_domain()


def can_text(pool: Pool) -> bool:
    """Whether a pool can send text messages: through SNS, or by a function of its own."""
    return bool(pool.settings.get("SmsConfiguration")) or custom_sender.is_set(pool, "SMS")


def send(
    call: Call, pool: Pool, user: User, purpose: str, attribute: str, destination: str, code: str, origin: Origin
) -> None:
    """Send a code (or a temporary password) to an address of a user.

    `purpose` is the trigger source that stands for the message, `origin` tells functions where the request came
    from. Runs outside every transaction. A pool with a custom sender for the medium leaves the message to that: the
    outbox then has its code, but no text.
    """
    medium = medium_of(attribute)
    outbox = call.emulator.part(Outbox)
    kept = {"medium": medium, "destination": destination, "code": code}
    whose = {"user_pool_id": pool.id, "username": user.username}
    address = {attribute: destination}
    if custom_sender.is_set(pool, medium):
        outbox.add(**kept, **whose, subject="", body="", purpose=custom_sender.source_of(medium, purpose))
        custom_sender.run(call, pool, origin, purpose, user, medium, address, code)
        return
    by_link = render.uses_link(pool, purpose, medium)
    texts = custom_message.run(call, pool, origin, purpose, user, medium, address, by_link)
    link = _confirmation_link(call, pool, origin, user, code) if by_link else None
    template = render.template(pool, purpose, medium)
    username = shown_username(pool, user)
    message = outbox.add(
        **kept,
        **whose,
        subject=render.fill(texts.subject or template.subject, code=code, username=username),
        body=render.fill(texts.body or template.body, code=code, username=username, link=link),
        purpose=purpose,
    )
    try:
        delivery.deliver(call.emulator.config, pool, message)
    except AwsError as failure:
        log_delivery.message_failed(call.emulator, pool, str(failure.message))
        if call.operation in _WITHOUT_DELIVERY_FAILURE:
            raise errors.not_allowed_to_send(medium, str(failure.message)) from failure
        raise


def _confirmation_link(call: Call, pool: Pool, origin: Origin, user: User, code: str) -> str:
    """Where a link in an e-mail leads: to `/confirmUser` at the pool's domain.

    Source: reference oauth-and-hosted-ui.md §3.1, "Confirm link".
    """
    query = {"client_id": origin.client_id, "user_name": user.username, "confirmation_code": code}
    return f"{domains.public_url(call, pool)}/confirmUser?{urlencode(query)}"


def shown_username(pool: Pool, user: User) -> str:
    """The name in an invitation: what the user signs in with."""
    for attribute in pool.username_attributes:
        if user.attributes.get(attribute):
            return user.attributes[attribute]
    return user.username
