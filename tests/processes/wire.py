"""Calls of a live server without an SDK in between: what many threads need."""

from __future__ import annotations

import http.client
import json
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

from cognito_emulator.http.live import LiveServer
from tests.oauth.browser import Browser, Page
from tests.wire import BASE_URL, SIGNED, TARGETS

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


class WireBrowser(Browser):
    """A browser of the plain endpoint host, whichever server answers behind it."""

    def __init__(self, server: LiveServer) -> None:
        self.server = server
        self.host = BASE_URL
        self.cookies: dict[str, dict[str, str]] = {}

    def _once(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> Page:
        parts, address = urlsplit(url), urlsplit(self.server.endpoint_url)
        jar = self.cookies.setdefault(parts.netloc, {})
        given = {**headers, "Host": parts.netloc, "Cookie": "; ".join(f"{name}={jar[name]}" for name in jar)}
        with closing(http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)) as connection:
            connection.request(method, parts._replace(scheme="", netloc="").geturl() or "/", body, given)
            response = connection.getresponse()
            content = response.read()
        set_cookies = response.msg.get_all("Set-Cookie", [])
        for line in set_cookies:
            name, _, rest = line.partition("=")
            jar[name] = rest.partition(";")[0]
        lines = {name.lower(): value for name, value in response.getheaders()}
        return Page(url, response.status, lines, set_cookies, content)
