"""cognito-identity: the service and the modules that hold its operations."""

from __future__ import annotations

from cognito_emulator.aws.registry import Service
from cognito_emulator.identity_pools.resources import resource_of

_OPERATIONS = "cognito_emulator.identity_pools.operations"

service = Service(
    "cognito-identity",
    (
        f"{_OPERATIONS}.credentials",
        f"{_OPERATIONS}.developer_identities",
        f"{_OPERATIONS}.identities",
        f"{_OPERATIONS}.pools",
        f"{_OPERATIONS}.principal_tags",
        f"{_OPERATIONS}.roles",
        f"{_OPERATIONS}.tags",
    ),
    constraint_error="ValidationException",
)
service.resource = resource_of
operation = service.operation
