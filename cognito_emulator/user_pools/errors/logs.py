"""Log delivery. None of these texts was seen on AWS; the types are those that the API reference names."""

from __future__ import annotations

from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools.errors.kinds import invalid_parameter


def duplicate_event_source(source: str) -> AwsError:
    return invalid_parameter(f"The event source {source} can be configured only once.")


def log_level_does_not_fit(source: str, level: str) -> AwsError:
    return invalid_parameter(f"The event source {source} requires the log level {level}.")


def one_log_destination() -> AwsError:
    return invalid_parameter("A log configuration must have exactly one destination.")


def log_destination_not_supported(source: str) -> AwsError:
    return invalid_parameter(f"The event source {source} supports only CloudWatchLogsConfiguration.")


def invalid_log_destination(arn: str) -> AwsError:
    return invalid_parameter(f"Invalid log destination: {arn}")


def log_group_of_other_account() -> AwsError:
    return invalid_parameter("The log group must be in the same account as the user pool.")
