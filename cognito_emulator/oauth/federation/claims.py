"""A provider's claims as text, which is all that attributes hold. Source: reference federation.md §2 and §7."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

import orjson


def as_text(claims: Mapping[str, Any]) -> dict[str, str]:
    """Each claim as an attribute's value; those without a value are left out."""
    return {name: text_of(value) for name, value in claims.items() if value is not None}


def text_of(value: Any) -> str:
    """Several values are one text in brackets, each form-encoded."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return many([text_of(one) for one in value])
    if isinstance(value, dict):
        return orjson.dumps(value).decode()
    return str(value)


def many(values: list[str]) -> str:
    return f"[{','.join(quote_plus(value, safe='*').replace('~', '%7E') for value in values)}]"


def of_apple(user: str) -> dict[str, str]:
    """The name that Apple sends along with the first code, and never again."""
    try:
        name = orjson.loads(user or "{}").get("name", {})
        parts = {part: name.get(part) for part in ("firstName", "lastName")}
    except (orjson.JSONDecodeError, AttributeError):
        return {}
    return {part: value for part, value in parts.items() if isinstance(value, str)}
