"""Events of users, told to the logs that a pool exports them to."""

from __future__ import annotations

from cognito_emulator.aws.call import Call
from cognito_emulator.user_pools import log_delivery
from cognito_emulator.user_pools.records import Client, Pool, User
from cognito_emulator.user_pools.risk_records import AuthEvent


def tell(call: Call, pool: Pool, client: Client, user: User, event: AuthEvent) -> None:
    """Export an event as it is now. Nothing happens in a pool that exports none; never call it in a transaction."""
    log_delivery.user_acted(
        call.emulator,
        pool,
        event_id=event.id,
        event_type=event.type,
        response=event.response,
        created=event.created,
        sub=user.sub,
        username=user.username,
        client_id=client.id,
        risk=event.risk,
        challenges=event.challenges,
        context=event.context,
        request_id=call.request_id,
    )
