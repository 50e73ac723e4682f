"""For every operation of the three models: what botocore writes we parse, what we write botocore parses."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timezone
from typing import Any
from urllib.parse import unquote

import botocore.session
import pytest
from botocore.model import OperationModel, Shape
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from cognito_emulator.aws import json_protocol, rest_json_protocol
from cognito_emulator.aws.call import HttpRequest
from cognito_emulator.aws.models import service_model
from cognito_emulator.aws.output_check import check_answer
from cognito_emulator.aws.timestamps import Timestamp

MOMENT = datetime(2026, 1, 1, 0, 0, 0, 123000, tzinfo=timezone.utc)
SECONDS = 1767225600.123
SESSION = botocore.session.Session()
SERVICES = ("cognito-idp", "cognito-identity", "cognito-sync")
CASES = [(service, name) for service in SERVICES for name in service_model(service).operation_names]


def sample(shape: Shape, *, given: bool, depth: int = 0) -> Any:
    """A value of a shape, every member set: as a caller gives it, or as botocore hands it out."""
    kind = shape.type_name
    if kind == "structure":
        if shape.metadata.get("document"):
            return {"a": ["b", 1, True]}
        members = shape.members.items() if depth < 6 else ()
        return {name: sample(member, given=given, depth=depth + 1) for name, member in members}
    if kind == "list":
        return [sample(shape.member, given=given, depth=depth + 1)] if depth < 6 else []
    if kind == "map":
        return {"key": sample(shape.value, given=given, depth=depth + 1)}
    if kind in ("integer", "long"):
        return shape.metadata.get("min", 1) or 1
    if kind == "boolean":
        return True
    if kind == "timestamp":
        return MOMENT
    if kind == "blob":
        return b"\x00\xffblob"
    return shape.enum[0] if shape.enum else 'text "with" ünïcödé'


def wire(value: Any) -> Any:
    """A value as operation functions know it."""
    if isinstance(value, dict):
        return {name: wire(item) for name, item in value.items()}
    if isinstance(value, list):
        return [wire(item) for item in value]
    if isinstance(value, datetime):
        return SECONDS
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def answered(value: Any) -> Any:
    """A value as operation functions answer it."""
    if isinstance(value, dict):
        return {name: answered(item) for name, item in value.items()}
    if isinstance(value, list):
        return [answered(item) for item in value]
    return Timestamp(SECONDS) if isinstance(value, datetime) else wire(value)


def model_of(service: str, name: str) -> OperationModel:
    return SESSION.get_service_model(service).operation_model(name)


@pytest.mark.parametrize(("service", "name"), CASES)
def test_what_botocore_writes_we_parse(service: str, name: str) -> None:
    model = model_of(service, name)
    ours = service_model(service).operation(name)
    assert ours is not None
    params = sample(model.input_shape, given=True) if model.input_shape else {}
    protocol = model.metadata["protocol"]
    written = create_serializer(protocol, include_validation=False).serialize_to_request(params, model)
    body = written["body"]
    query = written.get("query_string") or {}
    request = HttpRequest(
        written["method"],
        unquote(written["url_path"].split("?")[0]),
        "&".join(f"{key}={value}" for key, value in query.items()) if isinstance(query, dict) else query,
        {key.lower(): value for key, value in written["headers"].items()},
        body.encode() if isinstance(body, str) else body or b"",
        "http://x",
    )
    if protocol == "rest-json":
        operation, labels = rest_json_protocol.route(service_model(service), request)
        assert operation.name == name
        parsed = rest_json_protocol.parse(operation, labels, request)
    else:
        assert request.headers["x-amz-target"] == f"{service_model(service).target_prefix}.{name}"
        parsed = json_protocol.parse(request)
    assert rounded(parsed) == rounded(wire(params))


def rounded(value: Any) -> Any:
    """botocore writes some dates as whole seconds."""
    return json.loads(json.dumps(value).replace("1767225600.123", "1767225600"))


@pytest.mark.parametrize(("service", "name"), CASES)
def test_what_we_write_botocore_parses(service: str, name: str) -> None:
    model = model_of(service, name)
    ours = service_model(service).operation(name)
    assert ours is not None
    expected = sample(model.output_shape, given=False) if model.output_shape else {}
    protocol = rest_json_protocol if model.metadata["protocol"] == "rest-json" else json_protocol
    response = protocol.answer(ours, answered(expected), "some-id")
    parsed = create_parser(model.metadata["protocol"]).parse(
        {"status_code": response.status, "headers": response.headers, "body": response.body}, model.output_shape
    )
    assert parsed.pop("ResponseMetadata")["HTTPStatusCode"] == response.status
    assert parsed == expected


@pytest.mark.parametrize(("service", "name"), CASES)
def test_a_complete_answer_has_the_models_shape(service: str, name: str) -> None:
    """The checker that every other test runs under lets a complete answer pass, and no other member."""
    ours = service_model(service).operation(name)
    assert ours is not None
    if ours.output is None:
        with pytest.raises(AssertionError):
            check_answer(ours, {"Nonsense": 1})
        return
    with pytest.raises(AssertionError, match="Nonsense"):
        check_answer(ours, {**answered(sample(model_of(service, name).output_shape, given=False)), "Nonsense": 1})


def test_there_are_181_operations() -> None:
    assert len(CASES) == 181
