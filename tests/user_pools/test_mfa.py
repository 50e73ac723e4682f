"""Codes by text message and e-mail as second factors, the choice between factors, and the user's preference."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_emulator.emulator import Emulator
from tests.builders import SMS, Idp, User, app, as_dict, attributes, begin, claims, confirmed_user, refused, sign_in
from tests.factors import (
    EMAIL_FACTOR,
    SMS_FACTOR,
    TOTP_FACTOR,
    code_at,
    last_code,
    mfa_app,
    register_totp,
    respond,
)
from tests.srp_client import srp_sign_in

ALL = {**SMS_FACTOR, **TOTP_FACTOR, **EMAIL_FACTOR}
ADDRESSES = {"phone_number": "+12065550100", "email": "ada@example.com"}
WRONG = ("CodeMismatchException", "Invalid code or auth state for the user.")
ON = {"Enabled": True}
PREFERRED = {"Enabled": True, "PreferredMfa": True}


def prefer(idp: Idp, user: User, **settings: Any) -> None:
    idp.admin_set_user_mfa_preference(**user.key, **settings)


def mfa_of(idp: Idp, user: User) -> dict[str, Any]:
    shown = idp.admin_get_user(**user.key)
    return {name: shown[name] for name in ("MFAOptions", "PreferredMfaSetting", "UserMFASettingList") if name in shown}


@pytest.fixture
def user(idp: Idp) -> User:
    """A user with both kinds of address, in a pool with every factor."""
    return confirmed_user(idp, mfa_app(idp, **ALL), **ADDRESSES)


def test_sms(idp: Idp, emulator: Emulator) -> None:
    settings = {"SmsMfaConfiguration": {**SMS, "SmsAuthenticationMessage": "Code: {####}"}}
    user = confirmed_user(idp, mfa_app(idp, **settings), **ADDRESSES)
    prefer(idp, user, SMSMfaSettings=PREFERRED)
    challenge = begin(idp, user)
    assert challenge["ChallengeName"] == "SMS_MFA"
    assert challenge["ChallengeParameters"] == {
        "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS",
        "CODE_DELIVERY_DESTINATION": "+*******0100",
        "USER_ID_FOR_SRP": "alice",
    }
    [message] = emulator.messages.find(username="alice")
    assert (message.medium, message.body, len(message.code)) == ("SMS", f"Code: {message.code}", 6)
    with refused(*WRONG):
        respond(idp, user, challenge, SMS_MFA_CODE="000000" if message.code != "000000" else "111111")
    with refused("InvalidParameterException", "Missing required parameter SMS_MFA_CODE"):
        respond(idp, user, challenge)
    result = respond(idp, user, challenge, SMS_MFA_CODE=message.code)["AuthenticationResult"]
    # The phone number counts as verified from then on.
    assert claims(result["IdToken"])["phone_number_verified"] is True
    assert as_dict(idp.admin_get_user(**user.key)["UserAttributes"])["phone_number_verified"] == "true"
    with refused("NotAuthorizedException", "Invalid session for the user, session can only be used once."):
        respond(idp, user, challenge, SMS_MFA_CODE=message.code)


def test_sms_default_text(idp: Idp, emulator: Emulator, user: User) -> None:
    prefer(idp, user, SMSMfaSettings=PREFERRED)
    begin(idp, user)
    [message] = emulator.messages.find(username="alice")
    assert message.body == f"Your authentication code is {message.code}. "


def test_email(idp: Idp, emulator: Emulator, user: User) -> None:
    prefer(idp, user, EmailMfaSettings=PREFERRED)
    challenge = begin(idp, user)
    assert challenge["ChallengeName"] == "EMAIL_OTP"
    assert challenge["ChallengeParameters"] == {
        "CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL",
        "CODE_DELIVERY_DESTINATION": "a***@e***",
        "USER_ID_FOR_SRP": "alice",
    }
    [message] = emulator.messages.find(username="alice")
    assert (message.subject, message.body) == ("Your code", f"Use {message.code} now")
    assert len(message.code) == 6
    result = respond(idp, user, challenge, EMAIL_OTP_CODE=message.code)["AuthenticationResult"]
    assert claims(result["IdToken"])["email_verified"] is True


def test_codes_of_other_sign_ins_do_not_fit(idp: Idp, emulator: Emulator, user: User) -> None:
    prefer(idp, user, SMSMfaSettings=PREFERRED)
    first = begin(idp, user)
    code = last_code(emulator, user)
    second = begin(idp, user)
    with refused(*WRONG):
        respond(idp, user, second, SMS_MFA_CODE=code)
    assert "AuthenticationResult" in respond(idp, user, first, SMS_MFA_CODE=code)


def test_five_wrong_codes_end_the_sign_in(idp: Idp, emulator: Emulator, user: User) -> None:
    prefer(idp, user, SMSMfaSettings=PREFERRED)
    challenge = begin(idp, user)
    for _ in range(5):
        with refused(*WRONG):
            respond(idp, user, challenge, SMS_MFA_CODE="no")
    with refused("NotAuthorizedException", "Attempt limit exceeded, please try after some time."):
        respond(idp, user, challenge, SMS_MFA_CODE=last_code(emulator, user))


def test_the_code_lives_as_long_as_the_session(idp: Idp, emulator: Emulator) -> None:
    user = confirmed_user(idp, mfa_app(idp, client={"AuthSessionValidity": 5}, **SMS_FACTOR), **ADDRESSES)
    prefer(idp, user, SMSMfaSettings=PREFERRED)
    challenge = begin(idp, user)
    emulator.clock.advance(minutes=4)
    assert "AuthenticationResult" in respond(idp, user, challenge, SMS_MFA_CODE=last_code(emulator, user))
    challenge = begin(idp, user)
    emulator.clock.advance(minutes=5)
    with refused("NotAuthorizedException", "Invalid session for the user, session is expired."):
        respond(idp, user, challenge, SMS_MFA_CODE=last_code(emulator, user))


def test_after_srp(idp: Idp, emulator: Emulator, user: User) -> None:
    prefer(idp, user, SMSMfaSettings=PREFERRED)
    challenge = srp_sign_in(idp, user)
    assert challenge["ChallengeName"] == "SMS_MFA"
    assert "AuthenticationResult" in respond(idp, user, challenge, SMS_MFA_CODE=last_code(emulator, user))


def test_choice_between_factors(idp: Idp, emulator: Emulator, user: User) -> None:
    prefer(idp, user, SMSMfaSettings=ON, EmailMfaSettings=ON)
    choice = begin(idp, user)
    assert choice["ChallengeName"] == "SELECT_MFA_TYPE"
    assert choice["ChallengeParameters"] == {
        "MFAS_CAN_CHOOSE": '["SMS_MFA","EMAIL_OTP"]',
        "USER_ID_FOR_SRP": "alice",
    }
    assert emulator.messages.find(username="alice") == []
    with refused("InvalidParameterException", "Missing required parameter ANSWER"):
        respond(idp, user, choice)
    with refused(
        "InvalidParameterException",
        "Invalid ANSWER SOFTWARE_TOKEN_MFA: it is not one of the available challenges.",
    ):
        respond(idp, user, choice, ANSWER="SOFTWARE_TOKEN_MFA")
    challenge = respond(idp, user, choice, ANSWER="EMAIL_MFA")
    assert challenge["ChallengeName"] == "EMAIL_OTP"
    assert challenge["Session"] != choice["Session"]
    assert "AuthenticationResult" in respond(idp, user, challenge, EMAIL_OTP_CODE=last_code(emulator, user))


def test_preference_settles_the_choice(idp: Idp, emulator: Emulator, user: User) -> None:
    prefer(idp, user, SMSMfaSettings=ON, EmailMfaSettings=PREFERRED)
    assert begin(idp, user)["ChallengeName"] == "EMAIL_OTP"
    secret = register_totp(idp, emulator, respond_email(idp, emulator, user), prefer=True)
    assert mfa_of(idp, user) == {
        "PreferredMfaSetting": "SOFTWARE_TOKEN_MFA",
        "UserMFASettingList": ["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"],
    }
    challenge = begin(idp, user)
    assert "AuthenticationResult" in respond(idp, user, challenge, SOFTWARE_TOKEN_MFA_CODE=code_at(secret, emulator))


def respond_email(idp: Idp, emulator: Emulator, user: User) -> str:
    challenge = begin(idp, user)
    answer = respond(idp, user, challenge, EMAIL_OTP_CODE=last_code(emulator, user))
    return str(answer["AuthenticationResult"]["AccessToken"])


def test_factors_come_and_go(idp: Idp, user: User) -> None:
    assert mfa_of(idp, user) == {}
    prefer(idp, user, SMSMfaSettings=PREFERRED)
    assert mfa_of(idp, user) == {"PreferredMfaSetting": "SMS_MFA", "UserMFASettingList": ["SMS_MFA"]}
    prefer(idp, user, EmailMfaSettings=ON)
    assert mfa_of(idp, user)["PreferredMfaSetting"] == "SMS_MFA"
    prefer(idp, user, SMSMfaSettings={"Enabled": True, "PreferredMfa": False})
    assert mfa_of(idp, user) == {"UserMFASettingList": ["SMS_MFA", "EMAIL_OTP"]}
    prefer(idp, user, SMSMfaSettings={"Enabled": False}, EmailMfaSettings={"Enabled": False})
    assert mfa_of(idp, user) == {}
    assert "AuthenticationResult" in begin(idp, user)


def test_preference_by_the_user(idp: Idp, emulator: Emulator, user: User) -> None:
    token = sign_in(idp, user)["AccessToken"]
    idp.set_user_mfa_preference(AccessToken=token, SMSMfaSettings=PREFERRED)
    shown = idp.get_user(AccessToken=token)
    assert (shown["PreferredMfaSetting"], shown["UserMFASettingList"]) == ("SMS_MFA", ["SMS_MFA"])
    factors = idp.get_user_auth_factors(AccessToken=token)
    assert (factors["Username"], factors["PreferredMfaSetting"]) == ("alice", "SMS_MFA")
    assert factors["ConfiguredUserAuthFactors"] == ["PASSWORD"]
    assert idp.admin_get_user_auth_factors(**user.key)["UserMFASettingList"] == ["SMS_MFA"]


@pytest.mark.parametrize("factor", ["SOFTWARE_TOKEN_MFA", "SMS_MFA", "EMAIL_OTP"])
def test_factors_that_the_user_lacks(idp: Idp, factor: str) -> None:
    """Source: recording github-issue-logs/totp-preference-without-setup/1."""
    user = confirmed_user(idp, mfa_app(idp, **ALL))
    name = {"SOFTWARE_TOKEN_MFA": "SoftwareTokenMfaSettings", "SMS_MFA": "SMSMfaSettings"}
    with refused("InvalidParameterException", f"User does not have delivery config set to turn on {factor}"):
        prefer(idp, user, **{name.get(factor, "EmailMfaSettings"): PREFERRED})
    assert mfa_of(idp, user) == {}


@pytest.mark.parametrize("factor", ["SMS_MFA", "EMAIL_OTP"])
def test_factors_that_the_pool_lacks(idp: Idp, factor: str) -> None:
    user = confirmed_user(idp, mfa_app(idp), **ADDRESSES)
    with refused("InvalidParameterException", f"User does not have delivery config set to turn on {factor}"):
        prefer(idp, user, **{"SMSMfaSettings" if factor == "SMS_MFA" else "EmailMfaSettings": ON})


def test_contradictory_preferences(idp: Idp, user: User) -> None:
    with refused("InvalidParameterException", "Only one MFA factor can be set as preferred."):
        prefer(idp, user, SMSMfaSettings=PREFERRED, EmailMfaSettings=PREFERRED)
    with refused("InvalidParameterException", "A preferred MFA factor must be enabled."):
        prefer(idp, user, SMSMfaSettings={"Enabled": False, "PreferredMfa": True})
    with refused("InvalidParameterException", "User does not have delivery config set to turn on WEB_AUTHN"):
        prefer(idp, user, WebAuthnMfaSettings=ON)
    with refused("UserNotFoundException", "User does not exist."):
        idp.admin_set_user_mfa_preference(UserPoolId=user.app.pool_id, Username="nobody", SMSMfaSettings=ON)


def test_required_pool_asks_for_what_there_is(idp: Idp, emulator: Emulator) -> None:
    app_of = mfa_app(idp, "ON", **ALL)
    with_phone = confirmed_user(idp, app_of, "phone", phone_number="+12065550100")
    with_email = confirmed_user(idp, app_of, "email", email="ada@example.com")
    with_both = confirmed_user(idp, app_of, "both", **ADDRESSES)
    with_none = confirmed_user(idp, app_of, "none")
    assert begin(idp, with_phone)["ChallengeName"] == "SMS_MFA"
    assert begin(idp, with_email)["ChallengeName"] == "EMAIL_OTP"
    assert begin(idp, with_both)["ChallengeParameters"]["MFAS_CAN_CHOOSE"] == '["SMS_MFA","EMAIL_OTP"]'
    challenge = begin(idp, with_none)
    assert challenge["ChallengeParameters"]["MFAS_CAN_SETUP"] == '["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]'
    # An address can be given meanwhile; the sign-in begins anew.
    idp.admin_update_user_attributes(
        **with_none.key, UserAttributes=[{"Name": "phone_number", "Value": "+12065550111"}]
    )
    assert begin(idp, with_none)["ChallengeName"] == "SMS_MFA"


def test_email_is_set_up_during_sign_in(idp: Idp, emulator: Emulator) -> None:
    """Source: aws-amplify 6, which answers MFA_SETUP with the address."""
    user = confirmed_user(idp, mfa_app(idp, "ON", **EMAIL_FACTOR, **TOTP_FACTOR))
    set_up = begin(idp, user)
    assert set_up["ChallengeParameters"]["MFAS_CAN_SETUP"] == '["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]'
    with refused("InvalidParameterException", "Invalid email address format."):
        respond(idp, user, set_up, EMAIL="@")
    challenge = respond(idp, user, set_up, EMAIL="ada@example.com")
    assert challenge["ChallengeName"] == "EMAIL_OTP"
    assert challenge["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"] == "a***@e***"
    with refused(*WRONG):
        respond(idp, user, challenge, EMAIL_OTP_CODE="no")
    assert "email" not in as_dict(idp.admin_get_user(**user.key)["UserAttributes"])
    result = respond(idp, user, challenge, EMAIL_OTP_CODE=last_code(emulator, user))["AuthenticationResult"]
    identity = claims(result["IdToken"])
    assert (identity["email"], identity["email_verified"]) == ("ada@example.com", True)
    assert mfa_of(idp, user) == {"PreferredMfaSetting": "EMAIL_OTP", "UserMFASettingList": ["EMAIL_OTP"]}
    assert begin(idp, user)["ChallengeName"] == "EMAIL_OTP"


def test_email_cannot_be_set_up_where_the_pool_has_it_not(idp: Idp) -> None:
    user = confirmed_user(idp, mfa_app(idp, "ON"))
    with refused("NotAuthorizedException", "Invalid session for the user."):
        respond(idp, user, begin(idp, user), EMAIL="ada@example.com")


def test_text_messages_alone_cannot_be_set_up_during_sign_in(idp: Idp) -> None:
    """Source: aws-amplify/amplify-js#14013."""
    user = confirmed_user(idp, mfa_app(idp, "ON", **SMS_FACTOR))
    for _ in range(2):
        with refused("MFAMethodNotFoundException", "No MFA method was found for the user."):
            begin(idp, user)
    idp.admin_update_user_attributes(**user.key, UserAttributes=attributes(phone_number="+12065550100"))
    assert begin(idp, user)["ChallengeName"] == "SMS_MFA"


