"""`RequestParameters` of a route: claims, or fixed texts, in headers that the app gets.

Both of AWS's spellings: an HTTP API's `overwrite:header.x-user: $context.authorizer.claims.sub` and a REST API's
`integration.request.header.x-user: context.authorizer.claims.sub`, where fixed texts are in single quotes.

Sources: API Gateway developer guide, "Transform API requests and responses for HTTP APIs" and "Parameter mapping
examples for REST APIs".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_HTTP_API = re.compile(r"(append|overwrite|remove):header\.([!#$%&'*+.^_`|~0-9A-Za-z-]+)")
_REST_API = re.compile(r"integration\.request\.header\.([!#$%&'*+.^_`|~0-9A-Za-z-]+)")
_CLAIM = "context.authorizer.claims."
# Headers that say how the message is read, or that the gateway itself answers for.
_KEPT = re.compile(
    r"host|connection|content-length|transfer-encoding|te|upgrade|x-forwarded-(?:for|proto|port)"
    r"|x-amzn-oidc-.*|x-amzn-request-context"
)


@dataclass(frozen=True)
class Change:
    """A header, and what it becomes: a claim or a fixed text; neither: it is removed."""

    action: str
    header: str
    claim: str | None = None
    text: str | None = None

    def value(self, claims: Mapping[str, str]) -> str | None:
        """The header's value; None if there is no such claim."""
        return self.text if self.claim is None else claims.get(self.claim)


def read_changes(mapping: Mapping[str, str]) -> tuple[Change, ...]:
    """The changes in a mapping. Raises ValueError, with the reason, for one that cannot be."""
    return tuple(_change(name, value) for name, value in mapping.items())


def _change(name: str, value: str) -> Change:
    if found := _HTTP_API.fullmatch(name):
        action, header = found.groups()
        prefix, quote = "$", ""
    elif found := _REST_API.fullmatch(name):
        action, header = "overwrite", found.group(1)
        prefix, quote = "", "'"
    else:
        raise ValueError(f"{name} is neither overwrite:header.NAME nor integration.request.header.NAME")
    if _KEPT.fullmatch(header.lower()):
        raise ValueError(f"{name}: this header cannot be changed")
    if action == "remove":
        if value not in ("", "''"):
            raise ValueError(f"{name} has the value ''")
        return Change(action, header)
    if value.startswith(prefix + _CLAIM):
        return Change(action, header, claim=value.removeprefix(prefix + _CLAIM))
    if value.startswith("$") or "${" in value or not (value.startswith(quote) and value.endswith(quote)):
        raise ValueError(f"{name}: {value} is neither a claim ({prefix}{_CLAIM}NAME) nor a fixed text")
    text = value[len(quote) : len(value) - len(quote)]
    if any(ord(character) < 32 or ord(character) > 126 for character in text):
        raise ValueError(f"{name}: the text has characters that no header can have")
    return Change(action, header, text=text)
