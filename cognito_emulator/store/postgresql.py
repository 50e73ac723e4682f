"""PostgreSQL databases, for the SQL store.

A transaction runs at isolation level SERIALIZABLE beside the others, holding the gate (the table `store_gate`) with
them. If it loses a race it is run once or twice more, then alone: it takes the gate for itself, queues behind those
that run, and nobody can make it lose. So there is no starvation, and no guess how long to back off. A lock that a
transaction beside others does not get soon counts as a lost race: a deadlock never lasts until the server sees it.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Mapping
from typing import Any, TypeVar

import psycopg
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from cognito_emulator.store.database import (
    OPENED_BEFORE_FORK,
    Database,
    Execute,
    Race,
    Result,
    Row,
    Step,
    holds_others,
)
from cognito_emulator.store.interface import Contention

T = TypeVar("T")
Connection = psycopg.Connection[Row]

GATE = "store_gate"
# The advisory lock that guards the making of the gate itself.
SCHEMA_LOCK = 0x5374_6F72
# How often a transaction runs beside others before it runs alone, and how often it may fail then (lost connections).
BESIDE_OTHERS, ALONE = 2, 3
# Connections of one process: for transactions, and as many for reads. PostgreSQL's default is 100 in all.
CONNECTIONS = 16
# Seconds to wait for the gate, or for a free connection.
PATIENCE = 30

_BEGIN_BESIDE = (
    f"BEGIN ISOLATION LEVEL SERIALIZABLE; LOCK TABLE {GATE} IN ROW SHARE MODE; SET LOCAL lock_timeout = '50ms'"
)
_BEGIN_ALONE = f"BEGIN ISOLATION LEVEL READ COMMITTED; LOCK TABLE {GATE} IN EXCLUSIVE MODE"
# Rows are always found by an index: only then do transactions on different rows not look like a conflict.
_SETTINGS = (
    "SET enable_seqscan = off; SET enable_bitmapscan = off; SET jit = off; SET plan_cache_mode = force_generic_plan; "
    f"SET lock_timeout = '{PATIENCE}s'; SET client_min_messages = warning"
)

# Those that keep every character. SQL_ASCII, which a cluster made without a locale has, keeps what it is given.
_ENCODINGS = ("UTF8", "SQL_ASCII")

# Those of extensions come with the database.
_TABLES = (
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT EXISTS "
    "(SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')"
)

# serialization_failure, deadlock_detected, lock_not_available, unique_violation (with a row that the transaction does
# not see), out_of_memory (for locks)
_NO_LOCK = "55P03"
_LOST = frozenset(("40001", "40P01", _NO_LOCK, "23505", "53200"))


class _Guarded:
    """Runs the statements of one transaction; remembers a failure, after which nothing may be committed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.failure: Race | psycopg.Error | None = None

    def execute(self, sql: str, parameters: Mapping[str, Any]) -> Result:
        try:
            return self._connection.execute(sql, parameters)
        except psycopg.Error as error:
            self.failure = error
            if _lost(self._connection, error):
                self.failure = Race()
                raise self.failure from error
            raise


def _lost(connection: Connection, error: psycopg.Error) -> bool:
    """Whether running the transaction again can help."""
    return error.sqlstate in _LOST or connection.closed


