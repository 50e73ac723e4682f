"""`pytest --store sqlite|postgresql`: the same tests, with state in another store.

Without the option emulators keep state in memory. With it, every emulator of this process that would do so gets an
empty SQL store instead, and every server that tests start with the options of the environment gets a database.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import TypeVar

import pytest

from cognito_emulator.config import PREFIX
from cognito_emulator.store import open_store
from cognito_emulator.store.interface import Reader, Store, Transaction

T = TypeVar("T")
KINDS = ("memory", "sqlite", "postgresql")
VARIABLE = f"{PREFIX}STORE"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--store", choices=KINDS, default="memory", help="where emulators keep state (default: memory)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of what an emulator does: those that are worth a run on every store at every change."""
    for item in items:
        if "emulator" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.every_store)


class BorrowedStore(Store):
    """A store for one emulator: its end is not the end of the database, which the next one gets, empty."""

    shared = False

    def __init__(self, store: Store, give_back: Callable[[Store], None]) -> None:
        self._store = store
        self._finalizer = weakref.finalize(self, give_back, store)

    @property
    def reader(self) -> Reader:
        return self._store.reader

    def transact(self, step: Callable[[Transaction], T]) -> T:
        return self._store.transact(step)

    def clear(self) -> None:
        self._store.clear()

    def close(self) -> None:
        self._finalizer()


class Stores:
    """Stores of one kind, each in a database of its own; those given back are lent again."""

    def __init__(self, new_url: Callable[[], str]) -> None:
        self.new_url = new_url
        self._free: list[Store] = []
        self._all: list[Store] = []

    def borrow(self) -> Store:
        """An empty store that nobody else has."""
        try:
            store = self._free.pop()
        except IndexError:
            store = open_store(self.new_url())
            self._all.append(store)
        else:
            store.clear()
        return BorrowedStore(store, self._free.append)

    def close(self) -> None:
        for store in self._all:
            store.close()


@pytest.fixture(scope="session")
def chosen_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores | None]:
    """The stores of this run; None if they are in memory."""
    kind = request.config.getoption("--store")
    if kind == "memory":
        yield None
        return
    new_url: Callable[[], str]
    if kind == "sqlite":
        numbers = count()

        def new_url() -> str:
            folder: Path = tmp_path_factory.getbasetemp()
            return f"sqlite:///{folder}/store-{next(numbers)}.db"
    else:
        new_url = request.getfixturevalue("new_postgresql_database")
    stores = Stores(new_url)
    yield stores
    stores.close()


@pytest.fixture(scope="session", autouse=True)
def every_emulator_has_its_store(chosen_store: Stores | None) -> Iterator[None]:
    """Emulators of this process that were told nothing else keep their state where the run wants it."""
    if chosen_store is None:
        yield
        return
    borrow = chosen_store.borrow
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "cognito_emulator.emulator.open_store", lambda url: borrow() if url == "memory:" else open_store(url)
        )
        yield


@pytest.fixture(scope="session", autouse=True)
def servers_have_a_store(chosen_store: Stores | None) -> Iterator[None]:
    """Servers take their options from the environment: all that this process starts share a database."""
    if chosen_store is None:
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, VARIABLE, chosen_store.new_url())
        yield
