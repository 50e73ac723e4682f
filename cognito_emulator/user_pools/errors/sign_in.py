"""Passwords, sign-in, sessions."""

from __future__ import annotations

from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools.errors.kinds import invalid_parameter, not_authorized


def invalid_password_at_sign_up(rule: str) -> AwsError:
    return AwsError("InvalidPasswordException", f"Password did not conform with policy: {rule}")


def invalid_temporary_password(rule: str) -> AwsError:
    return AwsError("InvalidPasswordException", f"Password did not conform with password policy: {rule}")


def invalid_password(rule: str) -> AwsError:
    return AwsError("InvalidPasswordException", f"Password does not conform to policy: {rule}")


def password_used_before() -> AwsError:
    return AwsError("PasswordHistoryPolicyViolationException", "Password has previously been used")


def no_registered_recovery_address() -> AwsError:
    return invalid_parameter(
        "Cannot reset password for the user as there is no registered/verified email or phone_number"
    )


def cannot_reset_in_current_state() -> AwsError:
    return not_authorized("User password cannot be reset in the current state.")


def contact_administrator() -> AwsError:
    return not_authorized("Contact administrator to reset password.")


def password_required() -> AwsError:
    return invalid_parameter("Missing required parameter PASSWORD")


def incorrect_username_or_password() -> AwsError:
    return not_authorized("Incorrect username or password.")


def password_attempts_exceeded() -> AwsError:
    return not_authorized("Password attempts exceeded")


def user_is_not_confirmed() -> AwsError:
    return AwsError("UserNotConfirmedException", "User is not confirmed.")


def password_reset_required() -> AwsError:
    return AwsError("PasswordResetRequiredException", "Password reset required for the user")


def temporary_password_expired() -> AwsError:
    return not_authorized("Temporary password has expired and must be reset by an administrator.")


def not_authorized_to_get_auth_details() -> AwsError:
    return not_authorized("User is not authorized to get auth details.")


def missing_parameter(name: str) -> AwsError:
    return invalid_parameter(f"Missing required parameter {name}")


def flow_not_supported() -> AwsError:
    return invalid_parameter("Initiate Auth method not supported.")


def flow_not_enabled(flow: str) -> AwsError:
    """The text differs from flow to flow."""
    texts = {
        "USER_PASSWORD_AUTH": "USER_PASSWORD_AUTH flow not enabled for this client",
        "USER_AUTH": "USER_AUTH flow not enabled for this client",
        "USER_SRP_AUTH": "USER_SRP_AUTH is not enabled for the client.",
        "CUSTOM_AUTH": "CUSTOM_AUTH is not enabled for the client.",
    }
    return invalid_parameter(texts.get(flow, "Auth flow not enabled for this client"))


def secret_hash_not_received(client_id: str) -> AwsError:
    return not_authorized(f"Client {client_id} is configured with secret but SECRET_HASH was not received")


def secret_hash_not_verified(client_id: str) -> AwsError:
    return not_authorized(f"Unable to verify secret hash for client {client_id}")


def invalid_srp_a() -> AwsError:
    return invalid_parameter("Invalid SRP_A value.")


def invalid_timestamp() -> AwsError:
    """Source: github.com/amazon-archives/amazon-cognito-identity-js/issues/683."""
    return invalid_parameter("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")


def invalid_session() -> AwsError:
    return not_authorized("Invalid session for the user.")


def session_expired() -> AwsError:
    return not_authorized("Invalid session for the user, session is expired.")


def session_used() -> AwsError:
    return not_authorized("Invalid session for the user, session can only be used once.")


def challenge_not_supported(challenge: str) -> AwsError:
    return invalid_parameter(f"Challenge {challenge} is not supported.")


def attribute_already_provided(name: str) -> AwsError:
    return not_authorized(f"Cannot modify an already provided {name}")


def required_attribute_missing(name: str) -> AwsError:
    return invalid_parameter(f"Invalid attributes given, {name} is missing")
