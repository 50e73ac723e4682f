"""A store moves to another as one JSON document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cognito_emulator.store import open_store
from cognito_emulator.store.document import NotEmpty, export_document, import_document
from cognito_emulator.store.interface import Store, Transaction
from tests.store.contract import WEIRD
from tests.store.samples import COUNTERS, PEOPLE, Counter, Person

TABLES = (PEOPLE, COUNTERS)


def fill(store: Store) -> None:
    def step(tx: Transaction) -> None:
        tx.insert(COUNTERS, Counter("c", 2**70))
        for at, text in enumerate(WEIRD):
            tx.insert(PEOPLE, Person("a", text, f"{at}{text}", at, ["p", text], {text: [text, 1.5, None, at]}))

    store.transact(step)


def moved(document: dict[str, Any], url: str) -> dict[str, Any]:
    """What a new store says after it got the document, as text and back."""
    store = open_store(url)
    try:
        assert import_document(store, TABLES, json.loads(json.dumps(document))) == len(WEIRD) + 1
        assert store.reader.count(PEOPLE, "custom:path", ("p",)) == len(WEIRD)
        return export_document(store, TABLES)
    finally:
        store.close()


def test_round_trip_through_every_store(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    store = open_store("memory:")
    fill(store)
    document = export_document(store, TABLES)
    assert [row["name"] for row in document["tables"]["counters"]] == ["c"]
    assert moved(document, f"sqlite:///{tmp_path}/x.db") == document
    assert moved(moved(document, request.getfixturevalue("new_postgresql_database")()), "memory:") == document


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_import_is_all_or_nothing(kind: str, tmp_path: Path) -> None:
    store = open_store("memory:" if kind == "memory" else f"sqlite:///{tmp_path}/x.db")
    fill(store)
    document = export_document(store, TABLES)
    store.clear()
    document["tables"][PEOPLE.name].append(document["tables"][PEOPLE.name][-1])
    with pytest.raises(ValueError, match="exclude each other: order"):
        import_document(store, TABLES, document)
    assert store.reader.count(PEOPLE, None, ()) == store.reader.count(COUNTERS, None, ()) == 0
    store.close()


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_a_store_that_holds_something_is_replaced_if_asked(kind: str, tmp_path: Path) -> None:
    store = open_store("memory:" if kind == "memory" else f"sqlite:///{tmp_path}/x.db")
    fill(store)
    document = export_document(store, TABLES)
    store.clear()
    store.transact(lambda tx: tx.insert(PEOPLE, Person("z", "before")))
    with pytest.raises(NotEmpty, match=PEOPLE.name):
        import_document(store, TABLES, document)
    assert store.reader.get(PEOPLE, "z", "before") is not None
    import_document(store, TABLES, document, replace=True)
    assert export_document(store, TABLES) == document
    store.close()


def test_an_empty_store() -> None:
    document = export_document(open_store("memory:"), TABLES)
    assert document == {"format": "store-document", "version": 1, "tables": {}}
    assert import_document(open_store("memory:"), TABLES, document) == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "other"}, "not a document"),
        ({"tables": None}, "not a document"),
        ({"version": 2}, "version 2"),
        ({"tables": {"more": [], "counters": []}}, "does not know: more"),
        ({"tables": {"counters": [{"value": 1}]}}, "not a record of counters"),
        ({"version": True}, "version True"),
        ({"tables": {"counters": ["c"]}}, "counters is no list of records"),
        ({"tables": {"counters": {"name": "c"}}}, "counters is no list of records"),
        ({"tables": {"counters": None}}, "counters is no list of records"),
        ({"tables": {"counters": [{"name": None}]}}, "not a record of counters: name cannot be None"),
        ({"tables": {"counters": [{"name": ["c"]}]}}, "not a record of counters: name cannot be"),
        ({"tables": {"counters": [{"name": "c", "value": "1"}]}}, "not a record of counters: value cannot be '1'"),
        ({"tables": {"counters": [{"name": "c", "value": 1.5}]}}, "not a record of counters: value cannot be 1.5"),
        ({"tables": {"counters": [{"name": "c", "value": True}]}}, "not a record of counters: value cannot be True"),
        ({"tables": {PEOPLE.name: [{"team": "a", "name": "b", "path": ["c", 5]}]}}, "path cannot be"),
        ({"tables": {PEOPLE.name: [{"team": "a", "name": "b", "data": []}]}}, "data cannot be"),
    ],
)
def test_other_documents_are_refused(changes: dict[str, Any], message: str) -> None:
    document = {"format": "store-document", "version": 1, "tables": {}, **changes}
    with pytest.raises(ValueError, match=message):
        import_document(open_store("memory:"), TABLES, document)
