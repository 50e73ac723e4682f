"""How strongly a user signed in: the level (claim `acr`) and the methods (claim `amr`).

There are four levels. What satisfies each is fixed; a pool may only give them other names. Tokens of sign-ins that
asked for a level carry both claims, all others neither (no token recorded on AWS has them).

Source: developer guide, "Authentication levels with ACR and AMR claims"; `AcrConfigurationType` in botocore's model.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

Json = dict[str, Any]
PASSWORD, SOFTWARE_TOKEN, SMS, EMAIL = "pwd", "otp", "sms", "email_otp"
PLATFORM_KEY, ROAMING_KEY, SEVERAL, FEDERATED = "swk", "hwk", "mfa", "fed"
KEYS = frozenset({PLATFORM_KEY, ROAMING_KEY})
CODES = frozenset({SOFTWARE_TOKEN, SMS, EMAIL})
# What a user of the pool itself can complete.
FACTORS = frozenset({PASSWORD, *CODES, *KEYS})
METHODS = frozenset({*FACTORS, SEVERAL, FEDERATED})
LOWEST = 1
_LONGEST_AGE = 15
COMBINATIONS: dict[int, tuple[frozenset[str], ...]] = {
    1: (frozenset({PASSWORD}),),
    2: (frozenset({SMS}), frozenset({EMAIL})),
    3: (*(frozenset({key}) for key in sorted(KEYS)), frozenset({PASSWORD, SMS}), frozenset({PASSWORD, EMAIL})),
    4: (frozenset({PASSWORD, SOFTWARE_TOKEN}),),
}


def names(settings: Json) -> dict[int, str]:
    """What a pool with these settings calls the levels."""
    given = settings.get("AcrConfiguration") or {}
    return {level: given.get(_key(level), {}).get("AcrValue", f"urn:cognito:loa:{level}") for level in COMBINATIONS}


def configuration(settings: Json) -> Json:
    """`AcrConfiguration` as it is in effect, with the default names of the levels that have no other."""
    return {_key(level): {"AcrValue": name} for level, name in names(settings).items()}


def levels(settings: Json, text: str) -> list[int]:
    """The levels in a list of names, in its order; names that are none are left out."""
    by_name = {name: level for level, name in names(settings).items()}
    return list(dict.fromkeys(by_name[name] for name in text.split() if name in by_name))


def level_of(methods: Collection[str]) -> int:
    """The highest level that methods satisfy; 0 if they satisfy none."""
    done = frozenset(methods)
    return max((level for level, ways in COMBINATIONS.items() if any(way <= done for way in ways)), default=0)


def claims(settings: Json, level: int, methods: Iterable[str]) -> Json:
    """The claims of a sign-in that reached a level (0: none) by methods."""
    given = list(dict.fromkeys(methods))
    completed = [method for method in given if method != SEVERAL]
    several = SEVERAL in given or len(FACTORS & set(completed)) > 1
    reached = {"acr": names(settings)[level]} if level else {}
    return {**reached, "amr": [*completed, *([SEVERAL] if several else [])]}


def level_at(mapping: Json | None, value: str | None) -> int:
    """The level that an OpenID Connect provider's ACR value stands for: the lowest where it is not mapped."""
    return next((level for level in COMBINATIONS if value and (mapping or {}).get(_key(level)) == value), LOWEST)


def values_at(mapping: Json | None, wanted: Iterable[int]) -> list[str]:
    """What an OpenID Connect provider calls levels, as far as it is known."""
    return [mapping[_key(level)] for level in wanted if _key(level) in mapping] if mapping else []


def age(text: str) -> int | None:
    """A number of seconds; None for what is none. What is longer than any age is as good as endless."""
    if not (text.isascii() and text.isdigit()):
        return None
    digits = text.lstrip("0") or "0"
    return int(digits) if len(digits) <= _LONGEST_AGE else 10**_LONGEST_AGE


def _key(level: int) -> str:
    return f"Level{level}"