class PostgresqlDatabase(Database):
    """One database. `url` is what libpq reads: postgresql://user:password@host:port/name?sslmode=…"""

    bytewise = "C"

    def __init__(self, url: str) -> None:
        self.dialect = PGDialect_psycopg(paramstyle="pyformat")  # type: ignore[no-untyped-call]
        self._url = url
        self._process = os.getpid()
        self._idle: deque[Connection] = deque()
        self._readers = threading.BoundedSemaphore(CONNECTIONS)
        self._writers = threading.BoundedSemaphore(CONNECTIONS)
        try:
            self._make_gate()
        except BaseException:
            self.close()
            raise

    def read(self, sql: str, parameters: Mapping[str, Any]) -> list[Row]:
        with self._readers:
            while True:
                connection, fresh = self._take()
                try:
                    return connection.execute(sql, parameters).fetchall()
                except psycopg.OperationalError:
                    if fresh or not connection.closed:
                        raise
                finally:
                    self._give_back(connection)

    def transact(self, step: Step[T]) -> T:
        with self._writers:
            for attempt in range(BESIDE_OTHERS + ALONE):
                alone = attempt >= BESIDE_OTHERS
                try:
                    return self._attempt(_BEGIN_ALONE if alone else _BEGIN_BESIDE, step)
                except Race as race:
                    cause = race.__cause__
                    if alone and getattr(cause, "sqlstate", None) == _NO_LOCK:
                        break
        raise Contention(str(cause)) from cause

    def alone(self, step: Step[T]) -> T:
        for _ in range(ALONE):
            try:
                return self._attempt(_BEGIN_ALONE, step)
            except Race as race:
                cause = race.__cause__ or race
                if getattr(cause, "sqlstate", None) == _NO_LOCK:
                    raise Contention(str(cause)) from cause
        raise cause from None

    def has_table(self, execute: Execute, name: str) -> bool:
        query = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = %(name)s"
        return bool(execute(query, {"name": name}).fetchall())

    def tables(self, execute: Execute) -> list[str]:
        return [name for (name,) in execute(_TABLES, {}).fetchall() if name != GATE]

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def _attempt(self, begin: str, step: Step[T]) -> T:
        connection, _ = self._take()
        guarded = _Guarded(connection)
        try:
            try:
                connection.execute(begin, prepare=False)
            except psycopg.Error as error:
                if _lost(connection, error):
                    raise Race from error
                raise
            result = step(guarded.execute)
            if guarded.failure is not None:
                raise guarded.failure
            try:
                connection.execute("COMMIT", prepare=False)
            except psycopg.Error as error:
                if error.sqlstate in _LOST:
                    raise Race from error
                raise  # without a verdict of the server nobody knows: running it again might do it twice
            return result
        finally:
            self._give_back(connection)

    def _take(self) -> tuple[Connection, bool]:
        if self._process != os.getpid():
            raise RuntimeError(OPENED_BEFORE_FORK)
        pause = threading.Event()
        for _ in range(PATIENCE * 20):
            try:
                return self._idle.pop(), False
            except IndexError:
                pass
            try:
                return self._connect(), True
            except psycopg.OperationalError as error:
                # libpq gives no code when a connection is refused.
                if "too many" not in str(error) and "remaining connection slots" not in str(error):
                    raise
            pause.wait(0.05)
        raise Contention(f"no free connection within {PATIENCE} s")

    def _connect(self) -> Connection:
        connection = psycopg.connect(self._url, autocommit=True, client_encoding="utf8")
        connection.prepared_max = 1000
        connection.execute(_SETTINGS, prepare=False)
        return connection

    def _give_back(self, connection: Connection) -> None:
        """Keep the connection for the next; whatever a transaction left open is rolled back."""
        try:
            if not connection.closed and connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                connection.execute("ROLLBACK")
        except psycopg.Error:
            connection.close()
        if connection.closed:
            self.close()  # a server that dropped one has likely dropped all
        else:
            self._idle.append(connection)

    def _make_gate(self) -> None:
        connection, _ = self._take()
        try:
            encoding = connection.info.parameter_status("server_encoding")
            if encoding not in _ENCODINGS:
                raise ValueError(f"the database keeps text as {encoding}, which has not every character; it needs UTF8")
            connection.execute("BEGIN ISOLATION LEVEL READ COMMITTED")
            connection.execute("SELECT pg_advisory_xact_lock(%(lock)s)", {"lock": SCHEMA_LOCK})
            if not self.has_table(connection.execute, GATE):
                if others := self.tables(connection.execute):
                    raise holds_others(others)
                connection.execute(f"CREATE TABLE IF NOT EXISTS {GATE} ()")
            connection.execute("COMMIT")
        finally:
            self._give_back(connection)
