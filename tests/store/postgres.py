"""A throw-away PostgreSQL server for the tests, shared by all pytest-xdist workers of a run.

Taken from the environment (`COGNITO_EMULATOR_TEST_POSTGRESQL`: URL of a database whose user may create others), or
started from the newest server binaries on the machine (Debian's package `postgresql`), on a Unix socket only.

Run as a program this file keeps such a server: it starts it, writes its address down, and stops it when no process
holds the lock of its users any more, however they ended.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

VARIABLE = "COGNITO_EMULATOR_TEST_POSTGRESQL"
# Nothing here has to survive a power cut.
SERVER_SETTINGS = ("listen_addresses=", "fsync=off", "max_connections=200", "shared_buffers=64MB")


def server_binaries() -> Path | None:
    """Where the newest server's programs are."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    if found:
        return max(found, key=lambda path: int("".join(filter(str.isdigit, path.parent.name)) or 0))
    return Path(on_path).parent if on_path else None


def missing_server() -> str | None:
    """Why there is no server to be had; None if there is."""
    if os.environ.get(VARIABLE):
        return None
    if server_binaries() is None:
        return f"no PostgreSQL server: install Debian's package postgresql, or set {VARIABLE}"
    if os.getuid() == 0 and not _exists("postgres"):
        return "PostgreSQL does not run as root, and there is no user postgres"
    return None


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


def database_url(server: str, name: str) -> str:
    """The URL of another database of a server."""
    parts = urlsplit(server)
    return f"postgresql://{parts.netloc}/{name}" + (f"?{parts.query}" if parts.query else "")


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of the server's maintenance database. Skips the test if there is no server to be had."""
    reason = missing_server()
    if reason is not None:
        pytest.skip(reason)
    given = os.environ.get(VARIABLE)
    if given:
        yield given
        return
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    with _use_server(shared / "postgresql") as address:
        yield address


@pytest.fixture(scope="session")
def new_postgresql_database(postgresql_server: str) -> Iterator[Callable[[], str]]:
    """Make an empty database and return its URL. All are dropped at the end."""
    psycopg = pytest.importorskip("psycopg")
    made: list[str] = []
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    with psycopg.connect(postgresql_server, autocommit=True) as connection:

        def make() -> str:
            name = f"store_{worker}_{os.getpid()}_{len(made)}"
            connection.execute(f"CREATE DATABASE {name}")
            made.append(name)
            return database_url(postgresql_server, name)

        yield make
        for name in made:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgresql_url(new_postgresql_database: Callable[[], str]) -> str:
    """One database per worker, for stores that are cleared between tests."""
    return new_postgresql_database()


# ── the server's life ────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _use_server(shared: Path) -> Iterator[str]:
    shared.mkdir(exist_ok=True)
    address, failure = shared / "address", shared / "failure"
    with (shared / "users.lock").open("w") as users:
        with (shared / "start.lock").open("w") as start:
            fcntl.flock(start, fcntl.LOCK_EX)
            fcntl.flock(users, fcntl.LOCK_SH)
            if not address.exists():
                failure.unlink(missing_ok=True)
                with (shared / "log").open("a") as log:
                    command = [sys.executable, __file__, str(shared)]
                    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
                _wait_for(lambda: address.exists() or failure.exists(), 60, "the PostgreSQL server")
        if failure.exists():
            pytest.fail(f"the PostgreSQL server did not start: {failure.read_text()}; see {shared / 'log'}")
        yield address.read_text()


def _wait_for(condition: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds} s for {what}")
        time.sleep(0.02)


def _keep_server(shared: Path) -> None:
    folder = Path(tempfile.mkdtemp(prefix="cognito-emulator-pg-"))
    try:
        server = _start_server(folder)
    except Exception as error:
        (shared / "failure").write_text(str(error))
        shutil.rmtree(folder, ignore_errors=True)
        raise
    address = shared / "address.new"
    address.write_text(f"postgresql://postgres@/postgres?host={folder}")
    address.rename(shared / "address")
    with (shared / "users.lock").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        server.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            server.wait(10)
        server.kill()
        (shared / "address").unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def _start_server(folder: Path) -> subprocess.Popen[bytes]:
    binaries = server_binaries()
    assert binaries is not None
    as_user: dict[str, Any] = {}
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        as_user = {"user": "postgres", "group": "postgres", "extra_groups": [], "cwd": folder}
    data = folder / "data"
    version = subprocess.run([binaries / "initdb", "--version"], check=True, capture_output=True, text=True).stdout
    # Where it can be had, a default order that is not that of bytes: a forgotten collation shows.
    order = ["--locale-provider=icu", "--icu-locale=en"] if int(version.split()[2].split(".")[0]) >= 15 else []
    initdb: list[str | Path] = [
        binaries / "initdb",
        "-D",
        data,
        "-A",
        "trust",
        "-U",
        "postgres",
        "-E",
        "UTF8",
        "--no-sync",
        *order,
    ]
    subprocess.run(initdb, check=True, stdout=sys.stderr, **as_user)
    settings = [word for setting in SERVER_SETTINGS for word in ("-c", setting)]
    server = subprocess.Popen([binaries / "postgres", "-D", data, "-k", folder, *settings], **as_user)
    ready: list[str | Path] = [binaries / "pg_isready", "-q", "-h", folder, "-d", "postgres", "-U", "postgres"]
    _wait_for(lambda: server.poll() is not None or subprocess.run(ready).returncode == 0, 30, "pg_isready")
    if server.returncode is not None:
        raise RuntimeError(f"postgres ended with {server.returncode}")
    return server


if __name__ == "__main__":
    # Away from the test run, so that nothing that ends the run ends this.
    if os.fork():
        os._exit(0)
    os.setsid()
    _keep_server(Path(sys.argv[1]))
