"""REST-JSON: how requests of cognito-sync are routed and read, and their answers written.

Source: recordings `browser-captures/sync-update-records/1`, `github-issue-logs/sync-count-conflict/1`
(the error's type is in the header only).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote

import orjson

from cognito_emulator.aws import errors
from cognito_emulator.aws.call import HttpRequest, HttpResponse
from cognito_emulator.aws.json_protocol import encode, header_text, without_nulls
from cognito_emulator.aws.models import Operation, ServiceModel, Shape

CONTENT_TYPE = "application/json"
_NAME = "DatasetName"
_LABEL = re.compile(r"\\\{(\w+)\\\}")


@cache
def _routes(model: ServiceModel) -> list[tuple[str, re.Pattern[str], Operation]]:
    """Methods and paths; at the end those of names with slashes, which were encoded: a constraint refuses them."""
    routes, with_slashes = [], []
    for name in model.operation_names:
        operation = model.operation(name)
        assert operation is not None
        pattern = _LABEL.sub(r"(?P<\1>[^/]+)", re.escape(operation.path))
        routes.append((operation.method, re.compile(pattern), operation))
        if f"(?P<{_NAME}>" in pattern:
            pattern = pattern.replace(f"(?P<{_NAME}>[^/]+)", f"(?P<{_NAME}>.+)")
            with_slashes.append((operation.method, re.compile(pattern), operation))
    with_slashes.sort(key=lambda route: -len(route[2].path))
    return routes + with_slashes


def route(model: ServiceModel, request: HttpRequest) -> tuple[Operation, dict[str, str]]:
    """The operation of a method and path, and the values in the path by label."""
    path = request.path.rstrip("/") or "/"
    for method, pattern, operation in _routes(model):
        if method == request.method and (found := pattern.fullmatch(path)):
            return operation, {label: _decoded(label, value) for label, value in found.groupdict().items()}
    raise errors.unknown_operation()


def _decoded(label: str, value: str) -> str:
    """A value in the path. Some SDKs encode the colon of ids twice; names are what they are, apart from that."""
    return value.replace("%3A", ":") if label == _NAME else unquote(unquote(value))


def parse(operation: Operation, labels: dict[str, str], request: HttpRequest) -> dict[str, Any]:
    """Parameters from path, query string, headers and body."""
    params: dict[str, Any] = {}
    if request.body:
        try:
            body = orjson.loads(request.body)
        except orjson.JSONDecodeError:
            raise errors.serialization() from None
        if not isinstance(body, dict):
            raise errors.serialization("Expected map or null")
        params.update(without_nulls(body) if b"null" in request.body else body)
    query = dict(parse_qsl(request.query, keep_blank_values=True))
    sources = {"uri": labels, "querystring": query, "header": request.headers}
    if operation.input is None:
        return params
    for name, shape in operation.input.members.items():
        location, wire_name = operation.input.location_of(name)
        if location == "body":
            continue
        value = sources[location].get(wire_name.lower() if location == "header" else wire_name)
        if value is not None:
            params[name] = _typed(shape, value)
    return params


def _typed(shape: Shape, text: str) -> Any:
    if shape.type in ("integer", "long"):
        try:
            return int(text)
        except ValueError:
            raise errors.serialization("STRING_VALUE can not be converted to an Integer") from None
    if shape.type == "boolean":
        return text == "true"
    return text


def answer(operation: Operation, result: dict[str, Any], request_id: str) -> HttpResponse:
    """A success with the model's status code."""
    body = encode(result) if operation.output is not None else b""
    headers = {"Content-Type": CONTENT_TYPE, "x-amzn-RequestId": request_id}
    return HttpResponse(operation.status, headers, body)


def error(failure: errors.AwsError, request_id: str) -> HttpResponse:
    """An error: the text in the body, the type in a header."""
    headers = {
        "Content-Type": CONTENT_TYPE,
        "x-amzn-RequestId": request_id,
        "x-amzn-ErrorType": f"{failure.type}:",
    }
    body: dict[str, Any] = {}
    if failure.message is not None:
        body["message"] = failure.message
        headers["x-amzn-ErrorMessage"] = header_text(failure.message)
    return HttpResponse(failure.status, headers, orjson.dumps(body))
