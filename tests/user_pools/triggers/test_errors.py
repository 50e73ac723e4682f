"""What a client hears when a function throws, cannot be asked, or answers what is no answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from cognito_emulator.emulator import Emulator
from cognito_emulator.outside.functions import CannotInvoke, Limits
from tests.builders import PASSWORD, App, Idp, User, app, begin, confirmed_user, hiding, refused, sign_in
from tests.user_pools.triggers.functions import Recorder

INVALID = "InvalidLambdaResponseException"
NO_JSON = "Invalid lambda function output : Invalid JSON"
UNRECOGNIZABLE = "Unrecognizable lambda output"
Ask = Callable[[Idp, App], Any]


def sign_up(idp: Idp, made: App) -> Any:
    return idp.sign_up(ClientId=made.client_id, Username="alice", Password=PASSWORD)


def admin_confirm(idp: Idp, made: App) -> Any:
    sign_up(idp, made)
    return idp.admin_confirm_sign_up(UserPoolId=made.pool_id, Username="alice")


def password_sign_in(idp: Idp, made: App) -> Any:
    return sign_in(idp, confirmed_user(idp, made))


def custom_sign_in(idp: Idp, made: App) -> Any:
    return begin(idp, confirmed_user(idp, made), "CUSTOM_AUTH")


def migrating_sign_in(idp: Idp, made: App) -> Any:
    return begin(idp, User(made, "alice"))


def invitation(idp: Idp, made: App) -> Any:
    return idp.admin_create_user(
        UserPoolId=made.pool_id,
        Username="alice",
        UserAttributes=[{"Name": "email", "Value": "a@b.cc"}],
        DesiredDeliveryMediums=["EMAIL"],
    )


# Each trigger by its name in LambdaConfig, its name in texts, and a way to set it off.
TRIGGERS: list[tuple[str, str, Ask]] = [
    ("PreSignUp", "PreSignUp", sign_up),
    ("PostConfirmation", "PostConfirmation", admin_confirm),
    ("PreAuthentication", "PreAuthentication", password_sign_in),
    ("PostAuthentication", "PostAuthentication", password_sign_in),
    ("PreTokenGeneration", "PreTokenGeneration", password_sign_in),
    ("DefineAuthChallenge", "DefineAuthChallenge", custom_sign_in),
    ("UserMigration", "UserMigration", migrating_sign_in),
    ("CustomMessage", "CustomMessage", invitation),
]
# A migration function that gives no answer fails in its own way.
ANSWERED = [row for row in TRIGGERS if row[0] != "UserMigration"]
every_trigger = pytest.mark.parametrize(("trigger", "name", "ask"), TRIGGERS, ids=[row[0] for row in TRIGGERS])


@every_trigger
def test_function_throws(idp: Idp, functions: Recorder, trigger: str, name: str, ask: Ask) -> None:
    made = app(idp, LambdaConfig={trigger: functions.fail("f", "callback is not a function")})
    with refused("UserLambdaValidationException", f"{name} failed with error callback is not a function."):
        ask(idp, made)
    assert len(functions.events) == 1, "a function that throws is not asked again"


@every_trigger
@pytest.mark.parametrize("code", ["AccessDeniedException", "TooManyRequestsException", "ResourceNotFoundException"])
def test_function_cannot_be_invoked(
    idp: Idp, functions: Recorder, trigger: str, name: str, ask: Ask, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> bytes:
        raise CannotInvoke(code)

    made = app(idp, LambdaConfig={trigger: functions.answer("f")})
    monkeypatch.setattr("cognito_emulator.outside.functions.callables.CallableRunner.run", refuse)
    with refused("UnexpectedLambdaException", f"{name} invocation failed due to error {code}."):
        ask(idp, made)


@every_trigger
def test_function_takes_too_long(
    idp: Idp, emulator: Emulator, functions: Recorder, trigger: str, name: str, ask: Ask
) -> None:
    emulator.functions.limits = Limits(seconds=0.02)
    made = app(idp, LambdaConfig={trigger: functions.set("f", lambda event: time.sleep(0.5))})
    text = f"{name} invocation failed due to error Socket timeout while invoking Lambda function."
    with refused("UnexpectedLambdaException", text):
        ask(idp, made)
    assert len(functions.events) == 3, "three tries in all"


@pytest.mark.parametrize(("trigger", "name", "ask"), ANSWERED, ids=[row[0] for row in ANSWERED])
@pytest.mark.parametrize(
    ("output", "text"),
    [
        (None, NO_JSON),
        (b"", NO_JSON),
        (b"{not json", NO_JSON),
        ([], UNRECOGNIZABLE),
        ("text", UNRECOGNIZABLE),
        (True, UNRECOGNIZABLE),
        ({"response": []}, UNRECOGNIZABLE),
        ({"response": "text"}, UNRECOGNIZABLE),
    ],
    ids=repr,
)
def test_output_is_no_answer(
    idp: Idp, functions: Recorder, trigger: str, name: str, ask: Ask, output: Any, text: str
) -> None:
    made = app(idp, LambdaConfig={trigger: functions.returns("f", output)})
    with refused(INVALID, text):
        ask(idp, made)


@pytest.mark.parametrize("output", [{}, {"response": None}, {"response": {}}, {"extra": 1, "response": {"extra": 2}}])
@pytest.mark.parametrize("trigger", ["PreSignUp", "PreAuthentication", "PostAuthentication", "PreTokenGeneration"])
def test_missing_and_unknown_members_are_fine(idp: Idp, functions: Recorder, trigger: str, output: Any) -> None:
    made = app(idp, LambdaConfig={trigger: functions.returns("f", output)})
    assert sign_up(idp, made)["UserConfirmed"] is False
    idp.admin_confirm_sign_up(UserPoolId=made.pool_id, Username="alice")
    assert "IdToken" in sign_in(idp, User(made, "alice"))


def test_answer_that_json_cannot_hold(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig={"PreSignUp": functions.returns("f", object)})
    text = "PreSignUp failed with error Unable to marshal response: Object of type type is not JSON serializable."
    with refused("UserLambdaValidationException", text):
        sign_up(idp, made)


def test_user_stays_confirmed_when_post_confirmation_fails(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig={"PostConfirmation": functions.fail("f")})
    with refused("UserLambdaValidationException", "PostConfirmation failed with error Not today."):
        admin_confirm(idp, made)
    shown = idp.admin_get_user(UserPoolId=made.pool_id, Username="alice")
    assert shown["UserStatus"] == "CONFIRMED"
    assert "AccessToken" in sign_in(idp, User(made, "alice"))


def test_user_exists_when_custom_message_fails(idp: Idp, emulator: Emulator, functions: Recorder) -> None:
    made = app(idp, LambdaConfig={"CustomMessage": functions.fail("f")}, AutoVerifiedAttributes=["email"])
    with refused("UserLambdaValidationException", "CustomMessage failed with error Not today."):
        idp.sign_up(
            ClientId=made.client_id,
            Username="alice",
            Password=PASSWORD,
            UserAttributes=[{"Name": "email", "Value": "alice@example.com"}],
        )
    assert idp.admin_get_user(UserPoolId=made.pool_id, Username="alice")["UserStatus"] == "UNCONFIRMED"
    assert emulator.messages.find() == []


@pytest.mark.parametrize("trigger", ["PostAuthentication", "PreTokenGeneration"])
def test_new_password_stays_when_a_later_function_fails(idp: Idp, functions: Recorder, trigger: str) -> None:
    made = app(idp, LambdaConfig={trigger: functions.fail("f")})
    idp.admin_create_user(UserPoolId=made.pool_id, Username="alice", TemporaryPassword="Temporary-1")
    challenge = begin(idp, User(made, "alice", "Temporary-1"))
    answer = {
        "ClientId": made.client_id,
        "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "Session": challenge["Session"],
        "ChallengeResponses": {"USERNAME": "alice", "NEW_PASSWORD": PASSWORD},
    }
    with refused("UserLambdaValidationException", f"{trigger} failed with error Not today."):
        idp.respond_to_auth_challenge(**answer)
    with refused("NotAuthorizedException", "Invalid session for the user, session can only be used once."):
        idp.respond_to_auth_challenge(**answer)
    assert idp.admin_get_user(UserPoolId=made.pool_id, Username="alice")["UserStatus"] == "CONFIRMED"


def test_nobody_hears_of_an_unknown_user_who_is_not_to_be_told(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig=functions.config("PreAuthentication"))
    with refused("UserNotFoundException", "User does not exist."):
        begin(idp, User(made, "nobody"))
    assert functions.events == []
    made = hiding(idp, LambdaConfig=functions.config("PreAuthentication"))
    with refused("NotAuthorizedException", "Incorrect username or password."):
        begin(idp, User(made, "nobody"))
    request = functions.request("PreAuthentication_Authentication")
    assert request == {"userAttributes": {}, "validationData": {}, "userNotFound": True}


def test_custom_sender_needs_a_key(idp: Idp) -> None:
    sender = {"LambdaVersion": "V1_0", "LambdaArn": "arn:aws:lambda:us-east-1:123456789012:function:f"}
    with refused(
        "InvalidParameterException", "KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used."
    ):
        app(idp, LambdaConfig={"CustomEmailSender": sender})
