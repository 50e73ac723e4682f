"""Every case, run against the emulator in process: one test each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from cognito_emulator import Emulator
from cognito_emulator.aws.models import service_model
from cognito_emulator.conformance.cases import SERVICES, Case, load_cases
from cognito_emulator.conformance.endpoint import Endpoint, InProcess
from cognito_emulator.conformance.functions import FunctionServer
from cognito_emulator.conformance.gaps import load_gaps, not_implemented
from cognito_emulator.conformance.replay import Verdict
from cognito_emulator.conformance.runner import run

CASES = load_cases()
GAPS = {id: gap for id, gap in load_gaps().items() if id.startswith("cases/")}


@pytest.fixture(scope="module")
def functions() -> Iterator[FunctionServer]:
    """Lambda functions, found as the emulator would find any Lambda."""
    before = dict(os.environ)
    server = FunctionServer()
    os.environ["AWS_ENDPOINT_URL_LAMBDA"] = server.url
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "testing")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "testing")
    yield server
    server.close()
    os.environ.clear()
    os.environ.update(before)


@contextmanager
def _other_aws(case: Case) -> Iterator[Callable[[str, str], Any] | None]:
    """moto, as the AWS beside the emulator, for cases that need one."""
    if "aws" not in case.needs:
        yield None
        return
    import boto3

    moto = pytest.importorskip("moto")
    with moto.mock_aws():
        yield lambda service, region: boto3.client(service, region_name=region)


@pytest.mark.parametrize("id", CASES)
def test_case_holds(id: str, functions: FunctionServer) -> None:
    emulator = Emulator(check_responses=True, log_format="off")
    with _other_aws(CASES[id]) as other_aws:
        try:
            results = run(CASES[id], Endpoint(InProcess(emulator), functions=functions, other_aws=other_aws))
        finally:
            emulator.close()
    broken = [result for result in results if result.verdict is not Verdict.PASSED]
    closed = [r.id for r in results if r.id in GAPS and r.verdict is Verdict.PASSED]
    assert not closed, f"these hold now, remove them from known_gaps.toml: {closed}"
    unexplained = [r for r in broken if r.id not in GAPS and not not_implemented(r)]
    assert not unexplained, "\n".join(f"{r.id} ({r.operation}; {r.evidence}):\n  {r.text}" for r in unexplained)
    if broken:
        pytest.xfail(f"{broken[0].id}: {broken[0].text}")


def test_there_are_four_hundred_steps_at_least() -> None:
    assert sum(step.checks for case in CASES.values() for step in case.steps) >= 400


def test_every_service_has_cases() -> None:
    assert {step.service for case in CASES.values() for step in case.steps} >= {*SERVICES, "oauth"}


def test_every_gap_is_of_a_step() -> None:
    def steps(case: Case) -> set[str]:
        return {f"cases/{case.id}/{step.number}" for step in case.steps}

    assert GAPS.keys() <= set().union(*(steps(case) for case in CASES.values()))


def test_every_operation_has_a_step_that_succeeds_and_one_that_is_refused() -> None:
    """Of the newest models: whoever adds an operation adds its cases."""
    seen: dict[bool, set[tuple[str, str]]] = {True: set(), False: set()}
    for case in CASES.values():
        for step in case.steps:
            if step.checks:
                status = step.expect.get("status", 400 if "fails" in step.expect else 200)
                seen[status < 400].add((step.service, step.operation))
    operations = {(name, operation) for name in SERVICES for operation in service_model(name).operation_names}
    assert operations
    missing = {"success": sorted(operations - seen[True]), "refusal": sorted(operations - seen[False])}
    assert missing == {"success": [], "refusal": []}