def test_the_api_takes_no_phone_number_in_the_middle_of_a_sign_in(idp: Idp) -> None:
    """Source: `RespondToAuthChallenge` in botocore's model: the sign-in restarts once the user has a number."""
    user = confirmed_user(idp, mfa_app(idp, "ON", **SMS_FACTOR, **TOTP_FACTOR))
    set_up = begin(idp, user)
    assert set_up["ChallengeParameters"]["MFAS_CAN_SETUP"] == '["SMS_MFA","SOFTWARE_TOKEN_MFA"]'
    with refused("NotAuthorizedException", "Invalid session for the user."):
        respond(idp, user, set_up, PHONE_NUMBER="+12065550100")
    idp.admin_update_user_attributes(**user.key, UserAttributes=attributes(phone_number="+12065550100"))
    assert begin(idp, user)["ChallengeName"] == "SMS_MFA"


def test_an_address_of_somebody_else_cannot_be_set_up(idp: Idp, emulator: Emulator) -> None:
    made = mfa_app(idp, "ON", pool={"AliasAttributes": ["email"]}, **EMAIL_FACTOR)
    confirmed_user(idp, made, "holder", email="ada@example.com", email_verified="true")
    user = confirmed_user(idp, made)
    challenge = respond(idp, user, begin(idp, user), EMAIL="ada@example.com")
    with refused("AliasExistsException", "An account with the email already exists."):
        respond(idp, user, challenge, EMAIL_OTP_CODE=last_code(emulator, user))


