"""Users, attributes, confirmation."""

from __future__ import annotations

from collections.abc import Iterable

from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools.errors.kinds import (
    invalid_parameter,
    limit_exceeded,
    not_authorized,
    resource_not_found,
)


def user_pool_does_not_exist(pool_id: str) -> AwsError:
    return resource_not_found(f"User pool {pool_id} does not exist.")


def user_pool_client_does_not_exist(client_id: str) -> AwsError:
    return resource_not_found(f"User pool client {client_id} does not exist.")


def user_does_not_exist() -> AwsError:
    return AwsError("UserNotFoundException", "User does not exist.")


def username_client_id_combination_not_found() -> AwsError:
    return AwsError("UserNotFoundException", "Username/client id combination not found.")


def group_not_found() -> AwsError:
    return resource_not_found("Group not found.")


def user_already_exists() -> AwsError:
    return AwsError("UsernameExistsException", "User already exists")


def user_account_already_exists() -> AwsError:
    return AwsError("UsernameExistsException", "User account already exists")


def account_with_given_attribute_exists(attribute: str) -> AwsError:
    return AwsError("UsernameExistsException", f"An account with the given {attribute} already exists.")


def account_with_attribute_exists(attribute: str) -> AwsError:
    return AwsError("UsernameExistsException", f"An account with the {attribute} already exists.")


def alias_exists(attribute: str) -> AwsError:
    return AwsError("AliasExistsException", f"An account with the {attribute} already exists.")


def given_alias_exists(attribute: str) -> AwsError:
    return AwsError("AliasExistsException", f"An account with the given {attribute} already exists.")


def username_of_alias_format(attribute: str) -> AwsError:
    format_name, alias = ("email", "email") if attribute == "email" else ("phone number", "phone number")
    return invalid_parameter(
        f"Username cannot be of {format_name} format, since user pool is configured for {alias} alias."
    )


def username_should_be(attributes: Iterable[str]) -> AwsError:
    wanted = set(attributes)
    if wanted == {"email"}:
        return invalid_parameter("Username should be an email.")
    if wanted == {"phone_number"}:
        return invalid_parameter("Username should be a phone number.")
    return invalid_parameter("Username should be either an email or a phone number.")


def preferred_username_at_sign_up() -> AwsError:
    return invalid_parameter("User cannot provide preferred_username while sign up.")


def invalid_email_format() -> AwsError:
    return invalid_parameter("Invalid email address format.")


def invalid_phone_number_format() -> AwsError:
    return invalid_parameter("Invalid phone number format.")


def attribute_value_missing(name: str) -> AwsError:
    """Source: github.com/aws-amplify/amplify-js/issues/3174 and 3813."""
    return invalid_parameter(f"Attribute value for {name} must not be null")


def attributes_did_not_conform(complaints: Iterable[str]) -> AwsError:
    """`complaints`: one text per attribute, as the functions below make them, each ending in a line feed."""
    return invalid_parameter("Attributes did not conform to the schema: " + "".join(complaints))


def invalid_user_attributes(complaints: Iterable[str]) -> AwsError:
    return invalid_parameter("Invalid user attributes: " + "".join(complaints))


REQUIRED_ATTRIBUTE = "Required attribute cannot be deleted"
"""Source: reference federation.md, and apps that match it after UpdateUserAttributes."""


def required_attributes_removed(names: Iterable[str]) -> AwsError:
    return invalid_user_attributes(f"{name}: {REQUIRED_ATTRIBUTE}\n" for name in names)


def attribute_problems(complaints: Iterable[str]) -> AwsError:
    return invalid_parameter("".join(complaints))


def attribute_type_unknown(name: str) -> AwsError:
    return invalid_parameter(
        f"Attributes did not conform to the schema: Type for attribute {{{name}}} could not be determined"
    )


def cannot_modify_sub() -> AwsError:
    return invalid_parameter("Cannot modify the non-mutable attribute sub")


def unauthorized_attribute_write() -> AwsError:
    return not_authorized("A client attempted to write unauthorized attribute")


def attribute_cannot_be_verified() -> AwsError:
    """Source: messages of AWS that apps collected; tests of floci-io/floci."""
    return invalid_parameter("Invalid attribute name. Only phone_number and email can be verified.")


def sign_up_not_permitted() -> AwsError:
    return not_authorized("SignUp is not permitted for this user pool")


def user_is_disabled() -> AwsError:
    return not_authorized("User is disabled.")


def disabled_user_cannot_be_reset() -> AwsError:
    """AdminResetUserPassword says it without the full stop. Source: github-issue-logs/user-disabled/1."""
    return not_authorized("User is disabled")


def username_and_attribute_differ(attribute: str) -> AwsError:
    return invalid_parameter(f"Username and the attribute {attribute} must be the same.")


def resend_not_possible(username: str) -> AwsError:
    return AwsError(
        "UnsupportedUserStateException", f"Resend not possible. {username} status is not FORCE_CHANGE_PASSWORD"
    )


def no_delivery_address(attribute: str) -> AwsError:
    address = {"email": "email address", "phone_number": "phone number"}[attribute]
    return invalid_parameter(f"User does not have a valid registered {address}")


def not_allowed_to_send(medium: str, text: str) -> AwsError:
    """A message that the carrier refuses, where an operation has no other error for that."""
    kind = "Email" if medium == "EMAIL" else "Sms"
    return AwsError(f"Invalid{kind}RoleAccessPolicyException", text)


def delivery_failed(reason: str) -> AwsError:
    return AwsError("CodeDeliveryFailureException", f"Failed to deliver the message: {reason}")


def no_sms_configuration() -> AwsError:
    return invalid_parameter("User pool does not have SMS configuration to send messages.")


def no_user_pool_domain() -> AwsError:
    return invalid_parameter(
        "Cannot perform specific action because there does not exist a valid use pool domain associated with "
        "the user pool"
    )


def code_mismatch() -> AwsError:
    return AwsError("CodeMismatchException", "Invalid verification code provided, please try again.")


def code_expired() -> AwsError:
    return AwsError("ExpiredCodeException", "Invalid code provided, please request a code again.")


def cannot_be_confirmed(status: str) -> AwsError:
    return not_authorized(f"User cannot be confirmed. Current status is {status}")


def already_confirmed() -> AwsError:
    return invalid_parameter("User is already confirmed.")


def auto_verification_not_on() -> AwsError:
    return invalid_parameter("Cannot resend codes. Auto verification not turned on.")


def attempt_limit_exceeded() -> AwsError:
    return limit_exceeded("Attempt limit exceeded, please try after some time.")
