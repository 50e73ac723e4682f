"""MFA_SETUP: the pool demands a second factor and the user has none.

A software token is set up within the sign-in: AssociateSoftwareToken and VerifySoftwareToken take the session and
give the next one, and the last answers this challenge. For e-mail the answer has the address, and the code that goes
there is asked for next. The pages of a domain take a phone number in the same way; through the API a user has to have
one (or an address) before the sign-in, which then asks for a code at once. Where nothing can be set up within the
sign-in, it ends.
Sources: recordings `moto-aws-verified/mfa-on-totp-setup-and-login/1-4`; reference auth-flows.md §7;
`RespondToAuthChallenge` in botocore's model (MFAS_CAN_SETUP; "collect a phone_number or email attribute … then
restart"); aws-amplify 6 (`EMAIL` in the answer); aws-amplify/amplify-js#14013 (a pool with SMS alone: the error of the
API, the page of the hosted UI).
"""

from __future__ import annotations

import orjson

from cognito_emulator.user_pools import errors, mfa
from cognito_emulator.user_pools.authentication import methods
from cognito_emulator.user_pools.authentication.sign_in import Question, SignIn
from cognito_emulator.user_pools.schema.attributes import check_formats

NAME = "MFA_SETUP"
VERIFIED = "verified"
_ADDRESSES = {"EMAIL": mfa.EMAIL, "PHONE_NUMBER": mfa.SMS}


def pose(sign_in: SignIn, parameters: dict[str, str]) -> Question:
    """What the pool has. Raises `MFAMethodNotFoundException` if none of that can be set up now."""
    choices = [factor for factor in mfa.FACTORS if mfa.pool_has(sign_in.pool, factor)]
    if not any(_within_sign_in(sign_in, factor) for factor in choices):
        raise errors.no_mfa_method()
    shown = {
        "MFAS_CAN_SETUP": orjson.dumps(choices).decode(),
        "USER_ID_FOR_SRP": sign_in.known_user.username,
    }
    return Question(shown)


def handle(responses: dict[str, str], session: str | None) -> str | None:
    return session


def check(sign_in: SignIn, responses: dict[str, str]) -> None:
    """The session must be the one that VerifySoftwareToken gave, unless the answer is an address for codes."""
    for parameter, factor in _ADDRESSES.items():
        address = responses.get(parameter)
        if address and mfa.pool_has(sign_in.pool, factor) and _within_sign_in(sign_in, factor):
            check_formats({mfa.ADDRESSES[factor]: address})
            sign_in.memory[methods.SET_UP] = address
            sign_in.next_challenge = factor
            return
    if not sign_in.state.get(VERIFIED):
        raise errors.invalid_session()


def _within_sign_in(sign_in: SignIn, factor: str) -> bool:
    """Whether a factor can be set up in the middle of this sign-in: text messages only on the pages."""
    return factor != mfa.SMS or sign_in.finish is not None