def test_no_mfa_after_it_was_switched_off(idp: Idp, user: User) -> None:
    prefer(idp, user, SMSMfaSettings=PREFERRED)
    idp.set_user_pool_mfa_config(UserPoolId=user.app.pool_id, MfaConfiguration="OFF")
    assert "AuthenticationResult" in begin(idp, user)


def test_settings_the_old_way(idp: Idp, emulator: Emulator, user: User) -> None:
    token = sign_in(idp, user)["AccessToken"]
    options = [{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}]
    idp.set_user_settings(AccessToken=token, MFAOptions=options)
    assert mfa_of(idp, user)["MFAOptions"] == options
    assert idp.get_user(AccessToken=token)["MFAOptions"] == options
    assert idp.list_users(UserPoolId=user.app.pool_id)["Users"][0]["MFAOptions"] == options
    assert begin(idp, user)["ChallengeName"] == "SMS_MFA"
    idp.admin_set_user_settings(**user.key, MFAOptions=[])
    assert mfa_of(idp, user) == {}
    assert "AuthenticationResult" in begin(idp, user)
    for wrong in ({"DeliveryMedium": "EMAIL", "AttributeName": "email"}, {"AttributeName": "phone_number"}):
        with refused("InvalidParameterException", "MFAOptions can set only phone_number with the delivery medium SMS."):
            idp.admin_set_user_settings(**user.key, MFAOptions=[wrong])
    other = confirmed_user(idp, user.app, "bob")
    with refused("InvalidParameterException", "User does not have delivery config set to turn on SMS_MFA"):
        idp.admin_set_user_settings(**other.key, MFAOptions=options)


