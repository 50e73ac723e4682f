"""A whole store as one JSON document that people can read, and back: from any store to any other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cognito_emulator.store.interface import AlreadyExists, Store, Table, Transaction

FORMAT = "store-document"
VERSION = 1


def export_document(store: Store, tables: Iterable[Table[Any]]) -> dict[str, Any]:
    """All records of these tables as they are at one moment: JSON-able, in the order of their keys.

    Tables without records are left out.
    """
    chosen = sorted(tables, key=lambda table: table.name)

    def read(tx: Transaction) -> dict[str, list[dict[str, Any]]]:
        return {table.name: [table.to_json(record) for record in tx.page(table, None, ()).records] for table in chosen}

    records = store.transact(read)
    return {"format": FORMAT, "version": VERSION, "tables": {name: rows for name, rows in records.items() if rows}}


class NotEmpty(Exception):
    """The store holds records; its text names the tables that have some."""


def import_document(
    store: Store, tables: Iterable[Table[Any]], document: dict[str, Any], *, replace: bool = False
) -> int:
    """Write the records of a document to an empty store: all of them, or none if it raises. Returns how many.

    With `replace` they take the place of what the store holds in these tables; without, a store that holds anything
    raises `NotEmpty`. Raises ValueError for a document that is not one, that a later release wrote, or with records
    that exclude each other. Fields that records gained since take their defaults.
    """
    known = {table.name: table for table in tables}
    rows = _rows(document)
    unknown = sorted(rows.keys() - known.keys())
    if unknown:
        raise ValueError(f"the document has records that this release does not know: {', '.join(unknown)}")
    records = [(known[name], [_record(known[name], row) for row in rows[name]]) for name in rows]

    def write(tx: Transaction) -> None:
        held = [name for name, table in known.items() if tx.page(table, None, (), limit=1).records]
        if held and not replace:
            raise NotEmpty(", ".join(held))
        for name in held:
            tx.delete_all(known[name], None, ())
        for table, items in records:
            for record in items:
                tx.insert(table, record)

    try:
        store.transact(write)
    except AlreadyExists as error:
        raise ValueError(f"two records exclude each other: {', '.join(map(str, error.args))}") from error
    return sum(len(items) for _, items in records)


def _rows(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The rows by table name."""
    tables = document.get("tables") if isinstance(document, dict) else None
    if not isinstance(tables, dict) or document.get("format") != FORMAT:
        raise ValueError(f"not a document of a store: no member format with the value {FORMAT!r}, or no tables")
    version = document.get("version")
    if version != VERSION:
        raise ValueError(f"the document is of version {version}; this release reads {VERSION}")
    return tables


def _record(table: Table[Any], row: dict[str, Any]) -> Any:
    try:
        return table.from_json(row)
    except (TypeError, AttributeError) as error:
        raise ValueError(f"not a record of {table.name}: {error}") from error
