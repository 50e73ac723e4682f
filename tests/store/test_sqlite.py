"""The SQLite store keeps the contract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cognito_emulator.store import open_store
from cognito_emulator.store.interface import Store
from tests.store.contract import StoreContract


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    yield store
    store.close()


class TestSqliteStore(StoreContract):
    pass
