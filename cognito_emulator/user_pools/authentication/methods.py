"""What a sign-in has proved so far, and the level it aims at, where one was asked for.

Source: developer guide, "AMR values" and "Step-up authentication with the USER_AUTH flow".
"""

from __future__ import annotations

from typing import Any

from cognito_emulator.user_pools import assurance, mfa
from cognito_emulator.user_pools.authentication.sign_in import SignIn
from cognito_emulator.user_pools.factor_records import Passkey

Json = dict[str, Any]
# What a sign-in remembers: methods that an earlier one completed, the level aimed at, the kind of passkey that was
# used, and an address that was given to set MFA up with.
CREDIT, TARGET, PASSKEY, SET_UP = "credit", "target_level", "passkey_method", "mfa_address"
SIGNED_UP = "SIGNED_UP"
OF_FACTORS = {mfa.SMS: assurance.SMS, mfa.SOFTWARE_TOKEN: assurance.SOFTWARE_TOKEN, mfa.EMAIL: assurance.EMAIL}
_OF_CHALLENGES = {
    "PASSWORD": assurance.PASSWORD,
    "PASSWORD_VERIFIER": assurance.PASSWORD,
    "SMS_OTP": assurance.SMS,
    **OF_FACTORS,
}


def of(sign_in: SignIn) -> list[str]:
    """The methods that the user completed, as the claim `amr` has them, in that order."""
    found = list(sign_in.memory.get(CREDIT, ()))
    for challenge in sign_in.passed:
        method = _OF_CHALLENGES.get(challenge) or _special(sign_in, challenge)
        if method is not None:
            found.append(method)
    return list(dict.fromkeys(found))


def of_passkey(passkey: Passkey) -> str:
    """A security key is bound to hardware; any other passkey, to its device's software."""
    return assurance.ROAMING_KEY if passkey.attachment == "cross-platform" else assurance.PLATFORM_KEY


def claims(sign_in: SignIn) -> Json | None:
    """What tokens say of the level; None if the sign-in asked for none."""
    if sign_in.memory.get(TARGET) is None:
        return None
    methods = of(sign_in)
    return assurance.claims(sign_in.pool.settings, assurance.level_of(methods), methods)


def second_factors(sign_in: SignIn) -> frozenset[str]:
    """The factors that would take who proved a password to the level aimed at; empty if nothing more is needed."""
    target, done = sign_in.memory.get(TARGET), set(of(sign_in))
    if target is None or assurance.level_of(done) >= target:
        return frozenset()
    ways = assurance.COMBINATIONS[target]
    return frozenset(name for name, method in OF_FACTORS.items() if any(way <= done | {method} for way in ways))


def _special(sign_in: SignIn, challenge: str) -> str | None:
    if challenge == "WEB_AUTHN":
        kind: str | None = sign_in.memory.get(PASSKEY)
        return kind
    if challenge == "MFA_SETUP" and not sign_in.memory.get(SET_UP):
        return assurance.SOFTWARE_TOKEN
    if challenge == SIGNED_UP:
        verified = sign_in.known_user.attributes.get("phone_number_verified") == "true"
        return assurance.SMS if verified else assurance.EMAIL
    return None
