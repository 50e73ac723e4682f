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

    def __init__(self, host: str, port: int, requests: list[bytes], first: int) -> None:
        self.socket = socket.create_connection((host, port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._requests = requests
        self._at = first
        self._received = bytearray()
        self.begun = 0.0

    def begin(self) -> None:
        self._received.clear()
        self.begun = time.perf_counter()
        self.socket.sendall(self._requests[self._at])
        self._at = (self._at + 1) % len(self._requests)

    def advance(self) -> bool:
        """Read what has come. True at the end of the answer."""
        piece = self.socket.recv(65536)
        if not piece:
            raise Refused(f"the server hung up after {bytes(self._received[:200])!r}")
        self._received += piece
        return answer_ends(self._received)


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


def load(url: str, requests: list[bytes], connections: int, seconds: float, warm_up: float = 0.5) -> Load:
    """Send requests in turn over some connections, for some seconds after a warm-up."""
    address = urlsplit(url)
    host, port = address.hostname or "", address.port or 80
    exchanges = [_Exchange(host, port, requests, number % len(requests)) for number in range(connections)]
    selector = selectors.DefaultSelector()
    for exchange in exchanges:
        selector.register(exchange.socket, selectors.EVENT_READ, exchange)
        exchange.begin()
    latencies: list[float] = []
    start = time.perf_counter() + warm_up
    end = start + seconds
    now = 0.0
    try:
        while now < end:
            for key, _ in selector.select(30):
                exchange = key.data
                if exchange.advance():
                    now = time.perf_counter()
                    if start <= now < end:
                        latencies.append(now - exchange.begun)
                    exchange.begin()
    finally:
        selector.close()
        for exchange in exchanges:
            exchange.socket.close()
    return Load(len(latencies), seconds, latencies)
