"""The server as a process: what it prints, serves and leaves behind."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from cognito_emulator import __version__
from cognito_emulator.http.live import LiveServer

SERVE = [sys.executable, "-m", "cognito_emulator", "serve", "--port", "0"]
HEALTH = "/_emulator/health"
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and process groups of POSIX")
linux = pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")


class Process:
    """A server process and the address that it printed."""

    def __init__(self, *arguments: str, command: list[str] | None = None, **variables: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COGNITO_EMULATOR_")}
        self.popen = subprocess.Popen(
            [*(command or SERVE), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**kept, **variables},
        )
        assert self.popen.stdout is not None
        self.line = self.popen.stdout.readline()
        self.url = self.line.strip().rpartition(" ")[2]

    def get(self, path: str = HEALTH) -> int:
        """The status of an answer."""
        return self.request("GET", path)[0]

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes, Message]:
        """Status, body and headers of an answer."""
        with closing(http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=10)) as connection:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            return response.status, response.read(), response.headers

    def socket(self) -> socket.socket:
        address = urlsplit(self.url)
        return socket.create_connection((address.hostname or "", address.port or 0), timeout=10)

    def stop(self, number: int = signal.SIGTERM, timeout: float = 10) -> tuple[int, str, str]:
        """Exit code, what else came on standard output, and standard error."""
        self.popen.send_signal(number)
        out, err = self.popen.communicate(timeout=timeout)
        return self.popen.returncode, out, err


@contextmanager
def running(*arguments: str, command: list[str] | None = None, **variables: str) -> Iterator[Process]:
    process = Process(*arguments, command=command, **variables)
    try:
        yield process
    finally:
        if process.popen.returncode is None:
            process.popen.kill()
            process.popen.communicate()


@pytest.fixture(scope="module")
def server() -> Iterator[Process]:
    """A server that many tests ask, and none stops."""
    with running("--threads", "8", "--log-format", "off") as process:
        yield process


def wait_until(condition: Callable[[], bool], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


# Start


def test_it_prints_one_line_when_it_accepts_connections() -> None:
    with running() as server:
        assert re.fullmatch(rf"cognito-emulator {__version__} listening on http://127\.0\.0\.1:[1-9]\d*\n", server.line)
        status, body, _ = server.request("GET", HEALTH)
        assert (status, json.loads(body)["status"]) == (200, "ok")
        assert server.stop()[:2] == (0, "")


def test_it_listens_on_every_address() -> None:
    with running("--host", "0.0.0.0") as server:
        assert server.url.startswith("http://127.0.0.1:")
        assert server.get() == 200


@pytest.mark.parametrize("host", ["::1", "::"])
def test_it_listens_on_ipv6(host: str) -> None:
    try:
        with closing(socket.socket(socket.AF_INET6)) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no IPv6")
    with running("--host", host) as server:
        assert server.url.startswith("http://[::1]:")
        assert server.get() == 200
        if host == "::":
            port = urlsplit(server.url).port or 0
            socket.create_connection(("127.0.0.1", port), timeout=5).close()


def test_a_port_in_use_is_said_in_one_line() -> None:
    with running() as server:
        port = server.url.rpartition(":")[2]
        command = [*SERVE[:-1], port]
        finished = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        assert (finished.returncode, finished.stdout) == (1, "")
        assert finished.stderr == f"cognito-emulator: cannot listen on 127.0.0.1:{port}: Address already in use\n"
        assert server.get() == 200


@pytest.mark.parametrize("arguments", [["--host", "no.such.host.invalid"], ["--port", "70000"]])
def test_an_address_that_cannot_be_is_said_in_one_line(arguments: list[str]) -> None:
    finished = subprocess.run([*SERVE, *arguments], capture_output=True, text=True, timeout=20, check=False)
    assert (finished.returncode, finished.stdout) == (1, "")
    assert finished.stderr.startswith("cognito-emulator: cannot listen on ")
    assert finished.stderr.count("\n") == 1


# HTTP


def test_an_unknown_operation_is_answered_as_aws_does(server: Process) -> None:
    target = "AWSCognitoIdentityProviderService.Dance"
    status, body, _ = server.request("POST", "/", b"{}", X_Amz_Target=target)
    assert (status, json.loads(body)["__type"]) == (400, "UnknownOperationException")


def test_several_requests_use_one_connection(server: Process) -> None:
    with closing(http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)) as connection:
        used = set()
        for _ in range(5):
            connection.request("GET", HEALTH)
            assert connection.getresponse().read()
            used.add(connection.sock.getsockname())
    assert len(used) == 1


@pytest.mark.parametrize("chunked", [False, True])
def test_large_bodies_arrive_whole(server: Process, chunked: bool) -> None:
    # The clock reads the body as JSON, whatever its size.
    body = json.dumps({"time": None, "padding": "x" * 1_048_576}).encode()
    parts: Any = (body[start : start + 65_536] for start in range(0, len(body), 65_536)) if chunked else body
    status, answer, _ = server.request("POST", "/_emulator/clock", parts)
    assert (status, json.loads(answer)["offsetSeconds"]) == (200, 0)
    status, answer, _ = server.request("POST", "/_emulator/clock", iter([body[:-2]]) if chunked else body[:-2])
    assert (status, json.loads(answer)["message"]) == (400, "the body is not JSON")


def test_head_has_the_length_and_no_body(server: Process) -> None:
    with server.socket() as connection:
        for request in (b"HEAD /nothing", b"GET /_emulator/health"):
            connection.sendall(request + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        received = b""
        while b'"ok"' not in received:
            received += connection.recv(65_536)
    first, _, second = received.partition(b"\r\n\r\n")
    assert first.startswith(b"HTTP/1.1 404 ")
    assert re.search(rb"content-length: [1-9]", first.lower())
    assert second.startswith(b"HTTP/1.1 200 ")


def test_options_is_answered_for_browsers(server: Process) -> None:
    asked = {"Origin": "http://localhost:3000", "Access_Control_Request_Method": "POST"}
    status, body, headers = server.request("OPTIONS", "/", **asked)
    assert (status, body, headers["Access-Control-Allow-Origin"]) == (200, b"", "*")


def test_a_client_that_waits_for_100_continue_gets_it(server: Process) -> None:
    head = b"POST /_emulator/clock HTTP/1.1\r\nHost: x\r\nContent-Length: 13\r\nExpect: 100-continue\r\n\r\n"
    with server.socket() as connection:
        connection.sendall(head)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b'{"time":null}')
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")


def test_requests_that_wait_do_not_hold_up_others(server: Process) -> None:
    with ThreadPoolExecutor(7) as pool:
        path = "/_emulator/messages?wait=5&username=nobody"
        waiting = [pool.submit(server.get, path) for _ in range(7)]  # all but one of the server's threads
        time.sleep(0.3)
        assert [server.get() for _ in range(20)] == [200] * 20
        assert not any(request.done() for request in waiting)
        assert [request.result() for request in waiting] == [200] * 7


def test_idle_connections_do_not_hold_up_others(server: Process) -> None:
    idle = [server.socket() for _ in range(200)]
    try:
        for connection in idle[::20]:
            connection.sendall(b"GET /_emulator/health HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connection.recv(65_536)
        assert server.get() == 200
    finally:
        for connection in idle:
            connection.close()


# Log


def test_the_access_log_is_text() -> None:
    with running() as server:
        server.get("/nothing")
        server.request("POST", "/", b"{}", X_Amz_Target="AWSCognitoIdentityProviderService.Dance")
        code, out, err = server.stop()
    assert (code, out) == (0, "")
    first, second = err.splitlines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z GET /nothing 404 [\d.]+ ms", first)
    assert "400 UnknownOperationException" in second


def test_the_access_log_is_json() -> None:
    with running(COGNITO_EMULATOR_LOG_FORMAT="json") as server:
        server.get("/nothing")
        _, _, err = server.stop()
    (line,) = map(json.loads, err.splitlines())
    assert {"time", "operation", "method", "path", "status", "milliseconds"} <= line.keys()
    assert (line["path"], line["status"]) == ("/nothing", 404)


def test_the_access_log_is_off() -> None:
    with running("--log-format", "off") as server:
        server.get()
        assert server.stop() == (0, "", "")


# End


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_lets_requests_finish(number: int) -> None:
    with running("--log-format", "off") as server, ThreadPoolExecutor(1) as pool, server.socket() as idle:
        idle.sendall(b"GET /_emulator/health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(65_536)
        waiting = pool.submit(server.get, "/_emulator/messages?wait=0.6&username=nobody")
        time.sleep(0.2)
        assert server.stop(number) == (0, "", "")
        assert waiting.result() == 200


@posix
def test_requests_have_a_limit_to_finish_in() -> None:
    script = "from cognito_emulator.http import server; server.GRACE_SECONDS = 0.3; import cognito_emulator.cli as c; "
    command = [sys.executable, "-c", script + "raise SystemExit(c.main(['serve', '--port=0', '--log-format=off']))"]
    with running(command=command) as server, server.socket() as connection:
        connection.sendall(b"GET /_emulator/messages?wait=30&username=nobody HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.2)
        started = time.monotonic()
        assert server.stop() == (0, "", "")
        assert time.monotonic() - started < 25  # and not the thirty that the request would take


def test_it_ends_with_standard_input_if_asked_to() -> None:
    with running("--exit-with-stdin", "--log-format", "off") as server:
        out, err = server.popen.communicate(timeout=10)
        assert (server.popen.returncode, out, err) == (0, "", "")


# Workers


@linux
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_workers_share_the_port_and_end_with_their_parent(number: int, tmp_path: Path) -> None:
    pytest.importorskip("sqlalchemy")
    with running("--workers", "2", "--store", f"sqlite:///{tmp_path}/state.db", "--log-format", "off") as server:
        workers = children(server.popen.pid)
        assert len(workers) == 2
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(lambda _: server.get(), range(20))) == [200] * 20
        code = server.stop(number)[0]
        assert code == (-number if number == signal.SIGKILL else 0)
        wait_until(lambda: not any(map(alive, workers)))


@linux
def test_a_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    pytest.importorskip("sqlalchemy")
    with running("--workers", "2", "--store", f"sqlite:///{tmp_path}/state.db", "--log-format", "off") as server:
        workers = children(server.popen.pid)
        os.kill(workers[0], signal.SIGKILL)
        wait_until(lambda: len(children(server.popen.pid)) == 2 and workers[0] not in children(server.popen.pid))
        assert [server.get() for _ in range(10)] == [200] * 10
        assert server.stop()[0] == 0


@linux
def test_one_worker_is_one_process(server: Process) -> None:
    assert children(server.popen.pid) == []


# From Python


@pytest.fixture(scope="module")
def live() -> Iterator[LiveServer]:
    with LiveServer(region="eu-west-1") as server:
        yield server


def test_a_live_server_has_a_client(live: LiveServer) -> None:
    client = live.client()
    assert client.meta.endpoint_url == live.endpoint_url
    assert client.meta.region_name == "eu-west-1"
    assert live.client("cognito-identity", region_name="us-west-2").meta.region_name == "us-west-2"


def test_a_live_server_has_messages_and_a_clock(live: LiveServer) -> None:
    assert live.messages(userPoolId="eu-west-1_none", wait=0.01) == []
    before = live.clock.now()
    live.clock.advance(86_400)
    assert live.clock.now()[:10] > before[:10]
    live.clock.set("2030-01-01T00:00:00Z")
    assert live.clock.now().startswith("2030-01-01T00:00:0")
    live.reset()
    assert live.clock.now()[:10] == before[:10]
    with pytest.raises(RuntimeError, match="ISO 8601"):
        live.clock.set("tomorrow")


def test_a_live_server_shows_its_log(live: LiveServer) -> None:
    live.control("GET", "health")
    wait_until(lambda: "control:health 200" in live.log)


def test_a_live_server_that_cannot_start_says_why() -> None:
    with pytest.raises(RuntimeError, match=r"exit code 1\s+cognito-emulator: --store: no store answers"):
        LiveServer(store="papyrus:")


def test_a_live_server_stops_twice_and_frees_its_process() -> None:
    server = LiveServer()
    server.stop()
    server.stop()
    assert server.log == ""
    with pytest.raises(ConnectionError):
        server.reset()


@linux
@pytest.mark.parametrize("end", ["pass", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"])
def test_a_live_server_ends_with_its_process(end: str) -> None:
    script = f"from cognito_emulator.http.live import LiveServer; s = LiveServer(); print(s.pid, flush=True); {end}"
    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=20, check=False)
    wait_until(lambda: not alive(int(finished.stdout)))
