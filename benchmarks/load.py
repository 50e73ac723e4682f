"""A load generator on raw sockets: one request, sent again and again over some connections, the same for every server.

One thread with a selector: what it costs itself is a few hundredths of a millisecond per request, and it is the same
for all. Every answer is read to its end and has to be a success.
"""

from __future__ import annotations

import selectors
import socket
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

PATIENCE = 30.0


class Refused(Exception):
    """A server answered something else than success."""


@dataclass(frozen=True)
class Load:
    """What a server did."""

    requests: int
    seconds: float
    latencies: list[float]

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds

    def percentile(self, percent: float) -> float:
        """Milliseconds that so many of the requests took at most."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] * 1000


class _Exchange:
    """One connection, and what has come of the answer to its last request."""

    def __init__(self, address: tuple[str, int], selector: selectors.BaseSelector, request: bytes) -> None:
        self._address = address
        self._selector = selector
        self._request = request
        self._received = bytearray()
        self._socket: socket.socket | None = None
        self.begun = 0.0

    def begin(self) -> None:
        """Send the request, over a new connection if the server wants one for each."""
        self.begun = time.perf_counter()
        if self._socket is None:
            self._socket = socket.create_connection(self._address, timeout=PATIENCE)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(self._socket, selectors.EVENT_READ, self)
        self._received.clear()
        self._socket.sendall(self._request)

    def advance(self) -> bool:
        """Read what has come. True at the end of the answer."""
        assert self._socket is not None
        piece = self._socket.recv(65536)
        if not piece:
            raise Refused(f"the server hung up after {bytes(self._received[:200])!r}")
        self._received += piece
        if not answer_ends(self._received):
            return False
        if b"\r\nconnection: close" in self._received[:1000].lower():
            self.close()
        return True

    def close(self) -> None:
        if self._socket is not None:
            self._selector.unregister(self._socket)
            self._socket.close()
            self._socket = None


def answer_ends(received: bytearray) -> bool:
    """Whether a whole answer is there. Raises Refused for one that is no success."""
    head, found, body = received.partition(b"\r\n\r\n")
    if not found:
        return False
    if received[9:12] != b"200":
        raise Refused(bytes(received[:600]).decode("latin-1"))
    headers = head.lower()
    start = headers.find(b"content-length:")
    if start >= 0:
        return len(body) >= int(headers[start + 15 :].split(b"\r\n", 1)[0])
    if b"transfer-encoding: chunked" in headers:
        return body.endswith(b"0\r\n\r\n")
    raise Refused(f"no length in {bytes(head)!r}")


def http_request(url: str, headers: dict[str, str], body: bytes, method: str = "POST", path: str = "/") -> bytes:
    """A request as bytes."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {urlsplit(url).netloc}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def load(url: str, request: bytes, connections: int, seconds: float, warm_up: float = 0.5) -> Load:
    """Send a request over some connections, for some seconds after a warm-up. Raises Refused."""
    parts = urlsplit(url)
    selector = selectors.DefaultSelector()
    exchanges = [_Exchange((parts.hostname or "", parts.port or 80), selector, request) for _ in range(connections)]
    latencies: list[float] = []
    start = time.perf_counter() + warm_up
    end = start + seconds
    now = 0.0
    try:
        for exchange in exchanges:
            exchange.begin()
        while now < end:
            events = selector.select(PATIENCE)
            if not events:
                raise Refused(f"no answer within {PATIENCE:.0f} s")
            for key, _ in events:
                exchange = key.data
                if exchange.advance():
                    now = time.perf_counter()
                    if start <= now < end:
                        latencies.append(now - exchange.begun)
                    exchange.begin()
    finally:
        for exchange in exchanges:
            exchange.close()
        selector.close()
    return Load(len(latencies), seconds, latencies)
