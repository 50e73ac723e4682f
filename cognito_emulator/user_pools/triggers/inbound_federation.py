"""Inbound federation: what an identity provider says of a user, before it is mapped to attributes.

Source: reference lambda-triggers.md §4.10.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cognito_emulator.aws.call import Call
from cognito_emulator.user_pools.records import Pool
from cognito_emulator.user_pools.triggers import invoke
from cognito_emulator.user_pools.triggers.events import event

TRIGGER = "InboundFederation"
SOURCE = "InboundFederation_ExternalProvider"


def run(
    call: Call,
    pool: Pool,
    client_id: str,
    user_name: str,
    provider_name: str,
    provider_type: str,
    attributes: Mapping[str, Mapping[str, Any] | None],
    provided: Mapping[str, str],
) -> dict[str, str]:
    """The provider's attributes as the pool's function wants them mapped, on every federated sign-in.

    `attributes` are the provider's answers: `tokenResponse`, `idToken` and `userInfo`, or `samlResponse`; `provided`
    is what would be mapped without a function. An empty answer leaves that as it is; of any other, what it leaves
    out is dropped. A function that throws ends the sign-in.
    """
    if invoke.arn_of(pool, TRIGGER) is None:
        return dict(provided)
    request = {
        "providerName": provider_name,
        "providerType": provider_type,
        "attributes": {name: value for name, value in attributes.items() if value is not None},
    }
    asked = event(pool, client_id, user_name, SOURCE, request, {"userAttributesToMap": {}})
    answer = invoke.run(call, pool, TRIGGER, asked)
    return answer.text_map("userAttributesToMap") or dict(provided)
