"""The kinds of error that most texts have."""

from __future__ import annotations

from cognito_emulator.aws.errors import AwsError


def invalid_parameter(text: str) -> AwsError:
    return AwsError("InvalidParameterException", text)


def not_authorized(text: str) -> AwsError:
    return AwsError("NotAuthorizedException", text)


def resource_not_found(text: str) -> AwsError:
    return AwsError("ResourceNotFoundException", text)


def limit_exceeded(text: str) -> AwsError:
    return AwsError("LimitExceededException", text)
