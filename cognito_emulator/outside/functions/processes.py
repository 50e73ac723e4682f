"""The process of a function, and our half of the Lambda Runtime API that it talks to.

Source of the protocol: AWS Lambda developer guide, "Using the Lambda runtime API for custom runtimes".
"""

from __future__ import annotations

import logging
import queue
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cognito_emulator.config import environment_of_child
from cognito_emulator.outside.functions.kinds import FunctionFailed, Invocation, TimedOut, name_of, region_of
from cognito_emulator.outside.functions.lambda_api import error_message

logger = logging.getLogger("cognito_emulator.functions")
_API = "/2018-06-01/runtime/"


@dataclass(frozen=True)
class _Outcome:
    """How an invocation ended: an answer, an error that the runtime reported, or the end of the process."""

    answer: bytes | None = None
    error: bytes | None = None
    at_start: bool = False


class Process:
    """A runtime in a process of its own. It takes one event at a time.

    It ends with us: its next request finds nobody at the other end of the Runtime API.
    """

    def __init__(
        self,
        arn: str,
        command: list[str],
        directory: Path,
        handler: str,
        variables: dict[str, str],
        on_line: Callable[[str], None] | None = None,
    ) -> None:
        name = name_of(arn)
        self._name = name
        self._broken = False
        self._on_line = on_line
        self._events: queue.Queue[Invocation | None] = queue.Queue()
        self._outcomes: queue.Queue[_Outcome] = queue.Queue()
        self._api = _RuntimeApi(self._events, self._outcomes)
        try:
            self._process = subprocess.Popen(
                command,
                cwd=directory,
                env=environment_of_child(**_environment(arn, directory, handler, self._api.address), **variables),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            self._api.stop()
            raise FunctionFailed(f"{command[0]} could not be run: {error}") from error
        self._reader = threading.Thread(target=self._read_output, name=f"function-{name}", daemon=True)
        self._reader.start()

    @property
    def alive(self) -> bool:
        """Whether it can take another event."""
        return not self._broken and self._process.poll() is None

    def invoke(self, invocation: Invocation) -> bytes:
        """Give the process an event and wait for what becomes of it."""
        self._events.put(invocation)
        try:
            outcome = self._outcomes.get(timeout=invocation.patience)
        except queue.Empty:
            raise TimedOut from None
        if outcome.answer is not None:
            return outcome.answer
        self._broken = outcome.at_start
        if outcome.error is not None:
            raise FunctionFailed(error_message(outcome.error), outcome.error)
        status = self._process.wait()
        raise FunctionFailed(
            f"RequestId: {invocation.request_id} Error: Runtime exited with error: exit status {status}"
        )

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        self._api.stop()

    def _read_output(self) -> None:
        """Bring what the function prints to our log, and tell whoever waits when the process has ended."""
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                # A traceback comes as one line with carriage returns in it.
                for text in line.decode("utf-8", "replace").replace("\r", "\n").rstrip().splitlines():
                    logger.info("[%s] %s", self._name, text)
                    if self._on_line is not None:
                        self._on_line(text)
        self._outcomes.put(_Outcome())


class _RuntimeApi:
    """The Runtime API on a loopback port, for one process."""

    def __init__(self, events: queue.Queue[Invocation | None], outcomes: queue.Queue[_Outcome]) -> None:
        class Handler(_RequestHandler):
            pass

        Handler.events, Handler.outcomes = events, outcomes
        self._events = events
        self._server = _Server(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="function-runtime-api", daemon=True
        ).start()

    def stop(self) -> None:
        self._events.put(None)
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A runtime that is killed leaves its connection; nothing to report."""


class _RequestHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # an answer goes out in one piece: two make the other side wait for 40 ms
    events: queue.Queue[Invocation | None]
    outcomes: queue.Queue[_Outcome]

    def do_GET(self) -> None:
        """`invocation/next`: wait for an event."""
        if self.path != f"{_API}invocation/next":
            self._answer(404, b"{}")
            return
        invocation = self.events.get()
        if invocation is None:
            self.close_connection = True
            return
        seconds = 900.0 if invocation.seconds is None else invocation.seconds
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(time.time_ns() // 1_000_000 + int(seconds * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.arn,
        }
        self._answer(200, invocation.event, headers)

    def do_POST(self) -> None:
        """`invocation/<id>/response`, `invocation/<id>/error`, `init/error`."""
        body = self._body()
        parts = self.path.removeprefix(_API).split("/")
        if parts == ["init", "error"]:
            self.outcomes.put(_Outcome(error=body, at_start=True))
        elif len(parts) == 3 and parts[0] == "invocation" and parts[2] == "response":
            self.outcomes.put(_Outcome(answer=body))
        elif len(parts) == 3 and parts[0] == "invocation" and parts[2] == "error":
            self.outcomes.put(_Outcome(error=body))
        else:
            self._answer(404, b"{}")
            return
        self._answer(202, b'{"status":"OK"}')

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return b"".join(self._chunks())
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _chunks(self) -> list[bytes]:
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return chunks

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response_only(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Requests of the runtime are nobody's concern."""


def _environment(arn: str, directory: Path, handler: str, address: str) -> dict[str, str]:
    """Variables that Lambda defines for a function.

    Source: AWS Lambda developer guide, "Defined runtime environment variables".
    """
    name, region = name_of(arn), region_of(arn)
    variables = {
        "AWS_LAMBDA_RUNTIME_API": address,
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        "LAMBDA_TASK_ROOT": str(directory),
        "_HANDLER": handler,
        "PYTHONUNBUFFERED": "1",
    }
    if region:
        variables |= {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}
    return variables
