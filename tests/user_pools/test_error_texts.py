"""Texts of errors, byte for byte, against the tables of reference user-pools.md §2 (rows of confidence H)."""

from __future__ import annotations

import inspect
import re
from types import ModuleType

import pytest

from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.errors import clients, pools, sign_in, tokens, users

IPE, NAE = "InvalidParameterException", "NotAuthorizedException"
UNF, RNF, UEE = "UserNotFoundException", "ResourceNotFoundException", "UsernameExistsException"
CODE_MISMATCH, CODE_EXPIRED = "CodeMismatchException", "ExpiredCodeException"

TEXTS: list[tuple[AwsError, str, str]] = [
    # §2.1
    (errors.user_pool_does_not_exist("us-west-2_abc"), RNF, "User pool us-west-2_abc does not exist."),
    (errors.user_pool_client_does_not_exist("1abc"), RNF, "User pool client 1abc does not exist."),
    (errors.user_does_not_exist(), UNF, "User does not exist."),
    (errors.username_client_id_combination_not_found(), UNF, "Username/client id combination not found."),
    # §2.2
    (errors.user_already_exists(), UEE, "User already exists"),
    (errors.user_account_already_exists(), UEE, "User account already exists"),
    (errors.account_with_given_attribute_exists("email"), UEE, "An account with the given email already exists."),
    (
        errors.account_with_given_attribute_exists("phone_number"),
        UEE,
        "An account with the given phone_number already exists.",
    ),
    (errors.alias_exists("email"), "AliasExistsException", "An account with the email already exists."),
    (errors.alias_exists("phone_number"), "AliasExistsException", "An account with the phone_number already exists."),
    (errors.given_alias_exists("email"), "AliasExistsException", "An account with the given email already exists."),
    (
        errors.username_of_alias_format("email"),
        IPE,
        "Username cannot be of email format, since user pool is configured for email alias.",
    ),
    (errors.username_should_be(["email"]), IPE, "Username should be an email."),
    (
        errors.username_should_be(["phone_number", "email"]),
        IPE,
        "Username should be either an email or a phone number.",
    ),
    (
        errors.attribute_type_unknown("custom:x"),
        IPE,
        "Attributes did not conform to the schema: Type for attribute {custom:x} could not be determined",
    ),
    (errors.unauthorized_attribute_write(), NAE, "A client attempted to write unauthorized attribute"),
    (errors.code_mismatch(), CODE_MISMATCH, "Invalid verification code provided, please try again."),
    (errors.code_expired(), CODE_EXPIRED, "Invalid code provided, please request a code again."),
    (errors.cannot_be_confirmed("CONFIRMED"), NAE, "User cannot be confirmed. Current status is CONFIRMED"),
    (errors.already_confirmed(), IPE, "User is already confirmed."),
    (errors.auto_verification_not_on(), IPE, "Cannot resend codes. Auto verification not turned on."),
    # §2.3
    (errors.incorrect_username_or_password(), NAE, "Incorrect username or password."),
    (errors.password_attempts_exceeded(), NAE, "Password attempts exceeded"),
    (errors.user_is_disabled(), NAE, "User is disabled."),
    (errors.user_is_not_confirmed(), "UserNotConfirmedException", "User is not confirmed."),
    (errors.password_reset_required(), "PasswordResetRequiredException", "Password reset required for the user"),
    (
        errors.temporary_password_expired(),
        NAE,
        "Temporary password has expired and must be reset by an administrator.",
    ),
    (errors.missing_parameter("USERNAME"), IPE, "Missing required parameter USERNAME"),
    (errors.flow_not_supported(), IPE, "Initiate Auth method not supported."),
    (
        errors.flow_not_enabled("USER_PASSWORD_AUTH"),
        IPE,
        "USER_PASSWORD_AUTH flow not enabled for this client",
    ),
    (errors.flow_not_enabled("USER_SRP_AUTH"), IPE, "USER_SRP_AUTH is not enabled for the client."),
    (errors.flow_not_enabled("CUSTOM_AUTH"), IPE, "CUSTOM_AUTH is not enabled for the client."),
    (errors.flow_not_enabled("ADMIN_USER_PASSWORD_AUTH"), IPE, "Auth flow not enabled for this client"),
    (errors.invalid_session(), NAE, "Invalid session for the user."),
    (errors.session_expired(), NAE, "Invalid session for the user, session is expired."),
    (errors.session_used(), NAE, "Invalid session for the user, session can only be used once."),
    (errors.attribute_already_provided("email"), NAE, "Cannot modify an already provided email"),
    (
        errors.required_attribute_missing("preferred_username"),
        IPE,
        "Invalid attributes given, preferred_username is missing",
    ),
    # §2.4
    (
        errors.invalid_password_at_sign_up("Password not long enough"),
        "InvalidPasswordException",
        "Password did not conform with policy: Password not long enough",
    ),
    (
        errors.invalid_temporary_password("Password not long enough"),
        "InvalidPasswordException",
        "Password did not conform with password policy: Password not long enough",
    ),
    (
        errors.invalid_password("Password not long enough"),
        "InvalidPasswordException",
        "Password does not conform to policy: Password not long enough",
    ),
    (
        errors.no_registered_recovery_address(),
        IPE,
        "Cannot reset password for the user as there is no registered/verified email or phone_number",
    ),
    (errors.cannot_reset_in_current_state(), NAE, "User password cannot be reset in the current state."),
    (
        errors.attempt_limit_exceeded(),
        "LimitExceededException",
        "Attempt limit exceeded, please try after some time.",
    ),
    # §2.5
    (
        errors.secret_hash_not_received("1abc"),
        NAE,
        "Client 1abc is configured with secret but SECRET_HASH was not received",
    ),
    (errors.secret_hash_not_verified("1abc"), NAE, "Unable to verify secret hash for client 1abc"),
    # §2.6
    (errors.access_token_signature(), NAE, "Could not verify signature for Access Token"),
    (errors.access_token_expired(), NAE, "Access Token has expired"),
    (errors.access_token_revoked(), NAE, "Access Token has been revoked"),
    (errors.access_token_scopes(), NAE, "Access Token does not have required scopes"),
    (errors.invalid_refresh_token(), NAE, "Invalid Refresh Token."),
    (errors.refresh_token_revoked(), NAE, "Refresh Token has been revoked"),
    # §2.7
    (
        errors.existing_attribute("custom:x"),
        IPE,
        "custom:x: Existing attribute already has name custom:x.",
    ),
    (errors.required_custom_attributes(), IPE, "Required custom attributes are not supported currently."),
    (
        errors.standard_attribute_changed("email"),
        IPE,
        "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email",
    ),
    (
        errors.attribute_data_type_missing(),
        IPE,
        "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
    ),
    (errors.max_length_less_than_min("email"), IPE, "user.email: Max length cannot be less than min length."),
    (errors.max_value_less_than_min("x"), IPE, "user.x: Max value cannot be less than min value."),
    (
        errors.string_attribute_too_long("x"),
        IPE,
        "user.x: String attributes cannot have a length of more than 2048",
    ),
    (
        errors.invalid_number_constraints("x"),
        IPE,
        "Invalid NumberAttributeConstraints for schema attribute x",
    ),
    (
        errors.deletion_protection_is_active(),
        IPE,
        "The user pool cannot be deleted because deletion protection is activated. "
        "Deletion protection must be inactivated first.",
    ),
    (
        errors.feature_unavailable_in_tier("ESSENTIALS", ["Threat Protection"]),
        "FeatureUnavailableInTierException",
        "The following features need to be disabled for the ESSENTIALS pricing tier configured: Threat Protection",
    ),
    (errors.attribute_not_searchable("custom:foo"), IPE, "Invalid search attribute: custom:foo"),
    (errors.filter_syntax(), IPE, "Error while parsing filter."),
]


