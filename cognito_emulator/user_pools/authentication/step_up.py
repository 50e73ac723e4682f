"""Sign-ins that are to reach an authentication level, from nothing or from what an access token says was done.

Which level: the first of those asked for that the user has the factors for, and exactly those. What nothing documents
is decided so: a factor counts if it would work, whether or not the user has turned it on; an access token counts for
its own app client; a token without `amr` (of a sign-in that asked for no level) counts for nothing.

Source: developer guide, "Step-up authentication with the USER_AUTH flow"; `InitiateAuth` in botocore's model.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cognito_emulator.aws.call import Call
from cognito_emulator.user_pools import assurance, errors
from cognito_emulator.user_pools.authentication import factors, methods
from cognito_emulator.user_pools.authentication.sign_in import SignIn
from cognito_emulator.user_pools.records import Pool, User
from cognito_emulator.user_pools.tokens.verify import bearer

Parameters = dict[str, str]
TARGETS, TOKEN, MAX_AGE = "TARGET_ACR_VALUES", "ACCESS_TOKEN", "MAX_AGE"
# What a sign-in on the pages remembers of the levels asked for, until it is known who signs in.
WANTED = "wanted_levels"
PASSWORDS = ("PASSWORD_SRP", "PASSWORD")
_CODES = {"SMS_OTP": assurance.SMS, "EMAIL_OTP": assurance.EMAIL}


@dataclass(frozen=True)
class Beginning:
    """How a level can be reached: by one of these first challenges, or (`known`) without any."""

    challenges: list[str]
    known: bool


@dataclass(frozen=True)
class Aims:
    """What a sign-in on the pages is to reach, and the methods that the browser's session stands for."""

    levels: tuple[int, ...] = ()
    done: tuple[str, ...] = ()

    @property
    def memory(self) -> dict[str, Any]:
        """What the sign-in remembers of it."""
        wanted = {WANTED: list(self.levels)} if self.levels else {}
        credit = {methods.CREDIT: list(self.done)} if self.done else {}
        return {**wanted, **credit}


NO_AIMS = Aims()


# ── what is asked for ────────────────────────────────────────────────────────────────────────────────────────


def check_parameters(parameters: Parameters) -> None:
    """Refuse parameters that do not go together, and a MAX_AGE that is no number of seconds."""
    if parameters.get(TOKEN) and not parameters.get(TARGETS):
        raise errors.access_token_without_levels()
    if MAX_AGE in parameters:
        seconds(parameters[MAX_AGE])


def seconds(text: str) -> int:
    """A number of seconds. Raises `InvalidParameterException`."""
    age = assurance.age(text)
    if age is None:
        raise errors.invalid_max_age()
    return age


def wanted(sign_in: SignIn, parameters: Parameters) -> list[int]:
    """The levels that are asked for, the most wanted first; empty if none are."""
    if not parameters.get(TARGETS):
        return list(sign_in.memory.get(WANTED, ()))
    found = assurance.levels(sign_in.pool.settings, parameters[TARGETS])
    if not found:
        raise errors.no_valid_level()
    return found


def take_credit(sign_in: SignIn, parameters: Parameters) -> int:
    """Remember what an access token says was done, unless that was too long ago; the level that it names.

    Raises `NotAuthorizedException` for a token that is not this user's, with this client, in force.
    """
    token = parameters.get(TOKEN)
    if not token:
        return 0
    who = bearer(sign_in.call, token)
    if sign_in.user is None or who.pool.id != sign_in.pool.id or who.user.key != sign_in.user.key:
        raise errors.access_token_of_another_user()
    if who.client.id != sign_in.client.id:
        raise errors.invalid_access_token()
    oldest = parameters.get(MAX_AGE)
    if oldest is not None and int(sign_in.call.now) - who.claims["auth_time"] > seconds(oldest):
        return 0
    done = who.claims.get("amr", [])
    sign_in.memory[methods.CREDIT] = [method for method in done if method in assurance.FACTORS]
    return max(assurance.levels(sign_in.pool.settings, who.claims.get("acr", "")), default=0)


# ── what can be reached ──────────────────────────────────────────────────────────────────────────────────────


def aim(sign_in: SignIn, levels: Iterable[int], offered: list[str]) -> Beginning:
    """Aim at the first of the levels that the user can reach from here. Raises `InvalidParameterException`.

    `offered` are the challenges that the user could begin with.
    """
    done = methods.of(sign_in)
    found = reachable(sign_in.call, sign_in.pool, sign_in.known_user, done, levels, offered)
    if found is None:
        raise errors.levels_out_of_reach()
    level, beginning = found
    sign_in.memory[methods.TARGET] = level
    return beginning


def settle(sign_in: SignIn) -> None:
    """Choose the level for a sign-in whose first factor is proved already."""
    levels = sign_in.memory.get(WANTED)
    if levels and methods.TARGET not in sign_in.memory:
        aim(sign_in, levels, [])


def refuse_if_reached(sign_in: SignIn, level: int) -> None:
    """Stepping up is no way to refresh tokens: a token of the level aimed at, or above, is refused.

    A second factor that the pool demands and the token lacks is asked for all the same.
    """
    if level >= sign_in.memory[methods.TARGET] and factors.due(sign_in) is None:
        raise errors.level_already_reached()


def reachable(
    call: Call, pool: Pool, user: User, done: list[str], levels: Iterable[int], offered: list[str]
) -> tuple[int, Beginning] | None:
    """The first of the levels that a user can reach who has completed `done`, and how."""
    second = {methods.OF_FACTORS[factor] for factor in factors.configured(call.reader, pool, user)}
    for level in levels:
        beginning = _beginning(level, set(done), second, offered)
        if beginning is not None:
            return level, beginning
    return None


def imagined(levels: Iterable[int], offered: list[str]) -> list[str]:
    """The challenges that somebody who does not exist is offered on the way to a level."""
    for level in levels:
        beginning = _beginning(level, set(), set(assurance.CODES), offered)
        if beginning is not None:
            return beginning.challenges
    raise errors.levels_out_of_reach()


def _beginning(level: int, done: set[str], second: set[str], offered: list[str]) -> Beginning | None:
    challenges: set[str] = set()
    known = False
    for way in assurance.COMBINATIONS[level]:
        rest = way - done
        if assurance.PASSWORD in way and not rest - {assurance.PASSWORD} <= second:
            continue
        if assurance.PASSWORD in rest:
            challenges.update(PASSWORDS)
        elif not rest or assurance.PASSWORD in way:
            known = True
        elif rest <= assurance.KEYS:
            challenges.add("WEB_AUTHN")
        else:
            challenges.update(name for name, method in _CODES.items() if method in rest)
    found = [name for name in offered if name in challenges]
    return Beginning(found, known) if found or known else None
