"""User agents, and requests that seem to come from them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.builders import Idp

_MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/"
_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64"
CHROME = _MAC + "537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36"
SAFARI = _MAC + "605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15"
FIREFOX = _WINDOWS + "; rv:126.0) Gecko/20100101 Firefox/126.0"
EDGE = _WINDOWS + ") AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36 Edg/125.0.2535.67"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
    "Mobile/15E148 Safari/604.1"
)


@contextmanager
def seen_as(idp: Idp, user_agent: str) -> Iterator[None]:
    """Requests in the block have that user agent."""

    def change(request: Any, **kwargs: Any) -> None:
        request.headers["User-Agent"] = user_agent

    idp.meta.events.register_first("before-send", change)
    try:
        yield
    finally:
        idp.meta.events.unregister("before-send", change)
