"""cognito-sync: the service and the modules that hold its operations."""

from __future__ import annotations

from cognito_emulator.aws.registry import Service
from cognito_emulator.sync.resources import resource_of

_OPERATIONS = "cognito_emulator.sync.operations"

service = Service(
    "cognito-sync",
    (
        f"{_OPERATIONS}.bulk_publish",
        f"{_OPERATIONS}.datasets",
        f"{_OPERATIONS}.pool_settings",
        f"{_OPERATIONS}.push",
        f"{_OPERATIONS}.records",
        f"{_OPERATIONS}.usage",
    ),
    constraint_error="InvalidParameterException",
)
service.resource = resource_of
operation = service.operation
