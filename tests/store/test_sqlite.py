"""The SQLite store keeps the contract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cognito_emulator.store import open_store, sql
from cognito_emulator.store.interface import Store
from tests.store.contract import StoreContract, save
from tests.store.samples import PEOPLE, people


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    yield store
    store.close()


class TestSqliteStore(StoreContract):
    pass


def test_many_records_are_counted_once_in_a_while(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "MANY", 3)
    save(store, *people("a", "b", "c", "d"))
    assert store.estimate(PEOPLE, ("a",)) == 4
    save(store, *people("e"))
    assert store.estimate(PEOPLE, ("a",)) == 4
    monkeypatch.setattr(sql, "COUNT_STANDS", -1.0)
    assert store.estimate(PEOPLE, ("a",)) == 5
