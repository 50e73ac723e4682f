"""Authentication levels. The model calls these errors without saying which; the types and texts are made."""

from __future__ import annotations

from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools.errors.kinds import invalid_parameter, not_authorized


def level_names_not_unique(name: str) -> AwsError:
    return invalid_parameter(f"AcrValue {name} is not unique across all ACR levels.")


def access_token_without_levels() -> AwsError:
    return invalid_parameter("ACCESS_TOKEN requires TARGET_ACR_VALUES.")


def invalid_max_age() -> AwsError:
    return invalid_parameter("Invalid MAX_AGE: it must be a non-negative integer.")


def no_valid_level() -> AwsError:
    return invalid_parameter("None of the requested ACR values is valid.")


def levels_out_of_reach() -> AwsError:
    return invalid_parameter("User has no factors configured to satisfy any of the requested ACR values.")


def level_already_reached() -> AwsError:
    return invalid_parameter("Access Token already satisfies the requested ACR values.")


def access_token_of_another_user() -> AwsError:
    return not_authorized("Access Token was not issued for the user.")
