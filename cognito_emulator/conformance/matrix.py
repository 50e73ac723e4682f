"""Runs the suite against an endpoint and shows the results as a matrix: operation × passed, failed, not there."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from cognito_emulator.conformance.cases import Case, load_cases
from cognito_emulator.conformance.endpoint import Endpoint
from cognito_emulator.conformance.gaps import Gap
from cognito_emulator.conformance.recordings import load
from cognito_emulator.conformance.replay import Result, Verdict, play
from cognito_emulator.conformance.runner import run

Json = dict[str, Any]
_COLUMNS = (Verdict.PASSED, Verdict.FAILED, Verdict.MISSING)


def run_suite(
    endpoint: Endpoint,
    *,
    only: str = "*",
    recordings: bool = True,
    cases: dict[str, Case] | None = None,
    progress: Callable[[str], None] = lambda id: None,
) -> list[Result]:
    """Results of every case, and of the recordings, whose id fits the pattern `only`.

    Raises `OSError` if nobody answers.
    """
    endpoint.transport.send("GET", "/", {}, b"")
    results: list[Result] = []
    for id, case in (load_cases() if cases is None else cases).items():
        if fnmatchcase(f"cases/{id}", only) or only == "*":
            progress(f"cases/{id}")
            results += run(case, endpoint)
    if recordings:
        for scenario, steps in load().items():
            if fnmatchcase(scenario, only) or only == "*":
                progress(scenario)
                results += play(steps, endpoint)
    return results


def count(results: Iterable[Result]) -> dict[tuple[str, str], Counter[Verdict]]:
    """Verdicts by service and operation."""
    counts: dict[tuple[str, str], Counter[Verdict]] = {}
    for result in results:
        counts.setdefault((result.service, result.operation), Counter())[result.verdict] += 1
    return dict(sorted(counts.items()))


def as_table(results: list[Result]) -> str:
    """The matrix as text."""
    counts = count(results)
    width = max((len(f"{service}:{operation}") for service, operation in counts), default=10)
    heading = f"{'operation':<{width}}" + "".join(f"{column.value:>9}" for column in _COLUMNS)
    lines = [heading, "-" * len(heading)]
    for (service, operation), counter in counts.items():
        name = f"{service}:{operation}"
        lines.append(f"{name:<{width}}" + "".join(f"{counter[column] or '·':>9}" for column in _COLUMNS))
    total = sum(counts.values(), Counter[Verdict]())
    lines.append("-" * len(heading))
    lines.append(f"{'total':<{width}}" + "".join(f"{total[column]:>9}" for column in _COLUMNS))
    return "\n".join(lines)


def as_json(results: list[Result]) -> str:
    """Every result, for machines."""
    return json.dumps([as_object(result) for result in results], indent=1, ensure_ascii=False)


def as_object(result: Result) -> Json:
    """A result as JSON."""
    return {
        "id": result.id,
        "service": result.service,
        "operation": result.operation,
        "verdict": result.verdict.value,
        "reasons": result.reasons,
        "evidence": result.evidence,
    }


def failures(results: list[Result], gaps: Mapping[str, Gap] | None = None) -> str:
    """What failed, and how, as text; known gaps with their reason."""
    blocks = []
    for result in results:
        if result.verdict is Verdict.FAILED:
            reasons = "\n".join(f"    {line}" for line in result.reasons)
            gap = (gaps or {}).get(result.id)
            known = f"\n  known gap: {gap.reason}" if gap else ""
            heading = f"{result.id}\n  {result.service}:{result.operation}, evidence: {result.evidence}"
            blocks.append(f"{heading}{known}\n{reasons}")
    return "\n".join(blocks)
