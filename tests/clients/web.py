"""Small web servers of this machine that people's browsers meet: apps and identity providers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    """What a browser asked."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]


@dataclass(frozen=True)
class Answer:
    """What it is told."""

    body: str | bytes = ""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


APP = Answer("<!doctype html><html lang=en><title>App</title><link rel=icon href='data:,'><p>back at the app")


@contextmanager
def serving(answer: Callable[[Request], Answer]) -> Iterator[str]:
    """A server on a free port of localhost as long as the block lasts; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            request = Request(self.command, parts.path, dict(parse_qsl(parts.query)), dict(parse_qsl(body)))
            said = answer(request)
            content = said.body.encode() if isinstance(said.body, str) else said.body
            self.send_response(said.status)
            for name, value in {"Content-Type": said.kind, "Content-Length": str(len(content)), **said.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, format: str, *args: Any) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        thread.join()
