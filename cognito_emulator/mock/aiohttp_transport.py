"""A connection of asyncio that ends in an emulator. Imported only where asyncio is in use already."""

from __future__ import annotations

import asyncio
import io
from http.client import parse_headers
from typing import TYPE_CHECKING, Any

from cognito_emulator.mock.exchange import ask, header_pairs, reason

if TYPE_CHECKING:
    from email.message import Message

    from cognito_emulator.emulator import Emulator


class Transport(asyncio.Transport):
    """A connection on which one request is written, and the emulator's answer read. It is not used again."""

    def __init__(self, protocol: Any, emulator: Emulator, origin: str) -> None:
        super().__init__()
        self._protocol = protocol
        self._emulator = emulator
        self._origin = origin
        self._written = bytearray()
        self._answered = self._closing = False

    def write(self, data: Any) -> None:
        self._written += data
        if not self._answered and (request := _request_in(bytes(self._written))) is not None:
            self._answered = True
            asyncio.get_running_loop().call_soon(self._answer, *request)

    def _answer(self, method: str, target: str, headers: Message, body: bytes) -> None:
        if self._closing:
            return
        url = target if "://" in target else self._origin + target
        response = ask(self._emulator, method, url, headers.items(), body)
        lines = [f"HTTP/1.1 {response.status} {reason(response)}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in header_pairs(response)]
        head = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
        self._protocol.data_received(head if method == "HEAD" else head + response.body)

    def is_closing(self) -> bool:
        return self._closing

    def close(self) -> None:
        if not self._closing:
            self._closing = True
            asyncio.get_running_loop().call_soon(self._protocol.connection_lost, None)

    abort = close

    def get_write_buffer_size(self) -> int:
        return 0

    def pause_reading(self) -> None:
        """The answer comes whole."""

    def resume_reading(self) -> None:
        """The answer comes whole."""


def _request_in(written: bytes) -> tuple[str, str, Message, bytes] | None:
    """Method, target, headers and body of a request; None while it is not there as a whole."""
    head, separator, rest = written.partition(b"\r\n\r\n")
    if not separator:
        return None
    first, _, lines = head.partition(b"\r\n")
    method, target, _ = first.decode("latin-1").split(" ", 2)
    headers = parse_headers(io.BytesIO(lines + b"\r\n\r\n"))
    if headers.get("Transfer-Encoding", "").lower() == "chunked":
        body = _unchunked(rest)
    else:
        length = int(headers.get("Content-Length") or 0)
        body = rest[:length] if len(rest) >= length else None
    return None if body is None else (method, target, headers, body)


def _unchunked(rest: bytes) -> bytes | None:
    body = b""
    while True:
        line, separator, rest = rest.partition(b"\r\n")
        if not separator:
            return None
        size = int(line.partition(b";")[0], 16)
        if size == 0:
            return body
        if len(rest) < size + 2:
            return None
        body, rest = body + rest[:size], rest[size + 2 :]
