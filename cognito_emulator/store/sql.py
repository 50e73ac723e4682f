"""The store that keeps records in a database: SQLite or PostgreSQL, several processes at a time.

`statements` holds the SQL of a table, `schema` makes and changes tables, `sqlite` and `postgresql` run transactions.
Here is what all databases share: the meaning of each read and write.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from cognito_emulator.store.database import Database, Execute, Row
from cognito_emulator.store.interface import (
    KEY_OF,
    LAST,
    AlreadyExists,
    Key,
    KeyPart,
    Page,
    ReadBesideStep,
    Reader,
    Store,
    Table,
    Transaction,
    encode,
    encode_beginning,
)
from cognito_emulator.store.schema import Schema
from cognito_emulator.store.statements import Statements

R = TypeVar("R")
T = TypeVar("T")

# A database counts by looking at every entry. Above so many, a number stands for so many seconds.
MANY, COUNT_STANDS = 10_000, 60.0

Read = Callable[[str, Mapping[str, Any]], list[Row]]
Open = Callable[[Table[Any]], Statements[Any]]


class _Unopened(BaseException):
    """A transaction asked for a table that this process has not opened. That is done outside; then it runs again."""

    def __init__(self, table: Table[Any]) -> None:
        self.table = table


class _SqlReader(Reader):
    def __init__(self, open: Open, read: Read) -> None:
        self._open = open
        self._read = read

    def get(self, table: Table[R], *key: KeyPart) -> R | None:
        statements: Statements[R] = self._open(table)
        rows = self._read(statements.get, {"key": encode(key)})
        return statements.record(rows[0][0]) if rows else None

    def find(self, table: Table[R], index: str, *key: KeyPart) -> R | None:
        statements: Statements[R] = self._open(table)
        rows = self._read(statements.find[index], {"entry": encode(key)})
        return statements.record(rows[0][0]) if rows else None

    def page(
        self,
        table: Table[R],
        index: str | None,
        prefix: Key,
        *,
        starts_with: str = "",
        after: str | None = None,
        limit: int | None = None,
        reverse: bool = False,
    ) -> Page[R]:
        statements: Statements[R] = self._open(table)
        parameters = _between(encode(prefix) + encode_beginning(starts_with))
        # A position outside the range is one that this query never gave: it starts anew.
        on = after is not None and parameters["low"] <= after < parameters["high"]
        if on:
            parameters["entry"], _, parameters["key"] = str(after).partition(KEY_OF)
        if limit is not None:
            parameters["count"] = limit + 1
        rows = self._read(statements.page(index, on, reverse, limit is not None), parameters)
        if limit is None or len(rows) <= limit:
            return Page([statements.record(row[0]) for row in rows])
        rows.pop()
        return Page([statements.record(row[0]) for row in rows], _position(index, rows[-1]) if rows else None)

    def count(self, table: Table[R], index: str | None, prefix: Key) -> int:
        rows = self._read(self._open(table).count(index), _between(encode(prefix)))
        return int(rows[0][0])


class _SqlTransaction(_SqlReader, Transaction):
    def __init__(self, open: Open, execute: Execute) -> None:
        super().__init__(open, lambda sql, parameters: execute(sql, parameters).fetchall())
        self._execute = execute

    def insert(self, table: Table[R], record: R) -> None:
        statements: Statements[R] = self._open(table)
        row = statements.row(encode(table.key(record)), record)
        if self._execute(statements.insert, row).rowcount == 0:
            if self._read(statements.get, {"key": row["key"]}):
                raise AlreadyExists(table.name)
            raise self._held(statements, row)

    def put(self, table: Table[R], record: R) -> None:
        statements: Statements[R] = self._open(table)
        row = statements.row(encode(table.key(record)), record)
        if self._execute(statements.put, row).rowcount == 0:
            raise self._held(statements, row)

    def delete(self, table: Table[R], *key: KeyPart) -> None:
        self._execute(self._open(table).delete, {"key": encode(key)})

    def delete_all(self, table: Table[R], index: str | None, prefix: Key) -> None:
        self._execute(self._open(table).delete_all(index), _between(encode(prefix)))

    def _held(self, statements: Statements[R], row: dict[str, Any]) -> Exception:
        """Which unique entry of the row another record holds."""
        for name, (parameter, holder) in statements.holder.items():
            holders = self._read(holder, {"entry": row[parameter]})
            if holders and holders[0][0] != row["key"]:
                return AlreadyExists(statements.table.name, name)
        return RuntimeError(f"{statements.table.name}: a row was refused, but no other holds its entries")


def _position(index: str | None, row: Row) -> str:
    """Where a page that ends with that row ends, as the memory store says it."""
    _, key, entry = row
    return str(key) if index is None else f"{entry}{KEY_OF}{key}"


def _between(beginning: str) -> dict[str, Any]:
    return {"low": beginning, "high": beginning + LAST}


class SqlStore(Store):
    """Records in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        try:
            self._schema = Schema(database)
        except BaseException:
            database.close()
            raise
        self._statements: dict[str, Statements[Any]] = {}
        self._opening = threading.Lock()
        self._thread = threading.local()
        self._reader = _SqlReader(self._open, database.read)
        self._estimates: dict[tuple[str, Key], tuple[int, float]] = {}

    @property
    def reader(self) -> Reader:
        if self._in_transaction():
            raise ReadBesideStep
        return self._reader

    def transact(self, step: Callable[[Transaction], T]) -> T:
        if self._in_transaction():
            raise RuntimeError("a transaction inside a transaction")
        while True:
            self._thread.in_transaction = True
            try:
                return self._database.transact(lambda execute: step(_SqlTransaction(self._opened, execute)))
            except _Unopened as unopened:
                table = unopened.table
            finally:
                self._thread.in_transaction = False
            self._open(table)

    def estimate(self, table: Table[Any], prefix: Key) -> int:
        number, counted = self._estimates.get((table.name, prefix), (0, 0.0))
        if number <= MANY or time.monotonic() > counted + COUNT_STANDS:
            number = self.reader.count(table, None, prefix)
            self._estimates[table.name, prefix] = number, time.monotonic()
        return number

    def clear(self) -> None:
        self._estimates.clear()

        def empty(execute: Execute) -> None:
            for name in self._schema.tables(execute):
                execute(f"DELETE FROM {self._schema.quote(name)}", {})

        self._database.alone(empty)

    def close(self) -> None:
        self._database.close()

    def _opened(self, table: Table[Any]) -> Statements[Any]:
        statements = self._statements.get(table.name)
        if statements is None:
            raise _Unopened(table)
        return statements

    def _open(self, table: Table[Any]) -> Statements[Any]:
        statements = self._statements.get(table.name)
        if statements is None:
            if self._in_transaction():  # the reader inside a step: making a table there would wait for itself
                raise _Unopened(table)
            with self._opening:
                statements = self._statements.get(table.name)
                if statements is None:
                    statements = self._statements[table.name] = self._schema.open(table)
        return statements

    def _in_transaction(self) -> bool:
        return getattr(self._thread, "in_transaction", False)
