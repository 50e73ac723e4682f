"""Post confirmation: a user was confirmed, or set a new password with a code.

Sources: reference lambda-triggers.md §4.2; an event that an app caught when an administrator confirmed its user in the
console (`"clientId": null`).
"""

from __future__ import annotations

from cognito_emulator.aws.call import Call
from cognito_emulator.user_pools.records import Pool, User
from cognito_emulator.user_pools.triggers import invoke
from cognito_emulator.user_pools.triggers.events import NO_CLIENT, Origin, event, user_attributes

TRIGGER = "PostConfirmation"
CONFIRM_SIGN_UP = "PostConfirmation_ConfirmSignUp"
CONFIRM_FORGOT_PASSWORD = "PostConfirmation_ConfirmForgotPassword"


def run(call: Call, pool: Pool, origin: Origin, source: str, user: User) -> None:
    """Tell the pool's function. What was done stays done even if it throws."""
    if invoke.arn_of(pool, TRIGGER) is None:
        return
    request = {"userAttributes": user_attributes(call, pool, user), **origin.client_metadata}
    client_id = None if origin.client_id == NO_CLIENT else origin.client_id
    invoke.run(call, pool, TRIGGER, event(pool, client_id, user.username, source, request, {}))
