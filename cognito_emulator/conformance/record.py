"""Records real calls as JSON lines in the form of `conformance/recordings`, scrubbed before they are written.

Two ways in: a hook on boto3 (`attach`), and a proxy that any client can use as its endpoint (`Proxy`). The proxy signs
anew what was signed, with the credentials of the environment: a signature holds for one host only.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cognito_emulator.conformance.endpoint import Credentials, HttpTransport, Reply
from cognito_emulator.conformance.scrub import Scrubber
from cognito_emulator.conformance.wild import Exchange, exchanges

Json = dict[str, Any]
_KEPT_HEADERS = re.compile(
    r"x-amzn-.*|content-type|access-control-.*|strict-transport-security|connection|content-length"
)


class Recorder:
    """Writes exchanges to a file, one a line, in the order in which they were answered."""

    def __init__(self, file: Path, scenario: str = "") -> None:
        self._file = file
        self._scenario = scenario or file.stem
        self._scrubber = Scrubber()
        self._lock = threading.Lock()
        self.count = 0
        file.write_text("", encoding="utf-8")

    def add(self, exchange: Exchange) -> None:
        """Scrub and write one exchange."""
        with self._lock:
            self.count += 1
            line = json.dumps(self._entry(exchange), ensure_ascii=False)
            with self._file.open("a", encoding="utf-8") as out:
                out.write(line + "\n")

    def add_http(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        status: int,
        answered: Mapping[str, str],
        text: bytes,
    ) -> None:
        """Write an exchange seen as HTTP; other requests than those of the three services are passed over."""
        lower = {name.lower(): value for name, value in headers.items()}
        seen = {name.lower(): value for name, value in answered.items()}
        for exchange in exchanges(
            method, url, lower, body.decode("utf-8", "replace"), status, seen, text.decode("utf-8", "replace")
        ):
            self.add(exchange)

    def _entry(self, exchange: Exchange) -> Json:
        scrub = self._scrubber
        response: Json = {
            "status": exchange.status,
            "headers": {
                name.lower(): scrub.scrub(str(value))
                for name, value in exchange.headers.items()
                if _KEPT_HEADERS.fullmatch(name.lower())
            },
            "body": scrub.scrub(exchange.body),
        }
        if decoded := scrub.decoded(exchange.body):
            response["decoded"] = decoded
        return {
            "id": f"recorded/{self._scenario}/{self.count}",
            "evidence": "vcr",
            "source": {"recorder": "cognito-emulator record"},
            "service": exchange.service,
            "operation": exchange.operation,
            "scenario": self._scenario,
            "step": self.count,
            "request": {"params": scrub.scrub(exchange.params)},
            "response": response,
        }


def attach(session: Any, recorder: Recorder) -> None:
    """Record every call of a botocore session (`boto3.Session()._session`, or a client's `meta.events` holder)."""
    events = session.meta.events if hasattr(session, "meta") else session.get_component("event_emitter")
    waiting = threading.local()

    def before(request: Any, **_: Any) -> None:
        waiting.request = request

    def received(response_dict: Json, **_: Any) -> None:
        request = getattr(waiting, "request", None)
        if request is None:
            return
        body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
        headers = {name: _decoded(value) for name, value in request.headers.items()}
        status, answered = response_dict["status_code"], response_dict["headers"]
        recorder.add_http(request.method, request.url, headers, body, status, answered, response_dict["body"])

    for service in ("cognito-identity-provider", "cognito-identity", "cognito-sync"):
        events.register_last(f"before-send.{service}", before)
        events.register(f"before-parse.{service}", received)


def _decoded(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


class Proxy:
    """An endpoint that hands every call on and records it."""

    def __init__(
        self, recorder: Recorder, region: str, port: int, credentials: Credentials | None, to: str = ""
    ) -> None:
        self._recorder = recorder
        self._region = region
        self._credentials = credentials
        self._to = to
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                owner.answer(self)

            # OPTIONS: browsers ask before they call.
            do_GET = do_POST = do_PUT = do_DELETE = do_OPTIONS = answer

            def log_message(self, format: str, *args: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def serve(self) -> None:
        """Serve until `close`."""
        self._server.serve_forever()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Hand one request on."""
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in handler.headers.items() if name.lower() not in ("host", "connection")}
        service = _service_of(handler.path, headers)
        base = self._to or f"https://{service}.{self._region}.amazonaws.com"
        transport = HttpTransport(base)
        if any(name.lower() == "authorization" for name in headers) and self._credentials:
            headers = self._signed(handler.command, base + handler.path, headers, body, service)
        reply = transport.send(handler.command, handler.path, headers, body)
        self._recorder.add_http(handler.command, handler.path, headers, body, reply.status, reply.headers, reply.raw)
        _write(handler, reply)

    def _signed(self, method: str, url: str, headers: dict[str, str], body: bytes, service: str) -> dict[str, str]:
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials as BotocoreCredentials

        assert self._credentials is not None
        unsigned = ("authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256")
        kept = {name: value for name, value in headers.items() if name.lower() not in unsigned}
        request = AWSRequest(method, url, headers=kept, data=body)
        keys = self._credentials
        SigV4Auth(BotocoreCredentials(keys.access_key, keys.secret_key, keys.token), service, self._region).add_auth(
            request
        )
        return dict(request.headers.items())


def _service_of(path: str, headers: Mapping[str, str]) -> str:
    target = next((value for name, value in headers.items() if name.lower() == "x-amz-target"), "")
    if path.startswith("/identitypools"):
        return "cognito-sync"
    return "cognito-identity" if target.startswith("AWSCognitoIdentityService") else "cognito-idp"


def _write(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    handler.send_response(reply.status)
    for name, value in reply.headers.items():
        if name not in ("connection", "transfer-encoding", "content-length"):
            handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(reply.raw)))
    handler.end_headers()
    handler.wfile.write(reply.raw)
