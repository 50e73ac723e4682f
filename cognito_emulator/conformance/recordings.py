"""The recordings: answers of AWS as data, one JSON object per line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cognito_emulator.conformance.data import data_folder

Json = dict[str, Any]


@dataclass(frozen=True)
class Recording:
    """One recorded step."""

    id: str
    evidence: str
    service: str
    operation: str
    scenario: str
    precondition: str
    request: Json
    response: Json
    source: Json

    @classmethod
    def read(cls, line: str) -> Recording:
        data = json.loads(line)
        return cls(
            id=data["id"],
            evidence=data["evidence"],
            service=data["service"],
            operation=data["operation"],
            scenario=data["id"].rpartition("/")[0],
            precondition=data.get("precondition", ""),
            request=data.get("request", {}),
            response=data.get("response", {}),
            source=data.get("source", {}),
        )


def load(folder: Path | None = None) -> dict[str, list[Recording]]:
    """All recordings by scenario (`<source>/<scenario>`), the steps of each in order.

    `folder` defaults to the copies that belong to the suite.
    """
    folder = folder or data_folder("recordings")
    scenarios: dict[str, list[Recording]] = {}
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip():
                recording = Recording.read(line)
                scenarios.setdefault(recording.scenario, []).append(recording)
    return scenarios
