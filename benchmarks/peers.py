"""The servers: installed from their registries into a cache, each into a place of its own, started and stopped here."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[1]
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"), "cognito-emulator-benchmarks")
OURS = "cognito-emulator"
STARTS_WITHIN = 60.0


@dataclass(frozen=True)
class Peer:
    """A server. `packages` are pip's, or npm's if `node`; `command` starts it on a port."""

    name: str
    packages: tuple[str, ...]
    command: Callable[[Path, int], list[str]]
    environment: Callable[[int], dict[str, str]] = field(default=lambda port: {})
    node: bool = False

    @property
    def home(self) -> Path:
        return CACHE / self.name.replace(" ", "-")

    @property
    def python(self) -> Path:
        """The interpreter that has it."""
        return self.home / "bin" / "python"

    def install(self) -> None:
        """Install it, unless the cache has it. Ours is installed anew each time, as a user would get it."""
        done = self.home / ".installed"
        wanted = " ".join(self.packages)
        if done.exists() and done.read_text() == wanted and self.name != OURS:
            return
        print(f"installing {self.name} …", file=sys.stderr)
        self.home.mkdir(parents=True, exist_ok=True)
        if self.node:
            _run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(self.home), *self.packages])
        else:
            if not self.python.exists():
                _run([sys.executable, "-m", "venv", str(self.home)])
            pip = [str(self.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            if self.name == OURS:
                _run([*pip, "--force-reinstall", "--no-deps", str(ROOT)])
            _run([*pip, *self.packages])
        done.write_text(wanted)

    @property
    def version(self) -> str:
        """The version that is installed."""
        if self.node:
            script = f"console.log(require('{self.home}/node_modules/{self.packages[0]}/package.json').version)"
            return _output(["node", "-e", script])
        name = self.packages[0].partition("[")[0] if self.name != OURS else OURS
        script = f"from importlib.metadata import version; print(version({name!r}))"
        return _output([str(self.python), "-c", script])


def _run(command: list[str]) -> None:
    finished = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if finished.returncode:
        raise RuntimeError(f"{' '.join(command)}: {finished.stderr.strip()[-1000:]}")


def _output(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _program(name: str) -> Callable[[Path, int], list[str]]:
    return lambda home, port: [str(home / "bin" / name)]


def ours(*options: str) -> Peer:
    """This emulator, with options of `serve`."""
    return Peer(
        OURS,
        (f"{ROOT}[sqlite,postgresql,speed]",),
        lambda home, port: [str(home / "bin" / OURS), "serve", "--port", str(port), *options],
    )


PEERS = (
    ours(),
    Peer("moto", ("moto[server,cognitoidp]",), lambda home, port: [str(home / "bin/moto_server"), "-p", str(port)]),
    Peer(
        "cognito-local",
        ("cognito-local",),
        lambda home, port: ["node", str(home / "node_modules/.bin/cognito-local")],
        lambda port: {"PORT": str(port), "HOST": "127.0.0.1"},
        node=True,
    ),
    Peer("ministack", ("ministack", "cryptography"), _program("ministack"), lambda port: {"GATEWAY_PORT": str(port)}),
    Peer(
        "ministack without cryptography",
        ("ministack",),
        _program("ministack"),
        lambda port: {"GATEWAY_PORT": str(port)},
    ),
)


@dataclass(frozen=True)
class Running:
    """A server that runs."""

    url: str
    process: subprocess.Popen[bytes]
    seconds_to_first_answer: float

    @property
    def memory(self) -> float:
        """Proportional set size of its processes, in MB."""
        return sum(_pss(pid) for pid in _family(self.process.pid))


def _family(pid: int) -> Iterator[int]:
    yield pid
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _family(int(child))


def _pss(pid: int) -> float:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def running(peer: Peer, ask: Callable[[str], bytes]) -> Iterator[Running]:
    """Start a server in an empty folder; `ask(url)` is the request whose answer ends the start."""
    port = _free_port()
    folder = tempfile.mkdtemp(prefix="cognito-emulator-benchmark-")
    url = f"http://127.0.0.1:{port}"
    environment = {**os.environ, **peer.environment(port)}
    started = time.perf_counter()
    process = subprocess.Popen(
        peer.command(peer.home, port),
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for_answer(process, url, ask(url))
        yield Running(url, process, time.perf_counter() - started)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for_answer(process: subprocess.Popen[bytes], url: str, request: bytes) -> None:
    address = urlsplit(url)
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with socket.create_connection((address.hostname or "", address.port or 0), timeout=5) as connection:
                connection.sendall(request)
                if connection.recv(65536).startswith(b"HTTP/1.1 200"):
                    return
        except OSError:
            pass
        time.sleep(0.005)
    raise RuntimeError(f"no answer within {STARTS_WITHIN:.0f} s")