@pytest.mark.parametrize(("error", "kind", "text"), TEXTS, ids=[text for _, _, text in TEXTS])
def test_texts(error: AwsError, kind: str, text: str) -> None:
    assert (error.type, error.message, error.status, error.message_key) == (kind, text, 400, "message")


MODULES: tuple[ModuleType, ...] = (clients, pools, sign_in, tokens, users)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rsplit(".", 1)[-1])
def test_every_error_is_one_that_the_service_declares(module: ModuleType) -> None:
    """Types are shapes of the service's model: no SDK meets an exception class that it lacks."""
    from cognito_emulator.aws.models import service_model

    shapes = service_model("cognito-idp")._definition["shapes"]
    declared = {name for name, shape in shapes.items() if shape.get("exception")}
    for name, function in inspect.getmembers(module, inspect.isfunction):
        if function.__module__ != module.__name__ or inspect.signature(function).return_annotation != "AwsError":
            continue
        arguments = ["email" for _ in inspect.signature(function).parameters]
        assert function(*arguments).type in declared, name


def test_texts_are_made_nowhere_twice() -> None:
    """One function for one text: whoever looks for a text finds the one place where it comes from."""
    seen: dict[tuple[str, str], str] = {}
    for module in MODULES:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            signature = inspect.signature(function)
            if function.__module__ != module.__name__ or signature.parameters:
                continue
            error = function()
            key = (error.type, re.sub(r"\s+", " ", error.message or ""))
            assert key not in seen, f"{name} and {seen[key]} say the same"
            seen[key] = name
