"""Fixtures: a database that servers share, and the servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from cognito_emulator.http.live import LiveServer

SHARED = ("sqlite", "postgresql")
Start = Callable[..., LiveServer]


def new_url(kind: str, request: pytest.FixtureRequest, folder: Path) -> str:
    """An empty store."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/store.db"
    if kind == "postgresql":
        make: Callable[[], str] = request.getfixturevalue("new_postgresql_database")
        return make()
    return "memory:"


@pytest.fixture(params=SHARED)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty store that several processes may use."""
    return new_url(request.param, request, tmp_path)


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a server; all are stopped at the end."""
    with ExitStack() as servers:

        def start(store: str, **options: Any) -> LiveServer:
            return servers.enter_context(LiveServer(store=store, **{"log_format": "off", **options}))

        yield start
