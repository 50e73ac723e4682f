"""A whole store as one JSON document that people can read, and back: from any store to any other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from cognito_emulator.store.interface import AlreadyExists, Store, Table, Transaction, encode

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


@dataclass(frozen=True)
class Contents:
    """What a document says that a store is to hold: records by table, of all the tables that a store may have."""

    tables: dict[str, Table[Any]]
    records: list[tuple[Table[Any], list[Any]]]


def read_document(tables: Iterable[Table[Any]], document: Any) -> Contents:
    """The records of a document. Fields that records gained since take their defaults, those they lost are dropped.

    Raises ValueError for a document that is not one, that a later release wrote, or with what is no record.
    """
    known = {table.name: table for table in tables}
    rows = _rows(document)
    unknown = sorted(rows.keys() - known.keys())
    if unknown:
        raise ValueError(f"the document has records that this release does not know: {', '.join(unknown)}")
    return Contents(known, [(known[name], _records(known[name], rows[name])) for name in rows])


def import_document(
    store: Store, tables: Iterable[Table[Any]], document: dict[str, Any], *, replace: bool = False
) -> int:
    """Write the records of a document to an empty store, as `read_document` and `write_contents` do."""
    return write_contents(store, read_document(tables, document), replace=replace)


def write_contents(store: Store, contents: Contents, *, replace: bool = False) -> int:
    """Write records to an empty store: all of them, or none if it raises. Returns how many.

    With `replace` they take the place of what the store holds in these tables; without, a store that holds anything
    raises `NotEmpty`. Raises ValueError for records that exclude each other.
    """

    def write(tx: Transaction) -> None:
        held = [name for name, table in contents.tables.items() if tx.page(table, None, (), limit=1).records]
        if held and not replace:
            raise NotEmpty(", ".join(held))
        for name in held:
            tx.delete_all(contents.tables[name], None, ())
        for table, items in contents.records:
            for record in items:
                tx.insert(table, record)

    try:
        store.transact(write)
    except AlreadyExists as error:
        raise ValueError(f"two records exclude each other: {', '.join(map(str, error.args))}") from error
    return sum(len(items) for _, items in contents.records)


def _rows(document: Any) -> dict[str, Any]:
    """The rows by table name."""
    tables = document.get("tables") if isinstance(document, dict) else None
    if not isinstance(tables, dict) or document.get("format") != FORMAT:
        raise ValueError(f"not a document of a store: no member format with the value {FORMAT!r}, or no tables")
    version = document.get("version")
    if version != VERSION or isinstance(version, bool):
        raise ValueError(f"the document is of version {version}; this release reads {VERSION}")
    return tables


def _records(table: Table[Any], rows: Any) -> list[Any]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"{table.name} is no list of records")
    kinds = get_type_hints(table.record)
    return [_record(table, kinds, row) for row in rows]


def _record(table: Table[Any], kinds: dict[str, Any], row: dict[str, Any]) -> Any:
    for name, value in row.items():
        if name in kinds and not _is_of(kinds[name], value):
            raise ValueError(f"not a record of {table.name}: {name} cannot be {value!r:.60}")
    try:
        record = table.from_json(row)
        for key in (table.key(record), *(index.key(record) for index in table.indexes)):
            encode(key or ())
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise ValueError(f"not a record of {table.name}: {error}") from error
    return record


def _is_of(kind: Any, value: Any) -> bool:
    """Whether a value from JSON is what a field of a record holds."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return any(_is_of(part, value) for part in parts)
    if origin in (list, tuple):
        return isinstance(value, list) and all(_is_of(parts[0], item) for item in value)
    if origin is dict:
        return isinstance(value, dict) and all(_is_of(parts[1], item) for item in value.values())
    if kind in (int, float):
        return isinstance(value, (int, kind)) and not isinstance(value, bool)
    return kind is Any or isinstance(value, NoneType if kind is None else kind)
