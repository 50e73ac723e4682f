"""pytest fixtures: `mock_cognito` (in process, for one test) and `cognito_server` (a live server, for the session).

pytest imports this module in every run of every project that has the package installed, so nothing is imported here
that pytest has not imported already; the emulator, boto3 and botocore come with the first test that asks for them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator

_DUMMY_CREDENTIALS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}


@pytest.fixture(scope="session")
def cognito_emulator_options() -> Mapping[str, Any]:
    """Options of both fixtures, such as `{"region": "eu-west-1"}`: override it in your conftest.py."""
    return {}


@pytest.fixture
def mock_cognito(cognito_emulator_options: Mapping[str, Any]) -> Iterator[Emulator]:
    """Cognito is an emulator in this process until the end of the test; the value is the emulator.

    In a test or class that is decorated with `mock_cognito` as well it is the same emulator.
    """
    from cognito_emulator.mock import mock_cognito as block

    with block(**cognito_emulator_options) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def cognito_server(cognito_emulator_options: Mapping[str, Any]) -> Iterator[CognitoServer]:
    """A live server on a free port, one for the session (under pytest-xdist: one for each worker)."""
    server = CognitoServer(**cognito_emulator_options)
    yield server
    server.close()


class CognitoServer:
    """An emulator that listens on a port of 127.0.0.1, in a thread of this process."""

    def __init__(self, **options: Any) -> None:
        from cognito_emulator.emulator import Emulator
        from cognito_emulator.http.server import Server

        self.emulator = Emulator(**options)
        config = self.emulator.config
        self._server = Server(self.emulator.wsgi_app, "127.0.0.1", 0, config.threads)
        self._thread = threading.Thread(target=self._server.run, name="cognito-server", daemon=True)
        self._thread.start()

    @property
    def endpoint_url(self) -> str:
        """The address of everything: AWS APIs, issuers, control API."""
        return f"http://127.0.0.1:{self._server.port}"

    def client(self, service: str = "cognito-idp", **kwargs: Any) -> Any:
        """A boto3 client of this server. Region and credentials are dummies; `kwargs` may set them."""
        import boto3

        given = {"endpoint_url": self.endpoint_url, "region_name": self.emulator.config.region}
        return boto3.client(service, **(given | _DUMMY_CREDENTIALS | kwargs))

    def messages(self, *, wait: float | None = None, **filters: str) -> list[dict[str, Any]]:
        """E-mails and text messages, oldest first, as `GET /_emulator/messages` answers.

        `filters` are `user_pool_id`, `username` and `destination`; `wait` seconds for the first that matches.
        """
        query = {_QUERY_NAMES.get(name, name): value for name, value in filters.items()}
        if wait is not None:
            query["wait"] = str(wait)
        answer: dict[str, list[dict[str, Any]]] = self._control("GET", "/_emulator/messages", query)
        return answer["messages"]

    def reset(self) -> None:
        """Drop all state; the clock goes back to system time."""
        self.emulator.reset()

    def close(self) -> None:
        """Stop listening and drop the emulator."""
        self._server.stop()
        self._thread.join(timeout=10)
        self.emulator.close()

    def _control(self, method: str, path: str, query: Mapping[str, str]) -> Any:
        import json
        from urllib.parse import urlencode

        from cognito_emulator.aws.call import HttpRequest

        request = HttpRequest(method, path, urlencode(query), {}, b"", self.endpoint_url)
        return json.loads(self.emulator.wsgi_app.handle(request).body)


_QUERY_NAMES = {"user_pool_id": "userPoolId"}
