"""Where calls go: an address, or an emulator in this process. Requests and answers are bytes here."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from typing import TYPE_CHECKING, Any, Protocol

from cognito_emulator.aws.call import HttpRequest
from cognito_emulator.aws.models import Operation, service_model

if TYPE_CHECKING:
    from cognito_emulator.conformance.functions import FunctionServer
    from cognito_emulator.emulator import Emulator

Json = dict[str, Any]
TIMEOUT = 60.0


@dataclass(frozen=True)
class Reply:
    """An answer as it came over the wire. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    raw: bytes

    @cached_property
    def body(self) -> Any:
        """The JSON in the body; None if it is empty or no JSON."""
        try:
            return json.loads(self.raw) if self.raw else None
        except ValueError:
            return None

    @property
    def error_type(self) -> str | None:
        """The error's name without namespace: from the body, or else from the header."""
        if self.status < 400:
            return None
        named = self.body.get("__type") if isinstance(self.body, dict) else None
        named = named or self.headers.get("x-amzn-errortype", "")
        return str(named).rpartition("#")[2].partition(":")[0] or None

    @property
    def message(self) -> str | None:
        if not isinstance(self.body, dict):
            return None
        return self.body.get("message", self.body.get("Message"))

    @property
    def not_there_yet(self) -> bool:
        """Whether the endpoint says that it does not have this operation or page at all."""
        if self.status == 501:
            return True
        return self.status == 404 and isinstance(self.body, dict) and "hint" in self.body


class Transport(Protocol):
    """Carries bytes to an endpoint."""

    base_url: str

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply: ...


class HttpTransport:
    """An endpoint at an address."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self._url = urllib.parse.urlsplit(self.base_url)

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        kind = HTTPSConnection if self._url.scheme == "https" else HTTPConnection
        connection = kind(self._url.netloc, timeout=TIMEOUT)
        try:
            connection.request(method, target, body=body, headers=dict(headers))
            return _read(connection.getresponse())
        finally:
            connection.close()


def _read(response: HTTPResponse) -> Reply:
    headers: dict[str, str] = {}
    for name, value in response.getheaders():
        name = name.lower()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Reply(response.status, headers, response.read())


class InProcess:
    """An emulator in this process, without sockets."""

    def __init__(self, emulator: Emulator, base_url: str = "http://localhost:9229") -> None:
        self.base_url = base_url
        self._app = emulator.wsgi_app

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        sent = {name.lower(): value for name, value in headers.items()}
        host = sent.setdefault("host", urllib.parse.urlsplit(self.base_url).netloc)
        path, _, query = target.partition("?")
        request = HttpRequest(method, urllib.parse.unquote(path), query, sent, body, f"http://{host}")
        response = self._app.handle(request)
        received: dict[str, str] = {}
        for name, value in response.lines():
            lower = name.lower()
            received[lower] = f"{received[lower]}, {value}" if lower in received else value
        received.setdefault("content-length", str(len(response.body)))
        return Reply(response.status, received, response.body)


@dataclass(frozen=True)
class Credentials:
    """What calls are signed with. Emulators take any."""

    access_key: str = "testing"
    secret_key: str = "testing"
    token: str | None = None


@dataclass
class Endpoint:
    """Calls operations of the three services, pages of the user pool domain and, where there is one, the control API.

    `per_service` replaces the address of single services (real AWS has one host for each).
    """

    transport: Transport
    region: str = "us-east-1"
    credentials: Credentials = field(default_factory=Credentials)
    per_service: Mapping[str, Transport] = field(default_factory=dict)
    functions: FunctionServer | None = None
    """Lambda functions that this endpoint calls, if it does."""
    other_aws: Callable[[str, str], Any] | None = None
    """Makes a boto3 client of another service beside this endpoint, for a region; None where there is no such AWS."""

    def call(
        self,
        service: str,
        operation: str,
        params: Any,
        *,
        headers: Mapping[str, str | None] | None = None,
        signed: bool | None = None,
        region: str | None = None,
        access_key: str | None = None,
        credentials: Credentials | None = None,
    ) -> Reply:
        """Call an operation. Public operations go unsigned unless `signed` says otherwise.

        `headers` are added; one that is None is left out. `params` that are bytes are sent as they are.
        """
        model = service_model(service)
        found = model.operation(operation)
        if found is None:
            raise LookupError(f"{service} has no operation {operation}")
        transport = self.per_service.get(service, self.transport)
        target, sent, body = _serialise(model.target_prefix, found, params)
        sign = not found.public if signed is None else signed
        url = transport.base_url + target
        if sign:
            signer = credentials or (Credentials(access_key, "x") if access_key else self.credentials)
            sent.update(_signature(found, url, sent, body, region or self.region, model.signing_name, signer))
        elif region and region != self.region:
            sent["Host"] = f"{service}.{region}.amazonaws.com"
        for name, value in (headers or {}).items():
            if value is not None:
                sent[name] = value
        return transport.send(found.method, target, sent, body)

    def get(self, path: str, query: Mapping[str, str] | None = None, **headers: str) -> Reply:
        """GET a page or document."""
        target = f"{path}?{urllib.parse.urlencode(query)}" if query else path
        return self.transport.send("GET", target, headers, b"")

    def post_form(self, path: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Reply:
        """POST a form."""
        sent = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self.transport.send("POST", path, sent, urllib.parse.urlencode(form).encode())

    @cached_property
    def has_control(self) -> bool:
        """Whether the endpoint has this project's control API (codes of messages, movable clock)."""
        try:
            reply = self.transport.send("GET", "/_emulator/health", {}, b"")
        except OSError:
            return False
        return reply.status == 200 and isinstance(reply.body, dict) and reply.body.get("status") == "ok"

    def control(self, method: str, path: str, content: Any = None) -> Json:
        """Call the control API. Raises `RuntimeError` for a refusal."""
        body = b"" if content is None else json.dumps(content).encode()
        reply = self.transport.send(method, f"/_emulator/{path}", {"Content-Type": "application/json"}, body)
        if reply.status != 200 or not isinstance(reply.body, dict):
            raise RuntimeError(f"{method} /_emulator/{path}: {reply.raw.decode(errors='replace')}")
        return reply.body


