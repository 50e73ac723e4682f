"""Values of the emulator itself that outlive it and that all processes on one store share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cognito_emulator.store.interface import Store, Table, Transaction


@dataclass(frozen=True, slots=True)
class Setting:
    """A named value that JSON can hold."""

    name: str
    value: Any


SETTINGS = Table("settings", Setting, lambda setting: (setting.name,))


class Settings:
    """Named values in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, name: str) -> Any:
        """The value, or None."""
        setting = self._store.reader.get(SETTINGS, name)
        return setting.value if setting is not None else None

    def change(self, name: str, to: Callable[[Any], Any]) -> None:
        """Set a value to what `to` makes of the one that is there (None: there is none)."""

        def step(tx: Transaction) -> None:
            there = tx.get(SETTINGS, name)
            tx.put(SETTINGS, Setting(name, to(there.value if there is not None else None)))

        self._store.transact(step)

    def get_or_make(self, name: str, make: Callable[[], str]) -> str:
        """The value; if there is none yet, the one that `make` makes, unless another process is faster."""
        there = self.get(name)
        if there is not None:
            return str(there)
        made = make()

        def step(tx: Transaction) -> str:
            there = tx.get(SETTINGS, name)
            if there is None:
                tx.insert(SETTINGS, Setting(name, made))
            return str(there.value) if there is not None else made

        return self._store.transact(step)
