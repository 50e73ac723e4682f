"""What is known not to hold: `known_gaps.toml`, one entry each. A gap that passes has to go."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cognito_emulator.conformance.data import data_folder
from cognito_emulator.conformance.replay import Result, Verdict


@dataclass(frozen=True)
class Gap:
    """A step that does not hold here: why, and since when that is known."""

    id: str
    reason: str
    since: str


def load_gaps(file: Path | None = None) -> dict[str, Gap]:
    """Known gaps by the id of the step."""
    file = file or data_folder("known_gaps.toml")
    content = _read_toml(file)
    gaps: dict[str, Gap] = {}
    for entry in content.get("gap", []):
        gap = Gap(entry["id"], entry["reason"], str(entry["since"]))
        if gap.id in gaps:
            raise ValueError(f"{file.name} has {gap.id} twice")
        gaps[gap.id] = gap
    return gaps


def _read_toml(file: Path) -> dict[str, Any]:
    # Python 3.10 has no reader of its own.
    reader: Any = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    content: dict[str, Any] = reader.loads(file.read_text(encoding="utf-8"))
    return content


def not_implemented(result: Result) -> str | None:
    """The operation that this emulator lacks and that the step needs, as its registry tells; None if it lacks none."""
    from cognito_emulator.services import SERVICES

    functions = {service.name: service.functions for service in SERVICES}
    needed = [(result.service, result.operation)]
    if result.verdict is Verdict.MISSING:
        words = result.text.removeprefix("needs ").partition(",")[0].partition(":")
        needed.append((words[0], words[2]))
    for service, operation in needed:
        if service in functions and operation and operation not in functions[service]:
            return f"{service}:{operation}"
        if service == "oauth" and find_spec("cognito_emulator.oauth") is None:
            return f"{service}:{operation}"
    return None
