"""What an app behind API Gateway learns of the caller, in headers.

The header `x-amzn-request-context` has the `requestContext` of the event that a Lambda function would get, as JSON:
the header in which AWS's Lambda Web Adapter hands it to web apps. An HTTP API's has `authorizer.jwt.claims` and
`.scopes`, a REST API's `authorizer.claims`. Claims are texts there, in the form that each kind of API gives them.

Sources: developer guide, "Create AWS Lambda proxy integrations for HTTP APIs" (payload format 2.0) and "Input format
of a Lambda function for proxy integration"; README of aws-lambda-web-adapter; events in public issues.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from cognito_emulator.gateway.messages import Forward, Request

if TYPE_CHECKING:
    from cognito_emulator.gateway.configuration import Route
    from cognito_emulator.gateway.tokens import Claims

HEADER = "x-amzn-request-context"
_DATES = ("exp", "iat")


def of_http_api(request: Request, route: Route, claims: Claims, now: float, request_id: str) -> Forward:
    """For a route of an HTTP API."""
    shown = {name: go_text(value) for name, value in claims.items()}
    context = {
        "authorizer": {"jwt": {"claims": shown, "scopes": list(route.scopes) or None}},
        "domainName": request.host,
        "http": {
            "method": request.method,
            "path": request.path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.client,
            "userAgent": request.header("user-agent") or "",
        },
        "requestId": request_id,
        "routeKey": route.pattern.text,
        "stage": "$default",
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "timeEpoch": int(now * 1000),
    }
    return _forward(context, route, shown)


def of_rest_api(request: Request, route: Route, claims: Claims, now: float, request_id: str) -> Forward:
    """For a route of a REST API."""
    shown = {name: _rest_text(name, value) for name, value in claims.items()}
    context = {
        "authorizer": {"claims": shown},
        "domainName": request.host,
        "httpMethod": request.method,
        "identity": {"sourceIp": request.client, "userAgent": request.header("user-agent") or ""},
        "path": request.path,
        "protocol": "HTTP/1.1",
        "requestId": request_id,
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "requestTimeEpoch": int(now * 1000),
        "resourcePath": route.pattern.text.partition(" ")[2] or route.pattern.text,
    }
    return _forward(context, route, shown)


def _forward(context: dict[str, Any], route: Route, claims: dict[str, str]) -> Forward:
    changes = tuple((change.action, change.header, change.value(claims)) for change in route.changes)
    return Forward(((HEADER, json.dumps(context, separators=(",", ":"))),), changes=changes)


def go_text(value: Any) -> str:
    """A claim as HTTP APIs write it: lists and objects as Go prints them."""
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{' '.join(map(go_text, value))}]"
    if isinstance(value, dict):
        return f"map[{' '.join(f'{name}:{go_text(value[name])}' for name in sorted(value))}]"
    return str(value)


def _rest_text(name: str, value: Any) -> str:
    """A claim as REST APIs write it: dates in words, lists with commas, objects as JSON."""
    if name in _DATES and isinstance(value, int):
        return time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(value))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(each if isinstance(each, str) else json.dumps(each) for each in value)
    if isinstance(value, dict):
        return json.dumps(value)
    return str(value)
