"""Fixtures of the tests of identity pools."""

from __future__ import annotations

from typing import Any

import pytest

from tests.identity_pools.builders import World, world
from tests.no_aws import forget_aws
from tests.wire import Clients


@pytest.fixture(autouse=True)
def no_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_aws(monkeypatch)


@pytest.fixture
def identity(clients: Clients) -> Any:
    """A boto3 client of cognito-identity."""
    return clients("cognito-identity")


@pytest.fixture
def made(idp: Any, identity: Any) -> World:
    """An identity pool with a user pool and a user."""
    return world(idp, identity)
