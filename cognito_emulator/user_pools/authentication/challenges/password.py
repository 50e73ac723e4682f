"""PASSWORD: the user who chose so sends the password. Source: reference auth-flows.md §10."""

from __future__ import annotations

from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.authentication.flows import prove_password
from cognito_emulator.user_pools.authentication.sign_in import Question, SignIn

NAME = "PASSWORD"


def pose(sign_in: SignIn, parameters: dict[str, str]) -> Question:
    return Question({})


def handle(responses: dict[str, str], session: str | None) -> str | None:
    return session


def check(sign_in: SignIn, responses: dict[str, str]) -> None:
    if not responses.get("PASSWORD"):
        raise errors.missing_parameter("PASSWORD")
    if sign_in.user is None:
        raise errors.incorrect_username_or_password()
    prove_password(sign_in, responses["PASSWORD"])
