"""CUSTOM_AUTH: the functions' session, their parameters, and every way it can end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cognito_emulator.clock import Clock
from tests.builders import (
    PASSWORD,
    App,
    Idp,
    User,
    app,
    begin,
    claims,
    confirmed_user,
    hiding,
    invited_user,
    refused,
    unconfirmed_user,
)
from tests.srp_client import SrpClient
from tests.user_pools.triggers.functions import Recorder

Json = dict[str, Any]
ANSWER = "1787"


def define(event: Json) -> Json:
    """Three tries for one right answer; a password first if the sign-in began with SRP."""
    session = event["request"]["session"]
    last = session[-1] if session else None
    if last and last["challengeName"] == "SRP_A":
        return {"response": {"challengeName": "PASSWORD_VERIFIER"}}
    if last and last["challengeName"] == "CUSTOM_CHALLENGE" and last["challengeResult"]:
        return {"response": {"issueTokens": True}}
    wrong = [entry for entry in session if entry["challengeName"] == "CUSTOM_CHALLENGE"]
    if len(wrong) == 3:
        return {"response": {"failAuthentication": True}}
    return {"response": {"challengeName": "CUSTOM_CHALLENGE"}}


def create(event: Json) -> Json:
    number = len(event["request"]["session"])
    return {
        "response": {
            "publicChallengeParameters": {"question": "year", "number": str(number)},
            "privateChallengeParameters": {"answer": ANSWER},
            "challengeMetadata": f"TRY-{number}",
        }
    }


def verify(event: Json) -> Json:
    request = event["request"]
    right = request["challengeAnswer"] == request["privateChallengeParameters"]["answer"]
    return {"response": {"answerCorrect": right}}


@pytest.fixture
def config(functions: Recorder) -> Json:
    return {
        "DefineAuthChallenge": functions.set("define", define),
        "CreateAuthChallenge": functions.set("create", create),
        "VerifyAuthChallengeResponse": functions.set("verify", verify),
    }


def start(idp: Idp, made: App, username: str = "alice", **parameters: str) -> Json:
    answer: Json = idp.initiate_auth(
        ClientId=made.client_id, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": username, **parameters}
    )
    return answer


def respond(idp: Idp, made: App, challenge: Json, answer: str = ANSWER, username: str = "alice") -> Json:
    answered: Json = idp.respond_to_auth_challenge(
        ClientId=made.client_id,
        ChallengeName="CUSTOM_CHALLENGE",
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": username, "ANSWER": answer},
    )
    return answered


def test_right_answer(idp: Idp, functions: Recorder, config: Json) -> None:
    made = app(idp, LambdaConfig=config)
    confirmed_user(idp, made)
    challenge = start(idp, made)
    assert challenge["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert challenge["ChallengeParameters"] == {"USERNAME": "alice", "question": "year", "number": "0"}
    result = respond(idp, made, challenge)["AuthenticationResult"]
    assert claims(result["AccessToken"])["username"] == "alice"


def test_events(idp: Idp, functions: Recorder, config: Json) -> None:
    made = app(idp, LambdaConfig=config)
    confirmed_user(idp, made)
    respond(idp, made, respond(idp, made, start(idp, made), "wrong"))
    known = functions.events[0]["request"]["userAttributes"]
    assert known["cognito:user_status"] == "CONFIRMED"
    first = {"challengeName": "CUSTOM_CHALLENGE", "challengeResult": False, "challengeMetadata": "TRY-0"}
    second = {"challengeName": "CUSTOM_CHALLENGE", "challengeResult": True, "challengeMetadata": "TRY-1"}
    private = {"answer": ANSWER}
    assert [(event["triggerSource"], event["request"]) for event in functions.events] == [
        ("DefineAuthChallenge_Authentication", {"userAttributes": known, "session": []}),
        (
            "CreateAuthChallenge_Authentication",
            {"userAttributes": known, "challengeName": "CUSTOM_CHALLENGE", "session": []},
        ),
        (
            "VerifyAuthChallengeResponse_Authentication",
            {"userAttributes": known, "privateChallengeParameters": private, "challengeAnswer": "wrong"},
        ),
        ("DefineAuthChallenge_Authentication", {"userAttributes": known, "session": [first]}),
        (
            "CreateAuthChallenge_Authentication",
            {"userAttributes": known, "challengeName": "CUSTOM_CHALLENGE", "session": [first]},
        ),
        (
            "VerifyAuthChallengeResponse_Authentication",
            {"userAttributes": known, "privateChallengeParameters": private, "challengeAnswer": ANSWER},
        ),
        ("DefineAuthChallenge_Authentication", {"userAttributes": known, "session": [first, second]}),
    ]
    assert [event["response"] for event in functions.events[:3]] == [
        {"challengeName": None, "issueTokens": None, "failAuthentication": None},
        {"publicChallengeParameters": None, "privateChallengeParameters": None, "challengeMetadata": None},
        {"answerCorrect": None},
    ]


def test_three_wrong_answers_are_the_functions_business(idp: Idp, config: Json) -> None:
    made = app(idp, LambdaConfig=config)
    confirmed_user(idp, made)
    challenge = start(idp, made)
    for _ in range(2):
        challenge = respond(idp, made, challenge, "wrong")
    with refused("NotAuthorizedException", "Incorrect username or password."):
        respond(idp, made, challenge, "wrong")
    with refused("NotAuthorizedException", "Invalid session for the user."):
        respond(idp, made, challenge)


def test_each_session_works_once(idp: Idp, config: Json) -> None:
    made = app(idp, LambdaConfig=config)
    confirmed_user(idp, made)
    first = start(idp, made)
    second = respond(idp, made, first, "wrong")
    with refused("NotAuthorizedException", "Invalid session for the user, session can only be used once."):
        respond(idp, made, first)
    assert "AuthenticationResult" in respond(idp, made, second)


def test_expired_session(idp: Idp, clock: Clock, config: Json) -> None:
    made = app(idp, LambdaConfig=config)
    confirmed_user(idp, made)
    challenge = start(idp, made)
    clock.advance(minutes=3)
    with refused("NotAuthorizedException", "Invalid session for the user, session is expired."):
        respond(idp, made, challenge)


def test_answer_is_missing(idp: Idp, config: Json) -> None:
    made = app(idp, LambdaConfig=config)
    confirmed_user(idp, made)
    challenge = start(idp, made)
    with refused("InvalidParameterException", "Missing required parameter ANSWER"):
        idp.respond_to_auth_challenge(
            ClientId=made.client_id,
            ChallengeName="CUSTOM_CHALLENGE",
            Session=challenge["Session"],
            ChallengeResponses={"USERNAME": "alice"},
        )
    assert "AuthenticationResult" in respond(idp, made, challenge), "what is refused leaves the session as it was"


def test_answer_for_somebody_else(idp: Idp, config: Json) -> None:
    made = app(idp, LambdaConfig=config)
    confirmed_user(idp, made)
    confirmed_user(idp, made, "bob")
    with refused("NotAuthorizedException", "Invalid session for the user."):
        respond(idp, made, start(idp, made), username="bob")


@pytest.mark.parametrize("name", ["define", "create", "verify"])
def test_a_function_that_throws_takes_the_session_with_it(
    idp: Idp, functions: Recorder, config: Json, name: str
) -> None:
    made = app(idp, LambdaConfig=config)
    confirmed_user(idp, made)
    challenge = start(idp, made)
    trigger = {
        "define": "DefineAuthChallenge",
        "create": "CreateAuthChallenge",
        "verify": "VerifyAuthChallengeResponse",
    }[name]
    functions.fail(name, "broken")
    with refused("UserLambdaValidationException", f"{trigger} failed with error broken."):
        respond(idp, made, challenge, "wrong")
    with refused("NotAuthorizedException", "Invalid session for the user."):
        respond(idp, made, challenge)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("define", {}),
        ("define", {"challengeName": "SMS_MFA"}),
        ("define", {"challengeName": "PASSWORD_VERIFIER"}),
        ("define", {"challengeName": 1}),
        ("define", {"issueTokens": "true"}),
        ("create", {"publicChallengeParameters": {"a": 1}}),
        ("create", {"privateChallengeParameters": []}),
        ("create", {"challengeMetadata": {"a": "b"}}),
    ],
    ids=repr,
)
def test_answers_that_make_no_sense(idp: Idp, functions: Recorder, config: Json, name: str, answer: Json) -> None:
    functions.returns(name, {"response": answer})
    made = app(idp, LambdaConfig=config)
    confirmed_user(idp, made)
    with refused("InvalidLambdaResponseException", "Unrecognizable lambda output"):
        start(idp, made)


def test_failure_goes_before_tokens_and_tokens_before_a_challenge(idp: Idp, functions: Recorder, config: Json) -> None:
    made = app(idp, LambdaConfig=config)
    confirmed_user(idp, made)
    both = {"issueTokens": True, "challengeName": "CUSTOM_CHALLENGE"}
    functions.returns("define", {"response": {**both, "failAuthentication": True}})
    with refused("NotAuthorizedException", "Incorrect username or password."):
        start(idp, made)
    functions.returns("define", {"response": both})
    assert "AuthenticationResult" in start(idp, made)


def test_pool_without_functions(idp: Idp) -> None:
    made = app(idp)
    confirmed_user(idp, made)
    with refused("InvalidParameterException", "Custom auth lambda trigger is not configured for the user pool."):
        start(idp, made)


def test_client_without_the_flow(idp: Idp, config: Json) -> None:
    made = app(idp, {"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]}, LambdaConfig=config)
    confirmed_user(idp, made)
    with refused("InvalidParameterException", "CUSTOM_AUTH is not enabled for the client."):
        start(idp, made)


def test_unknown_user_is_named(idp: Idp, functions: Recorder, config: Json) -> None:
    made = app(idp, LambdaConfig=config)
    with refused("UserNotFoundException", "User does not exist."):
        start(idp, made, "nobody")
    assert functions.events == []


def test_unknown_user_who_is_not_to_be_told(idp: Idp, functions: Recorder, config: Json) -> None:
    made = hiding(idp, LambdaConfig=config)
    challenge = start(idp, made, "nobody")
    assert challenge["ChallengeParameters"]["USERNAME"] == "nobody"
    with refused("NotAuthorizedException", "Incorrect username or password."):
        respond(idp, made, challenge, username="nobody")
    assert {event["userName"] for event in functions.events} == {"nobody"}
    for event in functions.events:
        assert event["request"]["userNotFound"] is True
        assert event["request"]["userAttributes"] == {}


def test_known_user_of_a_client_that_hides_unknown_ones(idp: Idp, functions: Recorder, config: Json) -> None:
    made = hiding(idp, LambdaConfig=config)
    confirmed_user(idp, made)
    respond(idp, made, start(idp, made))
    assert [event["request"]["userNotFound"] for event in functions.events] == [False] * 4


def test_user_with_a_temporary_password_passes_without_a_new_one(idp: Idp, config: Json) -> None:
    made = app(idp, LambdaConfig=config)
    invited_user(idp, made)
    assert "AuthenticationResult" in respond(idp, made, start(idp, made))
    assert idp.admin_get_user(UserPoolId=made.pool_id, Username="alice")["UserStatus"] == "FORCE_CHANGE_PASSWORD"


def test_unconfirmed_user(idp: Idp, config: Json) -> None:
    made = app(idp, LambdaConfig=config)
    unconfirmed_user(idp, made)
    with refused("UserNotConfirmedException", "User is not confirmed."):
        start(idp, made)


@pytest.mark.parametrize("kind", [app, hiding])
def test_disabled_user(idp: Idp, config: Json, kind: Callable[..., App]) -> None:
    made = kind(idp, LambdaConfig=config)
    user = confirmed_user(idp, made)
    idp.admin_disable_user(**user.key)
    with refused("NotAuthorizedException", "User is disabled."):
        respond(idp, made, start(idp, made))


def test_user_is_found_by_an_alias(idp: Idp, functions: Recorder, config: Json) -> None:
    made = app(idp, LambdaConfig=config, AliasAttributes=["email"])
    confirmed_user(idp, made, email="alice@example.com", email_verified="true")
    challenge = start(idp, made, "alice@example.com")
    assert challenge["ChallengeParameters"]["USERNAME"] == "alice"
    assert "AuthenticationResult" in respond(idp, made, challenge, username="alice@example.com")
    assert {event["userName"] for event in functions.events} == {"alice"}


def test_admin_sign_in(idp: Idp, config: Json) -> None:
    made = app(idp, LambdaConfig=config)
    confirmed_user(idp, made)
    who = {"UserPoolId": made.pool_id, "ClientId": made.client_id}
    challenge = idp.admin_initiate_auth(**who, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": "alice"})
    with refused("NotAuthorizedException", "Invalid session for the user."):
        respond(idp, made, challenge)
    answered = idp.admin_respond_to_auth_challenge(
        **who,
        ChallengeName="CUSTOM_CHALLENGE",
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "alice", "ANSWER": ANSWER},
    )
    assert "AuthenticationResult" in answered


class TestWithPasswordFirst:
    """CUSTOM_AUTH that begins with SRP."""

    def begin(self, idp: Idp, made: App, username: str = "alice", password: str = PASSWORD) -> tuple[SrpClient, Json]:
        srp = SrpClient(made.pool_id.split("_")[1], password)
        return srp, start(idp, made, username, CHALLENGE_NAME="SRP_A", SRP_A=srp.srp_a)

    def prove(self, idp: Idp, made: App, srp: SrpClient, challenge: Json) -> Json:
        answered: Json = idp.respond_to_auth_challenge(
            ClientId=made.client_id,
            ChallengeName="PASSWORD_VERIFIER",
            Session=challenge["Session"],
            ChallengeResponses=srp.responses(challenge["ChallengeParameters"]),
        )
        return answered

    def test_password_then_question(self, idp: Idp, functions: Recorder, config: Json) -> None:
        made = app(idp, LambdaConfig=config)
        confirmed_user(idp, made)
        srp, challenge = self.begin(idp, made)
        assert challenge["ChallengeName"] == "PASSWORD_VERIFIER"
        question = self.prove(idp, made, srp, challenge)
        assert question["ChallengeName"] == "CUSTOM_CHALLENGE"
        assert "AuthenticationResult" in respond(idp, made, question)
        sessions = [
            [(entry["challengeName"], entry["challengeResult"]) for entry in event["request"]["session"]]
            for event in functions.events
            if event["triggerSource"].startswith("Define")
        ]
        proved = [("SRP_A", True), ("PASSWORD_VERIFIER", True)]
        assert sessions == [proved[:1], proved, [*proved, ("CUSTOM_CHALLENGE", True)]]

    def test_wrong_password(self, idp: Idp, config: Json) -> None:
        made = app(idp, LambdaConfig=config)
        confirmed_user(idp, made)
        srp, challenge = self.begin(idp, made, password="Wrong-password-1")
        with refused("NotAuthorizedException", "Incorrect username or password."):
            self.prove(idp, made, srp, challenge)

    def test_unknown_user_gets_a_made_up_challenge(self, idp: Idp, config: Json) -> None:
        made = hiding(idp, LambdaConfig=config)
        srp, challenge = self.begin(idp, made, "nobody")
        assert challenge["ChallengeName"] == "PASSWORD_VERIFIER"
        with refused("NotAuthorizedException", "Incorrect username or password."):
            self.prove(idp, made, srp, challenge)

    def test_temporary_password_has_to_be_changed(self, idp: Idp, config: Json) -> None:
        made = app(idp, LambdaConfig=config)
        invited_user(idp, made)
        srp, challenge = self.begin(idp, made, password="Temporary-1")
        assert self.prove(idp, made, srp, challenge)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"

    def test_public_value_is_missing(self, idp: Idp, config: Json) -> None:
        made = app(idp, LambdaConfig=config)
        confirmed_user(idp, made)
        with refused("InvalidParameterException", "Missing required parameter SRP_A"):
            start(idp, made, CHALLENGE_NAME="SRP_A")

    def test_plain_start_that_names_its_challenge(self, idp: Idp, config: Json) -> None:
        made = app(idp, LambdaConfig=config)
        confirmed_user(idp, made)
        assert start(idp, made, CHALLENGE_NAME="CUSTOM_CHALLENGE")["ChallengeName"] == "CUSTOM_CHALLENGE"


def test_password_flow_is_none_of_their_business(idp: Idp, functions: Recorder, config: Json) -> None:
    made = app(idp, LambdaConfig=config)
    confirmed_user(idp, made)
    assert "AuthenticationResult" in begin(idp, User(made, "alice"))
    assert functions.events == []
