"""cognito-idp: the service and the modules that hold its operations."""

from __future__ import annotations

from cognito_emulator.aws.registry import Service
from cognito_emulator.user_pools.ignored import ignored_settings
from cognito_emulator.user_pools.request_rates import admit
from cognito_emulator.user_pools.resources import resource_of

_OPERATIONS = "cognito_emulator.user_pools.operations"

service = Service(
    "cognito-idp",
    (
        f"{_OPERATIONS}.app_clients",
        f"{_OPERATIONS}.client_tokens",
        f"{_OPERATIONS}.authentication",
        f"{_OPERATIONS}.devices",
        f"{_OPERATIONS}.groups",
        f"{_OPERATIONS}.identity_providers",
        f"{_OPERATIONS}.log_delivery",
        f"{_OPERATIONS}.managed_login_branding",
        f"{_OPERATIONS}.mfa",
        f"{_OPERATIONS}.passkeys",
        f"{_OPERATIONS}.passwords",
        f"{_OPERATIONS}.provisioned_limits",
        f"{_OPERATIONS}.resource_servers",
        f"{_OPERATIONS}.risk",
        f"{_OPERATIONS}.sign_out",
        f"{_OPERATIONS}.sign_up",
        f"{_OPERATIONS}.tags",
        f"{_OPERATIONS}.terms",
        f"{_OPERATIONS}.ui_customization",
        f"{_OPERATIONS}.user_attributes",
        f"{_OPERATIONS}.user_import_jobs",
        f"{_OPERATIONS}.user_pool_domains",
        f"{_OPERATIONS}.user_pool_replicas",
        f"{_OPERATIONS}.user_pools",
        f"{_OPERATIONS}.user_sessions",
        f"{_OPERATIONS}.users",
    ),
    constraint_error="InvalidParameterException",
)
service.ignored_settings = ignored_settings
service.admit = admit
service.resource = resource_of
operation = service.operation
