"""MFA_SETUP: the pool demands a second factor and the user has none.

A software token is set up within the sign-in: AssociateSoftwareToken and VerifySoftwareToken take the session and
give the next one, and the last answers this challenge. For e-mail the answer has the address, and the code that goes
there is asked for next. For text messages the user needs a phone number first.
Sources: recordings `moto-aws-verified/mfa-on-totp-setup-and-login/1-4`; reference auth-flows.md §7; aws-amplify 6
(`EMAIL` in the answer).
"""

from __future__ import annotations

import orjson

from cognito_emulator.user_pools import errors, mfa
from cognito_emulator.user_pools.authentication import methods
from cognito_emulator.user_pools.authentication.sign_in import Question, SignIn
from cognito_emulator.user_pools.schema.attributes import check_formats

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
    """The session must be the one that VerifySoftwareToken gave, unless the answer is an e-mail address."""
    email = responses.get("EMAIL")
    if email and mfa.pool_has(sign_in.pool, mfa.EMAIL):
        check_formats({"email": email})
        sign_in.memory[methods.SET_UP] = email
        sign_in.next_challenge = mfa.EMAIL
        return
    if not sign_in.state.get(VERIFIED):
        raise errors.invalid_session()
