"""SELECT_CHALLENGE: the user says how to sign in.

An answer may bring what the chosen challenge needs (PASSWORD, SRP_A, CREDENTIAL) along. For a passkey that takes
the request options, so they are among the parameters where the user has one.
Source: reference auth-flows.md §10; `RespondToAuthChallenge` in botocore's model.
"""

from __future__ import annotations

from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.authentication import choice
from cognito_emulator.user_pools.authentication.challenges import web_authn
from cognito_emulator.user_pools.authentication.challenges.password_verifier import parse_srp_a
from cognito_emulator.user_pools.authentication.sign_in import Question, SignIn

NAME = "SELECT_CHALLENGE"


def pose(sign_in: SignIn, parameters: dict[str, str]) -> Question:
    state = {"available": sign_in.available}
    if web_authn.NAME not in sign_in.available:
        return Question({}, state)
    options = web_authn.pose(sign_in, parameters)
    return Question(options.parameters, {**state, **options.state})


def handle(responses: dict[str, str], session: str | None) -> str | None:
    return session


def check(sign_in: SignIn, responses: dict[str, str]) -> None:
    """Take the choice, and the answer that came with it."""
    answer = responses.get("ANSWER")
    if not answer:
        raise errors.missing_parameter("ANSWER")
    if answer not in sign_in.state["available"]:
        raise errors.invalid_answer(answer)
    if responses.get("SRP_A"):
        parse_srp_a(responses["SRP_A"])
    if answer == web_authn.NAME and responses.get("CREDENTIAL"):
        web_authn.check(sign_in, responses)
        sign_in.passed.append(web_authn.NAME)
        return
    following = choice.chosen(sign_in, answer, responses)
    sign_in.next_challenge = following[0] if following is not None else None
