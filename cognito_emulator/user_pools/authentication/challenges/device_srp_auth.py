"""DEVICE_SRP_AUTH: the first step in which a remembered device proves itself.

Some clients answer without sending the session back, so the device key finds it as well.
Source: reference auth-flows.md §8; pycognito 2024.5.1 `aws_srp.py` (no session in the device steps).
"""

from __future__ import annotations

from cognito_emulator.user_pools import devices, errors
from cognito_emulator.user_pools.authentication import factors, sessions
from cognito_emulator.user_pools.authentication.challenges.password_verifier import parse_srp_a
from cognito_emulator.user_pools.authentication.sign_in import Question, SignIn

NAME = "DEVICE_SRP_AUTH"


def pose(sign_in: SignIn, parameters: dict[str, str]) -> Question:
    return Question({}, alias=_alias(sign_in.memory[factors.DEVICE_KEY]))


def handle(responses: dict[str, str], session: str | None) -> str | None:
    if not responses.get("DEVICE_KEY"):
        raise errors.missing_parameter("DEVICE_KEY")
    return session or _alias(responses["DEVICE_KEY"])


def check(sign_in: SignIn, responses: dict[str, str]) -> None:
    """Take the device's public value."""
    if not responses.get("SRP_A"):
        raise errors.missing_parameter("SRP_A")
    parse_srp_a(responses["SRP_A"])
    if responses["DEVICE_KEY"] != sign_in.memory[factors.DEVICE_KEY]:
        raise errors.device_does_not_exist()
    devices.of_user(sign_in.call.reader, sign_in.known_user, responses["DEVICE_KEY"])
    sign_in.next_challenge = "DEVICE_PASSWORD_VERIFIER"


def _alias(device_key: str) -> str:
    return f"{sessions.ALIAS}{device_key}"
