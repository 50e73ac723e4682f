"""A server in a process of its own, for tests and scripts: started, asked and stopped from here."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import weakref
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from cognito_emulator.config import Config

if TYPE_CHECKING:
    from types import TracebackType

_CREDENTIALS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
_QUERY_NAMES = {"user_pool_id": "userPoolId"}
_STOP_SECONDS = 10


class LiveServer:
    """`cognito-emulator serve` on a free port of 127.0.0.1, from here until `stop`, or until this process ends.

    Options are those of `Config`, by name: `LiveServer(region="eu-west-1", strict=True)`. Others come from the
    environment, as with the command.
    """

    def __init__(self, *, start_timeout: float = 30, **options: Any) -> None:
        options = {"host": "127.0.0.1", "port": 0, **options}
        self.config = Config.from_environment(**options)
        # Appended to, so that the server does not write where this process reads.
        self._log = tempfile.TemporaryFile("a+b")  # noqa: SIM115 - open for as long as the server runs
        self._process = subprocess.Popen(
            [sys.executable, "-m", "cognito_emulator", "serve", "--exit-with-stdin", *_arguments(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        self._finalizer = weakref.finalize(self, _stop, self._process, self._log, os.getpid())
        self._session: Any = None
        try:
            self.endpoint_url: str = self._wait_for_address(start_timeout)
        except BaseException:
            self.stop()
            raise
        self.clock = LiveClock(self)

    @property
    def log(self) -> str:
        """What the server has written to standard error: its access log, warnings and failures."""
        if self._log.closed:
            return ""
        self._log.seek(0)
        return self._log.read().decode("utf-8", "replace")

    @property
    def pid(self) -> int:
        """The server's process."""
        return self._process.pid

    def client(self, service: str = "cognito-idp", **kwargs: Any) -> Any:
        """A boto3 client of this server. Region and credentials are dummies; `kwargs` may set them."""
        if self._session is None:
            import boto3.session

            self._session = boto3.session.Session(**_CREDENTIALS, region_name=self.config.region)
        return self._session.client(service, **{"endpoint_url": self.endpoint_url, **kwargs})

    def messages(self, *, wait: float | None = None, **filters: str) -> list[dict[str, Any]]:
        """E-mails and text messages, oldest first, as `GET /_emulator/messages` answers.

        `filters` are `userPoolId` (or `user_pool_id`), `username` and `destination`; `wait` seconds for the first
        that matches.
        """
        query = {_QUERY_NAMES.get(name, name): value for name, value in filters.items()}
        if wait is not None:
            query["wait"] = str(wait)
        answer = self.control("GET", f"messages?{urlencode(query)}", timeout=30 + (wait or 0))
        messages: list[dict[str, Any]] = answer["messages"]
        return messages

    def reset(self) -> None:
        """Drop all state; the clock goes back to system time."""
        self.control("POST", "reset")

    def control(self, method: str, path: str, body: Any = None, timeout: float = 30) -> Any:
        """One call of the control API. Raises RuntimeError if it is refused."""
        address = urlsplit(self.endpoint_url)
        # Not urllib: proxies in the environment are not meant for this.
        connection = self._connection(address.hostname or "", address.port, timeout)
        with contextlib.closing(connection):
            headers = {"Content-Type": "application/json"}
            connection.request(method, f"/_emulator/{path}", json.dumps({} if body is None else body), headers)
            response = connection.getresponse()
            text = response.read()
        if response.status >= 400:
            raise RuntimeError(f"{method} /_emulator/{path}: {response.status} {text.decode('utf-8', 'replace')}")
        return json.loads(text) if text else None

    def _connection(self, host: str, port: int | None, timeout: float) -> http.client.HTTPConnection:
        if self.config.tls_certificate is None:
            return http.client.HTTPConnection(host, port, timeout=timeout)
        import ssl

        # This process started the server: whoever signed its certificate.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return http.client.HTTPSConnection(host, port, timeout=timeout, context=context)

    def stop(self) -> None:
        """Stop the server; requests under way may finish."""
        self._finalizer()

    def __enter__(self) -> LiveServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _wait_for_address(self, seconds: float) -> str:
        lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        stdout = self._process.stdout
        assert stdout is not None
        threading.Thread(target=lambda: lines.put(stdout.readline()), daemon=True).start()
        try:
            line = lines.get(timeout=seconds).decode()
        except queue.Empty:
            raise RuntimeError(f"the server did not start within {seconds:g} seconds\n{self.log}") from None
        if " listening on " not in line:
            code = self._process.wait(_STOP_SECONDS)
            raise RuntimeError(f"the server ended with exit code {code}\n{line}{self.log}")
        return line.rpartition(" ")[2].strip()


class LiveClock:
    """The clock of a live server."""

    def __init__(self, server: LiveServer) -> None:
        self._server = server

    def now(self) -> str:
        """The server's time, ISO 8601."""
        time: str = self._server.control("GET", "clock")["time"]
        return time

    def advance(self, seconds: float) -> None:
        """Move the clock forwards, or backwards."""
        self._server.control("POST", "clock", {"advanceSeconds": seconds})

    def set(self, time: str | None) -> None:
        """Set the clock to an ISO 8601 time, or back to system time (None)."""
        self._server.control("POST", "clock", {"time": time})


def _arguments(options: dict[str, Any]) -> list[str]:
    arguments = []
    for name, value in options.items():
        flag = name.replace("_", "-")
        if isinstance(value, bool):
            arguments.append(f"--{flag}" if value else f"--no-{flag}")
        elif isinstance(value, tuple | list):
            arguments.extend(f"--{flag}={each}" for each in value)
        elif value is not None:
            arguments.append(f"--{flag}={value}")
    return arguments


def _stop(process: subprocess.Popen[bytes], log: IO[bytes], owner: int) -> None:
    if os.getpid() != owner:  # a fork that ends is no reason to stop
        return
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for stream in (process.stdin, process.stdout, log):
        if stream is not None:
            stream.close()
