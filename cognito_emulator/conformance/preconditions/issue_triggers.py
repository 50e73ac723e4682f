"""Logs and error lines of public issues: Lambda triggers."""

from __future__ import annotations

from typing import Any

from cognito_emulator.conformance.preconditions import Given, Json, Steps, precondition
from cognito_emulator.conformance.world import PASSWORD, World

_SOURCE = "github-issue-logs/"


class Thrown(Exception):
    """An error of the function."""


def _throw(event: Json) -> Any:
    raise Thrown("callback is not a function")


@precondition(_SOURCE + "lambda-presignup-error")
def pre_sign_up_throws(w: World) -> Given:
    w.make_pool(LambdaConfig={"PreSignUp": w.function("throws", _throw)})
    w.make_client()
    return {"ClientId": w.client, "Username": "user", "Password": PASSWORD}


def _custom_challenge(w: World, define: Any) -> str:
    """A user at CUSTOM_CHALLENGE, whose answer is `right`; the session."""

    def create(event: Json) -> Json:
        event["response"] = {
            "publicChallengeParameters": {"question": "?"},
            "privateChallengeParameters": {"answer": "right"},
            "challengeMetadata": "ASKED",
        }
        return event

    def verify(event: Json) -> Json:
        event["response"] = {"answerCorrect": event["request"]["challengeAnswer"] == "right"}
        return event

    w.make_pool(
        LambdaConfig={
            "DefineAuthChallenge": w.function("define", define),
            "CreateAuthChallenge": w.function("create", create),
            "VerifyAuthChallengeResponse": w.function("verify", verify),
        }
    )
    w.make_client(ExplicitAuthFlows=["ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    w.make_user()
    answer = w.call("InitiateAuth", ClientId=w.client, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": "user"})
    return str(answer["Session"])


def _one_try(event: Json) -> Json:
    """Ask once: tokens for the right answer, failure for any other."""
    session = event["request"]["session"]
    if not session:
        event["response"] = {"challengeName": "CUSTOM_CHALLENGE", "issueTokens": False, "failAuthentication": False}
    else:
        right = bool(session[-1]["challengeResult"])
        event["response"] = {"issueTokens": right, "failAuthentication": not right}
    return event


@precondition(_SOURCE + "custom-wrong-answer-then-old-session")
def one_wrong_answer(w: World) -> Steps:
    """DefineAuthChallenge sets failAuthentication after the wrong answer."""
    session = _custom_challenge(w, _one_try)
    answer = {"ClientId": w.client, "Session": session, "ChallengeResponses": {"USERNAME": "user"}}
    yield {**answer, "ChallengeResponses": {"USERNAME": "user", "ANSWER": "wrong"}}
    yield {**answer, "ChallengeResponses": {"USERNAME": "user", "ANSWER": "right"}}


@precondition(_SOURCE + "lambda-unrecognizable-output")
def unrecognizable_output(w: World) -> Given:
    """After the first answer, DefineAuthChallenge returns text where an object belongs."""

    def define(event: Json) -> Any:
        return "done" if event["request"]["session"] else _one_try(event)

    session = _custom_challenge(w, define)
    given = {"USERNAME": "user", "ANSWER": "right"}
    return {"ClientId": w.client, "Session": session, "ChallengeResponses": given}
