"""Every table there is: what moves when a whole store moves.

The tables of a service stand in its modules named `…records`; those that belong to no service in the modules below.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import cognito_emulator
from cognito_emulator.store.interface import Table

_OTHERS = (
    "cognito_emulator.settings",
    "cognito_emulator.store.removal",
    "cognito_emulator.user_pools.messages.outbox",
)


def all_tables() -> tuple[Table[Any], ...]:
    """The tables of all services, of the outbox and of the emulator itself, by name."""
    found: dict[str, Table[Any]] = {}
    for module in (*_records_modules(), *_OTHERS):
        for value in vars(import_module(module)).values():
            if isinstance(value, Table):
                found[value.name] = value
    return tuple(found[name] for name in sorted(found))


def _records_modules() -> Iterator[str]:
    for module in pkgutil.walk_packages(cognito_emulator.__path__, "cognito_emulator."):
        if module.name.endswith("records"):
            yield module.name
