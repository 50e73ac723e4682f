"""One request and its answer, handed over in process."""

from __future__ import annotations

import io
from collections.abc import Iterable
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from cognito_emulator.aws.call import HttpRequest, HttpResponse
from cognito_emulator.mock.hosts import plain_host

if TYPE_CHECKING:
    from http.client import HTTPResponse

    from cognito_emulator.emulator import Emulator

Pairs = Iterable[tuple[Any, Any]]
_REASONS = {status.value: status.phrase for status in HTTPStatus}


def ask(emulator: Emulator, method: str, url: str, headers: Pairs, body: Any) -> HttpResponse:
    """The emulator's answer to a request for an absolute URL, with the headers that a server adds."""
    response = emulator.wsgi_app.handle(request_of(method, url, headers, body))
    response.headers.setdefault("Content-Length", str(len(response.body)))
    response.headers.setdefault("Date", formatdate(emulator.clock.now(), usegmt=True))
    return response


def request_of(method: str, url: str, headers: Pairs, body: Any) -> HttpRequest:
    """A request for an absolute URL, as a server would read it."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return HttpRequest(
        method=method.upper(),
        path=unquote(parts.path) or "/",
        query=parts.query,
        headers={"host": host} | {_text(name).lower(): _text(value) for name, value in headers},
        body=_bytes(body),
        base_url=f"{parts.scheme}://{plain_host(host)}",
    )


def header_pairs(response: HttpResponse) -> list[tuple[str, str]]:
    """The headers of an answer, one pair for each line."""
    return response.lines()


def reason(response: HttpResponse) -> str:
    """The words after the status code."""
    return _REASONS.get(response.status, "")


def as_http_client(response: HttpResponse, method: str) -> HTTPResponse:
    """An answer as the standard library reads it off a connection."""
    from http.client import HTTPResponse

    lines = [f"HTTP/1.1 {response.status} {reason(response)}"]
    lines += [f"{name}: {value}" for name, value in header_pairs(response)]
    head = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
    answer = HTTPResponse(_Wire(head + response.body), method=method)  # type: ignore[arg-type]
    answer.begin()
    return answer


class _Wire:
    """What `http.client` needs of a socket: a file to read."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, *args: Any, **kwargs: Any) -> io.BytesIO:
        return io.BytesIO(self._data)


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _bytes(body: Any) -> bytes:
    """A request's body in any of the forms that the libraries take."""
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, (bytes, bytearray, memoryview)):
        return bytes(body)
    if hasattr(body, "read"):
        return _bytes(body.read())
    return b"".join(_bytes(chunk) for chunk in body)
