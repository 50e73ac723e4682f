"""A whole store as one JSON document that people can read, and back: from any store to any other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cognito_emulator.store.interface import Store, Table, Transaction

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


def import_document(store: Store, tables: Iterable[Table[Any]], document: dict[str, Any]) -> int:
    """Add the records of a document to a store: all of them, or none if it raises. Returns how many.

    Raises ValueError for a document that is not one, or that a later release wrote, and `AlreadyExists` if the store
    holds one of the records. Fields that records gained since take their defaults.
    """
    known = {table.name: table for table in tables}
    rows = _rows(document)
    unknown = sorted(rows.keys() - known.keys())
    if unknown:
        raise ValueError(f"the document has records that this release does not know: {', '.join(unknown)}")
    records = [(known[name], [_record(known[name], row) for row in rows[name]]) for name in rows]

    def write(tx: Transaction) -> None:
        for table, items in records:
            for record in items:
                tx.insert(table, record)

    store.transact(write)
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
