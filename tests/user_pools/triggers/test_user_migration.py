"""UserMigration: users who move in at sign-in or when they forget their password."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_emulator.emulator import Emulator
from tests.builders import (
    Idp,
    User,
    app,
    as_dict,
    attributes,
    begin,
    claims,
    confirmed_user,
    hiding,
    refused,
    sign_in,
)
from tests.srp_client import SrpClient
from tests.user_pools.triggers.functions import Recorder

Json = dict[str, Any]
EMAIL = "alice@example.com"
VERIFIED = {"email": EMAIL, "email_verified": "true"}


def answer(functions: Recorder, **response: Any) -> Json:
    """A LambdaConfig whose migration function answers this."""
    known = {"userAttributes": VERIFIED, "finalUserStatus": "CONFIRMED", "messageAction": "SUPPRESS"}
    return {"UserMigration": functions.returns("migrate", {"response": {**known, **response}})}


def test_sign_in(idp: Idp, emulator: Emulator, functions: Recorder) -> None:
    config = {**answer(functions), **functions.config("PreAuthentication", "PreSignUp", "PostConfirmation")}
    made = app(idp, LambdaConfig=config)
    tokens = sign_in(idp, User(made, "alice", "x"))
    assert claims(tokens["IdToken"])["email"] == EMAIL
    assert functions.sources == ["UserMigration_Authentication", "PreAuthentication_Authentication"]
    asked = functions.events[0]
    assert asked["userName"] == "alice"
    assert asked["callerContext"]["clientId"] == made.client_id
    assert asked["request"] == {"password": "x", "validationData": None, "userAttributes": None}
    assert asked["response"] == dict.fromkeys(
        [
            "userAttributes",
            "forceAliasCreation",
            "enableSMSMFA",
            "finalUserStatus",
            "messageAction",
            "desiredDeliveryMediums",
        ]
    )
    functions.events.clear()
    sign_in(idp, User(made, "alice", "x"))
    assert functions.sources == ["PreAuthentication_Authentication"], "who is here is not asked for again"
    assert emulator.messages.find() == []


def test_admin_sign_in(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig=answer(functions))
    idp.admin_initiate_auth(
        UserPoolId=made.pool_id,
        ClientId=made.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "alice", "PASSWORD": "x"},
    )
    assert functions.sources == ["UserMigration_Authentication"]


def test_a_password_that_has_to_be_reset(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig=answer(functions, finalUserStatus="RESET_REQUIRED"))
    with refused("PasswordResetRequiredException", "Password reset required for the user"):
        begin(idp, User(made, "alice", "x"))
    assert idp.admin_get_user(UserPoolId=made.pool_id, Username="alice")["UserStatus"] == "RESET_REQUIRED"


def test_status_that_is_not_set(idp: Idp, functions: Recorder) -> None:
    """Who proved their password is confirmed. Source: developer guide, "Migrate user Lambda trigger"."""
    made = app(idp, LambdaConfig=answer(functions, finalUserStatus=None))
    assert "AccessToken" in sign_in(idp, User(made, "alice", "x"))
    assert idp.admin_get_user(UserPoolId=made.pool_id, Username="alice")["UserStatus"] == "CONFIRMED"
    answer(functions, finalUserStatus=None, userAttributes={"email": "bob@example.com", "email_verified": "true"})
    idp.forgot_password(ClientId=made.client_id, Username="bob")
    assert idp.admin_get_user(UserPoolId=made.pool_id, Username="bob")["UserStatus"] == "RESET_REQUIRED"


@pytest.mark.parametrize("response", [{"response": {}}, {"response": {"userAttributes": {}}}])
def test_empty_answer_means_nobody(idp: Idp, functions: Recorder, response: Json) -> None:
    config = {"UserMigration": functions.returns("migrate", response)}
    with refused("UserNotFoundException", "User does not exist."):
        begin(idp, User(app(idp, LambdaConfig=config), "alice", "x"))
    with refused("NotAuthorizedException", "Incorrect username or password."):
        begin(idp, User(hiding(idp, LambdaConfig=config), "alice", "x"))


@pytest.mark.parametrize("output", [None, "", {}, {"response": None}, [], b"no JSON"], ids=repr)
def test_answer_without_a_response(idp: Idp, functions: Recorder, output: Any) -> None:
    """Source: repost.aws/questions/QU3VgGes1IRne3OVkCDMjrBA (null, an empty text, an empty object)."""
    config = {"UserMigration": functions.returns("migrate", output)}
    for made in (app(idp, LambdaConfig=config), hiding(idp, LambdaConfig=config)):
        failed = ("UserNotFoundException", f"Exception migrating user in app client {made.client_id}")
        with refused(*failed):
            begin(idp, User(made, "alice", "x"))
        with refused(*failed):
            idp.forgot_password(ClientId=made.client_id, Username="alice")


def test_wrong_password(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig={"UserMigration": functions.fail("migrate", "Bad password")})
    with refused("UserLambdaValidationException", "UserMigration failed with error Bad password."):
        begin(idp, User(made, "alice", "x"))
    assert idp.list_users(UserPoolId=made.pool_id)["Users"] == []


def test_pool_with_username_attributes(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig=answer(functions), UsernameAttributes=["email"])
    tokens = sign_in(idp, User(made, EMAIL, "x"))
    told = claims(tokens["AccessToken"])
    assert told["username"] == told["sub"]
    assert functions.event("UserMigration_Authentication")["userName"] == EMAIL


def test_pool_with_aliases(idp: Idp, functions: Recorder) -> None:
    config = answer(functions, userAttributes={**VERIFIED, "username": "alice"})
    made = app(idp, LambdaConfig=config, AliasAttributes=["email"])
    assert claims(sign_in(idp, User(made, EMAIL, "x"))["AccessToken"])["username"] == "alice"


def test_alias_in_place_of_a_username(idp: Idp, functions: Recorder) -> None:
    """Source: stackoverflow.com/questions/71560661."""
    made = app(idp, LambdaConfig=answer(functions), AliasAttributes=["email"])
    text = "Username cannot be of email format, since user pool is configured for email alias."
    with refused("InvalidParameterException", text):
        begin(idp, User(made, EMAIL, "x"))
    assert idp.list_users(UserPoolId=made.pool_id)["Users"] == []


def test_alias_that_somebody_holds(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig=answer(functions), AliasAttributes=["email"])
    confirmed_user(idp, made, "old", email=EMAIL, email_verified="true")
    with refused("UserNotFoundException", f"Exception migrating user in app client {made.client_id}"):
        begin(idp, User(made, "alice", "x"))
    answer(functions, forceAliasCreation=True)
    sign_in(idp, User(made, "alice", "x"))
    assert idp.admin_get_user(UserPoolId=made.pool_id, Username=EMAIL)["Username"] == "alice"


@pytest.mark.parametrize(
    "response",
    [
        {"userAttributes": {"unknown": "x"}},
        {"userAttributes": {"email": "no address"}},
        {"enableSMSMFA": True},
    ],
    ids=repr,
)
def test_answer_that_makes_no_user_of_this_pool(idp: Idp, functions: Recorder, response: Json) -> None:
    made = app(idp, LambdaConfig=answer(functions, **response))
    with refused("UserNotFoundException", f"Exception migrating user in app client {made.client_id}"):
        begin(idp, User(made, "alice", "x"))
    assert idp.list_users(UserPoolId=made.pool_id)["Users"] == []


@pytest.mark.parametrize(
    "response",
    [
        {"finalUserStatus": "UNCONFIRMED"},
        {"userAttributes": []},
        {"userAttributes": {"email_verified": True}},
        {"desiredDeliveryMediums": "EMAIL"},
    ],
    ids=repr,
)
def test_answer_of_another_shape(idp: Idp, functions: Recorder, response: Json) -> None:
    made = app(idp, LambdaConfig=answer(functions, **response))
    with refused("UserNotFoundException", f"Exception migrating user in app client {made.client_id}"):
        begin(idp, User(made, "alice", "x"))


def test_welcome_message(idp: Idp, emulator: Emulator, functions: Recorder) -> None:
    config = answer(functions, messageAction=None, desiredDeliveryMediums=["EMAIL"])
    made = app(idp, LambdaConfig=config)
    sign_in(idp, User(made, "alice", "x"))
    (message,) = emulator.messages.find(username="alice")
    assert (message.destination, message.purpose) == (EMAIL, "CustomMessage_AdminCreateUser")


def test_forgotten_password(idp: Idp, emulator: Emulator, functions: Recorder) -> None:
    made = app(idp, LambdaConfig={**answer(functions), **functions.config("CustomMessage")})
    answered = idp.forgot_password(ClientId=made.client_id, Username="alice")
    assert answered["CodeDeliveryDetails"]["Destination"] == "a***@e***"
    assert functions.sources == ["UserMigration_ForgotPassword", "CustomMessage_ForgotPassword"]
    idp.confirm_forgot_password(
        ClientId=made.client_id,
        Username="alice",
        ConfirmationCode=emulator.messages.wait(username="alice").code,
        Password="Battery-Staple-2",
    )
    assert "IdToken" in sign_in(idp, User(made, "alice", "Battery-Staple-2"))


def test_forgotten_password_of_nobody(idp: Idp, functions: Recorder) -> None:
    config = {"UserMigration": functions.returns("migrate", {"response": {}})}
    made = app(idp, LambdaConfig=config)
    with refused("UserNotFoundException", "Username/client id combination not found."):
        idp.forgot_password(ClientId=made.client_id, Username="alice")
    made = hiding(idp, LambdaConfig=config)
    assert "CodeDeliveryDetails" in idp.forgot_password(ClientId=made.client_id, Username="alice")


def test_srp_and_custom_sign_in_never_migrate(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig={**answer(functions), **functions.config("DefineAuthChallenge")})
    srp = SrpClient(made.pool_id.split("_")[1], "x")
    for flow, parameters in (("USER_SRP_AUTH", {"SRP_A": srp.srp_a}), ("CUSTOM_AUTH", {})):
        with refused("UserNotFoundException", "User does not exist."):
            idp.initiate_auth(
                ClientId=made.client_id, AuthFlow=flow, AuthParameters={"USERNAME": "alice", **parameters}
            )
    assert functions.events == []


def test_attributes_are_kept(idp: Idp, functions: Recorder) -> None:
    known = {**VERIFIED, "name": "Alice", "custom:tenant": "acme"}
    schema = [{"Name": "tenant", "AttributeDataType": "String"}]
    made = app(idp, LambdaConfig=answer(functions, userAttributes=known), Schema=schema)
    sign_in(idp, User(made, "alice", "x"))
    shown = as_dict(idp.admin_get_user(UserPoolId=made.pool_id, Username="alice")["UserAttributes"])
    assert known.items() <= shown.items()
    assert attributes(name="Alice")[0] in idp.list_users(UserPoolId=made.pool_id)["Users"][0]["Attributes"]
