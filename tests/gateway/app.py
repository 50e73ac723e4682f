"""An app behind the gateway: it says what it got, and misbehaves where it is asked to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class App(ThreadingHTTPServer):
    """The app. `go` lets the paths that wait go on; `seen` are the targets of all requests."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.go = threading.Event()
        self.client_left = threading.Event()
        self.seen: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are no failure."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: App

    def _answer(self) -> None:
        self.server.seen.append(self.path)
        body = self._body()
        special = getattr(self, "_at_" + self.path.partition("?")[0].strip("/").replace("/", "_"), None)
        if special is not None:
            special()
            return
        headers = [[name.lower(), value] for name, value in self.headers.items()]
        shown = {"method": self.command, "target": self.path, "headers": headers, "body": body.decode("latin-1")}
        self._send(200, json.dumps(shown).encode(), ("Content-Type", "application/json"))

    do_GET = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_HEAD = _answer

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _send(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _at_open_redirect(self) -> None:
        self._send(302, b"", ("Location", "/elsewhere?a=%2F"))

    def _at_open_cookies(self) -> None:
        self._send(200, b"", ("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2"), ("X-Powered-By", "app"))

    def _at_open_cors(self) -> None:
        self._send(200, b"", ("Access-Control-Allow-Origin", "http://app.example"))

    def _at_open_nothing(self) -> None:
        self._send(204, b"")

    def _at_open_hop(self) -> None:
        self._send(200, b"x", ("Connection", "X-Secret"), ("X-Secret", "1"), ("Keep-Alive", "timeout=5"))

    def _at_open_compressed(self) -> None:
        self._send(200, b"not really gzip", ("Content-Encoding", "gzip"))

    def _at_open_drop(self) -> None:
        self.close_connection = True

    def _at_open_cut_length(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b"half")
        self.close_connection = True

    def _at_open_cut_chunks(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self._chunk(b"half")
        self.close_connection = True

    def _wait(self) -> None:
        self.server.go.wait(30)
        self._send(200, b"late")

    _at_slow_none = _at_slow_http = _at_slow_rest = _wait

    def _at_open_events(self) -> None:
        """A stream that goes on when the test says so."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self._chunk(b"data: 1\n\n")
        self.server.go.wait(30)
        self._chunk(b"data: 2\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _at_open_endless(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            while True:
                self._chunk(b"x" * 65_536)
        except OSError:
            self.server.client_left.set()

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        return


@contextmanager
def running_app() -> Iterator[App]:
    with App() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server
        finally:
            server.go.set()
            server.shutdown()
