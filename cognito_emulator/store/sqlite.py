"""SQLite files, for the SQL store.

Write-ahead log, so readers never wait. `synchronous=NORMAL`: a commit is in the operating system's hands before it is
acknowledged, so no kill of the process loses it (a power cut may lose the last ones, never the file's consistency).
Writers take turns: threads at a lock of this process, processes at SQLite's (`BEGIN IMMEDIATE`). So no transaction ever
loses a race.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from cognito_emulator.store.database import OPENED_BEFORE_FORK, Database, Execute, Row, Step
from cognito_emulator.store.interface import Contention

T = TypeVar("T")

# Seconds that a writer waits for its turn, and between two looks whether another process is done.
PATIENCE = 30.0
LOOK_AGAIN = 0.002

_SETTINGS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "temp_store=MEMORY",
    "mmap_size=268435456",
    "cache_size=-16000",
)


class SqliteDatabase(Database):
    """One file, with a connection for the thread whose turn it is to write, and one for each that reads meanwhile."""

    bytewise = "BINARY"

    def __init__(self, path: str) -> None:
        self.dialect = SQLiteDialect_pysqlite(paramstyle="named")
        self._path = os.path.abspath(path)
        Path(self._path).parent.mkdir(parents=True, exist_ok=True)
        self._process = os.getpid()
        self._idle: deque[sqlite3.Connection] = deque()
        self._turn = threading.Lock()
        self._writer: sqlite3.Connection | None = None

    def read(self, sql: str, parameters: Mapping[str, Any]) -> list[Row]:
        connection = self._take()
        try:
            return connection.execute(sql, parameters).fetchall()
        finally:
            self._idle.append(connection)

    def transact(self, step: Step[T]) -> T:
        if not self._turn.acquire(timeout=PATIENCE):
            raise Contention(f"no turn to write within {PATIENCE:.0f} s")
        try:
            return self._transact(step)
        finally:
            self._turn.release()

    def alone(self, step: Step[T]) -> T:
        return self.transact(step)

    def has_table(self, execute: Execute, name: str) -> bool:
        query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :name"
        return bool(execute(query, {"name": name}).fetchall())

    def tables(self, execute: Execute) -> list[str]:
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        return [name for (name,) in execute(query, {}).fetchall()]

    def close(self) -> None:
        with self._turn:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
        while self._idle:
            self._idle.pop().close()

    def _transact(self, step: Step[T]) -> T:
        if self._process != os.getpid():
            raise RuntimeError(OPENED_BEFORE_FORK)
        if self._writer is None:
            self._writer = self._connect(patience=0)
        connection = self._writer
        _when_not_locked(connection, "BEGIN IMMEDIATE")
        try:
            result = step(connection.execute)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return result

    def _take(self) -> sqlite3.Connection:
        if self._process != os.getpid():
            raise RuntimeError(OPENED_BEFORE_FORK)
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()

    def _connect(self, patience: float = PATIENCE) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=patience, isolation_level=None, check_same_thread=False, cached_statements=1000
        )
        for setting in _SETTINGS:
            _when_not_locked(connection, f"PRAGMA {setting}")
        return connection


def _when_not_locked(connection: sqlite3.Connection, statement: str) -> None:
    """Run what needs a lock that another process may have.

    SQLite's own waiting ends up looking ten times a second: whoever comes newly is served first, others starve.
    """
    for _ in range(int(PATIENCE / LOOK_AGAIN)):
        try:
            connection.execute(statement)
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
        threading.Event().wait(LOOK_AGAIN)
    raise Contention(f"{statement}: locked for {PATIENCE:.0f} s")
