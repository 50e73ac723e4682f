"""The PostgreSQL store keeps the contract."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from cognito_emulator.store import open_store
from cognito_emulator.store.interface import Store, Transaction
from tests.store.contract import StoreContract, in_parallel
from tests.store.samples import COUNTERS, Counter


@pytest.fixture
def store(postgresql_url: str) -> Iterator[Store]:
    store = open_store(postgresql_url)
    store.clear()
    yield store
    store.close()


class TestPostgresqlStore(StoreContract):
    def test_lost_connections_are_made_anew(self, store: Store, postgresql_url: str) -> None:
        """A restart of the server costs nothing but time."""

        def add(tx: Transaction) -> None:
            tx.put(COUNTERS, Counter("c", (tx.get(COUNTERS, "c") or Counter("c")).value + 1))

        def work(at: int) -> None:
            for _ in range(20):
                store.transact(add)
                assert store.reader.get(COUNTERS, "c") is not None

        def drop_connections() -> None:
            query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND"
            with psycopg.connect(postgresql_url, autocommit=True) as connection:
                # One that waits for its commit may not know whether it took place, and says so: leave those out.
                connection.execute(f"{query} state = 'idle' AND pid <> pg_backend_pid()")

        in_parallel(work, 4)
        drop_connections()
        assert store.reader.get(COUNTERS, "c") == Counter("c", 80)
        drop_connections()
        in_parallel(work, 4)
        assert store.reader.get(COUNTERS, "c") == Counter("c", 160)
        drop_connections()
        store.clear()
        assert store.reader.get(COUNTERS, "c") is None

    def test_a_failed_statement_never_commits(self, store: Store) -> None:
        """PostgreSQL answers COMMIT of a failed transaction with a rollback, without an error."""

        def step(tx: Transaction) -> None:
            tx.insert(COUNTERS, Counter("x"))
            try:
                tx.get(COUNTERS, "a")
                tx._execute("SELECT no_such_column FROM counters", {})  # type: ignore[attr-defined]
            except Exception:
                return

        store.reader.get(COUNTERS, "x")
        with pytest.raises(psycopg.errors.UndefinedColumn):
            store.transact(step)
        assert store.reader.get(COUNTERS, "x") is None
