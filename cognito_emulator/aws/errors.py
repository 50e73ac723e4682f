"""The one exception that operations raise, and the errors that every AWS service shares."""

from __future__ import annotations


class AwsError(Exception):
    """An error answer of an AWS service.

    `type` is the error's name without namespace, `message` the exact text (None: the answer has no message),
    `status` the HTTP status. `message_key` is `message` for modelled errors and `Message` for the framework's own.
    """

    def __init__(self, type: str, message: str | None = None, status: int = 400, message_key: str = "message") -> None:
        super().__init__(f"{type}: {message}")
        self.type = type
        self.message = message
        self.status = status
        self.message_key = message_key


def unknown_operation() -> AwsError:
    return AwsError("UnknownOperationException")


def not_implemented(service: str, operation: str) -> AwsError:
    """An operation that AWS has and this emulator lacks; AWS itself never answers this text."""
    return AwsError(
        "NotImplementedException", f"cognito-emulator does not implement {service}:{operation} yet.", status=501
    )


def ignored_setting(operation: str, setting: str) -> AwsError:
    """Raised under `--strict` for a setting that would be stored but that nothing acts on yet."""
    return AwsError(
        "NotImplementedException",
        f"cognito-emulator stores {setting} of {operation} but does not act on it yet (refused by --strict).",
        status=501,
    )


def internal_error() -> AwsError:
    return AwsError("InternalErrorException", "Internal server error", status=500)


def serialization(message: str | None = None) -> AwsError:
    return AwsError("SerializationException", message, message_key="Message")


def missing_authentication_token() -> AwsError:
    return AwsError("MissingAuthenticationTokenException", "Missing Authentication Token")


def incomplete_signature(message: str) -> AwsError:
    return AwsError("IncompleteSignatureException", message)


def invalid_signature(message: str) -> AwsError:
    return AwsError("InvalidSignatureException", message)


def too_many_requests() -> AwsError:
    return AwsError("TooManyRequestsException", "Rate exceeded")
