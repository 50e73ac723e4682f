"""The memory store keeps the contract."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cognito_emulator.store import open_store
from cognito_emulator.store.interface import Store
from tests.store.contract import StoreContract, test_different_keys_stay_different, test_encoded_keys_sort_as_tuples

__all__ = ["test_different_keys_stay_different", "test_encoded_keys_sort_as_tuples"]


@pytest.fixture
def store() -> Iterator[Store]:
    store = open_store("memory:")
    yield store
    store.close()


class TestMemoryStore(StoreContract):
    pass
