"""Fixtures of the tests of Cognito Sync."""

from __future__ import annotations

from typing import Any

import pytest

from tests.no_aws import forget_aws
from tests.sync.builders import Guest, guest
from tests.wire import Clients


@pytest.fixture(autouse=True)
def no_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_aws(monkeypatch)


@pytest.fixture
def identity(clients: Clients) -> Any:
    """A boto3 client of cognito-identity."""
    return clients("cognito-identity")


@pytest.fixture
def sync(clients: Clients) -> Any:
    """A boto3 client of cognito-sync, with developer credentials."""
    return clients("cognito-sync")


@pytest.fixture
def me(clients: Clients, identity: Any) -> Guest:
    """A guest of a new identity pool, with a client that has the guest's credentials."""
    return guest(clients, identity)
