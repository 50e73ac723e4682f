"""The state that must hold before a recorded step, rebuilt through the API: one function per stated precondition.

A function takes the `World` of the scenario and returns what the first request has besides (or instead of) what is
recorded: a dictionary of parameters (None removes one), or a `Changes`. With several steps it is a generator: it
yields that for each step and receives the answer. Where a request is no API call, it makes it and gives the `Reply`.
Where a recording states no precondition, the function rebuilds the one that its request implies.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any

from cognito_emulator.conformance.endpoint import Reply
from cognito_emulator.conformance.world import World

Json = dict[str, Any]


@dataclass(frozen=True)
class Changes:
    """What a request has besides what is recorded. `how` goes to `Endpoint.call`."""

    params: Json = field(default_factory=dict)
    how: Json = field(default_factory=dict)


class Instead(dict[str, Any]):
    """An object that stands in place of the recorded one, instead of being merged into it."""


Given = Json | Changes | Reply | None
Steps = Generator[Given, Reply, None]
Precondition = Callable[[World], Given | Steps]

_MODULES = (
    "cli_users",
    "cli_pools",
    "cli_others",
    "models",
    "captures",
    "issue_users",
    "issue_pools",
    "issue_triggers",
    "issue_others",
    "verified",
)
_known: dict[str, Precondition] = {}


def precondition(*scenarios: str) -> Callable[[Precondition], Precondition]:
    """Register a function for scenarios (`<source>/<scenario>`)."""

    def register(function: Precondition) -> Precondition:
        for scenario in scenarios:
            if scenario in _known:
                raise LookupError(f"{scenario} has two preconditions")
            _known[scenario] = function
        return function

    return register


@cache
def _load() -> None:
    for module in _MODULES:
        import_module(f"{__name__}.{module}")


def find(scenario: str) -> Precondition | None:
    """The precondition of a scenario."""
    _load()
    return _known.get(scenario)


def all_scenarios() -> set[str]:
    """Scenarios that have a precondition."""
    _load()
    return set(_known)
