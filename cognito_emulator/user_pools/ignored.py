"""Settings that are kept and shown, but that nothing acts on yet. At present there are none.

They are named in a warning in the log and in `GET /_emulator/health`, and refused under `--strict`. Whoever
makes one work removes its line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Params = dict[str, Any]
# By operation: what each setting is called, and whether a request has it.
_IGNORED: dict[str, dict[str, Callable[[Params], bool]]] = {}


def ignored_settings(operation: str, params: Params) -> list[str]:
    """Names of the settings in a request that will be kept without effect."""
    rules = _IGNORED.get(operation)
    return [name for name, applies in rules.items() if applies(params)] if rules else []