def _serialise(target_prefix: str, operation: Operation, params: Any) -> tuple[str, dict[str, str], bytes]:
    """Request target, headers and body of a call."""
    if target_prefix:
        body = params if isinstance(params, bytes) else json.dumps(params).encode()
        headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"{target_prefix}.{operation.name}",
        }
        return "/", headers, body
    path, query, headers, content = operation.path, {}, {"Content-Type": "application/json"}, {}
    for name, value in params.items():
        known = operation.input is not None and name in operation.input.members
        place, wire = operation.input.location_of(name) if known and operation.input else ("body", name)
        if place == "uri":
            path = path.replace(f"{{{wire}}}", urllib.parse.quote(str(value), safe=""))
        elif place == "querystring":
            query[wire] = str(value)
        elif place == "header":
            headers[wire] = str(value)
        else:
            content[name] = value
    target = f"{path}?{urllib.parse.urlencode(query)}" if query else path
    return target, headers, json.dumps(content).encode() if operation.method != "GET" else b""


def _signature(
    operation: Operation,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    region: str,
    signing_name: str,
    credentials: Credentials,
) -> dict[str, str]:
    """Headers of a Signature Version 4."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials as BotocoreCredentials

    request = AWSRequest(operation.method, url, headers=dict(headers), data=body)
    keys = BotocoreCredentials(credentials.access_key, credentials.secret_key, credentials.token)
    SigV4Auth(keys, signing_name, region).add_auth(request)
    names = ("Authorization", "X-Amz-Date", "X-Amz-Security-Token")
    return {name: request.headers[name] for name in names if name in request.headers}


def aws(region: str) -> Endpoint:
    """AWS itself, with the credentials of the environment."""
    import boto3
    import botocore.session

    found = botocore.session.Session().get_credentials()
    if found is None:
        raise LookupError("no AWS credentials are configured")
    keys = found.get_frozen_credentials()
    services = ("cognito-idp", "cognito-identity", "cognito-sync")
    transports = {name: HttpTransport(f"https://{name}.{region}.amazonaws.com") for name in services}
    return Endpoint(
        transports["cognito-idp"],
        region,
        Credentials(keys.access_key, keys.secret_key, keys.token),
        transports,
        other_aws=lambda service, place: boto3.client(service, region_name=place),
    )


def emulated_aws(url: str) -> Callable[[str, str], Any]:
    """Clients of other services at an emulated AWS, as `Endpoint.other_aws` has them."""
    import boto3

    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return lambda service, region: boto3.client(service, region_name=region, endpoint_url=url, **keys)
