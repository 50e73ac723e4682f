"""Headers of a request and an answer on their way through: what is dropped, and what is added.

Sources: RFC 9110 §7.6.1 (connection-specific headers); user guide of application load balancers, "HTTP headers and
Application Load Balancers" (X-Forwarded-For, -Proto, -Port).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from cognito_emulator.gateway.messages import Forward, Header, Request

# `expect` is answered by the server in front, before the body comes.
_HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"expect",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
_OURS = (b"x-amzn-oidc-", b"x-amzn-request-context")
_REPLACED = frozenset({b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-port"})


def to_app(request: Request, leave: Forward) -> list[Header]:
    """The headers that the app gets. Whatever looks like one of the gateway's own is not from the client."""
    dropped = _named_by_connection(request.headers)
    kept = [
        (name, value)
        for name, value in request.headers
        if name not in dropped and name not in _REPLACED and not _is_ours(name)
    ]
    for action, name, text in leave.changes:
        kept = _changed(kept, action, name.lower().encode(), text)
    kept += [(name.encode(), value.encode("utf-8")) for name, value in leave.headers]
    if request.header("content-length") is None and request.header("transfer-encoding") is not None:
        kept.append((b"transfer-encoding", b"chunked"))
    return [*kept, *_forwarded(request)]


def from_app(headers: list[Header], leave: Forward) -> list[Header]:
    """The headers that the client gets."""
    dropped = _named_by_connection(headers)
    kept = [(name, value) for name, value in headers if name.lower() not in dropped]
    if leave.cors is not None:
        kept = [(name, value) for name, value in kept if not name.lower().startswith(b"access-control-")]
        kept += [(name.encode(), value.encode("latin-1", "replace")) for name, value in leave.cors]
    return [*kept, *((b"set-cookie", cookie.encode()) for cookie in leave.cookies)]


def _named_by_connection(headers: list[Header] | tuple[Header, ...]) -> frozenset[bytes]:
    """Headers that are of one connection only, and those that `Connection` names."""
    named = {
        part.strip().lower() for name, value in headers if name.lower() == b"connection" for part in value.split(b",")
    }
    return _HOP_BY_HOP | (named - {b"host", b"content-length", b"authorization", b"cookie"})


def _is_ours(name: bytes) -> bool:
    """Whether the app could take a header for one of ours; servers of CGI's kind read `_` as `-`."""
    return name.replace(b"_", b"-").startswith(_OURS)


def _changed(headers: list[Header], action: str, name: bytes, text: str | None) -> list[Header]:
    """Headers after a change of `RequestParameters`. Where there is no such claim, there is no header to be forged."""
    written = name.replace(b"_", b"-")
    others = [(found, value) for found, value in headers if found.replace(b"_", b"-") != written]
    before = [value for found, value in headers if found == name] if action == "append" else []
    if action == "remove" or (text is None and action == "overwrite"):
        return others
    values = [*before, *([_header_value(text)] if text is not None else [])]
    return [*others, (name, b",".join(values))] if values else others


def _header_value(text: str) -> bytes:
    """A text as a header can have it: line ends and other control characters become spaces."""
    return "".join(" " if ord(character) < 32 or ord(character) == 127 else character for character in text).encode()


def _forwarded(request: Request) -> list[Header]:
    before = request.header("x-forwarded-for")
    port = urlsplit(f"//{request.host}").port if request.host.rpartition(":")[2].isdigit() else None
    return [
        (b"x-forwarded-for", (f"{before}, " if before else "").encode("latin-1") + request.client.encode()),
        (b"x-forwarded-proto", request.scheme.encode()),
        (b"x-forwarded-port", str(port or (443 if request.scheme == "https" else 80)).encode()),
    ]
