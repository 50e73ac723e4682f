"""The suite itself: what its comparisons let pass and what they do not, and the command that runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cognito_emulator import Emulator
from cognito_emulator.cli import main
from cognito_emulator.conformance.cases import BadCase, Case, load_cases, read
from cognito_emulator.conformance.compare import compare
from cognito_emulator.conformance.endpoint import Endpoint, InProcess, Reply
from cognito_emulator.conformance.expectations import differences
from cognito_emulator.conformance.matrix import as_json, as_table, run_suite
from cognito_emulator.conformance.replay import Verdict
from cognito_emulator.conformance.runner import run


def reply(raw: str, status: int = 200, **headers: str) -> Reply:
    return Reply(status, headers, raw.encode())


def lines(expected: dict[str, Any], got: Reply, operation: str = "DescribeUserPool", **bindings: str) -> list[str]:
    return [str(line) for line in compare(expected, got, "cognito-idp", operation, bindings).differences]


def test_only_recorded_keys_are_compared() -> None:
    assert lines({"body": {"UserPool": {"Name": "a"}}}, reply('{"UserPool":{"Name":"a","Id":"x"}}')) == []
    assert lines({"body": {"UserPool": {"Name": "a"}}}, reply('{"UserPool":{}}')) != []


def test_dates_are_written_as_java_writes_doubles() -> None:
    expected = {"body": {"UserPool": {"CreationDate": 1594889658.976}}}
    assert lines(expected, reply('{"UserPool":{"CreationDate":1.767225600123E9}}')) == []
    assert lines(expected, reply('{"UserPool":{"CreationDate":1767225600.123}}')) != []
    assert lines(expected, reply('{"UserPool":{"CreationDate":"2026-01-01"}}')) != []


@pytest.mark.parametrize("got", ["1.0", '"1"', "true", "2"])
def test_numbers_are_compared_with_their_form(got: str) -> None:
    expected = {"body": {"UserPool": {"EstimatedNumberOfUsers": 1}}}
    assert lines(expected, reply(f'{{"UserPool":{{"EstimatedNumberOfUsers":{got}}}}}')) != []


def test_every_full_stop_counts() -> None:
    expected = {"status": 400, "body": {"__type": "NotAuthorizedException", "message": "User is disabled."}}
    body = '{"__type":"NotAuthorizedException","message":"User is disabled"}'
    assert lines(expected, reply(body, 400)) == ["body.message: expected User is disabled., got User is disabled"]


def test_ids_stand_for_ids() -> None:
    expected = {"body": {"message": "User pool us-west-2_aaaaaaaaa does not exist."}}
    got = reply('{"message":"User pool us-east-1_Bbbbbbbb1 does not exist."}', 400)
    assert lines(expected, got, **{"us-west-2_aaaaaaaaa": "us-east-1_Bbbbbbbb1"}) == []
    assert lines(expected, got, **{"us-west-2_aaaaaaaaa": "us-east-1_Cccccccc1"}) != []


@pytest.mark.parametrize(
    ("expected", "got", "fits"),
    [
        ("~uuid", "7325c1de-b05b-4f84-b321-9adc6e61f4a2", True),
        ("~uuid", "7325c1de", False),
        ("~int", 1, True),
        ("~int", True, False),
        ("~int", 1.0, False),
        ("~regex:a+", "aaa", True),
        ("~regex:a+", "aab", False),
        ({"a": "~absent"}, {}, True),
        ({"a": "~absent"}, {"a": None}, False),
        ({"~exactly": {"a": 1}}, {"a": 1, "b": 2}, False),
        ({"~set": [1, 2]}, [2, 1], True),
        ({"~set": [1, 2]}, [2, 1, 1], False),
        ({"~has": [2]}, [1, 2], True),
        ({"~length": 2}, [1], False),
        ({"~attributes": {"email": "a"}}, [{"Name": "email", "Value": "a"}], True),
        ({"~attributes": {"email": "~absent"}}, [{"Name": "email", "Value": "a"}], False),
        ("~nonsense", "x", False),
    ],
)
def test_matchers(expected: Any, got: Any, fits: bool) -> None:
    assert (differences(expected, got) == []) is fits


@pytest.mark.parametrize(
    "text",
    [
        "- {name: a}",
        "- {name: a, steps: [{Nonsense: {}}]}",
        "- {name: a, steps: [{ListUserPools: {}, DescribeUserPool: {}}]}",
        "- {name: a, steps: [{ListUserPools: {MaxResults: 1}, status: 200}]}",
    ],
)
def test_cases_that_make_no_sense_are_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "cognito-idp" / "x.yaml"
    file.parent.mkdir()
    file.write_text(text)
    with pytest.raises(BadCase):
        list(read(file))


def one_case(tmp_path: Path, steps: str) -> Case:
    file = tmp_path / "cognito-idp" / "x.yaml"
    file.parent.mkdir()
    file.write_text(f"- name: one\n  evidence: none\n  steps:\n{steps}")
    return next(read(file))


def test_a_wrong_expectation_fails_and_a_step_after_a_broken_one_is_not_counted_as_passed(tmp_path: Path) -> None:
    case = one_case(
        tmp_path,
        "    - CreateUserPool: {PoolName: p}\n      gives: {UserPool: {Name: q}}\n"
        "    - DescribeUserPool: {UserPoolId: $nothing}\n      gives: {UserPool: {}}\n",
    )
    first, second = run(case, Endpoint(InProcess(Emulator(log_format="off"))))
    assert first.verdict is Verdict.FAILED
    assert first.reasons == ["body.UserPool.Name: expected q, got p"]
    assert second.verdict is Verdict.FAILED
    assert "not reached" in second.text


def test_pools_are_deleted_afterwards() -> None:
    emulator = Emulator(log_format="off")
    endpoint = Endpoint(InProcess(emulator))
    case = next(case for id, case in load_cases().items() if id.endswith("a pool of defaults"))
    run(case, endpoint)
    assert endpoint.call("cognito-idp", "ListUserPools", {"MaxResults": 60}).body == {"UserPools": []}


def test_matrix() -> None:
    endpoint = Endpoint(InProcess(Emulator(log_format="off")))
    results = run_suite(endpoint, only="cases/cognito-idp/groups/*", recordings=False)
    assert len(results) > 20
    assert "cognito-idp:CreateGroup" in as_table(results)
    assert {entry["verdict"] for entry in json.loads(as_json(results))} == {"passed"}


def test_the_command_wants_an_address(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit:
        main(["conform", "--endpoint", "localhost:9229"])
    assert exit.value.code == 2
    assert "--endpoint is an address" in capsys.readouterr().err


def test_the_command_says_when_nobody_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conform", "--endpoint", "http://127.0.0.1:1", "--only", "cases/cognito-idp/groups/*"]) == 1
    assert "does not answer" in capsys.readouterr().err
