"""SELECT_MFA_TYPE: a user with several factors and no preference says which one to ask for.

Source: reference auth-flows.md §7; `RespondToAuthChallenge` in botocore's model (EMAIL_MFA as an answer).
"""

from __future__ import annotations

import orjson

from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.authentication import factors
from cognito_emulator.user_pools.authentication.sign_in import Question, SignIn

NAME = "SELECT_MFA_TYPE"
_OTHER_NAMES = {"EMAIL_MFA": "EMAIL_OTP"}


def pose(sign_in: SignIn, parameters: dict[str, str]) -> Question:
    choices = factors.choices(sign_in)
    shown = {
        "MFAS_CAN_CHOOSE": orjson.dumps(choices).decode(),
        "USER_ID_FOR_SRP": sign_in.known_user.username,
    }
    return Question(shown, {"choices": choices})


def handle(responses: dict[str, str], session: str | None) -> str | None:
    return session


def check(sign_in: SignIn, responses: dict[str, str]) -> None:
    """Take the choice: its challenge comes next."""
    answer = responses.get("ANSWER")
    if not answer:
        raise errors.missing_parameter("ANSWER")
    chosen = _OTHER_NAMES.get(answer, answer)
    if chosen not in sign_in.state["choices"]:
        raise errors.invalid_answer(answer)
    sign_in.next_challenge = chosen
