"""`python conformance/report.py`: what of the recordings holds, as a table for the docs."""

from __future__ import annotations

import logging
import os
from collections import Counter

from cognito_emulator import Emulator
from cognito_emulator.conformance.endpoint import Endpoint, InProcess
from cognito_emulator.conformance.functions import FunctionServer
from cognito_emulator.conformance.gaps import load_gaps, not_implemented
from cognito_emulator.conformance.recordings import load
from cognito_emulator.conformance.replay import Result, Verdict, play


def results() -> list[Result]:
    """Every recorded step, each scenario in an emulator of its own."""
    found: list[Result] = []
    functions = FunctionServer()
    os.environ["AWS_ENDPOINT_URL_LAMBDA"] = functions.url
    for steps in load().values():
        emulator = Emulator(check_responses=True, log_format="off")
        found += play(steps, Endpoint(InProcess(emulator), functions=functions))
        emulator.close()
    functions.close()
    return found


def table(found: list[Result]) -> str:
    """Markdown: source × held, known gap, not implemented, broken."""
    gaps = load_gaps()
    counts: dict[str, Counter[str]] = {}
    for result in found:
        counter = counts.setdefault(result.id.partition("/")[0], Counter())
        if result.verdict is Verdict.PASSED:
            counter["holds"] += 1
        elif result.id in gaps:
            counter["known gap"] += 1
        else:
            counter["not implemented" if not_implemented(result) else "broken"] += 1
    columns = ("holds", "known gap", "not implemented", "broken")
    lines = [f"| source | {' | '.join(columns)} |", "| --- |" + " ---: |" * len(columns)]
    for source, counter in [*counts.items(), ("total", sum(counts.values(), Counter()))]:
        lines.append(f"| {source} | {' | '.join(str(counter[column]) for column in columns)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    print(table(results()))
