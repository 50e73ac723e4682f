"""Recordings in the wild: every form is read, replayed with ids bound, and differences are shown."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from cognito_emulator.cli import main
from cognito_emulator.conformance.endpoint import Endpoint
from cognito_emulator.conformance.replay import Verdict
from cognito_emulator.conformance.wild import NotARecording, read
from cognito_emulator.conformance.wild_replay import replay

TARGET = "AWSCognitoIdentityProviderService."
URL = "https://cognito-idp.us-west-2.amazonaws.com/"
POOL, CLIENT = "us-west-2_AbCdEf123", "1h57kf5cpq17m0eml12EXAMPLE".lower()
SUB = "e04d60a6-45dc-441c-a40b-e25a787d4862"
DATE = 1594889658.976
CALLS: list[tuple[str, dict[str, Any], int, Any]] = [
    ("CreateUserPool", {"PoolName": "p"}, 200, {"UserPool": {"Id": POOL, "Name": "p", "CreationDate": DATE}}),
    (
        "CreateUserPoolClient",
        {"UserPoolId": POOL, "ClientName": "c"},
        200,
        {"UserPoolClient": {"ClientId": CLIENT, "UserPoolId": POOL, "ClientName": "c"}},
    ),
    (
        "SignUp",
        {"ClientId": CLIENT, "Username": "alice", "Password": "Correct-Horse-7"},
        200,
        {"UserConfirmed": False, "UserSub": SUB},
    ),
    (
        "SignUp",
        {"ClientId": CLIENT, "Username": "alice", "Password": "Correct-Horse-7"},
        400,
        {"__type": "UsernameExistsException", "message": "User already exists"},
    ),
    ("DeleteUserPool", {"UserPoolId": POOL}, 200, None),
]


def answered(body: Any) -> str:
    return "" if body is None else json.dumps(body).replace(str(DATE), "1.594889658976E9")


def vcrpy(folder: Path) -> Path:
    interactions = [
        {
            "request": {
                "method": "POST",
                "uri": URL,
                # botocore sends some headers as bytes.
                "headers": {"X-Amz-Target": [(TARGET + operation).encode()]},
                "body": json.dumps(params),
            },
            "response": {
                "status": {"code": status, "message": ""},
                "headers": {"Content-Type": ["application/x-amz-json-1.1"]},
                "body": {"string": answered(body)},
            },
        }
        for operation, params, status, body in CALLS
    ]
    file = folder / "cassette.yaml"
    file.write_text(yaml.safe_dump({"version": 1, "interactions": interactions}))
    return file


def ruby_vcr(folder: Path) -> Path:
    interactions = [
        {
            "request": {
                "method": "post",
                "uri": URL,
                "headers": {"X-Amz-Target": [TARGET + operation]},
                "body": {"encoding": "UTF-8", "string": json.dumps(params)},
            },
            "response": {
                "status": {"code": status, "message": "OK"},
                "headers": {},
                "body": {"encoding": "UTF-8", "base64_string": base64.b64encode(answered(body).encode()).decode()},
            },
        }
        for operation, params, status, body in CALLS
    ]
    file = folder / "ruby.yml"
    file.write_text(yaml.safe_dump({"http_interactions": interactions, "recorded_with": "VCR 6.0.0"}))
    return file


def har(folder: Path) -> Path:
    entries = [
        {
            "request": {
                "method": "POST",
                "url": URL,
                "headers": [{"name": "x-amz-target", "value": TARGET + operation}],
                "postData": {"text": json.dumps(params)},
            },
            "response": {"status": status, "headers": [], "content": {"text": answered(body)}},
        }
        for operation, params, status, body in CALLS
    ]
    entries.insert(
        0, {"request": {"method": "GET", "url": "https://example.com/", "headers": []}, "response": {"status": 200}}
    )
    file = folder / "browser.har"
    file.write_text(json.dumps({"log": {"entries": entries}}))
    return file


def botocore_log(folder: Path) -> Path:
    lines = []
    for operation, params, status, body in CALLS:
        request = {
            "url_path": "/",
            "method": "POST",
            "headers": {"X-Amz-Target": TARGET + operation},
            "body": json.dumps(params).encode(),
        }
        shown = repr(request)[:-1] + ", 'context': {'client_config': <botocore.config.Config object at 0x7f>}}"
        lines += [
            f"DEBUG botocore.endpoint Making request for OperationModel(name={operation}) with params: {shown}",
            f'2026-01-01 DEBUG urllib3 https://x:443 "POST / HTTP/1.1" {status} 99',
            "2026-01-01 DEBUG botocore.parsers Response headers: {'Content-Type': 'application/x-amz-json-1.1'}",
            f"2026-01-01 DEBUG botocore.parsers Response body:\n{answered(body).encode()!r}",
        ]
    file = folder / "debug.log"
    file.write_text("\n".join(lines))
    return file


@pytest.mark.parametrize("form", [vcrpy, ruby_vcr, har, botocore_log])
def test_forms_are_read_and_hold(form: Any, tmp_path: Path, endpoint: Endpoint) -> None:
    file = form(tmp_path)
    assert [exchange.operation for exchange in read(file)] == [call[0] for call in CALLS]
    results = replay(file, endpoint)
    assert [(result.verdict, result.reasons) for result in results] == [(Verdict.PASSED, [])] * len(CALLS)


def test_placebo_without_requests(tmp_path: Path, endpoint: Endpoint) -> None:
    made = {"__class__": "datetime", "year": 2017, "month": 1, "day": 1}
    pool = {"Id": POOL, "Name": "p", "CreationDate": made, "LastModifiedDate": made, "LambdaConfig": {}}
    content = {"status_code": 200, "data": {"UserPools": [pool], "ResponseMetadata": {"HTTPHeaders": {}}}}
    (tmp_path / "cognito-idp.ListUserPools_1.json").write_text(json.dumps(content))
    (tmp_path / "cognito-idp.DeleteUserPool_1.json").write_text(json.dumps({"status_code": 200, "data": {}}))
    endpoint.call("cognito-idp", "CreateUserPool", {"PoolName": "p"})
    verdicts = {result.operation: (result.verdict, result.text) for result in replay(tmp_path, endpoint)}
    assert verdicts["ListUserPools"] == (Verdict.PASSED, "")
    assert verdicts["DeleteUserPool"][0] is Verdict.MISSING
    assert "which the recording does not keep" in verdicts["DeleteUserPool"][1]


def placebo_file(folder: Path, operation: str, data: dict[str, Any], status: int = 200) -> None:
    metadata = {"HTTPHeaders": {"date": "Sat, 21 Nov 2026 20:40:20 GMT"}}
    content = {"status_code": status, "data": {**data, "ResponseMetadata": metadata}}
    (folder / f"cognito-idp.{operation}_1.json").write_text(json.dumps(content))


def test_placebo_of_one_second_is_played_in_an_order_that_can_be(tmp_path: Path, endpoint: Endpoint) -> None:
    """Requests are not kept: what a call made shows how."""
    app = {"ClientId": CLIENT, "UserPoolId": POOL, "ClientName": "c", "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]}
    user = {"Username": "alice", "Enabled": True, "UserStatus": "FORCE_CHANGE_PASSWORD"}
    missing = {"Error": {"Code": "UserNotFoundException", "Message": "User does not exist."}}
    placebo_file(tmp_path, "AdminCreateUser", {"User": user})
    placebo_file(tmp_path, "AdminGetUser", missing, 400)
    placebo_file(tmp_path, "CreateUserPool", {"UserPool": {"Id": POOL, "Name": "p", "UserPoolTier": "LITE"}})
    placebo_file(tmp_path, "CreateUserPoolClient", {"UserPoolClient": app})
    placebo_file(tmp_path, "DeleteUserPool", {})
    placebo_file(tmp_path, "ListUsers", {"Users": [user]})
    results = replay(tmp_path, endpoint)
    assert [(result.operation, result.verdict.value) for result in results] == [
        ("CreateUserPool", "passed"),
        ("CreateUserPoolClient", "passed"),
        ("AdminCreateUser", "passed"),
        ("AdminGetUser", "missing"),
        ("ListUsers", "passed"),
        ("DeleteUserPool", "passed"),
    ]


def test_a_file_without_calls_of_cognito_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.yaml"
    file.write_text(yaml.safe_dump({"version": 1, "interactions": []}))
    with pytest.raises(NotARecording, match=r"other\.yaml holds no call of Cognito"):
        read(file)


def test_a_pool_from_before_the_recording_is_said(tmp_path: Path, endpoint: Endpoint) -> None:
    calls = {
        "request": {"params": {"UserPoolId": POOL}},
        "response": {"status": 200, "body": {"UserPool": {"Id": POOL}}},
    }
    file = tmp_path / "r.jsonl"
    file.write_text(json.dumps({"service": "cognito-idp", "operation": "DescribeUserPool", **calls}))
    result = replay(file, endpoint)[0]
    assert (result.verdict, result.text) == (
        Verdict.MISSING,
        f"needs UserPoolId {POOL}, which was there before the recording",
    )


def test_other_files_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("nothing")
    with pytest.raises(NotARecording):
        read(file)


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(vcrpy(tmp_path))]) == 0
    assert "passed  cassette.yaml/1  cognito-idp:CreateUserPool" in capsys.readouterr().out
    other = tmp_path / "notes.txt"
    other.write_text("nothing")
    with pytest.raises(SystemExit):
        main(["replay", str(other)])


def test_a_proof_that_nothing_tells_is_left_out(tmp_path: Path, endpoint: Endpoint) -> None:
    call = {
        "service": "cognito-idp",
        "operation": "GetUser",
        "request": {"params": {"AccessToken": "<jwt 1>"}},
        "response": {"status": 200, "body": {"Username": "user-1"}},
    }
    file = tmp_path / "r.jsonl"
    file.write_text(json.dumps(call))
    result = replay(file, endpoint)[0]
    assert (result.verdict, result.text) == (Verdict.MISSING, "needs <jwt 1>, which no earlier answer brought")


@pytest.mark.parametrize("form", [vcrpy, ruby_vcr, har, botocore_log])
def test_every_form_shows_what_differs(form: Any, tmp_path: Path, endpoint: Endpoint) -> None:
    recorded = json.dumps({"__type": "UsernameExistsException", "message": "User already exists"})
    another = recorded.replace("User already exists", "Another text.")
    file = form(tmp_path)
    text = file.read_text().replace("User already exists", "Another text.")
    for old, new in ((recorded, another), (recorded.replace(" ", ""), another.replace(": ", ":"))):
        text = text.replace(base64.b64encode(old.encode()).decode(), base64.b64encode(new.encode()).decode())
    file.write_text(text)
    failed = [result.reasons for result in replay(file, endpoint) if result.verdict is Verdict.FAILED]
    assert failed == [["body.message: expected Another text., got User already exists"]]


def test_placebo_shows_what_differs(tmp_path: Path, endpoint: Endpoint) -> None:
    pool = {"Id": POOL, "Name": "another", "LambdaConfig": {}}
    content = {"status_code": 200, "data": {"UserPools": [pool], "ResponseMetadata": {"HTTPHeaders": {}}}}
    (tmp_path / "cognito-idp.ListUserPools_1.json").write_text(json.dumps(content))
    endpoint.call("cognito-idp", "CreateUserPool", {"PoolName": "p"})
    [result] = replay(tmp_path, endpoint)
    assert result.verdict is Verdict.FAILED
    assert "another" in result.text
