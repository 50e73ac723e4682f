"""pytest fixtures: `mock_cognito` (in process, for one test) and `cognito_server` (a live server, for the session).

pytest imports this module in every run of every project that has the package installed, so nothing is imported here
that pytest has not imported already; the emulator, boto3 and botocore come with the first test that asks for them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator


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
    server = CognitoServer(cognito_emulator_options)
    try:
        yield server
    finally:
        server.close()


class CognitoServer:
    """`cognito-emulator serve` in a process of its own, which ends with this one, however this one ends.

    Its log goes to standard error, which pytest shows for tests that fail.
    """

    def __init__(self, options: Mapping[str, Any]) -> None:
        command = [
            sys.executable,
            "-m",
            "cognito_emulator",
            "serve",
            "--exit-with-stdin",
            "--host=127.0.0.1",
            "--port=0",
        ]
        self._process = subprocess.Popen(
            command + [_flag(name, value) for name, value in options.items()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if "http://" not in line:
            self.close()
            raise RuntimeError(f"{' '.join(command)} did not start: {line or 'see standard error'}")
        self.endpoint_url: str = line.split()[-1]
        """The address of everything: AWS APIs, issuers, control API."""
        self._region: str = options.get("region", "us-east-1")

    def client(self, service: str = "cognito-idp", **kwargs: Any) -> Any:
        """A boto3 client of this server. Region and credentials are dummies; `kwargs` may set them."""
        import boto3

        given = {
            "endpoint_url": self.endpoint_url,
            "region_name": self._region,
            "aws_access_key_id": "testing",
            "aws_secret_access_key": "testing",
        }
        return boto3.client(service, **(given | kwargs))

    def messages(self, *, wait: float | None = None, **filters: str) -> list[dict[str, Any]]:
        """E-mails and text messages, oldest first, as `GET /_emulator/messages` answers.

        `filters` are `user_pool_id` (or `userPoolId`), `username` and `destination`; `wait` seconds (60 at most) for
        the first that matches.
        """
        query = {"userPoolId" if name == "user_pool_id" else name: value for name, value in filters.items()}
        if wait is not None:
            query["wait"] = str(wait)
        answer: dict[str, list[dict[str, Any]]] = self._control("GET", f"messages?{urlencode(query)}")
        return answer["messages"]

    def move_clock(self, seconds: float) -> None:
        """Move the server's clock, forwards or (with a negative number) backwards; `reset` moves it back."""
        self._control("POST", "clock", {"advanceSeconds": seconds})

    def reset(self) -> None:
        """Drop all state; the clock goes back to system time."""
        self._control("POST", "reset")

    def close(self) -> None:
        """Stop the server."""
        with self._process:  # closes the pipes and waits: the server ends with its standard input
            pass

    def _control(self, method: str, path: str, content: Any = None) -> Any:
        # Not urllib: neither a proxy nor somebody's patches may come between.
        connection = HTTPConnection(self.endpoint_url.removeprefix("http://"), timeout=90)
        with closing(connection):
            connection.request(method, f"/_emulator/{path}", body=json.dumps(content))
            response = connection.getresponse()
            answer = json.load(response)
        if response.status != 200:
            raise RuntimeError(f"{method} /_emulator/{path}: {answer['message']}")
        return answer


def _flag(name: str, value: Any) -> str:
    """An option of `Emulator` as the command line takes it."""
    flag = name.replace("_", "-")
    if isinstance(value, bool):
        return f"--{flag}" if value else f"--no-{flag}"
    return f"--{flag}={value}"
