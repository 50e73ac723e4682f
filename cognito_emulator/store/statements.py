"""The SQL table of a record type, and its statements as text: compiled once, run many times.

One row is one record: primary key, body (JSON), and one nullable column per index with the record's entry. A page is
a range of an index from a position on (keyset), so it costs the same at the start and at the end of a million records.
"""

from __future__ import annotations

import json
from typing import Any, Generic, TypeVar

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.expression import ClauseElement

from cognito_emulator.store.interface import Table, encode

R = TypeVar("R")
PageKind = tuple[str | None, bool, bool, bool]

# Said as text; SQLAlchemy would make it a parameter for SQLite.
_NOTHING: sa.ColumnElement[int] = sa.literal_column("0")
_AS_JSON = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS


def dump(data: dict[str, Any]) -> str:
    """JSON text. Raises TypeError for what JSON cannot hold."""
    try:
        return orjson.dumps(data, option=_AS_JSON).decode()
    except TypeError:
        # Lone surrogates and whole numbers over 64 bits are JSON, but not orjson's; a space in front tells `load`.
        if not _has_text_keys(data):
            raise
        return " " + json.dumps(data, allow_nan=False)


def load(text: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(text) if text[0] == " " else orjson.loads(text)
    return data


def _has_text_keys(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _has_text_keys(item) for key, item in value.items())
    return all(map(_has_text_keys, value)) if isinstance(value, (list, tuple)) else True


def entry_column(index: str) -> str:
    """The column that holds the entries of an index."""
    return f"{index}_entry"


def index_name(table: str, index: str) -> str:
    return f"{table}_{index}"


def sql_table(table: Table[Any], bytewise: str) -> sa.Table:
    """The SQL table of a record type, with its indexes."""
    text = sa.Text(collation=bytewise)
    columns = [sa.Column("key", text, primary_key=True), sa.Column("body", sa.Text(), nullable=False)]
    columns += [sa.Column(entry_column(index.name), text) for index in table.indexes]
    made = sa.Table(table.name, sa.MetaData(), *columns)
    for index in table.indexes:
        entry = made.c[entry_column(index.name)]
        held = [entry] if index.unique else [entry, made.c.key]
        sa.Index(index_name(table.name, index.name), *held, unique=index.unique)
    return made


class Statements(Generic[R]):
    """The statements of one table. Parameters: key, body, entry0, … (one for each index); low, high; entry; count."""

    def __init__(self, table: Table[R], made: sa.Table, dialect: Dialect) -> None:
        self.table = table
        self._made = made
        self._dialect = dialect
        self._pages: dict[PageKind, str] = {}
        # By number, since the name of an index may be more than a parameter's may.
        self._entries = [(f"entry{at}", index) for at, index in enumerate(table.indexes)]
        key, body = made.c.key, made.c.body
        self.get = self._text(sa.select(body).where(key == sa.bindparam("key")))
        self.delete = self._text(sa.delete(made).where(key == sa.bindparam("key")))
        self.insert = self._insert()
        self.put = self._put()
        self.find: dict[str, str] = {}
        self.holder: dict[str, tuple[str, str]] = {}
        for parameter, index in self._entries:
            same = self._column(index.name) == sa.bindparam("entry")
            order = [] if index.unique else [key]
            first = sa.select(body).where(same).order_by(*order).limit(sa.literal_column("1")).offset(_NOTHING)
            self.find[index.name] = self._text(first)
            if index.unique:
                self.holder[index.name] = parameter, self._text(sa.select(key).where(same))

    def record(self, body: str) -> R:
        return self.table.from_json(load(body))

    def row(self, key: str, record: R) -> dict[str, Any]:
        """The parameters of `insert` and `put`."""
        row: dict[str, Any] = {"key": key, "body": dump(self.table.to_json(record))}
        for parameter, index in self._entries:
            entry = index.key(record)
            row[parameter] = None if entry is None else encode(entry)
        return row

    def page(self, index: str | None, on: bool, reverse: bool, limited: bool) -> str:
        """Body, key and entry of the records from `low` to below `high`; if `on`, from (entry, key) on."""
        kind = (index, on, reverse, limited)
        text = self._pages.get(kind)
        if text is None:
            text = self._pages[kind] = self._text(self._page(*kind))
        return text

    def count(self, index: str | None) -> str:
        column = self._column(index)
        return self._text(sa.select(sa.func.count()).select_from(self._made).where(*self._between(column)))

    def delete_all(self, index: str | None) -> str:
        return self._text(sa.delete(self._made).where(*self._between(self._column(index))))

    def _page(self, index: str | None, on: bool, reverse: bool, limited: bool) -> sa.Select[Any]:
        made, column = self._made, self._column(index)
        order: list[ColumnElement[Any]] = [column]
        if index is not None and not self.table.index(index).unique:
            order.append(made.c.key)
        low, high = self._between(column)
        if on:
            names = ("entry", "key")[: len(order)]
            position = sa.tuple_(*order)
            at = sa.tuple_(*[sa.bindparam(name, type_=sa.Text()) for name in names])
            if reverse:
                high = position < at
            else:
                low = position > at
        query = sa.select(made.c.body, made.c.key, column.label("entry")).where(low, high)
        query = query.order_by(*[part.desc() if reverse else part for part in order])
        return query.limit(sa.bindparam("count", type_=sa.Integer())).offset(_NOTHING) if limited else query

    def _column(self, index: str | None) -> sa.Column[Any]:
        return self._made.c.key if index is None else self._made.c[entry_column(index)]

    @staticmethod
    def _between(column: sa.Column[Any]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return column >= sa.bindparam("low"), column < sa.bindparam("high")

    def _parameters(self) -> dict[str, str]:
        """The parameter of each column."""
        entries = {entry_column(index.name): parameter for parameter, index in self._entries}
        return {"key": "key", "body": "body", **entries}

    def _insert(self) -> str:
        values: dict[str, Any] = {column: sa.bindparam(parameter) for column, parameter in self._parameters().items()}
        return self._text(self._upsert(self._made).values(values).on_conflict_do_nothing())

    def _put(self) -> str:
        """Write the row over the one with its key, unless another row holds one of its unique entries."""
        made, parameters = self._made, self._parameters()
        other = made.alias("other")
        held = [
            sa.exists(
                sa.select(sa.literal_column("1"))
                .select_from(other)
                .where(other.c[entry_column(index.name)] == sa.bindparam(parameter), other.c.key != sa.bindparam("key"))
            )
            for parameter, index in self._entries
            if index.unique
        ]
        rows: Any = sa.select(*[sa.bindparam(name, type_=sa.Text()).label(name) for name in parameters.values()])
        rows = rows.where(*[~one for one in held] or [sa.literal_column("1") == sa.literal_column("1")])
        put = self._upsert(made).from_select(list(parameters), rows)
        written = {column: put.excluded[column] for column in parameters if column != "key"}
        return self._text(put.on_conflict_do_update(index_elements=[made.c.key], set_=written))

    def _upsert(self, made: sa.Table) -> Any:
        """An insert that knows ON CONFLICT: both dialects have it, each in its own module."""
        if self._dialect.name == "sqlite":
            from sqlalchemy.dialects.sqlite import insert as insert_sqlite

            return insert_sqlite(made)
        from sqlalchemy.dialects.postgresql import insert as insert_postgresql

        return insert_postgresql(made)

    def _text(self, statement: ClauseElement) -> str:
        return str(statement.compile(dialect=self._dialect))
