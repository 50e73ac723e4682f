"""pytest fixtures: `mock_cognito` (in process, for one test) and `cognito_server` (a live server, for the session).

pytest imports this module in every run of every project that has the package installed, so nothing is imported here
that pytest has not imported already; the emulator, boto3 and botocore come with the first test that asks for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator
    from cognito_emulator.http.live import LiveServer


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
def cognito_server(cognito_emulator_options: Mapping[str, Any]) -> Iterator[LiveServer]:
    """A live server on a free port, one for the session (under pytest-xdist: one for each worker).

    It is a process of its own, which ends with this one: `.endpoint_url`, `.client("cognito-idp")`, `.messages(...)`,
    `.clock`, `.reset()`, `.log`.
    """
    from cognito_emulator.http.live import LiveServer

    with LiveServer(**cognito_emulator_options) as server:
        yield server
