"""Profiles: `quick` for every test run, `long` for `make fuzz` (`FUZZ_PROFILE=long`, `FUZZ_EXAMPLES=n`)."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

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
