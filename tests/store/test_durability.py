"""Several processes on one database; what a process acknowledged survives its kill."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cognito_emulator.store import open_store
from tests.store import writer
from tests.store.samples import COUNTERS, PEOPLE, Counter

ROOT = Path(__file__).parents[2]


def start_writer(url: str, what: str, name: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.store.writer", url, what, name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=environment)


def kill_under_load(process: subprocess.Popen[bytes], seconds: float) -> list[str]:
    """Kill it after some seconds of writing; the names that it acknowledged."""
    assert process.stdout is not None
    first = process.stdout.readline()
    assert first, "the writer ended by itself"
    timer = time.monotonic() + seconds
    lines = [first]
    while time.monotonic() < timer:
        lines.append(process.stdout.readline())
    process.kill()
    lines += process.stdout.readlines()
    process.stdout.close()
    process.wait()
    return [line.decode().strip() for line in lines if line.endswith(b"\n")]


def test_kill_loses_no_acknowledged_write(store_url: str) -> None:
    acknowledged: list[str] = []
    for turn in range(2):
        acknowledged += kill_under_load(start_writer(store_url, "endless", str(turn)), 0.6)
    assert len(acknowledged) > 20
    store = open_store(store_url)
    names = {person.name for person in store.reader.page(PEOPLE, None, ("pairs",)).records}
    halves = {counter.name for counter in store.reader.page(COUNTERS, None, ()).records}
    assert names == halves
    assert set(acknowledged) <= names
    assert len(names) <= len(acknowledged) + 2 * writer.THREADS
    store.transact(writer.add)
    store.close()


def test_processes_lose_no_update(store_url: str) -> None:
    processes = [start_writer(store_url, "count", str(at)) for at in range(4)]
    for process in processes:
        process.communicate(timeout=60)
    assert [process.returncode for process in processes] == [0] * 4
    store = open_store(store_url)
    assert store.reader.get(COUNTERS, "sum") == Counter("sum", 4 * writer.THREADS * writer.TIMES)
    store.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_store_from_before_a_fork_is_refused(tmp_path: Path) -> None:
    program = (
        "import os, sys\n"
        "from cognito_emulator.store import open_store\n"
        "store = open_store(sys.argv[1])\n"
        "pid = os.fork()\n"
        "if pid == 0:\n"
        "    try: store.clear()\n"
        "    except RuntimeError: os._exit(7)\n"
        "    os._exit(0)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n"
    )
    command = [sys.executable, "-c", program, f"sqlite:///{tmp_path}/x.db"]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 7
