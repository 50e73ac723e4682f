"""What `--store` takes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cognito_emulator.store import open_store
from cognito_emulator.store.memory import MemoryStore
from tests.store.samples import COUNTERS, Counter


def test_memory() -> None:
    assert isinstance(open_store("memory:"), MemoryStore)


@pytest.mark.parametrize("absolute", [False, True])
def test_sqlite_paths(absolute: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "new" / "deep" / "state.db"
    store = open_store(f"sqlite:///{path if absolute else 'new/deep/state.db'}")
    monkeypatch.chdir("/")
    store.transact(lambda tx: tx.insert(COUNTERS, Counter("c")))
    assert path.exists()
    store.close()


@pytest.mark.parametrize(
    "url",
    [
        "-",
        "memory",
        "memory://",
        "sqlite:",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:x.db",
        "sqlite://x.db",
        "mysql://x/y",
        "postgresql:x",
        "/tmp/x.db",
        "postgresql+asyncpg://x/y",
        "redis://x",
    ],
)
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="known: memory:, sqlite:///"):
        open_store(url)


@pytest.mark.parametrize(
    ("url", "missing", "install"),
    [
        ("sqlite:///x.db", "sqlalchemy", "cognito-emulator\\[sqlite\\]"),
        ("postgresql://someone:secret@host/x", "sqlalchemy", "cognito-emulator\\[postgresql\\]"),
        ("postgresql://someone:secret@host/x", "psycopg", "cognito-emulator\\[postgresql\\]"),
    ],
)
def test_missing_libraries_are_named(url: str, missing: str, install: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("cognito_emulator.store.")]:
        if name.rpartition(".")[2] not in ("interface", "memory"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ImportError, match=f"needs {missing}.*pip install '{install}'") as raised:
        open_store(url)
    assert "secret" not in str(raised.value)


def test_memory_needs_no_database_library() -> None:
    program = (
        "import sys; from cognito_emulator.store import open_store; open_store('memory:'); print(sorted(sys.modules))"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "sqlalchemy" not in loaded
    assert "psycopg" not in loaded
    assert "sqlite3" not in loaded
