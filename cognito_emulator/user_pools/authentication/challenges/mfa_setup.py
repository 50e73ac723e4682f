"""MFA_SETUP: the pool demands a second factor and the user has none.

A software token is set up within the sign-in: AssociateSoftwareToken and VerifySoftwareToken take the session and
give the next one, and the last answers this challenge. For the other factors the user needs an address first.
Sources: recordings `moto-aws-verified/mfa-on-totp-setup-and-login/1-4`; reference auth-flows.md §7.
"""

from __future__ import annotations

import orjson

from cognito_emulator.user_pools import errors, mfa
from cognito_emulator.user_pools.authentication.sign_in import Question, SignIn

NAME = "MFA_SETUP"
VERIFIED = "verified"


def pose(sign_in: SignIn, parameters: dict[str, str]) -> Question:
    choices = [factor for factor in mfa.FACTORS if mfa.pool_has(sign_in.pool, factor)]
    shown = {
        "MFAS_CAN_SETUP": orjson.dumps(choices).decode(),
        "USER_ID_FOR_SRP": sign_in.known_user.username,
    }
    return Question(shown)


def handle(responses: dict[str, str], session: str | None) -> str | None:
    return session


def check(sign_in: SignIn, responses: dict[str, str]) -> None:
    """The session must be the one that VerifySoftwareToken gave."""
    if not sign_in.state.get(VERIFIED):
        raise errors.invalid_session()