def test_a_factor_is_no_way_to_recover_the_password(idp: Idp, user: User) -> None:
    """Source: `AccountRecoverySetting` in botocore's model."""
    verified = {"phone_number_verified": "true", "email_verified": "true"}
    setting = {"RecoveryMechanisms": [{"Name": "verified_phone_number", "Priority": 1}]}
    app_of = mfa_app(idp, pool={"AccountRecoverySetting": setting}, **SMS_FACTOR)
    recovering = confirmed_user(idp, app_of, "rita", **ADDRESSES, **verified)
    assert idp.forgot_password(ClientId=app_of.client_id, Username="rita")["CodeDeliveryDetails"]
    prefer(idp, recovering, SMSMfaSettings=PREFERRED)
    with refused(
        "InvalidParameterException",
        "Cannot reset password for the user as there is no registered/verified email or phone_number",
    ):
        idp.forgot_password(ClientId=app_of.client_id, Username="rita")


def test_a_pool_without_mfa_has_no_challenges(idp: Idp) -> None:
    user = confirmed_user(idp, app(idp), **ADDRESSES)
    assert "AuthenticationResult" in begin(idp, user)
    with refused("InvalidParameterException", "User does not have delivery config set to turn on SMS_MFA"):
        prefer(idp, user, SMSMfaSettings=ON)
