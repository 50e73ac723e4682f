"""cognito-sync: the service and the modules that hold its operations."""

from __future__ import annotations

from cognito_emulator.aws.registry import Service

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
operation = service.operation
