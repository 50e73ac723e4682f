"""Numbers as the services write them."""

from __future__ import annotations

import pytest

from cognito_emulator.aws.timestamps import java_double


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1594889658.976, "1.594889658976E9"),
        (1518725886.449, "1.518725886449E9"),
        (1715100742.0, "1.715100742E9"),
        (1700000000.0, "1.7E9"),
        (1594889658.9, "1.5948896589E9"),
        (10_000_000.0, "1.0E7"),
        (9_999_999.5, "9999999.5"),
        (0.0, "0.0"),
        (253402300799.999, "2.53402300799999E11"),
    ],
)
def test_java_double(value: float, text: str) -> None:
    assert java_double(value) == text
    assert float(text) == value
