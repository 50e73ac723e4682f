"""Settings that are kept and shown, but that nothing acts on yet.

They are named in a warning in the log and in `GET /_emulator/health`, and refused under `--strict`. Whoever
makes one work removes its line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Params = dict[str, Any]


def _set(*path: str) -> Callable[[Params], bool]:
    def is_set(params: Params) -> bool:
        value: Any = params
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value not in (None, {}, [], False, "")

    return is_set


def _other_than(default: Any, *path: str) -> Callable[[Params], bool]:
    def differs(params: Params) -> bool:
        value: Any = params
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value not in (None, default)

    return differs


_POOL: dict[str, Callable[[Params], bool]] = {
    "IssuerConfiguration": _set("IssuerConfiguration"),
}
_IGNORED: dict[str, dict[str, Callable[[Params], bool]]] = {
    "CreateUserPool": _POOL,
    "UpdateUserPool": _POOL,
}


def ignored_settings(operation: str, params: Params) -> list[str]:
    """Names of the settings in a request that will be kept without effect."""
    rules = _IGNORED.get(operation)
    return [name for name, applies in rules.items() if applies(params)] if rules else []
