"""Calls of a live server without an SDK in between: what many threads need."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from cognito_emulator.http.live import LiveServer
from tests.wire import SIGNED, TARGETS

Outcome = tuple[str, dict[str, Any]]


class Connection:
    """One connection to a server."""

    def __init__(self, server: LiveServer) -> None:
        address = urlsplit(server.endpoint_url)
        self._http = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)

    def call(self, operation: str, **parameters: Any) -> Outcome:
        """`OK` or the type of the error, and the answer."""
        headers = {
            **SIGNED,
            "content-type": "application/x-amz-json-1.1",
            "x-amz-target": f"{TARGETS['cognito-idp']}.{operation}",
        }
        self._http.request("POST", "/", json.dumps(parameters), headers)
        response = self._http.getresponse()
        body = response.read()
        answer: dict[str, Any] = json.loads(body) if body else {}
        return ("OK" if response.status == 200 else answer["__type"]), answer

    def ok(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """The answer of a call that succeeds."""
        outcome, answer = self.call(operation, **parameters)
        assert outcome == "OK", (operation, parameters, answer)
        return answer

    def move_clock(self, seconds: float) -> None:
        """Move the emulator's clock."""
        self._http.request("POST", "/_emulator/clock", json.dumps({"advanceSeconds": seconds}))
        response = self._http.getresponse()
        assert response.status == 200, response.read()
        response.read()

    def close(self) -> None:
        self._http.close()
