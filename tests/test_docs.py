"""The examples of the documentation run as they stand there."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parent.parent / "docs"


def examples(name: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (DOCS / name).read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("name", ["identity-pools.md", "sync.md"])
def test_examples_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in [variable for variable in os.environ if variable.startswith("AWS_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    found = examples(name)
    assert found
    for number, text in enumerate(found):
        names: dict[str, Any] = {}
        exec(compile(text, f"{name}, example {number + 1}", "exec"), names)
        for test in [value for key, value in names.items() if key.startswith("test_")]:
            test()
