"""A request and its answer, as all doors of the emulator see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class HttpRequest:
    """What the protocols need of an HTTP request. Header names are lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    base_url: str
    source_ip: str = "127.0.0.1"


@dataclass(frozen=True)
class HttpResponse:
    """An answer, ready to be written. `cookies` are the values of its `Set-Cookie` lines."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cookies: list[str] = field(default_factory=list)

    def lines(self) -> list[tuple[str, str]]:
        """All headers, one pair for each line."""
        return [*self.headers.items(), *(("Set-Cookie", cookie) for cookie in self.cookies)]
