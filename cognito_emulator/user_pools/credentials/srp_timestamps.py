"""TIMESTAMP of an SRP proof: `Sat Nov 1 09:05:00 UTC 2025`, in English, whatever the language of this machine.

The service reads the time and puts it down again before it checks the signature, so one that was written otherwise
(a day of two digits, another time zone, the wrong day of the week) makes the signature wrong. Sources:
github.com/amazon-archives/amazon-cognito-identity-js/issues/683 (what is no such time);
github.com/qwigo/warrant/pull/12 (`Wed Apr 05` is taken and found wrong, `Wed Apr 5` is right).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ZONE = r"[A-Za-z]{1,5}|GMT[+-]\d{1,2}:\d\d|[+-]\d{4}"
_FORM = re.compile(rf"([A-Za-z]+) ([A-Za-z]+) (\d{{1,2}}) (\d{{1,2}}):(\d{{1,2}}):(\d{{1,2}}) ({_ZONE}) (\d{{1,4}})")
_SAME_AS_UTC = ("UTC", "GMT")


def rewritten(text: str) -> str | None:
    """The time as the service writes it: empty for a time zone that it would have to convert; None for no time."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    day, month, date, hour, minute, second, zone, year = found.groups()
    if day[:3].title() not in _DAYS or month[:3].title() not in _MONTHS or not int(year):
        return None
    if zone.upper() not in _SAME_AS_UTC:
        return ""
    # Java's lenient calendar: the 31st of April is the first of May.
    first = datetime(int(year), _MONTHS.index(month[:3].title()) + 1, 1)
    try:
        at = first + timedelta(days=int(date) - 1, hours=int(hour), minutes=int(minute), seconds=int(second))
    except OverflowError:
        return None
    return f"{_DAYS[at.weekday()]} {_MONTHS[at.month - 1]} {at.day} {at:%H:%M:%S} UTC {at.year:04}"
