"""Documents of others over HTTP: keys, discovery documents, metadata, what a token stands for.

Requests name Cognito as their sender, and follow as many redirects as Cognito does.
Sources: developer guide, "Using OIDC identity providers with a user pool"; reference federation.md §3.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from urllib.request import OpenerDirector

TIMEOUT = 10.0
_SENDER = {"User-Agent": "Amazon/Cognito"}
_REDIRECTS = 20


class Unreachable(Exception):
    """There was no answer, or none that can be read; the text says why."""


class TimedOut(Unreachable):
    """There was no answer in time."""


class Refused(Unreachable):
    """The answer is an error of the client (4xx)."""


def get(url: str, headers: Mapping[str, str] | None = None) -> bytes:
    """The body of the answer to a GET. Raises `Refused` for a status of 4xx, `Unreachable` for any other failure."""
    from urllib.error import HTTPError, URLError
    from urllib.request import Request

    if not url.startswith(("https://", "http://")):
        raise Unreachable(f"{url} is no HTTP address")
    try:
        with _opener().open(Request(url, headers={**_SENDER, **(headers or {})}), timeout=TIMEOUT) as answer:
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


@dataclass(frozen=True)
class Reply:
    """An answer of whatever status."""

    status: int
    reason: str
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


def send(
    method: str, url: str, headers: Mapping[str, str] | None = None, form: Mapping[str, str] | None = None
) -> Reply:
    """The answer to a request, errors included. A form goes into the body of a POST, the query of a GET.

    Raises `TimedOut`, `Unreachable`.
    """
    from urllib.error import HTTPError, URLError
    from urllib.parse import urlencode
    from urllib.request import Request

    if not url.startswith(("https://", "http://")):
        raise Unreachable(f"{url} is no HTTP address")
    body = None
    if form is not None and method == "GET":
        url = f"{url}{'&' if '?' in url else '?'}{urlencode(form)}"
    elif form is not None:
        body = urlencode(form).encode()
    try:
        request = Request(url, body, {**_SENDER, **(headers or {})}, method=method)
        with _opener().open(request, timeout=TIMEOUT) as answer:
            return Reply(answer.status, answer.reason, answer.read())
    except HTTPError as error:
        with error:
            return Reply(error.code, str(error.reason), error.read())
    except TimeoutError:
        raise TimedOut(f"{url} does not answer") from None
    except (URLError, OSError, ValueError) as error:
        if isinstance(getattr(error, "reason", None), TimeoutError):
            raise TimedOut(f"{url} does not answer") from None
        raise Unreachable(f"{url}: {error}") from None


@cache
def _opener() -> OpenerDirector:
    from urllib.request import HTTPRedirectHandler, build_opener

    class Redirects(HTTPRedirectHandler):
        max_redirections = max_repeats = _REDIRECTS

    return build_opener(Redirects)
