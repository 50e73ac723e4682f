"""From the engine's answer to the next page. What comes next is the engine's to say, never a page's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cognito_emulator.aws.call import Answer, HttpResponse
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.oauth import completion
from cognito_emulator.oauth.authorization_request import AuthorizationRequest
from cognito_emulator.oauth.pages import door, state

NEW_PASSWORD = "NEW_PASSWORD_REQUIRED"
# Errors after which a sign-in has to begin again.
_LOST = ("Invalid session for the user",)


def attempt(
    request: AuthorizationRequest, username: str, run: Callable[[], Answer], page: str, data: dict[str, Any]
) -> HttpResponse:
    """Take a step of a sign-in. An error is shown on `page`, with `data` remembered."""
    visit = request.visit
    try:
        answer = run()
    except AwsError as failure:
        if failure.type == "UserNotConfirmedException":
            return _to_code_page(request, "/confirm", username)
        if failure.type == "PasswordResetRequiredException":
            return _to_code_page(request, "/confirmforgotPassword", username)
        text = door.text_of(failure)
        if text.startswith(_LOST):
            state.save(visit, {"error": text})
            return door.go(visit, "/login")
        state.save(visit, {**data, "error": text})
        return door.go(visit, page)
    return follow(request, username, answer)


def follow(request: AuthorizationRequest, username: str, answer: Answer) -> HttpResponse:
    """Back to the app at the end of a sign-in, or to the page of the challenge that the engine poses."""
    response = completion.response_of(answer)
    if response is not None:
        state.clear(request.visit)
        return response
    name = answer["ChallengeName"]
    data = {
        "step": name,
        "username": username,
        "session": answer["Session"],
        "parameters": answer.get("ChallengeParameters", {}),
        "available": answer.get("AvailableChallenges", []),
    }
    state.save(request.visit, data)
    return door.go(request.visit, page_of(name))


def page_of(challenge: str) -> str:
    """The URL of a challenge's page."""
    return "/changePassword" if challenge == NEW_PASSWORD else "/mfa"


def _to_code_page(request: AuthorizationRequest, path: str, username: str) -> HttpResponse:
    state.save(request.visit, {"username": username, "seconds": state.CODE_SECONDS})
    return door.go(request.visit, path)
