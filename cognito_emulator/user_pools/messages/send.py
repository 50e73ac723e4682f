"""Sending: render a message, keep it in the outbox, hand it to whoever delivers."""

from __future__ import annotations

from cognito_emulator.aws.call import Call
from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.messages import delivery, render
from cognito_emulator.user_pools.messages.masking import medium_of
from cognito_emulator.user_pools.messages.outbox import Outbox
from cognito_emulator.user_pools.records import Pool, User


def require_channel(pool: Pool, attribute: str, purpose: str) -> None:
    """Refuse a message that the pool is not set up to send."""
    if attribute == "phone_number" and not pool.settings.get("SmsConfiguration"):
        raise errors.no_sms_configuration()
    if render.uses_link(pool, purpose, medium_of(attribute)):
        raise errors.no_user_pool_domain()


def send(call: Call, pool: Pool, user: User, purpose: str, attribute: str, destination: str, code: str) -> None:
    """Send a code (or a temporary password) to an address of a user.

    `purpose` is the trigger source that stands for the message. Runs outside every transaction.
    """
    medium = medium_of(attribute)
    template = render.template(pool, purpose, medium)
    username = shown_username(pool, user)
    message = call.emulator.part(Outbox).add(
        medium=medium,
        destination=destination,
        subject=render.fill(template.subject, code=code, username=username),
        body=render.fill(template.body, code=code, username=username),
        code=code,
        purpose=purpose,
        user_pool_id=pool.id,
        username=user.username,
    )
    delivery.deliver(call.emulator.config, pool, message)


def shown_username(pool: Pool, user: User) -> str:
    """The name in an invitation: what the user signs in with."""
    for attribute in pool.username_attributes:
        if user.attributes.get(attribute):
            return user.attributes[attribute]
    return user.username
