"""Functions that were created at moto's Lambda, run in processes of this machine.

moto runs functions in Docker. Those for Python and Node need none: their code is unpacked, with their layers, and run
as functions in local files are, if awslambdaric or Node are installed. Others, and images, are left to moto.
"""

from __future__ import annotations

import io
import json
import logging
import shutil
import tempfile
import threading
import zipfile
from collections.abc import Callable
from datetime import datetime, timezone
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cognito_emulator.clock import Clock
from cognito_emulator.outside.functions.files import FileRunner, HandlerFile
from cognito_emulator.outside.functions.kinds import FunctionFailed, Invocation, TimedOut

logger = logging.getLogger(__name__)
Method = Callable[..., Any]
START_SECONDS = 10.0
"""How long Lambda lets a function start, apart from the time that it has for an event."""
_SUFFIXES = {"python": (".py",), "nodejs": (".js", ".mjs", ".cjs")}


def invoking(functions: LocalFunctions, original: Method) -> Method:
    """In place of `LambdaFunction._invoke_lambda`: the answer as text, whether it is an error, and the log."""

    def invoke(function: Any, event: Any = None) -> tuple[str, bool, str]:
        suffixes = _suffixes(function)
        if suffixes is None:
            answer: tuple[str, bool, str] = original(function, event)
            return answer
        return functions.invoke(function, event, suffixes)

    return invoke


class LocalFunctions:
    """What runs moto's functions. `variables` are those that tell AWS clients where they are."""

    def __init__(self, variables: Callable[[], dict[str, str]], new_id: Callable[[], str]) -> None:
        self._variables = variables
        self._new_id = new_id
        self._lock = threading.Lock()
        self._unpacked: dict[str, _Unpacked] = {}

    def invoke(self, function: Any, event: Any, suffixes: tuple[str, ...]) -> tuple[str, bool, str]:
        """Run a function, as `_invoke_lambda` does."""
        text = event if isinstance(event, str) else json.dumps({} if event is None else event)
        seconds = float(function.timeout)
        request_id = self._new_id()
        invocation = Invocation(function.function_arn, text.encode(), request_id, seconds, START_SECONDS)
        try:
            answer = self._runner(function, suffixes).run(invocation)
        except FunctionFailed as failure:
            return _error(failure), True, ""
        except TimedOut:
            message = f"{request_id} Task timed out after {seconds:.2f} seconds"
            return json.dumps({"errorType": "Sandbox.Timedout", "errorMessage": message}), True, ""
        return answer.decode("utf-8", "replace"), False, ""

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            unpacked, self._unpacked = list(self._unpacked.values()), {}
        for one in unpacked:
            one.close()

    def _runner(self, function: Any, suffixes: tuple[str, ...]) -> FileRunner:
        """The runner of a function as it is now; what it was before is dropped."""
        layers = [layer["Arn"] for layer in function.layers or []]
        state = json.dumps(
            [function.code_sha_256, function.handler, function.environment_vars, layers, function.timeout]
        )
        with self._lock:
            found = self._unpacked.get(function.function_arn)
            if found is None or found.state != state:
                if found is not None:
                    found.close()
                found = _Unpacked(function, state, suffixes, self._variables)
                self._unpacked[function.function_arn] = found
        return found.runner


class _Unpacked:
    """A function's code in a directory, and what runs it there."""

    def __init__(
        self, function: Any, state: str, suffixes: tuple[str, ...], variables: Callable[[], dict[str, str]]
    ) -> None:
        self.state = state
        self._function = function
        self._lock = threading.Lock()
        self._directory = Path(tempfile.mkdtemp(prefix="cognito-emulator-function-"))
        try:
            task, layers = self._directory / "task", self._directory / "opt"
            _unzip(function.code_bytes, task)
            for content in _layer_contents(function):
                _unzip(content, layers)
            file = HandlerFile.inside(task, function.handler, suffixes)
        except BaseException:
            shutil.rmtree(self._directory, ignore_errors=True)
            raise
        own = {name: str(value) for name, value in (function.environment_vars or {}).items()}
        libraries = {"PYTHONPATH": str(layers / "python"), "NODE_PATH": str(layers / "nodejs" / "node_modules")}
        self.runner = FileRunner(file, lambda: {**libraries, **variables(), **own}, self._log)

    def _log(self, line: str) -> None:
        """A line that the function printed, in its log group at moto."""
        now = datetime.fromtimestamp(Clock().now(), tz=timezone.utc)
        stream = f"{now:%Y/%m/%d}/[{self._function.version}]local"
        logs, group = self._function.logs_backend, self._function.logs_group_name
        with self._lock:
            logs.ensure_log_group(group)
            if stream not in logs.groups[group].streams:
                logs.create_log_stream(group, stream)
            logs.put_log_events(group, stream, [{"timestamp": int(now.timestamp() * 1000), "message": line}])

    def close(self) -> None:
        self.runner.close()
        shutil.rmtree(self._directory, ignore_errors=True)


def _suffixes(function: Any) -> tuple[str, ...] | None:
    """The endings of source files of a function's runtime; None for one that is not run here."""
    if getattr(function, "package_type", "Zip") == "Image" or not getattr(function, "code_bytes", None):
        return None
    runtime = str(function.run_time or "").rstrip("0123456789.x")
    if runtime not in _SUFFIXES:
        return None
    if can_run(runtime):
        return _SUFFIXES[runtime]
    need = "pip install 'cognito-emulator[functions]'" if runtime == "python" else "Node"
    logger.warning("%s: without Docker it needs %s to run", function.function_name, need)
    return None


def can_run(runtime: str) -> bool:
    """Whether what runs functions of a runtime is installed here."""
    if runtime == "python":
        return find_spec("awslambdaric") is not None
    return shutil.which("node") is not None


def _layer_contents(function: Any) -> list[bytes]:
    """The archives of a function's layers."""
    if not function.layers:
        return []
    from moto.awslambda.models import lambda_backends

    backend: Any = lambda_backends[function.account_id][function.region]
    return [backend.layers_versions_by_arn(layer["Arn"]).code_bytes for layer in function.layers]


def _unzip(content: bytes, directory: Path) -> None:
    """Unpack an archive; names that lead out of the directory do not (`zipfile` sees to it)."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            archive.extractall(directory)
    except zipfile.BadZipFile:
        raise FunctionFailed("The function's code cannot be unpacked: it is no zip archive") from None


def _error(failure: FunctionFailed) -> str:
    """What the runtime reports, or what there is instead."""
    if failure.payload is not None:
        return failure.payload.decode("utf-8", "replace")
    return json.dumps({"errorType": "Runtime.ExitError", "errorMessage": failure.message or "null"})
