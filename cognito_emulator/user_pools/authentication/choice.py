"""Choice-based sign-in, the flow USER_AUTH: the user picks the first factor.

Sources: reference auth-flows.md §3 and §10 (recorded: `n***@i***` with `["EMAIL_OTP"]` for an unknown user, and
`["PASSWORD_SRP","PASSWORD"]` for one with a temporary password); `InitiateAuth` and `GetUserAuthFactors` in
botocore's model.
"""

from __future__ import annotations

from cognito_emulator.aws.call import Call
from cognito_emulator.user_pools import errors, mfa, passkeys
from cognito_emulator.user_pools.authentication import sessions, standing, step_up
from cognito_emulator.user_pools.authentication.challenges.password_verifier import parse_srp_a
from cognito_emulator.user_pools.authentication.flows import Flow, NextChallenge, Parameters, prove_password
from cognito_emulator.user_pools.authentication.methods import SIGNED_UP
from cognito_emulator.user_pools.authentication.sign_in import SignIn
from cognito_emulator.user_pools.credentials import limits
from cognito_emulator.user_pools.records import Pool, User
from cognito_emulator.user_pools.schema import tiers
from cognito_emulator.user_pools.schema.attributes import is_email, is_phone_number

_ADDRESSES = {"EMAIL_OTP": "email", "SMS_OTP": "phone_number"}


def available(call: Call, pool: Pool, user: User) -> list[str]:
    """The challenges that a user can begin with.

    Codes are not offered to a user with a temporary password, nor where the pool demands a second factor, which
    could not follow them.
    """
    challenges = list(step_up.PASSWORDS) if user.password is not None else []
    codes = pool.mfa_mode != "ON" and user.status != "FORCE_CHANGE_PASSWORD"
    for factor, attribute in _ADDRESSES.items():
        if codes and factor in pool.first_factors and user.attributes.get(attribute):
            challenges.append(factor)
    passkey = pool.mfa_mode != "ON" or passkeys.counts_twice(pool, user)
    if passkey and passkeys.usable(call.reader, pool, user):
        challenges.append("WEB_AUTHN")
    return challenges


def configured(call: Call, pool: Pool, user: User) -> list[str]:
    """`ConfiguredUserAuthFactors`: what the user could sign in with, first or second."""
    factors = ["PASSWORD"] if user.password is not None else []
    factors += [
        factor
        for factor, attribute in _ADDRESSES.items()
        if factor in pool.first_factors and user.attributes.get(attribute)
    ]
    if passkeys.usable(call.reader, pool, user):
        factors.append("WEB_AUTHN")
    if mfa.user_has(call.reader, user, mfa.SOFTWARE_TOKEN):
        factors.append("SOFTWARE_TOKEN")
    return factors


def check_parameters(parameters: Parameters) -> None:
    step_up.check_parameters(parameters)
    if parameters.get("SRP_A"):
        parse_srp_a(parameters["SRP_A"])


def start(sign_in: SignIn, parameters: Parameters) -> NextChallenge:
    """Go on with the preferred challenge if the user has it; otherwise let them choose.

    Where a level is asked for, only what leads there is offered, and nothing that an access token says was done.
    """
    pool, preferred = sign_in.pool, parameters.get("PREFERRED_CHALLENGE", "")
    tiers.require(pool.settings, [tiers.PASSWORDLESS, *([tiers.STEP_UP] if parameters.get(step_up.TARGETS) else [])])
    levels = step_up.wanted(sign_in, parameters)
    reached = step_up.take_credit(sign_in, parameters)
    user = sign_in.user
    if user is None or (not user.enabled and sign_in.client.hides_unknown_users):
        return _simulated(sign_in, parameters, preferred, levels)
    standing.check_first_factor(user)
    if _signed_up_just_now(sign_in, user) and not levels:
        return None
    limits.check_lockout(sign_in.call, user)
    sign_in.available = available(sign_in.call, pool, user)
    if levels:
        beginning = step_up.aim(sign_in, levels, sign_in.available)
        step_up.refuse_if_reached(sign_in, reached)
        sign_in.available = beginning.challenges
        if beginning.known and preferred not in sign_in.available:
            sign_in.available = []
            return None
    if not sign_in.available:
        raise errors.incorrect_username_or_password()
    if preferred not in sign_in.available:
        return "SELECT_CHALLENGE", {}
    return chosen(sign_in, preferred, parameters)


def chosen(sign_in: SignIn, challenge: str, parameters: Parameters) -> NextChallenge:
    """The challenge as it is posed: a password that was sent along is checked at once."""
    if challenge == "PASSWORD" and parameters.get("PASSWORD"):
        if sign_in.user is None:
            raise standing.unknown_user(sign_in.client)
        prove_password(sign_in, parameters["PASSWORD"])
        sign_in.available = []
        return None
    if challenge == "PASSWORD_SRP" and parameters.get("SRP_A"):
        return "PASSWORD_VERIFIER", {}
    return challenge, {}


def _simulated(sign_in: SignIn, parameters: Parameters, preferred: str, levels: list[int]) -> NextChallenge:
    """What a user who does not exist is told: nothing, or a challenge that no answer passes."""
    if not sign_in.client.hides_unknown_users:
        raise errors.user_does_not_exist()
    sign_in.user = None
    name, pool = parameters["USERNAME"], sign_in.pool
    offered = [*step_up.PASSWORDS, *(factor for factor in _ADDRESSES if factor in pool.first_factors)]
    if pool.mfa_mode == "ON":
        offered = list(step_up.PASSWORDS)
    if levels:
        offered = step_up.imagined(levels, offered)
    if preferred in _ADDRESSES and preferred in offered:
        sign_in.available = [preferred]
        return preferred, {}
    fits = {"EMAIL_OTP": is_email(name), "SMS_OTP": is_phone_number(name)}
    sign_in.available = [challenge for challenge in offered if fits.get(challenge, True)] or offered
    if preferred not in sign_in.available:
        return "SELECT_CHALLENGE", {}
    return chosen(sign_in, preferred, parameters)


def _signed_up_just_now(sign_in: SignIn, user: User) -> bool:
    """Whether the sign-in carries on from ConfirmSignUp: the code given there was the first factor.

    Where the pool demands a second factor, which cannot follow a code, the user has to begin anew.
    """
    handle = sign_in.entry_session
    if handle is None:
        return False
    confirmed = sessions.resume(sign_in.call, sign_in.pool, sign_in.client, handle, SIGNED_UP, admin=False)
    if confirmed.known_user.key != user.key:
        raise errors.invalid_session()
    if sign_in.pool.mfa_mode == "ON":
        return False
    sign_in.session = confirmed.session
    sign_in.passed.append(SIGNED_UP)
    return True


FLOW = Flow("USER_AUTH", True, True, check_parameters, start)
