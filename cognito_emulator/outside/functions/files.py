"""Functions in local files, run in processes of their own by runtime interface clients.

Python handlers run under AWS's own client (PyPI `awslambdaric`). Node handlers run under AWS's (npm `aws-lambda-ric`)
where the project has it installed; it has to be compiled, so where it is not there, `bootstrap.mjs` beside this
module speaks the same Runtime API.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cognito_emulator.outside.functions.kinds import FunctionFailed, Invocation
from cognito_emulator.outside.functions.processes import Process

_PYTHON = frozenset({".py"})
_NODE = frozenset({".js", ".mjs", ".cjs"})
_SOURCES = _PYTHON | _NODE | {".json"}
_NOT_SOURCES = frozenset({"node_modules", "__pycache__", "site-packages", "venv"})
_MOST_FILES = 2000
_BOOTSTRAP = Path(__file__).with_name("bootstrap.mjs")


@dataclass(frozen=True)
class HandlerFile:
    """A handler: its file and the name that it has there. `root` is where its code begins, if above the file."""

    path: Path
    handler: str
    root: Path | None = None

    @classmethod
    def parse(cls, text: str) -> HandlerFile:
        """`path/to/file.py:handler`; without a name, `handler`. Raises ValueError."""
        path, colon, handler = text.rpartition(":")
        if not colon or Path(text).suffix in _PYTHON | _NODE:
            path, handler = text, "handler"
        file = Path(path).expanduser().absolute()
        if file.suffix not in _PYTHON | _NODE:
            raise ValueError(f"{text}: a function's file ends in .py, .js, .mjs or .cjs")
        if not file.is_file():
            raise ValueError(f"{text}: there is no file {file}")
        return cls(file, handler)

    @classmethod
    def inside(cls, root: Path, name: str, suffixes: tuple[str, ...]) -> HandlerFile:
        """A handler as Lambda names it, `folder/module.handler`, in unpacked code. Raises `FunctionFailed`."""
        module, _, handler = name.rpartition(".")
        base = root / (module.replace(".", "/") if ".py" in suffixes else module)
        for suffix in suffixes:
            file = base.with_name(base.name + suffix)
            if file.is_file() and file.resolve().is_relative_to(root.resolve()):
                return cls(file, handler, root)
        raise FunctionFailed(f"Unable to import module '{module}': there is no such file in the function's code")

    @property
    def directory(self) -> Path:
        """Where the handler runs."""
        return self.root or self.path.parent

    @property
    def name(self) -> str:
        """The handler as Lambda names it."""
        return f"{self.path.relative_to(self.directory).with_suffix('').as_posix()}.{self.handler}"

    def command(self) -> list[str]:
        """What runs the handler, in the directory of its file. Raises `FunctionFailed` where that is not installed."""
        if self.path.suffix in _PYTHON:
            _require_python_client()
            return [sys.executable, "-m", "awslambdaric", self.name]
        client = self._node_client()
        if client is not None:
            return ["node", str(client), self.name]
        return ["node", str(_BOOTSTRAP), str(self.path), self.handler]

    def _node_client(self) -> Path | None:
        for directory in self.path.parents:
            package = directory / "node_modules" / "aws-lambda-ric"
            if any((package / built / "rapid-client.node").exists() for built in ("dist", "build/Release")):
                return package / "bin" / "index.mjs"
        return None

    def version(self) -> int:
        """A number that grows when the file, or a source file beside or below it, is edited."""
        try:
            return max((file.stat().st_mtime_ns for file in _source_files(self.directory)), default=0)
        except OSError:
            return -1


class FileRunner:
    """Runs one function: one process per invocation at a time, kept for the next one as Lambda keeps sandboxes.

    A function whose invocation leads to another invocation of itself gets a second process. `variables` are added to
    those of its environment that Lambda defines. `on_line` gets what it prints.
    """

    def __init__(
        self,
        file: HandlerFile,
        variables: Callable[[], dict[str, str]],
        on_line: Callable[[str], None] | None = None,
    ) -> None:
        self._on_line = on_line
        self._file = file
        self._variables = variables
        self._lock = threading.Lock()
        self._idle: list[tuple[int, Process]] = []
        self._busy: set[Process] = set()

    def run(self, invocation: Invocation) -> bytes:
        """Hand an event to a process that waits, or to a new one. One that gives no answer in time is ended."""
        version = self._file.version()
        process = self._take(version) or self._start(invocation)
        keep = False
        try:
            answer = process.invoke(invocation)
            keep = True
        except FunctionFailed:
            keep = process.alive
            raise
        finally:
            self._put_back(version, process, keep)
        return answer

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            processes = [*self._busy, *(process for _, process in self._idle)]
            self._idle = []
        for process in processes:
            process.stop()

    def _take(self, version: int) -> Process | None:
        outdated: list[Process] = []
        found = None
        with self._lock:
            while self._idle and found is None:
                made_of, process = self._idle.pop()
                if made_of == version and process.alive:
                    found = process
                    self._busy.add(process)
                else:
                    outdated.append(process)
        for process in outdated:
            process.stop()
        return found

    def _start(self, invocation: Invocation) -> Process:
        file = self._file
        command, variables = file.command(), self._variables()
        process = Process(invocation.arn, command, file.directory, file.name, variables, self._on_line)
        with self._lock:
            self._busy.add(process)
        return process

    def _put_back(self, version: int, process: Process, keep: bool) -> None:
        with self._lock:
            self._busy.discard(process)
            if keep:
                self._idle.append((version, process))
        if not keep:
            process.stop()


def _source_files(directory: Path) -> Iterator[Path]:
    """Source files in and below a directory; of a very large tree, the first that come."""
    waiting, seen = [directory], 0
    while waiting and seen < _MOST_FILES:
        for entry in waiting.pop().iterdir():
            seen += 1
            if entry.name.startswith(".") or entry.name in _NOT_SOURCES:
                continue
            if entry.suffix in _SOURCES:
                yield entry
            elif not entry.suffix and entry.is_dir():
                waiting.append(entry)


def _require_python_client() -> None:
    from importlib.util import find_spec

    if find_spec("awslambdaric") is None:
        raise FunctionFailed("Python functions need awslambdaric: pip install 'cognito-emulator[functions]'")
