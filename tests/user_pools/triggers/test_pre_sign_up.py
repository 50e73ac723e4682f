"""PreSignUp: its events, and what its answer changes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import PASSWORD, Idp, app, as_dict, attributes, confirmed_user, refused, sign_in
from tests.user_pools.triggers.functions import Recorder

EMAIL = "alice@example.com"


def sign_up(idp: Idp, client_id: str, username: str = "alice", **given: Any) -> dict[str, Any]:
    wanted = {"UserAttributes": attributes(email=EMAIL), **given}
    answer: dict[str, Any] = idp.sign_up(ClientId=client_id, Username=username, Password=PASSWORD, **wanted)
    return answer


def test_event_of_sign_up(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig=functions.config("PreSignUp"), AutoVerifiedAttributes=["email"])
    sign_up(
        idp,
        made.client_id,
        ValidationData=[{"Name": "captcha", "Value": "x"}],
        ClientMetadata={"campaign": "spring"},
    )
    assert functions.events == [
        {
            "version": "1",
            "region": "us-east-1",
            "userPoolId": made.pool_id,
            "userName": "alice",
            "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": made.client_id},
            "triggerSource": "PreSignUp_SignUp",
            "request": {
                "userAttributes": {"email": EMAIL},
                "validationData": {"captcha": "x"},
                "clientMetadata": {"campaign": "spring"},
            },
            "response": {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False},
        }
    ]
    assert list(functions.events[0]) == [
        "version",
        "region",
        "userPoolId",
        "userName",
        "callerContext",
        "triggerSource",
        "request",
        "response",
    ]


def test_nothing_passed_is_null_and_absent(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig=functions.config("PreSignUp"))
    sign_up(idp, made.client_id)
    assert functions.request("PreSignUp_SignUp") == {"userAttributes": {"email": EMAIL}, "validationData": None}


def test_username_of_a_pool_with_username_attributes_is_the_sub(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig=functions.config("PreSignUp"), UsernameAttributes=["email"])
    signed_up = sign_up(idp, made.client_id, EMAIL)
    event = functions.event("PreSignUp_SignUp")
    assert event["userName"] == signed_up["UserSub"]
    assert event["request"]["userAttributes"] == {"email": EMAIL}


def test_event_of_admin_create_user(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig=functions.config("PreSignUp"))
    idp.admin_create_user(
        UserPoolId=made.pool_id,
        Username="alice",
        UserAttributes=attributes(email=EMAIL, email_verified="true"),
        ValidationData=[{"Name": "a", "Value": "b"}],
        ClientMetadata={"c": "d"},
    )
    event = functions.event("PreSignUp_AdminCreateUser")
    assert event["callerContext"]["clientId"] == "CLIENT_ID_NOT_APPLICABLE"
    assert event["request"] == {
        "userAttributes": {"email": EMAIL, "email_verified": "true"},
        "validationData": {"a": "b"},
        "clientMetadata": {"c": "d"},
    }


def test_admin_create_user_ignores_the_answer(idp: Idp, functions: Recorder) -> None:
    function = functions.answer("pre", autoConfirmUser=True, autoVerifyEmail=True)
    made = app(idp, LambdaConfig={"PreSignUp": function})
    created = idp.admin_create_user(
        UserPoolId=made.pool_id, Username="alice", UserAttributes=attributes(email=EMAIL), MessageAction="SUPPRESS"
    )
    assert created["User"]["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    assert "email_verified" not in as_dict(created["User"]["Attributes"])


def test_auto_confirm_and_verify(idp: Idp, functions: Recorder) -> None:
    function = functions.answer("pre", autoConfirmUser=True, autoVerifyEmail=True)
    config = {"PreSignUp": function, **functions.config("PostConfirmation", "CustomMessage")}
    made = app(idp, LambdaConfig=config, AutoVerifiedAttributes=["email"])
    answer = sign_up(idp, made.client_id, ClientMetadata={"k": "v"})
    assert answer["UserConfirmed"] is True
    assert "CodeDeliveryDetails" not in answer
    assert functions.sources == ["PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"]
    confirmed = functions.request("PostConfirmation_ConfirmSignUp")
    assert confirmed["userAttributes"]["cognito:user_status"] == "CONFIRMED"
    assert confirmed["userAttributes"]["email_verified"] == "true"
    assert confirmed["clientMetadata"] == {"k": "v"}
    shown = idp.admin_get_user(UserPoolId=made.pool_id, Username="alice")
    assert shown["UserStatus"] == "CONFIRMED"
    assert as_dict(shown["UserAttributes"])["email_verified"] == "true"


def test_auto_confirm_alone_verifies_nothing(idp: Idp, functions: Recorder) -> None:
    function = functions.answer("pre", autoConfirmUser=True)
    made = app(idp, LambdaConfig={"PreSignUp": function}, AutoVerifiedAttributes=["email"])
    sign_up(idp, made.client_id)
    with refused(
        "InvalidParameterException",
        "Cannot reset password for the user as there is no registered/verified email or phone_number",
    ):
        idp.forgot_password(ClientId=made.client_id, Username="alice")


def test_verified_alias_moves_to_the_new_user(idp: Idp, functions: Recorder) -> None:
    function = functions.answer("pre", autoConfirmUser=True, autoVerifyEmail=True)
    made = app(idp, AliasAttributes=["email"])
    confirmed_user(idp, made, "old", email=EMAIL, email_verified="true")
    idp.update_user_pool(UserPoolId=made.pool_id, LambdaConfig={"PreSignUp": function})
    sign_up(idp, made.client_id, "new")
    assert idp.admin_get_user(UserPoolId=made.pool_id, Username=EMAIL)["Username"] == "new"
    old = idp.admin_get_user(UserPoolId=made.pool_id, Username="old")
    assert as_dict(old["UserAttributes"])["email_verified"] == "false"


def test_verified_flag_without_address(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig={"PreSignUp": functions.answer("pre", autoVerifyPhone=True)})
    with refused("InvalidParameterException", "Cannot auto-verify phone_number: the user has no phone_number."):
        sign_up(idp, made.client_id)
    assert idp.list_users(UserPoolId=made.pool_id)["Users"] == []


@pytest.mark.parametrize("value", ["false", 1, {}, []])
def test_flag_of_another_type(idp: Idp, functions: Recorder, value: Any) -> None:
    made = app(idp, LambdaConfig={"PreSignUp": functions.answer("pre", autoConfirmUser=value)})
    with refused("InvalidLambdaResponseException", "Unrecognizable lambda output"):
        sign_up(idp, made.client_id)
    assert idp.list_users(UserPoolId=made.pool_id)["Users"] == []


def test_a_function_that_throws_keeps_the_user_out(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig={"PreSignUp": functions.fail("pre", "Apikey non valida!")})
    with refused("UserLambdaValidationException", "PreSignUp failed with error Apikey non valida!."):
        sign_up(idp, made.client_id)
    with refused("UserLambdaValidationException", "PreSignUp failed with error Apikey non valida!."):
        idp.admin_create_user(UserPoolId=made.pool_id, Username="alice")
    assert idp.list_users(UserPoolId=made.pool_id)["Users"] == []


def test_checks_come_before_the_function(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig=functions.config("PreSignUp"))
    confirmed_user(idp, made)
    functions.events.clear()
    with refused("UsernameExistsException", "User already exists"):
        sign_up(idp, made.client_id)
    with refused("InvalidPasswordException", "Password did not conform with policy: Password not long enough"):
        idp.sign_up(ClientId=made.client_id, Username="bob", Password="short")
    assert functions.events == []


def test_what_it_changes_of_the_request_is_not_read(idp: Idp, functions: Recorder) -> None:
    def rewrite(event: dict[str, Any]) -> dict[str, Any]:
        event["userName"] = "mallory"
        event["request"]["userAttributes"]["email"] = "mallory@example.com"
        event["response"]["failAuthentication"] = True
        return event

    made = app(idp, LambdaConfig={"PreSignUp": functions.set("pre", rewrite)})
    sign_up(idp, made.client_id)
    shown = idp.admin_get_user(UserPoolId=made.pool_id, Username="alice")
    assert as_dict(shown["UserAttributes"])["email"] == EMAIL


def test_an_auto_confirmed_user_signs_in(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig={"PreSignUp": functions.answer("pre", autoConfirmUser=True)})
    sign_up(idp, made.client_id)
    from tests.builders import User

    assert sign_in(idp, User(made, "alice"))["TokenType"] == "Bearer"
