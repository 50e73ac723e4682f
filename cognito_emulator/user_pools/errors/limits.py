"""Provisioned limits. None of these texts was seen on AWS; the types are those that the API reference names."""

from __future__ import annotations

from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools.errors.kinds import invalid_parameter, resource_not_found


def limit_needs_category() -> AwsError:
    return invalid_parameter("Attributes of the limit class API_CATEGORY must have exactly the key Category.")


def limit_does_not_exist(category: str) -> AwsError:
    return resource_not_found(f"Limit for the API category {category} does not exist.")


def limit_not_adjustable(category: str) -> AwsError:
    return invalid_parameter(f"The limit of the API category {category} is not adjustable.")


def limit_fixed_by_managed_login(category: str) -> AwsError:
    return invalid_parameter(
        f"The limit of the API category {category} cannot be adjusted for user pools with managed login."
    )


def limit_below_default(default: int) -> AwsError:
    return invalid_parameter(f"RequestedLimitValue must not be less than the default limit of {default}.")


def limit_above_quota(quota: int) -> AwsError:
    return AwsError(
        "ServiceQuotaExceededException",
        f"RequestedLimitValue must not be greater than the account-level maximum limit of {quota}.",
    )
