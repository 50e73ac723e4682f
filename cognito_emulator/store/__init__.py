"""Where state lives: typed records, primary keys, declared indexes, short transactions.

Knows nothing of Cognito. `interface` is what the domain sees; `memory` keeps records in this process, `sql` in a
database (SQLite file or PostgreSQL) that several processes may share. `document` moves a whole store as JSON.
Every store passes the same contract suite (`tests/store/contract.py`).
"""

from __future__ import annotations

from cognito_emulator.store.interface import Store

KNOWN = "memory:, sqlite:///<path> (sqlite:////<path> if absolute), postgresql://<user>:<password>@<host>/<database>"


def open_store(url: str) -> Store:
    """The store that a `--store` URL names. Raises ValueError for one that no store answers to.

    ImportError, with a text that says what to install, if the store's libraries are missing.
    """
    scheme, _, rest = url.partition(":")
    if url == "memory:":
        from cognito_emulator.store.memory import MemoryStore

        return MemoryStore()
    if scheme == "sqlite":
        return _open_sqlite(url)
    if scheme in ("postgresql", "postgres", "postgresql+psycopg") and rest.startswith("//"):
        return _open_postgresql("postgresql:" + rest)
    raise ValueError(f"no store answers to {url!r}; known: {KNOWN}")


def _open_sqlite(url: str) -> Store:
    path = url.removeprefix("sqlite:///")
    if path in (url, "", ":memory:"):
        raise ValueError(f"{url!r} names no file; known: {KNOWN}")
    try:
        from cognito_emulator.store.sql import SqlStore
        from cognito_emulator.store.sqlite import SqliteDatabase
    except ImportError as error:
        raise _missing(url, error, "sqlite") from error
    return SqlStore(SqliteDatabase(path))


def _open_postgresql(url: str) -> Store:
    try:
        from cognito_emulator.store.postgresql import PostgresqlDatabase
        from cognito_emulator.store.sql import SqlStore
    except ImportError as error:
        raise _missing(url.partition("@")[0].partition(":")[0] + "://…", error, "postgresql") from error
    return SqlStore(PostgresqlDatabase(url))


def _missing(url: str, error: ImportError, extra: str) -> ImportError:
    return ImportError(f"the store {url} needs {error.name}: pip install 'cognito-emulator[{extra}]'", name=error.name)
