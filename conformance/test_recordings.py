"""Every recorded step, replayed against the emulator in process: one test each.

A step that needs an operation which the registry lacks is an expected failure. Any other that does not hold is listed
in `known_gaps.toml` with its reason, and must not hold: an entry that passes fails here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache

import pytest

from cognito_emulator import Emulator
from cognito_emulator.conformance.endpoint import Endpoint, InProcess
from cognito_emulator.conformance.functions import FunctionServer
from cognito_emulator.conformance.gaps import load_gaps, not_implemented
from cognito_emulator.conformance.preconditions import all_scenarios
from cognito_emulator.conformance.recordings import load
from cognito_emulator.conformance.replay import Result, Verdict, play

SCENARIOS = load()
STEPS = {step.id: step.scenario for steps in SCENARIOS.values() for step in steps}
GAPS = {id: gap for id, gap in load_gaps().items() if not id.startswith("cases/")}


@cache
def functions() -> FunctionServer:
    """The Lambda functions of scenarios with triggers. The emulator finds them as it would find any Lambda."""
    server = FunctionServer()
    os.environ["AWS_ENDPOINT_URL_LAMBDA"] = server.url
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "testing")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "testing")
    return server


@cache
def played(scenario: str) -> dict[str, Result]:
    """Results of a scenario in an emulator of its own."""
    emulator = Emulator(check_responses=True, log_format="off")
    try:
        results = play(SCENARIOS[scenario], Endpoint(InProcess(emulator), functions=functions()))
    finally:
        emulator.close()
    return {result.id: result for result in results}


@pytest.fixture(scope="module", autouse=True)
def _environment() -> Iterator[None]:
    """Leave the environment as it was."""
    before = dict(os.environ)
    yield
    functions().close()
    functions.cache_clear()
    played.cache_clear()
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.parametrize("step", STEPS)
def test_recorded_step_holds(step: str) -> None:
    result = played(STEPS[step])[step]
    gap = GAPS.get(step)
    if result.verdict is Verdict.PASSED:
        assert gap is None, f"{step} holds now: remove it from known_gaps.toml ({gap.reason if gap else ''})"
        return
    if gap is not None:
        pytest.xfail(gap.reason)
    missing = not_implemented(result)
    if missing:
        pytest.xfail(f"{missing} is not implemented yet")
    pytest.fail(f"{step} ({result.evidence}) does not hold:\n{result.text}")


def test_every_scenario_has_a_precondition() -> None:
    assert all_scenarios() == SCENARIOS.keys()


def test_every_gap_is_of_a_recorded_step() -> None:
    assert GAPS.keys() <= STEPS.keys()


def test_every_gap_says_why() -> None:
    assert all(len(gap.reason) > 20 for gap in GAPS.values())
