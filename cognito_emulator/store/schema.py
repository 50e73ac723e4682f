"""The tables of a SQL store: made when they are first asked for, changed when a later release declares other indexes.

`store_layout` says how rows are kept (a number, for `MIGRATIONS`), `store_tables` which tables there are and which
indexes they have. Both change only together with the tables, in one transaction that runs alone; so processes may open
a database at the same time. New fields of a record need no change here: they take their defaults when a body is read.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from cognito_emulator.store.database import Database, Execute, holds_others
from cognito_emulator.store.interface import Table, encode
from cognito_emulator.store.statements import Statements, entry_column, index_name, load, sql_table

# One function per layout that there was: it turns that layout into the next.
MIGRATIONS: tuple[Callable[[Database, Execute], None], ...] = ()
# The indexes of a table, each with: unique? None: there is no such index any more, only its column is left.
Indexes = dict[str, bool | None]

# Rows that get their entries of a new index at a time.
BATCH = 1000


class Schema:
    """What a database holds, and how it comes to hold what is asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, Indexes] = {}
        database.alone(self._start)

    def open(self, table: Table[Any]) -> Statements[Any]:
        """The statements of a table, which is made or changed first if need be."""
        made = sql_table(table, self._database.bytewise)
        if not _fits(self._known.get(table.name), table):
            self._database.alone(lambda execute: self._fit(execute, table, made))
        return Statements(table, made, self._database.dialect)

    def tables(self, execute: Execute) -> dict[str, Indexes]:
        """Name and indexes of every table there is, also of those that other processes made."""
        rows = execute("SELECT name, indexes FROM store_tables", {}).fetchall()
        return {name: json.loads(indexes) for name, indexes in rows}

    def quote(self, name: str) -> str:
        return self._database.dialect.identifier_preparer.quote(name)

    def _start(self, execute: Execute) -> None:
        """Make the two tables of the store's own, or bring the layout up to date."""
        latest = len(MIGRATIONS) + 1
        if not self._database.has_table(execute, "store_layout"):
            if others := self._database.tables(execute):
                raise holds_others(others)
            execute("CREATE TABLE store_layout (version INTEGER NOT NULL)", {})
            execute("CREATE TABLE store_tables (name TEXT PRIMARY KEY, indexes TEXT NOT NULL)", {})
            execute(f"INSERT INTO store_layout VALUES ({latest})", {})
        [(layout,)] = execute("SELECT version FROM store_layout", {}).fetchall()
        if layout > latest:
            raise ValueError(f"the store was written by a later release (layout {layout}; this one reads {latest})")
        for migrate in MIGRATIONS[layout - 1 :]:
            migrate(self._database, execute)
        if layout < latest:
            execute(f"UPDATE store_layout SET version = {latest}", {})
        self._known = self.tables(execute)

    def _fit(self, execute: Execute, table: Table[Any], made: sa.Table) -> None:
        """Make the table, or give it the indexes that it should have."""
        self._known = self.tables(execute)
        known = self._known.get(table.name)
        if _fits(known, table):
            return
        wanted = {index.name: index.unique for index in table.indexes}
        if known is None:
            if self._database.has_table(execute, table.name):
                raise ValueError(f"the database has a table {table.name!r} that is not the store's")
            self._run(execute, CreateTable(made))
            known = {}
        else:
            for name, unique in known.items():
                if unique is not None and unique != wanted.get(name):
                    execute(f"DROP INDEX {self.quote(index_name(table.name, name))}", {})
            self._add_columns(execute, made, [name for name in wanted if name not in known])
            self._add_entries(execute, table, made, [name for name in wanted if known.get(name) is None])
        new = {index_name(table.name, name) for name in wanted if known.get(name) != wanted[name]}
        for index in made.indexes:
            if index.name in new:
                self._run(execute, CreateIndex(index))
        self._note(execute, table.name, {**dict.fromkeys(known), **wanted})

    def _add_columns(self, execute: Execute, made: sa.Table, names: list[str]) -> None:
        for name in names:
            column = made.c[entry_column(name)]
            kind = self._database.dialect.type_compiler_instance.process(column.type)
            execute(f"ALTER TABLE {self.quote(made.name)} ADD COLUMN {self.quote(column.name)} {kind}", {})

    def _add_entries(self, execute: Execute, table: Table[Any], made: sa.Table, names: list[str]) -> None:
        """Give the records that are there their entries of new indexes."""
        if not names:
            return
        select = sa.select(made.c.key, made.c.body).where(made.c.key > sa.bindparam("after")).order_by(made.c.key)
        update = sa.update(made).where(made.c.key == sa.bindparam("row"))
        update = update.values({entry_column(name): sa.bindparam(f"entry{at}") for at, name in enumerate(names)})
        some = select.limit(sa.literal_column(str(BATCH))).offset(sa.literal_column("0"))
        read, write = self._text(some), self._text(update)
        rows = execute(read, {"after": ""}).fetchall()
        while rows:
            for key, body in rows:
                record = table.from_json(load(body))
                entries = [table.index(name).key(record) for name in names]
                texts = {f"entry{at}": encode(entry) if entry is not None else None for at, entry in enumerate(entries)}
                execute(write, {"row": key, **texts})
            rows = execute(read, {"after": rows[-1][0]}).fetchall()

    def _note(self, execute: Execute, name: str, indexes: Indexes) -> None:
        notes = sa.table("store_tables", sa.column("name"), sa.column("indexes"))
        values = {"name": name, "indexes": json.dumps(indexes)}
        execute(self._text(sa.delete(notes).where(notes.c.name == sa.bindparam("name"))), {"name": name})
        execute(self._text(sa.insert(notes).values(name=sa.bindparam("name"), indexes=sa.bindparam("indexes"))), values)

    def _run(self, execute: Execute, definition: Any) -> None:
        execute(str(definition.compile(dialect=self._database.dialect)), {})

    def _text(self, statement: Any) -> str:
        return str(statement.compile(dialect=self._database.dialect))


def _fits(known: Indexes | None, table: Table[Any]) -> bool:
    """Whether a table is there and has exactly the indexes that it should have."""
    if known is None:
        return False
    there = {name: unique for name, unique in known.items() if unique is not None}
    return there == {index.name: index.unique for index in table.indexes}
