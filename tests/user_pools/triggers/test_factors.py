"""Triggers around second factors, devices and choice-based sign-in."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_emulator.emulator import Emulator
from tests.builders import PASSWORD, SMS, Idp, User, app, begin, confirmed_user, sign_in
from tests.factors import (
    SES,
    SMS_FACTOR,
    choice_app,
    choose,
    code_at,
    last_code,
    mfa_app,
    register_totp,
    respond,
    wrong_code,
)
from tests.srp_client import SrpClient
from tests.user_pools.test_devices import ALWAYS, Device
from tests.user_pools.triggers.functions import Recorder
from tests.user_pools.triggers.test_custom_auth import ANSWER, create, define, verify

Json = dict[str, Any]
PHONE = "+15555550100"
SENT = {"sent": "by the client"}


def custom(functions: Recorder) -> Json:
    return {
        "DefineAuthChallenge": functions.set("define", define),
        "CreateAuthChallenge": functions.set("create", create),
        "VerifyAuthChallengeResponse": functions.set("verify", verify),
    }


def set_functions(idp: Idp, pool_id: str, config: Json) -> None:
    """Give a pool functions and leave its factors on."""
    factors = idp.get_user_pool_mfa_config(UserPoolId=pool_id)
    idp.update_user_pool(UserPoolId=pool_id, LambdaConfig=config, MfaConfiguration=factors["MfaConfiguration"], **SMS)


def test_second_factor_comes_between_password_and_question(idp: Idp, emulator: Emulator, functions: Recorder) -> None:
    made = mfa_app(idp, pool={"LambdaConfig": custom(functions), **SMS})
    user = confirmed_user(idp, made)
    secret = register_totp(idp, emulator, sign_in(idp, user)["AccessToken"])
    srp = SrpClient(made.pool_id.split("_")[1], PASSWORD)
    parameters = {"USERNAME": "alice", "CHALLENGE_NAME": "SRP_A", "SRP_A": srp.srp_a}
    first = idp.initiate_auth(ClientId=made.client_id, AuthFlow="CUSTOM_AUTH", AuthParameters=parameters)
    second = respond(idp, user, first, **srp.responses(first["ChallengeParameters"]))
    assert second["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert len(functions.events) == 1, "the functions are asked again when the second factor is there"
    third = respond(idp, user, second, SOFTWARE_TOKEN_MFA_CODE=code_at(secret, emulator))
    assert third["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert "AuthenticationResult" in respond(idp, user, third, ANSWER=ANSWER)
    history = functions.events[-1]["request"]["session"]
    assert [(entry["challengeName"], entry["challengeResult"]) for entry in history] == [
        ("SRP_A", True),
        ("PASSWORD_VERIFIER", True),
        ("SOFTWARE_TOKEN_MFA", True),
        ("CUSTOM_CHALLENGE", True),
    ]


def test_without_a_password_there_is_no_second_factor(idp: Idp, emulator: Emulator, functions: Recorder) -> None:
    made = mfa_app(idp, pool={"LambdaConfig": custom(functions), **SMS})
    user = confirmed_user(idp, made)
    register_totp(idp, emulator, sign_in(idp, user)["AccessToken"])
    first = idp.initiate_auth(ClientId=made.client_id, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": "alice"})
    assert "AuthenticationResult" in respond(idp, user, first, ANSWER=ANSWER)


def test_post_authentication_waits_for_the_second_factor(idp: Idp, emulator: Emulator, functions: Recorder) -> None:
    made = mfa_app(idp)
    user = confirmed_user(idp, made)
    secret = register_totp(idp, emulator, sign_in(idp, user)["AccessToken"])
    config = functions.config("PreAuthentication", "PostAuthentication", "PreTokenGeneration")
    set_functions(idp, made.pool_id, config)
    challenge = begin(idp, user)
    assert functions.sources == ["PreAuthentication_Authentication"]
    wrong = {"SOFTWARE_TOKEN_MFA_CODE": wrong_code(secret, emulator)}
    with pytest.raises(idp.exceptions.CodeMismatchException):
        respond(idp, user, challenge, **wrong)
    assert functions.sources == ["PreAuthentication_Authentication"]
    respond(idp, user, challenge, SOFTWARE_TOKEN_MFA_CODE=code_at(secret, emulator))
    assert functions.sources[1:] == ["PostAuthentication_Authentication", "TokenGeneration_Authentication"]


def test_message_of_a_second_factor(idp: Idp, emulator: Emulator, functions: Recorder) -> None:
    """ClientMetadata of InitiateAuth does not reach the message; that of a challenge answer does."""
    made = mfa_app(idp, **SMS_FACTOR)
    user = confirmed_user(idp, made, phone_number=PHONE, phone_number_verified="true")
    settings = {"Enabled": True, "PreferredMfa": True}
    idp.admin_set_user_mfa_preference(**user.key, SMSMfaSettings=settings)
    functions.answer("CustomMessage")
    config = {"CustomMessage": functions.answer("message", smsMessage="Come in: {####}")}
    idp.update_user_pool(UserPoolId=made.pool_id, LambdaConfig=config, MfaConfiguration="OPTIONAL", **SMS)
    parameters = {"USERNAME": "alice", "PASSWORD": PASSWORD}
    challenge = idp.initiate_auth(
        ClientId=made.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters=parameters,
        ClientMetadata=SENT,
    )
    assert challenge["ChallengeName"] == "SMS_MFA"
    event = functions.event("CustomMessage_Authentication")
    assert "clientMetadata" not in event["request"]
    assert event["callerContext"]["clientId"] == made.client_id
    assert emulator.messages.find()[-1].body == f"Come in: {last_code(emulator, user)}"
    functions.events.clear()
    srp = SrpClient(made.pool_id.split("_")[1], PASSWORD)
    first = idp.initiate_auth(
        ClientId=made.client_id,
        AuthFlow="USER_SRP_AUTH",
        AuthParameters={"USERNAME": "alice", "SRP_A": srp.srp_a},
    )
    idp.respond_to_auth_challenge(
        ClientId=made.client_id,
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses=srp.responses(first["ChallengeParameters"]),
        ClientMetadata=SENT,
    )
    assert functions.request("CustomMessage_Authentication")["clientMetadata"] == SENT


def test_choice_based_sign_in(idp: Idp, emulator: Emulator, functions: Recorder) -> None:
    config = functions.config("PreAuthentication", "PostAuthentication", "PreTokenGeneration", "CustomMessage")
    made = choice_app(idp, "EMAIL_OTP", LambdaConfig=config, EmailConfiguration=SES)
    user = confirmed_user(idp, made, email="alice@example.com", email_verified="true")
    challenge = choose(idp, user, PREFERRED_CHALLENGE="EMAIL_OTP")
    respond(idp, user, challenge, EMAIL_OTP_CODE=last_code(emulator, user))
    assert functions.sources == [
        "PreAuthentication_Authentication",
        "CustomMessage_Authentication",
        "PostAuthentication_Authentication",
        "TokenGeneration_Authentication",
    ]


def test_devices(idp: Idp, functions: Recorder) -> None:
    config = functions.config("PostAuthentication", "PreTokenGeneration")
    made = app(idp, LambdaConfig=config, DeviceConfiguration=ALWAYS)
    user = confirmed_user(idp, made)
    result = sign_in(idp, user)
    assert functions.request("PostAuthentication_Authentication")["newDeviceUsed"] is True
    device = Device.of(result)
    device.confirm(idp, result)
    functions.events.clear()
    device.prove(idp, user, begin(idp, user, DEVICE_KEY=device.key))
    assert functions.request("PostAuthentication_Authentication")["newDeviceUsed"] is False
    assert functions.sources[-1] == "TokenGeneration_AuthenticateDevice"


def test_migrated_user_with_text_messages(idp: Idp, functions: Recorder) -> None:
    answer = {
        "userAttributes": {"phone_number": PHONE, "phone_number_verified": "true"},
        "finalUserStatus": "CONFIRMED",
        "messageAction": "SUPPRESS",
        "enableSMSMFA": True,
    }
    made = mfa_app(idp, **SMS_FACTOR)
    set_functions(idp, made.pool_id, {"UserMigration": functions.returns("migrate", {"response": answer})})
    challenge = begin(idp, User(made, "alice"))
    assert challenge["ChallengeName"] == "SMS_MFA"
    shown = idp.admin_get_user(UserPoolId=made.pool_id, Username="alice")
    assert shown["UserMFASettingList"] == ["SMS_MFA"]
