"""Points in time as the services write them."""

from __future__ import annotations


class Timestamp(float):
    """Seconds since the epoch with milliseconds; the wire shows it as Java prints a double.

    Operations wrap every date they answer in this type, so that the serialiser can tell a date from a number.
    """

    __slots__ = ()


def java_double(value: float) -> str:
    """The text of Java's `Double.toString` for a non-negative number.

    >>> java_double(1594889658.976)
    '1.594889658976E9'
    >>> java_double(1715100742.0)
    '1.715100742E9'

    Source: recording github-issue-logs/create-pool-raw-wire/1.
    """
    digits = repr(float(round(value, 3)))
    whole, _, fraction = digits.partition(".")
    if value < 10_000_000:
        return digits
    mantissa = (whole[1:] + fraction).rstrip("0") or "0"
    return f"{whole[0]}.{mantissa}E{len(whole) - 1}"
