"""The emulator's time: the system clock, moved forwards or backwards when a test asks for it."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone


class Clock:
    """Time in seconds since the epoch, with milliseconds, as the services count it.

    `start` freezes the clock at a point in time (seconds since the epoch): it then moves only by `advance` and
    `set`. Without it the clock follows the system's, plus what it was moved by.
    """

    def __init__(self, start: float | None = None) -> None:
        self._frozen = start
        self._offset = 0.0

    def now(self) -> float:
        """Seconds since the epoch, rounded to milliseconds."""
        base = self._system() if self._frozen is None else self._frozen
        return round(base + self._offset, 3)

    @property
    def offset(self) -> float:
        """Seconds between this clock and the one it follows."""
        return self._offset

    def advance(self, seconds: float = 0.0, *, minutes: float = 0.0, hours: float = 0.0, days: float = 0.0) -> None:
        """Move the clock; negative values move it backwards."""
        self._offset += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds).total_seconds()

    def set(self, moment: datetime | None) -> None:
        """Move the clock to a moment (without time zone: UTC); None goes back to the clock it follows."""
        if moment is None:
            self._offset = 0.0
            return
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        base = self._system() if self._frozen is None else self._frozen
        self._offset = moment.timestamp() - base

    @staticmethod
    def _system() -> float:
        return time.time()


def iso(seconds: float) -> str:
    """A point in time as ISO 8601 text in UTC, with milliseconds."""
    moment = datetime.fromtimestamp(seconds, tz=timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
