"""Two ways into an emulator without a socket: raw requests, and boto3 clients whose requests end in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import botocore.awsrequest
import botocore.session
from botocore.config import Config

from cognito_emulator.aws.call import HttpRequest
from cognito_emulator.emulator import Emulator

BASE_URL = "http://cognito.test:9229"
SCOPE = "20260101/us-east-1/cognito-idp/aws4_request"
AUTHORIZATION = f"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{SCOPE}, SignedHeaders=host, Signature=abc"
SIGNED = {"authorization": AUTHORIZATION, "x-amz-date": "20260101T000000Z"}
TARGETS = {
    "cognito-idp": "AWSCognitoIdentityProviderService",
    "cognito-identity": "AWSCognitoIdentityService",
}


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> tuple[str, str | None]:
        """Type and text of an error answer."""
        assert self.status >= 400, self.body
        return self.json["__type"], self.json.get("message", self.json.get("Message"))


def send(
    emulator: Emulator,
    method: str,
    path: str,
    body: bytes | str | Mapping[str, Any] = b"",
    headers: Mapping[str, str] | None = None,
    base_url: str = BASE_URL,
) -> Answer:
    """One HTTP request; a mapping as body is sent as JSON."""
    if not isinstance(body, (bytes, str)):
        body = json.dumps(body)
    raw = body.encode() if isinstance(body, str) else body
    path, _, query = path.partition("?")
    lower = {name.lower(): value for name, value in (headers or {}).items()}
    return _answer(emulator, HttpRequest(method, path, query, lower, raw, base_url))


def _answer(emulator: Emulator, request: HttpRequest) -> Answer:
    response = emulator.wsgi_app.handle(request)
    return Answer(response.status, {name.lower(): value for name, value in response.headers.items()}, response.body)


def call(
    emulator: Emulator,
    operation: str,
    body: bytes | str | Mapping[str, Any] = b"{}",
    *,
    service: str = "cognito-idp",
    headers: Mapping[str, str] = SIGNED,
    base_url: str = BASE_URL,
) -> Answer:
    """One JSON 1.1 call, signed unless other headers are given."""
    target = {"x-amz-target": f"{TARGETS[service]}.{operation}", "content-type": "application/x-amz-json-1.1"}
    return send(emulator, "POST", "/", body, {**target, **headers}, base_url)


class _Raw:
    """The body of an answer as botocore reads it."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *args: Any, **kwargs: Any) -> list[bytes]:
        return [self._body]

    def read(self, *args: Any, **kwargs: Any) -> bytes:
        body, self._body = self._body, b""
        return body


class Clients:
    """boto3's clients, made once for each service, region and access key: making one costs more than a test.

    `emulator` is the one that answers.
    """

    def __init__(self) -> None:
        self._session = botocore.session.Session()
        self._made: dict[tuple[str, str, str], Any] = {}
        self.emulator: Emulator | None = None

    def __call__(self, service: str = "cognito-idp", region: str = "us-east-1", access_key: str = "testing") -> Any:
        key = (service, region, access_key)
        if key not in self._made:
            client = self._session.create_client(
                service,
                region_name=region,
                aws_access_key_id=access_key,
                aws_secret_access_key="testing",
                config=Config(retries={"total_max_attempts": 1}),
            )
            client.meta.events.register("before-send", self._answer)
            self._made[key] = client
        return self._made[key]

    def _answer(self, request: botocore.awsrequest.AWSPreparedRequest, **kwargs: Any) -> Any:
        assert self.emulator is not None, "this test has no emulator"
        url = urlsplit(request.url)
        headers = {
            name: value.decode() if isinstance(value, bytes) else value for name, value in request.headers.items()
        }
        body = request.body or b""
        # Servers hand on the path decoded.
        sent = HttpRequest(
            request.method,
            unquote(url.path) or "/",
            url.query,
            {name.lower(): value for name, value in headers.items()},
            body.encode() if isinstance(body, str) else body,
            f"{url.scheme}://{url.netloc}",
        )
        answer = _answer(self.emulator, sent)
        response_headers = botocore.awsrequest.HeadersDict(answer.headers)
        return botocore.awsrequest.AWSResponse(request.url, answer.status, response_headers, _Raw(answer.body))
