"""Tests that no AWS setting of the machine reaches."""

from __future__ import annotations

import os

import pytest


def forget_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """No AWS setting of the machine counts, and no real AWS is asked."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
