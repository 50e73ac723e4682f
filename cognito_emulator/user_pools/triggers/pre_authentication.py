"""Pre authentication: may this sign-in begin? It runs before anything is proved.

Source: reference lambda-triggers.md §4.3.
"""

from __future__ import annotations

from cognito_emulator.aws.call import Call
from cognito_emulator.user_pools.records import Pool
from cognito_emulator.user_pools.triggers import invoke
from cognito_emulator.user_pools.triggers.events import Json, Metadata, Subject, event

TRIGGER = "PreAuthentication"
SOURCE = "PreAuthentication_Authentication"


def run(call: Call, pool: Pool, client_id: str, subject: Subject, validation_data: Metadata | None) -> bool:
    """Ask the pool's function; one that throws ends the sign-in. Returns whether there was one to ask.

    It hears of a name that nobody has only where the client hides that.
    """
    if invoke.arn_of(pool, TRIGGER) is None or (subject.user is None and not subject.hides_unknown_users):
        return False
    request: Json = {
        "userAttributes": subject.attributes(call, pool),
        "validationData": dict(validation_data or {}),
        **subject.not_found,
    }
    invoke.run(call, pool, TRIGGER, event(pool, client_id, subject.name, SOURCE, request, {}))
    return True
