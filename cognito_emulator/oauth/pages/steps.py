"""From the engine's answer to the next page. What comes next is the engine's to say, never a page's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from cognito_emulator.aws.call import Answer, HttpResponse
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.oauth import completion
from cognito_emulator.oauth.authorization_request import AuthorizationRequest
from cognito_emulator.oauth.browser_session import LOCAL
from cognito_emulator.oauth.pages import door, state
from cognito_emulator.user_pools.authentication import sessions, token_set_up
from cognito_emulator.user_pools.authentication.sign_in import Finish
from cognito_emulator.user_pools.authentication.step_up import Aims

NEW_PASSWORD = "NEW_PASSWORD_REQUIRED"
SET_UP = "MFA_SETUP"
# Errors after which a sign-in has to begin again.
_LOST = "Invalid session for the user"


def finish(request: AuthorizationRequest, data: dict[str, Any]) -> Finish:
    """What a sign-in ends in: the way back to the app, by the page for a new passkey if that was asked for."""
    return completion.finish(request, LOCAL, then="/passkeys/add" if data.get("add_passkey") else None)


def aims(request: AuthorizationRequest) -> Aims:
    """What a sign-in from scratch is to reach."""
    return Aims(tuple(request.levels))


def attempt(
    request: AuthorizationRequest, username: str, run: Callable[[], Answer], page: str, data: dict[str, Any]
) -> HttpResponse:
    """Take a step of a sign-in. An error is shown on `page`, with `data` remembered."""
    visit = request.visit
    try:
        answer = run()
        return follow(request, username, answer, data)
    except AwsError as failure:
        if failure.type == "UserNotConfirmedException":
            return _to_code_page(request, "/confirm", username)
        if failure.type == "PasswordResetRequiredException":
            return _to_code_page(request, "/confirmforgotPassword", username)
        text = door.text_of(failure)
        if text.startswith(_LOST):
            state.save(visit, {"error": text, "username": username})
            return door.go(visit, "/login")
        state.save(visit, {**data, "error": text})
        return door.go(visit, page)


def follow(request: AuthorizationRequest, username: str, answer: Answer, data: dict[str, Any]) -> HttpResponse:
    """Back to the app at the end of a sign-in, or to the page of the challenge that the engine poses."""
    response = completion.response_of(answer)
    if response is not None:
        state.clear(request.visit)
        return response
    name = answer["ChallengeName"]
    found = {
        "step": name,
        "username": username,
        "session": answer["Session"],
        "parameters": answer.get("ChallengeParameters", {}),
        "available": answer.get("AvailableChallenges", []),
        "add_passkey": data.get("add_passkey", False),
    }
    if name == SET_UP:
        found |= _secret(request, found)
    state.save(request.visit, found)
    return door.go(request.visit, page_of(name))


def page_of(challenge: str) -> str:
    """The URL of a challenge's page."""
    return "/changePassword" if challenge == NEW_PASSWORD else "/mfa"


def _secret(request: AuthorizationRequest, data: dict[str, Any]) -> dict[str, Any]:
    """A secret for an authenticator app, where the pool has those."""
    if "SOFTWARE_TOKEN_MFA" not in orjson.loads(data["parameters"]["MFAS_CAN_SETUP"]):
        return {}
    visit = request.visit
    sign_in = sessions.resume(
        visit.call, visit.pool, request.client, data["session"], SET_UP, False, finish(request, data)
    )
    secret, handle = token_set_up.associate(sign_in)
    return {"secret": secret, "session": handle}


def _to_code_page(request: AuthorizationRequest, path: str, username: str) -> HttpResponse:
    state.save(request.visit, {"username": username, "seconds": state.CODE_SECONDS})
    return door.go(request.visit, path)
