"""Fixtures of the test-suite: one emulator for each test, with a clock that stands still, and clients of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from cognito_emulator.randomness import KeySupply
from tests.builders import Idp
from tests.wire import Clients

START = 1_767_225_600.123
"""The time at which every test begins: 2026-01-01T00:00:00.123Z."""


@pytest.fixture(scope="session")
def key_supply() -> KeySupply:
    """RSA keys are made once and handed from test to test."""
    return KeySupply()


@pytest.fixture(scope="session")
def session_clients() -> Clients:
    return Clients()


@pytest.fixture
def emulator(key_supply: KeySupply) -> Iterator[Emulator]:
    """An emulator that checks its own answers. Its clock moves only when the test moves it."""
    emulator = Emulator(
        clock=Clock(START), key_supply=key_supply, seed=1, check_responses=True, issuer="aws", log_format="off"
    )
    yield emulator
    emulator.close()


@pytest.fixture
def clock(emulator: Emulator) -> Clock:
    return emulator.clock


@pytest.fixture
def clients(session_clients: Clients, emulator: Emulator) -> Iterator[Clients]:
    """`clients(service, region, access_key)`: boto3 clients of this test's emulator."""
    session_clients.emulator = emulator
    yield session_clients
    session_clients.emulator = None


@pytest.fixture
def idp(clients: Clients) -> Idp:
    """A boto3 client of cognito-idp."""
    client: Any = clients()
    return client
