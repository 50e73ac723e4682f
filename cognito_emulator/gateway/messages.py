"""What comes in, and what an authorizer makes of it: an answer, or leave to go on to the app."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote_to_bytes

Header = tuple[bytes, bytes]
_SLASHES = re.compile(r"/{2,}")
_DOTS = re.compile(r"(?:^|[/\\])\.{1,2}(?:[/\\;]|$)")


@dataclass(frozen=True)
class Request:
    """A request without its body. `target` is path and query as they were sent, header names are lower case."""

    method: str
    target: bytes
    headers: tuple[Header, ...]
    scheme: str
    client: str

    @property
    def raw_path(self) -> bytes:
        return self.target.partition(b"?")[0]

    @property
    def query(self) -> str:
        return self.target.partition(b"?")[2].decode("latin-1")

    @cached_property
    def path(self) -> str:
        """The path that routes are compared with: decoded, and with one slash where several are, as apps may see it."""
        return _SLASHES.sub("/", unquote_to_bytes(self.raw_path).decode("utf-8", "replace"))

    @property
    def climbs(self) -> bool:
        """Whether the path has a segment `.` or `..`: the app might take it for another path than routes do."""
        return bool(_DOTS.search(self.path))

    @property
    def host(self) -> str:
        return self.header("host") or "localhost"

    @property
    def base_url(self) -> str:
        return f"{self.scheme}://{self.host}"

    def header(self, name: str) -> str | None:
        """The first header of a name, in lower case; None without one."""
        wanted = name.lower().encode()
        return next((value.decode("latin-1").strip() for found, value in self.headers if found == wanted), None)

    @cached_property
    def cookies(self) -> dict[str, str]:
        """Cookies by name; the first of each counts."""
        found: dict[str, str] = {}
        for name, value in self.headers:
            if name == b"cookie":
                for pair in value.decode("latin-1").split(";"):
                    cookie, _, text = pair.strip().partition("=")
                    found.setdefault(cookie, text.strip('"'))
        return found


@dataclass(frozen=True)
class Answer:
    """What the gateway answers itself. `reason` is for its log, not for the client."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    reason: str = ""


@dataclass(frozen=True)
class Forward:
    """The request may go on, with these headers for the app, and these of ours in its answer.

    `cors` take the place of all that the app says of origins.
    """

    headers: tuple[tuple[str, str], ...] = ()
    cookies: tuple[str, ...] = ()
    changes: tuple[tuple[str, str, str | None], ...] = ()
    cors: tuple[tuple[str, str], ...] | None = None


Decision = Answer | Forward
