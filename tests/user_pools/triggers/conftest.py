"""A user pool with Lambda functions that are callables of the test."""

from __future__ import annotations

import pytest

from cognito_emulator.emulator import Emulator
from tests.user_pools.triggers.functions import Recorder


@pytest.fixture
def functions(emulator: Emulator) -> Recorder:
    """The functions of the test's emulator."""
    return Recorder(emulator)
