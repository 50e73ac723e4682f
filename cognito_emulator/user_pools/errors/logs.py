"""Log delivery. The types are those that the API reference names.

How a refusal begins, event sources that come twice, and log groups of other accounts: a deployment to AWS in September
2026 (github.com/badmintoncryer/cdk-preflight, rules/cognito/pf-cognito-log-delivery-event-source-duplicate). Event
sources without a destination: as measured on AWS for CognitoLogDeliveryConfigurationIntegrationTest of
github.com/floci-io/floci. The other texts are not known.
"""

from __future__ import annotations

from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools.errors.kinds import invalid_parameter


def invalid_event_sources(without_destination: list[str], repeated: list[str]) -> AwsError:
    """Event sources that have no destination, and those that come twice: both are said at once."""
    text = "Request validation Failed."
    if without_destination:
        text += f" Following event sources in request have no destination: [{', '.join(without_destination)}]."
    if repeated:
        text += f" Following event sources appear more then once in a request: [{', '.join(repeated)}]."
    return invalid_parameter(text)


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
