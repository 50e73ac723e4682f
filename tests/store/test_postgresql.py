"""The PostgreSQL store keeps the contract."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import pytest

from cognito_emulator.store import open_store
from cognito_emulator.store.interface import Store, Transaction
from tests.store.contract import StoreContract, in_parallel
from tests.store.postgres import database_url
from tests.store.samples import COUNTERS, PEOPLE, Counter, Person


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


@pytest.mark.parametrize(("encoding", "fits"), [("SQL_ASCII", True), ("LATIN1", False)])
def test_encodings(postgresql_server: str, encoding: str, fits: bool) -> None:
    """One that lacks characters is refused; SQL_ASCII, which servers without a locale have, keeps them all."""
    name = f"encoded_{encoding.lower()}_{os.getpid()}"
    with psycopg.connect(postgresql_server, autocommit=True) as server:
        # A provider can be chosen from version 15 on; that of the tests' own server knows UTF8 alone.
        provider = "LOCALE_PROVIDER libc" if server.info.server_version >= 150_000 else ""
        locale = f"LC_COLLATE 'C' LC_CTYPE 'C' {provider}"
        server.execute(f"CREATE DATABASE {name} ENCODING '{encoding}' {locale} TEMPLATE template0")
        url = database_url(postgresql_server, name)
        try:
            if fits:
                check_text(url)
            else:
                with pytest.raises(ValueError, match="the database keeps text as LATIN1"):
                    open_store(url)
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def check_text(url: str) -> None:
    store = open_store(url)
    person = Person("a", "Łukasz \U0001f600", "ł@example.com", path=["ż"])
    store.transact(lambda tx: tx.insert(PEOPLE, person))
    assert (
        store.reader.get(PEOPLE, "a", person.name) == store.reader.find(PEOPLE, "email", "a", "ł@example.com") == person
    )
    store.close()
