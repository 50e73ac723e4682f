"""The triggers of a sign-in: order, events, and that each sees what the step before it did."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_emulator.emulator import Emulator
from tests.builders import (
    PASSWORD,
    Idp,
    User,
    app,
    attributes,
    begin,
    claims,
    confirmed_user,
    hiding,
    invited_user,
    refresh,
    refused,
    sign_in,
    unconfirmed_user,
)
from tests.conftest import START
from tests.srp_client import SrpClient
from tests.user_pools.triggers.functions import Recorder

SIGN_IN = ("PreAuthentication", "PostAuthentication", "PreTokenGeneration")
ORDER = ["PreAuthentication_Authentication", "PostAuthentication_Authentication", "TokenGeneration_Authentication"]


def test_events_of_a_password_sign_in(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig=functions.config(*SIGN_IN))
    user = confirmed_user(idp, made, email="alice@example.com", email_verified="true")
    sub = claims(sign_in(idp, user)["AccessToken"])["sub"]
    known = {
        "sub": sub,
        "cognito:user_status": "CONFIRMED",
        "email": "alice@example.com",
        "email_verified": "true",
    }
    assert functions.sources == ORDER
    assert functions.request(ORDER[0]) == {"userAttributes": known, "validationData": {}}
    assert functions.request(ORDER[1]) == {"userAttributes": known, "newDeviceUsed": False}
    assert functions.request(ORDER[2]) == {
        "userAttributes": known,
        "groupConfiguration": {"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": None},
    }
    for event in functions.events:
        assert event["version"] == "1"
        assert event["userName"] == "alice"
        assert event["callerContext"] == {
            "awsSdkVersion": "aws-sdk-unknown-unknown",
            "clientId": made.client_id,
        }
    assert [event["response"] for event in functions.events] == [{}, {}, {"claimsOverrideDetails": None}]


def test_pre_authentication_runs_before_the_password_is_looked_at(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig=functions.config(*SIGN_IN))
    confirmed_user(idp, made)
    with refused("NotAuthorizedException", "Incorrect username or password."):
        begin(idp, User(made, "alice", "Wrong-password-1"))
    assert functions.sources == ORDER[:1]


def test_pre_authentication_that_throws(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig={"PreAuthentication": functions.fail("pre", "Not on Sundays")})
    user = confirmed_user(idp, made)
    with refused("UserLambdaValidationException", "PreAuthentication failed with error Not on Sundays."):
        begin(idp, user)


def test_missing_password_is_said_before_any_function_runs(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig=functions.config(*SIGN_IN))
    confirmed_user(idp, made)
    with refused("InvalidParameterException", "Missing required parameter PASSWORD"):
        idp.initiate_auth(ClientId=made.client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "alice"})
    assert functions.events == []


def test_srp_asks_pre_authentication_once(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig=functions.config(*SIGN_IN))
    confirmed_user(idp, made)
    srp = SrpClient(made.pool_id.split("_")[1], PASSWORD)
    challenge = idp.initiate_auth(
        ClientId=made.client_id,
        AuthFlow="USER_SRP_AUTH",
        AuthParameters={"USERNAME": "alice", "SRP_A": srp.srp_a},
    )
    assert functions.sources == ORDER[:1]
    assert "Session" not in challenge
    idp.respond_to_auth_challenge(
        ClientId=made.client_id,
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses=srp.responses(challenge["ChallengeParameters"]),
    )
    assert functions.sources == ORDER


def test_new_password_challenge(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig=functions.config(*SIGN_IN))
    user = invited_user(idp, made)
    challenge = begin(idp, user)
    assert functions.sources == ORDER[:1]
    idp.respond_to_auth_challenge(
        ClientId=made.client_id,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "alice", "NEW_PASSWORD": PASSWORD},
    )
    assert functions.sources == [*ORDER[:2], "TokenGeneration_NewPasswordChallenge"]
    told = functions.request("TokenGeneration_NewPasswordChallenge")
    assert told["userAttributes"]["cognito:user_status"] == "CONFIRMED"


def test_refresh_asks_pre_token_generation_alone(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig=functions.config(*SIGN_IN))
    user = confirmed_user(idp, made)
    token = sign_in(idp, user)["RefreshToken"]
    functions.events.clear()
    refresh(idp, made, token)
    idp.get_tokens_from_refresh_token(ClientId=made.client_id, RefreshToken=token)
    assert functions.sources == ["TokenGeneration_RefreshTokens"] * 2


def test_known_user_of_a_client_that_hides_unknown_ones(idp: Idp, functions: Recorder) -> None:
    made = hiding(idp, LambdaConfig=functions.config("PreAuthentication"))
    sign_in(idp, confirmed_user(idp, made))
    assert functions.request(ORDER[0])["userNotFound"] is False


def test_aliases_are_shown(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig=functions.config("PreAuthentication"), AliasAttributes=["email", "phone_number"])
    user = confirmed_user(idp, made, email="alice@example.com", email_verified="true", phone_number="+15555550100")
    sign_in(idp, user)
    shown = functions.request(ORDER[0])["userAttributes"]
    assert shown["cognito:email_alias"] == "alice@example.com"
    assert "cognito:phone_number_alias" not in shown, "an address that is not verified is no alias"


def test_a_global_sign_out_is_told(idp: Idp, emulator: Emulator, functions: Recorder) -> None:
    made = app(idp, LambdaConfig=functions.config("PostAuthentication"))
    user = confirmed_user(idp, made)
    idp.admin_user_global_sign_out(**user.key)
    emulator.clock.advance(hours=1)
    sign_in(idp, user)
    told = functions.request("PostAuthentication_Authentication")["userAttributes"]
    assert told["cognito:token_nbf"] == str(int(START * 1000))


def test_members_of_later_triggers_have_another_order(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig=functions.config("PreTokenGeneration"))
    sign_in(idp, confirmed_user(idp, made))
    assert list(functions.events[0]) == [
        *("version", "triggerSource", "region", "userPoolId"),
        *("userName", "callerContext", "request", "response"),
    ]


def test_read_permissions_of_the_client_do_not_count(idp: Idp, functions: Recorder) -> None:
    made = app(idp, {"ReadAttributes": ["email"]}, LambdaConfig=functions.config("PostAuthentication"))
    sign_in(idp, confirmed_user(idp, made, name="Alice"))
    assert functions.request(ORDER[1])["userAttributes"]["name"] == "Alice"


def test_what_post_authentication_changes_is_in_the_tokens(idp: Idp, emulator: Emulator, functions: Recorder) -> None:
    made = app(idp)
    user = confirmed_user(idp, made)
    idp.create_group(UserPoolId=made.pool_id, GroupName="members")

    def join(event: dict[str, Any]) -> dict[str, Any]:
        whose = {"UserPoolId": event["userPoolId"], "Username": event["userName"]}
        idp.admin_add_user_to_group(**whose, GroupName="members")
        idp.admin_update_user_attributes(**whose, UserAttributes=attributes(nickname="Al"))
        return event

    config = {"PostAuthentication": functions.set("join", join)}
    idp.update_user_pool(UserPoolId=made.pool_id, LambdaConfig=config)
    told = claims(sign_in(idp, user)["IdToken"])
    assert told["cognito:groups"] == ["members"]
    assert told["nickname"] == "Al"


def test_what_pre_authentication_changes_counts(idp: Idp, functions: Recorder) -> None:
    """A function that disables a user keeps that user out."""
    made = app(idp)
    user = confirmed_user(idp, made)

    def disable(event: dict[str, Any]) -> dict[str, Any]:
        idp.admin_disable_user(UserPoolId=event["userPoolId"], Username=event["userName"])
        return event

    idp.update_user_pool(UserPoolId=made.pool_id, LambdaConfig={"PreAuthentication": functions.set("f", disable)})
    with refused("NotAuthorizedException", "User is disabled."):
        sign_in(idp, user)


def test_user_who_is_deleted_by_post_authentication(idp: Idp, functions: Recorder) -> None:
    made = app(idp)
    user = confirmed_user(idp, made)

    def delete(event: dict[str, Any]) -> dict[str, Any]:
        idp.admin_delete_user(UserPoolId=event["userPoolId"], Username=event["userName"])
        return event

    idp.update_user_pool(UserPoolId=made.pool_id, LambdaConfig={"PostAuthentication": functions.set("f", delete)})
    with refused("UserNotFoundException", "User does not exist."):
        sign_in(idp, user)


def test_post_confirmation_that_adds_the_user_to_a_group(idp: Idp, emulator: Emulator, functions: Recorder) -> None:
    made = app(idp, AutoVerifiedAttributes=["email"])
    idp.create_group(UserPoolId=made.pool_id, GroupName="members")

    def join(event: dict[str, Any]) -> dict[str, Any]:
        idp.admin_add_user_to_group(UserPoolId=event["userPoolId"], Username=event["userName"], GroupName="members")
        return event

    idp.update_user_pool(
        UserPoolId=made.pool_id,
        LambdaConfig={"PostConfirmation": functions.set("join", join)},
        AutoVerifiedAttributes=["email"],
    )
    idp.sign_up(
        ClientId=made.client_id,
        Username="alice",
        Password=PASSWORD,
        UserAttributes=attributes(email="alice@example.com"),
    )
    code = emulator.messages.wait(username="alice").code
    idp.confirm_sign_up(ClientId=made.client_id, Username="alice", ConfirmationCode=code)
    assert functions.sources == ["PostConfirmation_ConfirmSignUp"]
    assert claims(sign_in(idp, User(made, "alice"))["AccessToken"])["cognito:groups"] == ["members"]


def test_recovered_password_is_told_to_post_confirmation(idp: Idp, emulator: Emulator, functions: Recorder) -> None:
    made = app(idp, LambdaConfig=functions.config("PostConfirmation"))
    confirmed_user(idp, made, email="alice@example.com", email_verified="true")
    idp.forgot_password(ClientId=made.client_id, Username="alice")
    idp.confirm_forgot_password(
        ClientId=made.client_id,
        Username="alice",
        ConfirmationCode=emulator.messages.wait(username="alice").code,
        Password="Battery-Staple-2",
    )
    assert functions.sources == ["PostConfirmation_ConfirmForgotPassword"]


def test_confirmation_by_an_administrator_names_no_client(idp: Idp, functions: Recorder) -> None:
    """As an app caught it when its user was confirmed in the console."""
    made = app(idp, LambdaConfig=functions.config("PostConfirmation"))
    unconfirmed_user(idp, made)
    idp.admin_confirm_sign_up(UserPoolId=made.pool_id, Username="alice")
    event = functions.event("PostConfirmation_ConfirmSignUp")
    assert event["callerContext"] == {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": None}
    assert set(event["request"]) == {"userAttributes"}


def test_what_administrators_do_runs_no_post_confirmation(idp: Idp, functions: Recorder) -> None:
    made = app(idp, LambdaConfig=functions.config("PostConfirmation"))
    user = invited_user(idp, made)
    challenge = begin(idp, user)
    idp.respond_to_auth_challenge(
        ClientId=made.client_id,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "alice", "NEW_PASSWORD": PASSWORD},
    )
    confirmed_user(idp, made, "bob")
    assert functions.events == []


@pytest.mark.parametrize("flow", ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"])
def test_admin_sign_in_names_its_client(idp: Idp, functions: Recorder, flow: str) -> None:
    made = app(idp, LambdaConfig=functions.config(*SIGN_IN))
    confirmed_user(idp, made)
    idp.admin_initiate_auth(
        UserPoolId=made.pool_id,
        ClientId=made.client_id,
        AuthFlow=flow,
        AuthParameters={"USERNAME": "alice", "PASSWORD": PASSWORD},
    )
    assert functions.sources == ORDER
    assert {event["callerContext"]["clientId"] for event in functions.events} == {made.client_id}
