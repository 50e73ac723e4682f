"""Documents of others over HTTP: keys, discovery documents, metadata, what a token stands for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

TIMEOUT = 10.0


class Unreachable(Exception):
    """There was no answer, or none that can be read; the text says why."""


class Refused(Unreachable):
    """The answer is an error of the client (4xx)."""


def get(url: str, headers: Mapping[str, str] | None = None) -> bytes:
    """The body of the answer to a GET. Raises `Refused` for a status of 4xx, `Unreachable` for any other failure."""
    from urllib.error import HTTPError, URLError
    from urllib.request import Request, urlopen

    if not url.startswith(("https://", "http://")):
        raise Unreachable(f"{url} is no HTTP address")
    try:
        with urlopen(Request(url, headers=dict(headers or {})), timeout=TIMEOUT) as answer:
            body: bytes = answer.read()
            return body
    except HTTPError as error:
        with error:
            kind = Refused if 400 <= error.code < 500 else Unreachable
            raise kind(f"{url} answers {error.code}") from None
    except (URLError, OSError, ValueError) as error:
        raise Unreachable(f"{url}: {error}") from None


def get_json(url: str, headers: Mapping[str, str] | None = None) -> Any:
    """The same, as JSON."""
    try:
        return json.loads(get(url, headers))
    except ValueError as error:
        raise Unreachable(f"{url} is no JSON: {error}") from None
