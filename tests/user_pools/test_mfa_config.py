"""SetUserPoolMfaConfig, GetUserPoolMfaConfig, and what CreateUserPool and UpdateUserPool make of MFA."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import SMS, Idp, pool, refused
from tests.factors import EMAIL_FACTOR, SES, SMS_FACTOR, TOTP_FACTOR

UNAVAILABLE = "The following features need to be disabled for the LITE pricing tier configured: "


def config(idp: Idp, pool_id: str) -> dict[str, Any]:
    answer: dict[str, Any] = idp.get_user_pool_mfa_config(UserPoolId=pool_id)
    del answer["ResponseMetadata"]
    return answer


def test_fresh_pool(idp: Idp) -> None:
    assert config(idp, pool(idp)) == {"MfaConfiguration": "OFF"}


def test_everything_at_once(idp: Idp) -> None:
    pool_id = pool(idp, EmailConfiguration=SES)
    wanted = {
        "MfaConfiguration": "OPTIONAL",
        "SmsMfaConfiguration": {**SMS, "SmsAuthenticationMessage": "Your OTP: {####}."},
        **TOTP_FACTOR,
        **EMAIL_FACTOR,
        "WebAuthnConfiguration": {"RelyingPartyId": "auth.example.com", "UserVerification": "required"},
    }
    answer = idp.set_user_pool_mfa_config(UserPoolId=pool_id, **wanted)
    assert {name: answer[name] for name in wanted} == wanted
    assert config(idp, pool_id) == wanted
    described = idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    assert described["MfaConfiguration"] == "OPTIONAL"
    assert described["SmsAuthenticationMessage"] == "Your OTP: {####}."
    assert described["SmsConfiguration"] == SMS["SmsConfiguration"]


def test_what_is_left_out_is_switched_off(idp: Idp) -> None:
    pool_id = pool(idp, EmailConfiguration=SES)
    idp.set_user_pool_mfa_config(UserPoolId=pool_id, MfaConfiguration="ON", **TOTP_FACTOR, **SMS_FACTOR, **EMAIL_FACTOR)
    idp.set_user_pool_mfa_config(UserPoolId=pool_id, MfaConfiguration="ON", **TOTP_FACTOR)
    assert config(idp, pool_id) == {"MfaConfiguration": "ON", **TOTP_FACTOR}
    assert idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]["SmsConfiguration"] == SMS["SmsConfiguration"]
    idp.set_user_pool_mfa_config(UserPoolId=pool_id, MfaConfiguration="OFF")
    assert config(idp, pool_id) == {"MfaConfiguration": "OFF"}


def test_a_software_token_that_is_switched_off_is_shown_until_it_is_left_out(idp: Idp) -> None:
    pool_id = pool(idp)
    off = {"SoftwareTokenMfaConfiguration": {"Enabled": False}}
    idp.set_user_pool_mfa_config(UserPoolId=pool_id, MfaConfiguration="ON", **SMS_FACTOR, **off)
    assert config(idp, pool_id) == {"MfaConfiguration": "ON", **SMS_FACTOR, **off}
    idp.set_user_pool_mfa_config(UserPoolId=pool_id, MfaConfiguration="ON", **SMS_FACTOR)
    assert config(idp, pool_id) == {"MfaConfiguration": "ON", **SMS_FACTOR}


def test_passkey_settings_alone_leave_the_factors(idp: Idp) -> None:
    pool_id = pool(idp)
    idp.set_user_pool_mfa_config(UserPoolId=pool_id, MfaConfiguration="OPTIONAL", **TOTP_FACTOR)
    passkeys = {"RelyingPartyId": "example.com"}
    idp.set_user_pool_mfa_config(UserPoolId=pool_id, WebAuthnConfiguration=passkeys)
    assert config(idp, pool_id) == {
        "MfaConfiguration": "OPTIONAL",
        **TOTP_FACTOR,
        "WebAuthnConfiguration": {"RelyingPartyId": "example.com", "UserVerification": "preferred"},
    }


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        (
            {"MfaConfiguration": "ON"},
            "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.",
        ),
        (
            {"MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": {"SmsAuthenticationMessage": "{####}"}},
            "[SmsConfiguration] is a required member of [SoftwareTokenMfaConfiguration].",
        ),
        (
            {"MfaConfiguration": "OFF", **TOTP_FACTOR},
            "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
        ),
        (
            {"MfaConfiguration": "OFF", **SMS_FACTOR},
            "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
        ),
        (
            {"MfaConfiguration": "OFF", **EMAIL_FACTOR},
            "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
        ),
        (
            {"MfaConfiguration": "ON", **EMAIL_FACTOR},
            "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount of "
            "COGNITO_DEFAULT. Update the value of EmailSendingAccount.",
        ),
    ],
)
def test_contradictions(idp: Idp, wanted: dict[str, Any], text: str) -> None:
    pool_id = pool(idp)
    with refused("InvalidParameterException", text):
        idp.set_user_pool_mfa_config(UserPoolId=pool_id, **wanted)
    assert config(idp, pool_id) == {"MfaConfiguration": "OFF"}


def test_unknown_pool(idp: Idp) -> None:
    with refused("ResourceNotFoundException", "User pool eu-west-1_nowhere00 does not exist."):
        idp.get_user_pool_mfa_config(UserPoolId="eu-west-1_nowhere00")


def test_tier_lite(idp: Idp) -> None:
    pool_id = pool(idp, UserPoolTier="LITE", EmailConfiguration=SES)
    with refused("FeatureUnavailableInTierException", UNAVAILABLE + "Email MFA"):
        idp.set_user_pool_mfa_config(UserPoolId=pool_id, MfaConfiguration="ON", **EMAIL_FACTOR)
    with refused("FeatureUnavailableInTierException", UNAVAILABLE + "Passwordless Sign-In"):
        idp.set_user_pool_mfa_config(UserPoolId=pool_id, WebAuthnConfiguration={"RelyingPartyId": "example.com"})
    idp.set_user_pool_mfa_config(UserPoolId=pool_id, MfaConfiguration="ON", **TOTP_FACTOR)
    assert config(idp, pool_id) == {"MfaConfiguration": "ON", **TOTP_FACTOR}


def test_a_pool_with_email_mfa_cannot_go_down_to_lite(idp: Idp) -> None:
    pool_id = pool(idp, EmailConfiguration=SES)
    idp.set_user_pool_mfa_config(UserPoolId=pool_id, MfaConfiguration="ON", **EMAIL_FACTOR)
    with refused("FeatureUnavailableInTierException", UNAVAILABLE + "Email MFA"):
        idp.update_user_pool(UserPoolId=pool_id, UserPoolTier="LITE", EmailConfiguration=SES, MfaConfiguration="ON")


def test_create_user_pool_knows_text_messages_only(idp: Idp) -> None:
    with refused(
        "InvalidParameterException",
        "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
    ):
        pool(idp, MfaConfiguration="ON")
    pool_id = pool(idp, MfaConfiguration="ON", SmsAuthenticationMessage="{####}", **SMS)
    assert config(idp, pool_id) == {
        "MfaConfiguration": "ON",
        "SmsMfaConfiguration": {**SMS, "SmsAuthenticationMessage": "{####}"},
    }


def test_update_user_pool(idp: Idp) -> None:
    """The mode stays while the pool has a factor that the update leaves alone."""
    pool_id = pool(idp)
    idp.set_user_pool_mfa_config(UserPoolId=pool_id, MfaConfiguration="OPTIONAL", **TOTP_FACTOR)
    idp.update_user_pool(UserPoolId=pool_id)
    assert config(idp, pool_id) == {"MfaConfiguration": "OPTIONAL", **TOTP_FACTOR}
    idp.update_user_pool(UserPoolId=pool_id, MfaConfiguration="ON")
    assert config(idp, pool_id) == {"MfaConfiguration": "ON", **TOTP_FACTOR}
    idp.update_user_pool(UserPoolId=pool_id, MfaConfiguration="OFF")
    assert config(idp, pool_id)["MfaConfiguration"] == "OFF"

    with_sms = pool(idp, MfaConfiguration="ON", **SMS)
    idp.update_user_pool(UserPoolId=with_sms)
    assert config(idp, with_sms) == {"MfaConfiguration": "OFF"}


@pytest.mark.parametrize("factors", [["EMAIL_OTP"], ["PASSWORD", "SOFTWARE_TOKEN"]])
def test_sign_in_policy(idp: Idp, factors: list[str]) -> None:
    text = (
        "SOFTWARE_TOKEN is not supported as a first authentication factor."
        if "PASSWORD" in factors
        else "Password should be configured as one of the allowed first auth factors."
    )
    with refused("InvalidParameterException", text):
        pool(idp, Policies={"SignInPolicy": {"AllowedFirstAuthFactors": factors}})
