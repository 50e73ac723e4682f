"""Threat protection of custom authentication, which has a mode of its own."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_emulator.emulator import Emulator
from tests.builders import Idp, User, refused
from tests.factors import respond
from tests.user_pools.risk.protected import BLOCKED, configure, history, protected_user, takeover

ARN = "arn:aws:lambda:us-east-1:123456789012:function:"
RIGHT = "1787"


def define(event: dict[str, Any], context: Any) -> dict[str, Any]:
    session = event["request"]["session"]
    done = bool(session) and session[-1]["challengeResult"]
    return {
        **event,
        "response": {"issueTokens": done, "failAuthentication": False, "challengeName": "CUSTOM_CHALLENGE"},
    }


def create(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return {**event, "response": {"privateChallengeParameters": {"answer": RIGHT}}}


def verify(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return {**event, "response": {"answerCorrect": event["request"]["challengeAnswer"] == RIGHT}}


def custom_user(idp: Idp, emulator: Emulator, custom_mode: str | None) -> User:
    handlers = {"DefineAuthChallenge": define, "CreateAuthChallenge": create, "VerifyAuthChallengeResponse": verify}
    for name, handler in handlers.items():
        emulator.functions.register(name, handler)
    add_ons: dict[str, Any] = {"AdvancedSecurityMode": "ENFORCED"}
    if custom_mode:
        add_ons["AdvancedSecurityAdditionalFlows"] = {"CustomAuthMode": custom_mode}
    user = protected_user(idp, UserPoolAddOns=add_ons, LambdaConfig={name: ARN + name for name in handlers})
    configure(idp, user.app, **takeover(High="BLOCK"))
    emulator.risk.set(user.app.pool_id, "High")
    return user


def start(idp: Idp, user: User) -> dict[str, Any]:
    answer: dict[str, Any] = idp.initiate_auth(
        ClientId=user.app.client_id, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": user.username}
    )
    return answer


@pytest.mark.parametrize(("mode", "events"), [(None, 0), ("AUDIT", 1)])
def test_a_mode_that_does_not_act(idp: Idp, emulator: Emulator, mode: str | None, events: int) -> None:
    user = custom_user(idp, emulator, mode)
    assert "AuthenticationResult" in respond(idp, user, start(idp, user), ANSWER=RIGHT)
    assert len(history(idp, user)) == events


def test_it_is_blocked_when_all_was_answered(idp: Idp, emulator: Emulator) -> None:
    user = custom_user(idp, emulator, "ENFORCED")
    again = respond(idp, user, start(idp, user), ANSWER="1788")
    assert again["ChallengeName"] == "CUSTOM_CHALLENGE"
    with refused(*BLOCKED):
        respond(idp, user, again, ANSWER=RIGHT)
    (event,) = history(idp, user)
    assert (event["EventResponse"], event["EventRisk"]["RiskDecision"]) == ("Fail", "Block")
