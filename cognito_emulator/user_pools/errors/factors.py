"""Second factors, one-time passwords, devices and passkeys.

Sources: recordings `github-issue-logs/totp-wrong-code/1`, `…/totp-preference-without-setup/1`,
`…/sms-mfa-wrong-code/1`, `…/invalid-device-key/1`, `…/credential-invalid/1`,
`moto-aws-verified/mfa-on-totp-setup-and-login/5`; reference user-pools.md §2.3 and §2.7. No public text is known
for the WebAuthn errors but "Credential data is not valid"; theirs say what the model says of the error type.
"""

from __future__ import annotations

from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools.errors.kinds import (
    invalid_parameter,
    limit_exceeded,
    not_authorized,
    resource_not_found,
)

# ── the pool's configuration ─────────────────────────────────────────────────────────────────────────────────


def no_mfa_factor() -> AwsError:
    """Sources: github.com/aws/aws-sdk-js/issues/4186, github.com/anomalyco/sst/issues/5177 (2022 and 2024)."""
    return invalid_parameter(
        "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration."
    )


def mfa_off_with_factors() -> AwsError:
    return invalid_parameter("Invalid MFA configuration given, can't turn off MFA and configure an MFA together.")


def sms_mfa_without_configuration() -> AwsError:
    """The text names the wrong member; the service does so too."""
    return invalid_parameter("[SmsConfiguration] is a required member of [SoftwareTokenMfaConfiguration].")


def email_mfa_needs_ses() -> AwsError:
    return invalid_parameter(
        "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount of "
        "COGNITO_DEFAULT. Update the value of EmailSendingAccount."
    )


def password_factor_required() -> AwsError:
    return invalid_parameter("Password should be configured as one of the allowed first auth factors.")


def factor_not_supported_first(factor: str) -> AwsError:
    return invalid_parameter(f"{factor} is not supported as a first authentication factor.")


# ── the user's preference ────────────────────────────────────────────────────────────────────────────────────


def no_delivery_config(factor: str) -> AwsError:
    return invalid_parameter(f"User does not have delivery config set to turn on {factor}")


def one_preferred_factor() -> AwsError:
    return invalid_parameter("Only one MFA factor can be set as preferred.")


def preferred_factor_not_enabled() -> AwsError:
    return invalid_parameter("A preferred MFA factor must be enabled.")


def only_sms_mfa_options() -> AwsError:
    return invalid_parameter("MFAOptions can set only phone_number with the delivery medium SMS.")


# ── software tokens ──────────────────────────────────────────────────────────────────────────────────────────


def software_token_not_enabled() -> AwsError:
    return AwsError("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool")


def no_software_token() -> AwsError:
    """Source: github.com/amazon-archives/amazon-cognito-identity-js/issues/630."""
    return AwsError("SoftwareTokenMFANotFoundException", "Software Token MFA does not exist for the user.")


def software_token_code_mismatch() -> AwsError:
    return AwsError("EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA")


def software_token_used() -> AwsError:
    return AwsError("ExpiredCodeException", "Your software token has already been used once.")


def invalid_software_token_code() -> AwsError:
    return AwsError("CodeMismatchException", "Invalid code received for user")


def token_or_session() -> AwsError:
    return invalid_parameter("Either AccessToken or Session is required, but not both.")


# ── challenges ───────────────────────────────────────────────────────────────────────────────────────────────


def invalid_code_or_state() -> AwsError:
    return AwsError("CodeMismatchException", "Invalid code or auth state for the user.")


def too_many_wrong_codes() -> AwsError:
    return not_authorized("Attempt limit exceeded, please try after some time.")


def no_mfa_method() -> AwsError:
    """Source of the type: github.com/aws-amplify/amplify-js/issues/14013. The text is what the model says of it."""
    return AwsError("MFAMethodNotFoundException", "No MFA method was found for the user.")


def invalid_answer(answer: str) -> AwsError:
    return invalid_parameter(f"Invalid ANSWER {answer}: it is not one of the available challenges.")


# ── devices ──────────────────────────────────────────────────────────────────────────────────────────────────


def device_does_not_exist() -> AwsError:
    return resource_not_found("Device does not exist.")


def owner_does_not_exist() -> AwsError:
    """Where an operation on devices does not know the user."""
    return resource_not_found("User does not exist.")


def invalid_device_key() -> AwsError:
    return invalid_parameter("Invalid device key given.")


def device_key_exists() -> AwsError:
    return AwsError("DeviceKeyExistsException", "Device already exists.")


def invalid_device_verifier() -> AwsError:
    return invalid_parameter("Invalid device secret verifier config given.")


# ── passkeys ─────────────────────────────────────────────────────────────────────────────────────────────────


def web_authn_not_enabled() -> AwsError:
    return AwsError("WebAuthnNotEnabledException", "WebAuthn is not enabled for this user pool.")


def web_authn_configuration_missing() -> AwsError:
    return AwsError(
        "WebAuthnConfigurationMissingException", "The user pool has no relying party ID and no user pool domain."
    )


def web_authn_challenge_not_found() -> AwsError:
    return AwsError("WebAuthnChallengeNotFoundException", "The registration challenge was not found or has expired.")


def web_authn_client_mismatch() -> AwsError:
    return AwsError("WebAuthnClientMismatchException", "The access token is for a different client.")


def web_authn_origin_not_allowed() -> AwsError:
    return AwsError(
        "WebAuthnOriginNotAllowedException", "The origin of the credential does not match the relying party ID."
    )


def web_authn_relying_party_mismatch() -> AwsError:
    return AwsError(
        "WebAuthnRelyingPartyMismatchException", "The credential is associated with a different relying party ID."
    )


def web_authn_credential_not_supported() -> AwsError:
    return AwsError("WebAuthnCredentialNotSupportedException", "The credential is not supported.")


def credential_not_valid() -> AwsError:
    return invalid_parameter("Credential data is not valid")


def too_many_passkeys() -> AwsError:
    return limit_exceeded("Maximum number of passkeys exceeded for the user.")


def passkey_does_not_exist() -> AwsError:
    return resource_not_found("Credential does not exist.")
