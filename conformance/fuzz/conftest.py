"""Profiles: `quick` for every test run, `long` for `make fuzz` (`FUZZ_PROFILE=long`, `FUZZ_EXAMPLES=n`)."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, settings

from conformance.fuzz.figures import FIGURES

_CALM = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much, HealthCheck.large_base_example]
settings.register_profile("quick", max_examples=15, deadline=None, suppress_health_check=_CALM, derandomize=True)
settings.register_profile(
    "long",
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "1000")),
    deadline=None,
    suppress_health_check=_CALM,
    print_blob=True,
)
settings.load_profile(os.environ.get("FUZZ_PROFILE", "quick"))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what the fuzz did in this process."""
    for line in FIGURES.lines():
        terminalreporter.write_line(f"fuzz: {line}")
