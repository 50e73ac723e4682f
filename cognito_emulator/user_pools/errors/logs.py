"""Log delivery. The types are those that the API reference names.

How a refusal begins, event sources that come twice, and log groups of other accounts: a deployment to AWS in September
2026 (github.com/badmintoncryer/cdk-preflight, rules/cognito/pf-cognito-log-delivery-event-source-duplicate). The other
texts are not known.
"""

from __future__ import annotations

from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools.errors.kinds import invalid_parameter


def duplicate_event_source(source: str) -> AwsError:
    return invalid_parameter(
        f"Request validation Failed. Following event sources appear more then once in a request: [{source}]."
    )


def log_level_does_not_fit(source: str, level: str) -> AwsError:
    return invalid_parameter(f"The event source {source} requires the log level {level}.")


def one_log_destination() -> AwsError:
    return invalid_parameter("A log configuration must have exactly one destination.")


def log_destination_not_supported(source: str) -> AwsError:
    return invalid_parameter(f"The event source {source} supports only CloudWatchLogsConfiguration.")


def invalid_log_destination(arn: str) -> AwsError:
    return invalid_parameter(f"Invalid log destination: {arn}")


def log_group_of_other_account(arn: str) -> AwsError:
    return invalid_parameter(
        f"Request validation Failed. [CloudWatch log group arn {arn} failed with the following validation errors: "
        "ARN does not belong to invoking account. ]"
    )
