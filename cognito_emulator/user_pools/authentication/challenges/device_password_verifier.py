"""DEVICE_PASSWORD_VERIFIER: the second step, SRP with the password that the device made for itself.

As PASSWORD_VERIFIER, with the device group key in place of the pool's name and the device key in place of the
user's. Source: reference auth-flows.md §8.
"""

from __future__ import annotations

from cognito_emulator.user_pools import devices, errors
from cognito_emulator.user_pools.authentication import factors, sessions
from cognito_emulator.user_pools.authentication.challenges.password_verifier import claim_of, public_keys, secret_block
from cognito_emulator.user_pools.authentication.sign_in import Question, SignIn

NAME = "DEVICE_PASSWORD_VERIFIER"


def pose(sign_in: SignIn, parameters: dict[str, str]) -> Question:
    """Salt and public value of the server. `parameters` has SRP_A."""
    user = sign_in.known_user
    device = devices.of_user(sign_in.call.reader, user, sign_in.memory[factors.DEVICE_KEY])
    state = public_keys(sign_in.call, parameters["SRP_A"], device.verifier)
    block = sessions.new_handle(sign_in.call)
    return Question(
        {
            "SALT": device.salt,
            "SECRET_BLOCK": block,
            "SRP_B": state["b_public"],
            "USERNAME": user.username,
            "DEVICE_KEY": device.key,
        },
        state,
        handle=block,
        with_session=True,
    )


def handle(responses: dict[str, str], session: str | None) -> str | None:
    return secret_block(responses, session)


def check(sign_in: SignIn, responses: dict[str, str]) -> None:
    """Check the device's signature."""
    for name in ("PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP", "DEVICE_KEY"):
        if not responses.get(name):
            raise errors.missing_parameter(name)
    if responses["DEVICE_KEY"] != sign_in.memory[factors.DEVICE_KEY]:
        raise errors.device_does_not_exist()
    device = devices.of_user(sign_in.call.reader, sign_in.known_user, responses["DEVICE_KEY"])
    if not claim_of(sign_in.state, responses, devices.group_key(sign_in.pool), device.key):
        raise errors.incorrect_username_or_password()
