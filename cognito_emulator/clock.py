"""The emulator's time: the system clock, moved forwards or backwards when a test asks for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timezone

_YEAR_10000 = 253_402_300_800


class Clock:
    """Time in seconds since the epoch, with milliseconds, as the services count it.

    `start` freezes the clock at a point in time (seconds since the epoch): it then moves only by `advance` and
    `set`. Without it the clock follows the system's, plus what it was moved by.
    """

    def __init__(self, start: float | None = None) -> None:
        self._frozen = start
        self._moved = 0.0
        self._moving = threading.Lock()

    def now(self) -> float:
        """Seconds since the epoch, rounded to milliseconds."""
        return round(self._base() + self.offset, 3)

    def unmoved(self) -> float:
        """What the clock that this one follows shows: time that `advance` and `set` do not move."""
        return round(self._base(), 3)

    @property
    def offset(self) -> float:
        """Seconds between this clock and the one it follows."""
        return self._moved

    def move(self, offset: float) -> None:
        """Set the offset. Raises ValueError for a time before 1970 or after 9999."""
        self._change(lambda _: self._checked(offset))

    def _checked(self, offset: float) -> float:
        if not 0 <= self._base() + offset < _YEAR_10000:
            raise ValueError("the clock runs from 1970 to 9999")
        return offset

    def _change(self, to: Callable[[float], float]) -> None:
        """Set the offset to what `to` makes of it: no other change comes between."""
        with self._moving:
            self._moved = to(self._moved)

    def advance(self, seconds: float = 0.0, *, minutes: float = 0.0, hours: float = 0.0, days: float = 0.0) -> None:
        """Move the clock; negative values move it backwards."""
        seconds += ((days * 24 + hours) * 60 + minutes) * 60
        self._change(lambda offset: self._checked(offset + seconds))

    def set(self, moment: datetime | None) -> None:
        """Move the clock to a moment (without time zone: UTC); None goes back to the clock it follows."""
        if moment is None:
            self._change(lambda _: 0.0)
            return
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        self.move(moment.timestamp() - self._base())

    def _base(self) -> float:
        return time.time() if self._frozen is None else self._frozen


class SharedClock(Clock):
    """A clock that several processes share: how far it was moved is asked for by `read`, and changed by `change`."""

    def __init__(self, read: Callable[[], float], change: Callable[[Callable[[float], float]], None]) -> None:
        super().__init__()
        self._read = read
        self._change_shared = change

    @property
    def offset(self) -> float:
        return self._read()

    def _change(self, to: Callable[[float], float]) -> None:
        self._change_shared(to)


def iso(seconds: float) -> str:
    """A point in time as ISO 8601 text in UTC, with milliseconds."""
    moment = datetime.fromtimestamp(seconds, tz=timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
