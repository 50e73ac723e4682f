"""SMS_OTP: a code in a text message, in place of a password. Source: reference auth-flows.md §10."""

from __future__ import annotations

from cognito_emulator.user_pools.authentication import one_time_codes
from cognito_emulator.user_pools.authentication.sign_in import Question, SignIn

NAME = "SMS_OTP"


def pose(sign_in: SignIn, parameters: dict[str, str]) -> Question:
    return one_time_codes.pose(sign_in, parameters, "phone_number")


def handle(responses: dict[str, str], session: str | None) -> str | None:
    return session


def check(sign_in: SignIn, responses: dict[str, str]) -> None:
    one_time_codes.check(sign_in, responses, "SMS_OTP_CODE")
