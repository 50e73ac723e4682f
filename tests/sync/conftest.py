"""Fixtures of the tests of Cognito Sync."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tests.sync.builders import Guest, guest
from tests.wire import Clients


@pytest.fixture(autouse=True)
def no_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """No AWS setting of the machine counts, and no real AWS is asked."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)


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
