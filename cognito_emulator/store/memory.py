"""The store that keeps records in this process: dictionaries by primary key, sorted lists for indexes.

One lock guards everything. Transactions are short, so nobody waits long; writes are undone if a step raises.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, TypeVar

from sortedcontainers import SortedList

from cognito_emulator.store.interface import (
    KEY_OF,
    LAST,
    SEPARATOR,
    AlreadyExists,
    Index,
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

R = TypeVar("R")
T = TypeVar("T")


class _Rows:
    """The records of one table."""

    def __init__(self, table: Table[Any]) -> None:
        self.table = table
        self.by_key: dict[str, Any] = {}
        self.keys: SortedList[str] = SortedList()
        # An index is a sorted list of "entry, KEY_OF, primary key".
        self.indexes: dict[str, SortedList[str]] = {index.name: SortedList() for index in table.indexes}

    def write(self, key: str, record: Any | None) -> Any | None:
        """Put or (None) remove a record; returns the one that was there."""
        old = self.by_key.get(key)
        changes: list[tuple[SortedList[str], str | None, str | None]] = []
        for index in self.table.indexes:
            before = self._entry(index, old)
            after = self._entry(index, record)
            if before == after:
                continue
            entries = self.indexes[index.name]
            if index.unique and after is not None and self._first(entries, after) is not None:
                raise AlreadyExists(self.table.name, index.name)
            changes.append((entries, before, after))
        for entries, before, after in changes:
            if before is not None:
                entries.remove(before + KEY_OF + key)
            if after is not None:
                entries.add(after + KEY_OF + key)
        if record is None:
            if old is not None:
                del self.by_key[key]
                self.keys.remove(key)
        else:
            if old is None:
                self.keys.add(key)
            self.by_key[key] = record
        return old

    @staticmethod
    def _entry(index: Index[Any], record: Any | None) -> str | None:
        entry = None if record is None else index.key(record)
        return None if entry is None else encode(entry)

    @staticmethod
    def _first(entries: SortedList[str], entry: str) -> str | None:
        """The primary key of the first record with exactly that entry."""
        found: str | None = next(entries.irange(entry + KEY_OF, entry + SEPARATOR), None)
        return None if found is None else found[len(entry) + 1 :]

    def find(self, index: str, entry: str) -> Any | None:
        key = self._first(self.indexes[index], entry)
        return None if key is None else self.by_key[key]

    def walk(self, index: str | None, beginning: str, after: str | None, reverse: bool) -> Iterator[tuple[str, Any]]:
        """Entries that begin with a text, with their records, in order."""
        entries = self.keys if index is None else self.indexes[index]
        low, high, inclusive = beginning, beginning + LAST, (True, True)
        if after is not None:
            if reverse:
                high, inclusive = min(high, after), (True, False)
            elif after >= low:
                low, inclusive = after, (False, True)
        for entry in entries.irange(low, high, inclusive=inclusive, reverse=reverse):
            yield entry, self.by_key[entry if index is None else entry.split(KEY_OF, 1)[1]]

    def count(self, index: str | None, beginning: str) -> int:
        entries = self.keys if index is None else self.indexes[index]
        return int(entries.bisect_left(beginning + LAST) - entries.bisect_left(beginning))


class _MemoryReader(Reader):
    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._lock = store.lock

    def get(self, table: Table[R], *key: KeyPart) -> R | None:
        with self._lock:
            record: R | None = self._store.rows(table).by_key.get(encode(key))
        return record

    def find(self, table: Table[R], index: str, *key: KeyPart) -> R | None:
        with self._lock:
            record: R | None = self._store.rows(table).find(index, encode(key))
        return record

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
        with self._lock:
            walk = self._store.rows(table).walk(index, encode(prefix) + encode_beginning(starts_with), after, reverse)
            found = list(walk if limit is None else islice(walk, limit + 1))
        if limit is None or len(found) <= limit:
            return Page([record for _, record in found])
        found.pop()
        return Page([record for _, record in found], found[-1][0] if found else None)

    def count(self, table: Table[R], index: str | None, prefix: Key) -> int:
        with self._lock:
            return self._store.rows(table).count(index, encode(prefix))


class _MemoryTransaction(_MemoryReader, Transaction):
    def __init__(self, store: MemoryStore) -> None:
        super().__init__(store)
        self._undo: list[tuple[_Rows, str, Any]] = []

    def insert(self, table: Table[R], record: R) -> None:
        key = encode(table.key(record))
        if key in self._store.rows(table).by_key:
            raise AlreadyExists(table.name)
        self._write(table, key, record)

    def put(self, table: Table[R], record: R) -> None:
        self._write(table, encode(table.key(record)), record)

    def delete(self, table: Table[R], *key: KeyPart) -> None:
        self._write(table, encode(key), None)

    def delete_all(self, table: Table[R], index: str | None, prefix: Key) -> None:
        for record in self.page(table, index, prefix).records:
            self._write(table, encode(table.key(record)), None)

    def _write(self, table: Table[R], key: str, record: R | None) -> None:
        rows = self._store.rows(table)
        self._undo.append((rows, key, rows.write(key, record)))

    def roll_back(self) -> None:
        for rows, key, old in reversed(self._undo):
            rows.write(key, old)


class MemoryStore(Store):
    """Records in this process; gone when it ends."""

    shared = False

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._tables: dict[str, _Rows] = {}
        self._reader = _MemoryReader(self)
        self._stepping: int | None = None  # the thread that runs a step

    def rows(self, table: Table[Any]) -> _Rows:
        rows = self._tables.get(table.name)
        if rows is None:
            rows = self._tables.setdefault(table.name, _Rows(table))
        return rows

    @property
    def reader(self) -> Reader:
        if self._stepping == threading.get_ident():
            raise ReadBesideStep
        return self._reader

    def transact(self, step: Callable[[Transaction], T]) -> T:
        with self.lock:
            if self._stepping is not None:
                raise RuntimeError("a transaction inside a transaction")
            self._stepping = threading.get_ident()
            transaction = _MemoryTransaction(self)
            try:
                return step(transaction)
            except BaseException:
                transaction.roll_back()
                raise
            finally:
                self._stepping = None

    def clear(self) -> None:
        with self.lock:
            self._tables.clear()
