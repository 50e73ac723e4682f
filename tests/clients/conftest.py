"""Fixtures of the client tests. The live server itself, `cognito_server`, comes with the pytest plugin."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from .pages import Visitor
from .support import App, NodeClients, Server, clean_environment, create_app, installed_node_clients, missing_for_node
from .web import APP, serving


@pytest.fixture
def app(cognito_server: Server) -> App:
    """A new user pool and app client on the live server."""
    return create_app(cognito_server)


@pytest.fixture(scope="session")
def node_clients() -> Iterator[NodeClients]:
    """The Node scripts, ready to run."""
    missing = missing_for_node()
    if missing is not None:
        pytest.skip(f"the JavaScript clients cannot run: {missing}")
    with installed_node_clients() as clients:
        yield clients


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A headless browser, one for each module."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium is installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe(node_clients: NodeClients) -> str:
    """The source of axe-core."""
    return (node_clients.scripts.parent / "node_modules" / "axe-core" / "axe.min.js").read_text()


@pytest.fixture(scope="module")
def callback() -> Iterator[str]:
    """The URL of an app, on a free port."""
    with serving(lambda request: APP) as url:
        yield f"{url}/callback"


@pytest.fixture
def visitor(request: pytest.FixtureRequest, chromium: Any, axe: str, callback: str) -> Iterator[Visitor]:
    """Somebody at a desktop, or at the size that the test names as parameter."""
    visitor = Visitor(chromium, getattr(request, "param", "desktop"), axe, callback)
    yield visitor
    visitor.context.close()
    assert visitor.refused == []


@dataclass(frozen=True)
class StartedServer:
    """A server that the tests started with the command line."""

    endpoint_url: str


@pytest.fixture(scope="session")
def aws_issuer_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartedServer]:
    """A live server whose tokens carry the issuer that AWS has, for verifiers that accept no other."""
    search_path = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)])
    command = shutil.which("cognito-emulator", path=search_path)
    assert command is not None, "the command cognito-emulator is not installed"
    output = tmp_path_factory.mktemp("aws-issuer-server") / "output.txt"
    with (
        output.open("wb") as log,
        subprocess.Popen(
            [command, "serve", "--port", "0", "--issuer", "aws"],
            stdout=log,
            stderr=subprocess.STDOUT,
            env=clean_environment(PYTHONUNBUFFERED="1"),
        ) as process,
    ):
        try:
            yield StartedServer(_announced_address(process, output))
        finally:
            process.terminate()


def _announced_address(process: subprocess.Popen[bytes], output: Path, timeout: float = 30) -> str:
    """The address that a starting server prints."""
    deadline = time.monotonic() + timeout
    while process.poll() is None and time.monotonic() < deadline:
        found = re.search(r"(http://[^\s/]+:\d+).*\n", output.read_text())
        if found:
            return found[1]
        time.sleep(0.05)
    raise AssertionError(f"the server did not announce its address:\n{output.read_text()}")
