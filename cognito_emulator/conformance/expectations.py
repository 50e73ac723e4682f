"""Matches an answer against what a case expects.

Values that start with `~` are matchers: `~any`, `~absent`, `~uuid`, `~string`, `~int`, `~bool`, `~timestamp`, `~jwt`,
`~token`, `~regex:…`. Objects are matched by the members that are given; `~exactly: {…}` allows no others,
`~set: […]` ignores order, `~has: […]` wants these items among others, `~length: n` counts. Everything else is compared
exactly, JSON types included.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from cognito_emulator.aws.timestamps import java_double

Json = dict[str, Any]
_PATTERNS = {
    "~uuid": r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    "~jwt": r"[\w-]+\.[\w-]+\.[\w-]+",
    "~token": r"(?s).{20,}",
    "~pool_id": r"[a-z]{2}(-[a-z]+)+-\d_[0-9A-Za-z]{9}",
    "~client_id": r"[a-z0-9]{25,26}",
    "~identity_id": r"[a-z]{2}(-[a-z]+)+-\d:[0-9a-f-]{36}",
}
_TYPES: dict[str, Callable[[Any], bool]] = {
    "~any": lambda value: value is not None,
    "~string": lambda value: isinstance(value, str),
    "~int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "~number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "~bool": lambda value: isinstance(value, bool),
    "~list": lambda value: isinstance(value, list),
    "~object": lambda value: isinstance(value, dict),
}


def differences(expected: Any, got: Any, path: str = "body") -> list[str]:
    """What does not match, one line each."""
    if isinstance(expected, str) and expected.startswith("~"):
        return _matcher(expected, got, path)
    if isinstance(expected, dict):
        return _object(expected, got, path)
    if isinstance(expected, list):
        return _list(expected, got, path)
    if type(expected) is not type(got) or expected != got:
        return [_wrong(path, expected, got)]
    return []


def _matcher(expected: str, got: Any, path: str) -> list[str]:
    if expected == "~timestamp":
        if not isinstance(got, float):
            return [_wrong(path, "a date as a number with a fraction", got)]
        text = getattr(got, "text", java_double(got))
        return [] if text == java_double(got) else [_wrong(path, f"a date written {java_double(got)}", text)]
    if expected in _TYPES:
        return [] if _TYPES[expected](got) else [_wrong(path, expected, got)]
    pattern = expected.removeprefix("~regex:") if expected.startswith("~regex:") else _PATTERNS.get(expected)
    if pattern is None:
        return [f"{path}: nothing is known of the matcher {expected}"]
    fits = isinstance(got, str) and re.fullmatch(pattern, got)
    return [] if fits else [_wrong(path, expected, got)]


def _object(expected: Json, got: Any, path: str) -> list[str]:
    if len(expected) == 1:
        name, value = next(iter(expected.items()))
        if isinstance(name, str) and name.startswith("~"):
            return _special(name, value, got, path)
    if not isinstance(got, dict):
        return [_wrong(path, "an object", got)]
    found: list[str] = []
    for name, value in expected.items():
        if value == "~absent":
            if name in got:
                found.append(_wrong(f"{path}.{name}", "nothing", got[name]))
        elif name not in got:
            found.append(_wrong(f"{path}.{name}", value, "nothing"))
        else:
            found += differences(value, got[name], f"{path}.{name}")
    return found


def _special(name: str, value: Any, got: Any, path: str) -> list[str]:
    if name == "~exactly":
        extra = sorted(set(got) - set(value)) if isinstance(got, dict) else []
        return differences(value, got, path) + [_wrong(f"{path}.{item}", "nothing", got[item]) for item in extra]
    if name == "~attributes":
        return _attributes(value, got, path)
    if not isinstance(got, list):
        return [_wrong(path, "a list", got)]
    if name == "~length":
        return [] if len(got) == value else [_wrong(path, f"{value} items", f"{len(got)} items: {_show(got)}")]
    if name == "~set" and len(got) != len(value):
        return [_wrong(path, value, got)]
    if name in ("~set", "~has"):
        left = list(got)
        for item in value:
            match = next((other for other in left if not differences(item, other)), None)
            if match is None:
                return [_wrong(path, item, f"only {_show(got)}")]
            left.remove(match)
        return []
    if name == "~each":
        return [line for number, item in enumerate(got) for line in differences(value, item, f"{path}[{number}]")]
    return [f"{path}: nothing is known of the matcher {name}"]


def _attributes(expected: Json, got: Any, path: str) -> list[str]:
    """A list of {Name, Value} as an object."""
    if not isinstance(got, list) or not all(
        isinstance(item, dict) and {"Name", "Value"} >= item.keys() for item in got
    ):
        return [_wrong(path, "a list of attributes", got)]
    return _object(expected, {item["Name"]: item.get("Value") for item in got}, path)


def _list(expected: list[Any], got: Any, path: str) -> list[str]:
    if not isinstance(got, list) or len(got) != len(expected):
        return [_wrong(path, expected, got)]
    return [
        line for number, item in enumerate(expected) for line in differences(item, got[number], f"{path}[{number}]")
    ]


def _wrong(path: str, expected: Any, got: Any) -> str:
    return f"{path}: expected {_show(expected)}, got {_show(got)}"


def _show(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 300 else f"{text[:300]}…"
