"""What the tests of the conformance suite have."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cognito_emulator import Emulator
from cognito_emulator.conformance.endpoint import Endpoint, InProcess


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    emulator = Emulator(log_format="off", check_responses=True)
    yield Endpoint(InProcess(emulator))
    emulator.close()
