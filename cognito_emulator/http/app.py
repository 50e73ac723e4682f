"""The way of one request, first to last. Read this file first.

bytes → request → (preflight) → door → answer → CORS headers → access log → bytes
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from cognito_emulator.aws.call import HttpRequest, HttpResponse
from cognito_emulator.http import access_log, cors, doors

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator

_STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class Application:
    """The WSGI application over one emulator. `handle` is the same without WSGI, for calls in process."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return self.respond(read_request(environ), start_response)

    def respond(self, request: HttpRequest, start_response: Callable[..., Any]) -> list[bytes]:
        """Answer a request as WSGI wants it."""
        response = self.handle(request)
        response.headers.setdefault("Content-Length", str(len(response.body)))
        headers = response.lines()
        start_response(_STATUS_LINES.get(response.status, f"{response.status} Unknown"), headers)
        return [] if request.method == "HEAD" else [response.body]

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer one request."""
        started = time.perf_counter()
        response = cors.preflight(request)
        label = "preflight"
        if response is None:
            label, response = doors.answer(self._emulator, request)
            cors.allow_origin(request, response)
        elapsed = time.perf_counter() - started
        access_log.write(label, request, response, elapsed, self._emulator.config.log_format)
        return response


def read_request(environ: dict[str, Any]) -> HttpRequest:
    """The request in a WSGI environment."""
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name[:5] == "HTTP_"}
    if environ.get("CONTENT_TYPE"):
        headers["content-type"] = environ["CONTENT_TYPE"]
    return HttpRequest(
        method=environ["REQUEST_METHOD"],
        path=environ.get("PATH_INFO", "/").encode("latin-1").decode("utf-8", "replace"),
        query=environ.get("QUERY_STRING", ""),
        headers=headers,
        body=_read_body(environ),
        base_url=f"{_scheme(environ)}://{environ.get('HTTP_HOST') or environ['SERVER_NAME']}",
        source_ip=environ.get("REMOTE_ADDR", "127.0.0.1"),
    )


def _scheme(environ: dict[str, Any]) -> str:
    """The scheme that the client used, which a proxy that ends TLS passes on."""
    forwarded = environ.get("HTTP_X_FORWARDED_PROTO", "").partition(",")[0].strip().lower()
    return forwarded if forwarded in ("http", "https") else str(environ["wsgi.url_scheme"])


def _read_body(environ: dict[str, Any]) -> bytes:
    length = environ.get("CONTENT_LENGTH")
    if length:
        body: bytes = environ["wsgi.input"].read(int(length))
        return body
    if environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked" or environ.get("wsgi.input_terminated"):
        body = environ["wsgi.input"].read()
        return body
    return b""
