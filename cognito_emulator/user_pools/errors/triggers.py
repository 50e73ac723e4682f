"""Lambda triggers.

Sources: reference lambda-triggers.md §2; recordings of texts in aws-amplify/amplify-cli#2735,
aws/aws-sdk-js#2692, amazon-archives/amazon-cognito-identity-js#167.
"""

from __future__ import annotations

from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools.errors.kinds import invalid_parameter


def function_failed(trigger: str, message: str | None) -> AwsError:
    """The function threw. The service adds a full stop, whatever the message ends in."""
    text = "null" if message is None else message
    return AwsError("UserLambdaValidationException", f"{trigger} failed with error {text}.")


def function_not_invoked(trigger: str, code: str) -> AwsError:
    return AwsError("UnexpectedLambdaException", f"{trigger} invocation failed due to error {code}.")


def function_timed_out(trigger: str) -> AwsError:
    return function_not_invoked(trigger, "Socket timeout while invoking Lambda function")


def function_output_is_no_json() -> AwsError:
    return AwsError("InvalidLambdaResponseException", "Invalid lambda function output : Invalid JSON")


def unrecognizable_function_output() -> AwsError:
    return AwsError("InvalidLambdaResponseException", "Unrecognizable lambda output")


def custom_auth_not_configured() -> AwsError:
    return invalid_parameter("Custom auth lambda trigger is not configured for the user pool.")


def verified_flag_without_address(attribute: str) -> AwsError:
    """PreSignUp said that an address is verified which the user did not give. AWS's text is not known."""
    return invalid_parameter(f"Cannot auto-verify {attribute}: the user has no {attribute}.")


def message_lacks_placeholder(placeholder: str) -> AwsError:
    """CustomMessage answered a message that does not say the code. AWS's text is not known."""
    return AwsError(
        "InvalidLambdaResponseException", f"CustomMessage answered a message without the placeholder {placeholder}."
    )


def message_too_long(name: str, longest: int) -> AwsError:
    """CustomMessage answered too long a text. AWS's text is not known."""
    return AwsError(
        "InvalidLambdaResponseException", f"CustomMessage answered an {name} of more than {longest} characters."
    )


def migration_failed(client_id: str) -> AwsError:
    """The function knew the user, but its answer makes no user of this pool."""
    return AwsError("UserNotFoundException", f"Exception migrating user in app client {client_id}")


def kms_key_missing() -> AwsError:
    """A custom sender without a key to encrypt codes with. Source: github.com/badmintoncryer/cdk-preflight."""
    return invalid_parameter("KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.")
