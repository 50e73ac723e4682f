"""PASSWORD_SRP: the user who chose so begins to prove the password. Source: reference auth-flows.md §10."""

from __future__ import annotations

from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.authentication.challenges.password_verifier import parse_srp_a
from cognito_emulator.user_pools.authentication.sign_in import Question, SignIn

NAME = "PASSWORD_SRP"


def pose(sign_in: SignIn, parameters: dict[str, str]) -> Question:
    return Question({})


def handle(responses: dict[str, str], session: str | None) -> str | None:
    return session


def check(sign_in: SignIn, responses: dict[str, str]) -> None:
    if not responses.get("SRP_A"):
        raise errors.missing_parameter("SRP_A")
    parse_srp_a(responses["SRP_A"])
    sign_in.next_challenge = "PASSWORD_VERIFIER"
