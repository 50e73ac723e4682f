"""Other AWS services, as the service itself reaches them: under a role of the developer's.

Without an emulated AWS there is nobody to ask, and nothing that could be told.
"""

from __future__ import annotations

from typing import Any

from cognito_emulator.aws.call import Call
from cognito_emulator.aws.policies import Decision, Request, decide, decide_all
from cognito_emulator.identity_pools import iam
from cognito_emulator.outside.aws_clients import EmulatedAws

PRINCIPAL = "cognito-sync.amazonaws.com"


class Unusable(Exception):
    """Another service cannot be reached, or refuses. The text says why."""


def client(call: Call, service: str) -> Any:
    """A client of another service in the pool's account and region. Raises `Unusable` if no emulated AWS is there."""
    made = call.emulator.part(EmulatedAws).client(service, call.region, call.account)
    if made is None:
        raise Unusable(f"there is no emulated {service} to reach: set AWS_ENDPOINT_URL, or use moto")
    return made


def ask(call: Call, service: str, operation: str, **params: Any) -> dict[str, Any]:
    """One call of another service. Raises `Unusable` with the words of that service."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        answer: dict[str, Any] = getattr(client(call, service), operation)(**params)
    except (BotoCoreError, ClientError) as error:
        raise Unusable(str(error)) from error
    return answer


def may_assume(call: Call, role_arn: str) -> bool:
    """Whether Cognito Sync may act under the role: there is one (where IAM can be asked), and it trusts the service.

    Source: developer guide, "Customizing workflows with Cognito Streams" (trust policy of the role).
    """
    try:
        role = iam.role(call, role_arn)
    except iam.NoSuchRole:
        return False
    if role is None:
        return True
    request = Request("sts:AssumeRole", principal=("Service", PRINCIPAL))
    return decide(iam.trust_policy(role), request) is Decision.ALLOW


def may(call: Call, role_arn: str, action: str, *resources: str) -> bool:
    """Whether the role (where IAM can be asked) lets the service do something to one of these resources at least."""
    policies = iam.role_policies(call, role_arn)
    if policies is None:
        return True
    return any(decide_all(policies, Request(action, [resource])) is Decision.ALLOW for resource in resources)
