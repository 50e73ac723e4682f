"""CUSTOM_CHALLENGE: a question that the pool's functions make up, and whose answer they judge.

A wrong answer is an answer too: the define function hears of it and decides what follows.
Sources: reference auth-flows.md §9, lambda-triggers.md §4.5.
"""

from __future__ import annotations

from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.authentication import custom_auth
from cognito_emulator.user_pools.authentication.sign_in import Question, SignIn
from cognito_emulator.user_pools.triggers import custom_auth as triggers

NAME = "CUSTOM_CHALLENGE"


def pose(sign_in: SignIn, parameters: dict[str, str]) -> Question:
    """The public parameters that the create function made; the private ones stay here for the verify function."""
    subject = custom_auth.subject(sign_in)
    with custom_auth.losing_session(sign_in):
        challenge = triggers.create(
            sign_in.call,
            sign_in.pool,
            custom_auth.origin(sign_in),
            subject,
            custom_auth.history(sign_in),
            NAME,
        )
    return Question(
        {"USERNAME": subject.name, **challenge.public}, {"private": challenge.private, "metadata": challenge.metadata}
    )


def handle(responses: dict[str, str], session: str | None) -> str | None:
    return session


def check(sign_in: SignIn, responses: dict[str, str]) -> None:
    """Have the answer judged."""
    given = responses.get("ANSWER")
    if given is None:
        raise errors.missing_parameter("ANSWER")
    state = sign_in.state
    with custom_auth.losing_session(sign_in):
        right = triggers.verify(
            sign_in.call,
            sign_in.pool,
            custom_auth.origin(sign_in),
            custom_auth.subject(sign_in),
            state["private"],
            given,
        )
    custom_auth.note(sign_in, NAME, right, state["metadata"])
