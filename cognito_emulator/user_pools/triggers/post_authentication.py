"""Post authentication: a user has answered everything that was asked.

Source: reference lambda-triggers.md §4.4.
"""

from __future__ import annotations

from cognito_emulator.aws.call import Call
from cognito_emulator.user_pools.records import Pool, User
from cognito_emulator.user_pools.triggers import invoke
from cognito_emulator.user_pools.triggers.events import Origin, event, user_attributes

TRIGGER = "PostAuthentication"
SOURCE = "PostAuthentication_Authentication"


def run(call: Call, pool: Pool, origin: Origin, user: User, *, new_device_used: bool = False) -> None:
    """Tell the pool's function; if it throws there are no tokens."""
    if invoke.arn_of(pool, TRIGGER) is None:
        return
    request = {
        "userAttributes": user_attributes(call, pool, user),
        "newDeviceUsed": new_device_used,
        **origin.client_metadata,
    }
    invoke.run(call, pool, TRIGGER, event(pool, origin.client_id, user.username, SOURCE, request, {}))
