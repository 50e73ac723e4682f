"""A later release opens what an earlier one wrote; several processes open a database at once."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from cognito_emulator.store import open_store, schema
from cognito_emulator.store.database import Database, Execute
from cognito_emulator.store.interface import AlreadyExists, Index, Store, Table, Transaction
from tests.store.contract import in_parallel
from tests.store.samples import COUNTERS, PEOPLE, Counter, Person


@dataclass(frozen=True)
class Before:
    id: str
    name: str
    gone: int = 1


@dataclass(frozen=True)
class After:
    id: str
    name: str
    added: str = "default"


BEFORE: Table[Before] = Table(
    "things", Before, lambda thing: (thing.id,), (Index("gone", lambda thing: (thing.gone,)),)
)
BY_NAME: Index[After] = Index("name", lambda thing: (thing.name,) if thing.name else None)
BY_ADDED: Index[After] = Index("added", lambda thing: (thing.added, thing.id), unique=True)
AFTER: Table[After] = Table("things", After, lambda thing: (thing.id,), (BY_NAME, BY_ADDED))
UNIQUE_NAME: Table[After] = Table("things", After, AFTER.key, (Index("name", BY_NAME.key, unique=True),))


def fill(url: str, count: int, table: Table[Before] = BEFORE) -> None:
    def step(tx: Transaction) -> None:
        for at in range(count):
            tx.insert(table, Before(f"{at:05}", f"n{at % 7}" if at % 10 else ""))

    store = open_store(url)
    store.transact(step)
    store.close()


def run(url: str, sql: str) -> list[Any]:
    """Run a statement beside the store; what it found."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
            return file.execute(sql).fetchall()
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []


def counts(store: Store) -> tuple[int, ...]:
    return tuple(store.reader.count(AFTER, index, ()) for index in (None, "name", "added"))


def test_restart_keeps_everything(store_url: str) -> None:
    store = open_store(store_url)
    person = Person("a", "x", "x@y", 3, ["p"], {"k": [1]})
    store.transact(lambda tx: tx.insert(PEOPLE, person))
    store.close()
    store = open_store(store_url)
    assert store.reader.get(PEOPLE, "a", "x") == person
    assert store.reader.find(PEOPLE, "custom:path", "p") == person
    with pytest.raises(AlreadyExists):
        store.transact(lambda tx: tx.insert(PEOPLE, Person("a", "y", "x@y")))
    store.close()


def test_new_indexes_are_filled_and_new_fields_take_defaults(store_url: str) -> None:
    fill(store_url, schema.BATCH * 2 + 5)
    store = open_store(store_url)
    assert counts(store) == (2005, 1804, 2005)
    assert store.reader.get(AFTER, "00003") == After("00003", "n3")
    assert store.reader.find(AFTER, "added", "default", "00003") == After("00003", "n3")
    store.transact(lambda tx: tx.put(AFTER, After("00003", "other", "else")))
    store.transact(lambda tx: tx.insert(AFTER, After("new", "other")))
    assert store.reader.count(AFTER, "name", ("other",)) == 2
    store.close()


def test_an_index_may_go_and_come_again(store_url: str) -> None:
    fill(store_url, 20)
    store = open_store(store_url)
    store.transact(lambda tx: tx.insert(AFTER, After("new", "x")))
    store.close()
    fewer = open_store(store_url)
    fewer.transact(lambda tx: tx.insert(BEFORE, Before("newer", "y")))
    assert fewer.reader.count(BEFORE, "gone", (1,)) == 22
    fewer.close()
    store = open_store(store_url)
    assert counts(store) == (22, 20, 22)
    store.close()


def test_an_index_may_become_unique(store_url: str) -> None:
    store = open_store(store_url)
    store.transact(lambda tx: tx.insert(AFTER, After("1", "x")))
    store.close()
    store = open_store(store_url)
    with pytest.raises(AlreadyExists):
        store.transact(lambda tx: tx.insert(UNIQUE_NAME, After("2", "x")))
    store.close()


def test_a_table_that_the_store_did_not_make_is_left_alone(store_url: str) -> None:
    store = open_store(store_url)
    database: Database = store._database  # type: ignore[attr-defined]
    database.alone(lambda execute: execute("CREATE TABLE things (a INTEGER)", {}))
    with pytest.raises(ValueError, match="things"):
        store.reader.get(AFTER, "1")
    store.clear()
    store.close()


def test_a_database_of_somebody_else_is_refused_and_left_as_it_is(store_url: str) -> None:
    run(store_url, "CREATE TABLE users (a INTEGER)")
    with pytest.raises(ValueError, match=r"tables that are not the store's \(users\); it needs an empty schema"):
        open_store(store_url)
    listed = "SELECT name FROM sqlite_master", "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    assert run(store_url, listed[not store_url.startswith("sqlite")]) == [("users",)]
    run(store_url, "DROP TABLE users")
    open_store(store_url).close()


def test_earlier_layouts_are_migrated(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(store_url, 1)

    def rename(database: Database, execute: Execute) -> None:
        execute("ALTER TABLE things ADD COLUMN extra TEXT", {})

    monkeypatch.setattr(schema, "MIGRATIONS", (rename,))
    for _ in range(2):
        store = open_store(store_url)
        database: Database = store._database  # type: ignore[attr-defined]
        assert database.read("SELECT extra FROM things", {}) == [(None,)]
        store.close()
    monkeypatch.setattr(schema, "MIGRATIONS", ())
    with pytest.raises(ValueError, match="later release"):
        open_store(store_url)


def test_many_open_an_empty_database_at_once(store_url: str) -> None:
    def work(at: int) -> None:
        store = open_store(store_url)
        store.transact(lambda tx: tx.insert(COUNTERS, Counter(str(at))))
        store.transact(lambda tx: tx.insert(PEOPLE, Person("a", str(at))))
        store.close()

    assert set(in_parallel(work, 8)) == {None}
    store = open_store(store_url)
    assert store.reader.count(COUNTERS, None, ()) == store.reader.count(PEOPLE, None, ()) == 8
    store.close()


def test_clear_empties_tables_that_another_store_made(store_url: str) -> None:
    one, other = open_store(store_url), open_store(store_url)
    one.transact(lambda tx: tx.insert(COUNTERS, Counter("c")))
    other.clear()
    assert one.reader.get(COUNTERS, "c") is None
    one.close()
    other.close()


def test_pages_and_lookups_run_on_indexes(store_url: str) -> None:
    """No scan and no sort, at any place of any index, however few rows the database believes there are."""
    store = open_store(store_url)
    store.transact(lambda tx: [tx.insert(PEOPLE, Person("a", str(at), f"{at}@x")) for at in range(200)])
    statements = store._open(PEOPLE)  # type: ignore[attr-defined]
    database: Database = store._database  # type: ignore[attr-defined]
    values = {"key": "a", "entry": "a", "low": "a", "high": "b", "count": 10}
    texts = [statements.get, *statements.find.values(), *[text for _, text in statements.holder.values()]]
    texts += [
        statements.page(index, on, reverse, limited)
        for index in (None, "email", "age", "custom:path")
        for on in (False, True)
        for reverse in (False, True)
        for limited in (False, True)
    ]
    explain = "EXPLAIN QUERY PLAN " if store_url.startswith("sqlite") else "EXPLAIN "
    for text in texts:
        plan = str(database.read(explain + text, values))
        assert "SEARCH" in plan or "Index Scan" in plan or "Index Only Scan" in plan, (text, plan)
        assert not [word for word in ("SCAN ", "B-TREE", "Seq Scan", "Sort", "Bitmap") if word in plan], (text, plan)
    store.close()
