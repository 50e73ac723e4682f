"""Between the arguments of a configuration and the members of the API."""

from __future__ import annotations

import base64
import json
from typing import Any

Json = dict[str, Any]


def child(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def member_of(shape: Any, name: str, path: str, members: dict[str, str]) -> str | None:
    """The member of an API structure that an argument is, by its name or by what a resource says of it."""
    if path in members:
        return members[path] if members[path] in shape.members else None
    plain = name.replace("_", "").lower()
    return next((member for member in shape.members if member.lower() == plain), None)


def expand(value: Any, shape: Any, path: str, members: dict[str, str]) -> Any:
    """The API's form of an argument."""
    if shape.type_name == "structure" and getattr(shape, "is_document_type", False):
        return json.loads(value)
    if shape.type_name == "structure":
        value = {name: one for name, one in value.items() if one is not None}
        names = {name: member_of(shape, name, child(path, name), members) for name in value}
        assert None not in names.values(), f"{path}: the API has none of {[n for n, m in names.items() if m is None]}"
        return {
            member: expand(value[name], shape.members[member], child(path, name), members)
            for name, member in names.items()
            if member is not None
        }
    if shape.type_name == "list":
        values = value if isinstance(value, list) else [value]
        return [expand(one, shape.member, path, members) for one in values]
    if shape.type_name == "blob":
        return base64.b64decode(value)
    return value


def flatten(value: Any, shape: Any, path: str, arguments: set[str], members: dict[str, str]) -> Any:
    """The argument at a path, from what the API answered: None where the answer has nothing."""
    if value is None:
        return None
    if shape.type_name == "structure" and getattr(shape, "is_document_type", False):
        return json.dumps(value, sort_keys=True, separators=(",", ":"))
    if shape.type_name == "structure":
        found: Json = {}
        for name in children(path, arguments):
            member = member_of(shape, name, child(path, name), members)
            if member is not None:
                found[name] = flatten(value.get(member), shape.members[member], child(path, name), arguments, members)
        return found
    if shape.type_name == "list":
        return [flatten(one, shape.member, path, arguments, members) for one in value]
    if shape.type_name == "blob":
        return base64.b64encode(value).decode()
    return value


def children(path: str, arguments: set[str]) -> list[str]:
    """The names of the arguments right below a path."""
    prefix = path + "." if path else ""
    return sorted({one[len(prefix) :].split(".")[0] for one in arguments if one.startswith(prefix)})


def normal(value: Any) -> Any:
    """A value for comparison: no order in sets, no difference between what is empty and what is not there."""
    if isinstance(value, dict):
        inner = {name: normal(one) for name, one in value.items()}
        return {name: one for name, one in inner.items() if not empty(one)} or None
    if isinstance(value, list):
        return sorted((normal(one) for one in value), key=lambda one: json.dumps(one, sort_keys=True)) or None
    return value


def empty(value: Any) -> bool:
    return value is None or value is False or value in ("", 0, [], {}) or value == [{}]


def differences(
    configured: Any, found: Any, path: str, arguments: set[str], computed: set[str], ordered: set[str]
) -> dict[str, tuple[Any, Any]]:
    """What a plan would show: path of the argument -> (what is there, what is configured)."""
    if isinstance(configured, dict) and children(path, arguments):
        there = found[0] if isinstance(found, list) and len(found) == 1 else found
        if there is None and configured:
            there = {}
        if isinstance(there, dict):
            shown: dict[str, tuple[Any, Any]] = {}
            for name in children(path, arguments):
                inner = child(path, name)
                if name in configured or inner not in computed:
                    shown.update(
                        differences(configured.get(name), there.get(name), inner, arguments, computed, ordered)
                    )
            return shown
    if path in ordered:
        same = (configured or []) == (found or [])
    elif isinstance(configured, list | dict) or isinstance(found, list | dict):
        same = normal(configured) == normal(found)
    else:
        same = configured == found or (empty(configured) and empty(found))
    return {} if same else {path: (found, configured)}
