"""JSON 1.1: how requests of cognito-idp and cognito-identity are read and their answers written.

Sources: recordings `github-issue-logs/wrong-password-headers/1`, `…/refresh-invalid-token/1`,
`…/create-pool-raw-wire/1` (keys in alphabetical order, dates in Java's form),
`cloud-custodian-placebo/test_cognito-user-pool_delete/4` (no output shape: empty body).
"""

from __future__ import annotations

from typing import Any

import orjson

from cognito_emulator.aws import errors
from cognito_emulator.aws.call import HttpRequest, HttpResponse
from cognito_emulator.aws.models import Operation
from cognito_emulator.aws.timestamps import Timestamp, java_double

CONTENT_TYPE = "application/x-amz-json-1.1"


def parse(request: HttpRequest) -> dict[str, Any]:
    """The JSON object in the body; an empty body is an empty object."""
    if not request.body:
        return {}
    try:
        params = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        raise errors.serialization() from None
    if params is None:
        return {}
    if not isinstance(params, dict):
        raise errors.serialization("Expected map or null" if not isinstance(params, list) else "Unexpected list")
    return without_nulls(params) if b"null" in request.body else params


def without_nulls(value: Any) -> Any:
    """The same value without members that are null: to the services those are absent."""
    if isinstance(value, dict):
        return {name: without_nulls(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value if item is not None]
    return value


def encode(value: Any) -> bytes:
    """JSON as the service writes it: keys sorted, no blanks, dates as Java doubles."""
    return orjson.dumps(value, default=_encode_special, option=orjson.OPT_SORT_KEYS)


def _encode_special(value: Any) -> Any:
    if isinstance(value, Timestamp):
        return orjson.Fragment(java_double(value))
    raise TypeError(f"{type(value).__name__} is not JSON")


def answer(operation: Operation, result: dict[str, Any], request_id: str) -> HttpResponse:
    """A success; operations without an output shape answer an empty body."""
    body = encode(result) if operation.output is not None else b""
    return HttpResponse(200, {"Content-Type": CONTENT_TYPE, "x-amzn-RequestId": request_id}, body)


def error(failure: errors.AwsError, request_id: str) -> HttpResponse:
    """An error: type and text in the body and in the headers (where the type ends in a colon)."""
    headers = {
        "Content-Type": CONTENT_TYPE,
        "x-amzn-RequestId": request_id,
        "x-amzn-ErrorType": f"{failure.type}:",
    }
    body: dict[str, Any] = {"__type": failure.type}
    if failure.message is not None:
        body[failure.message_key] = failure.message
        headers["x-amzn-ErrorMessage"] = header_text(failure.message)
    return HttpResponse(failure.status, headers, orjson.dumps(body))


def header_text(message: str) -> str:
    """An error message made fit for a header: one line, Latin-1."""
    return " ".join(message.split()).encode("latin-1", "replace").decode("latin-1")
