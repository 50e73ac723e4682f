"""What the server writes to standard error: one line per request, warnings and failures; as text or as JSON."""

from __future__ import annotations

import atexit
import json
import logging
import sys
import threading
import time
from contextlib import suppress
from functools import lru_cache
from typing import TextIO

ACCESS = "cognito_emulator.access"
FUNCTIONS = "cognito_emulator.functions"


def set_up(log_format: str) -> None:
    """Send log records of this process to standard error, others than access log and functions from WARNING."""
    handler = Lines(sys.stderr)
    handler.setFormatter(JsonLines() if log_format == "json" else TextLines())
    # Two lookups per record for what no line here shows.
    logging.logThreads = logging.logProcesses = False
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in (ACCESS, FUNCTIONS):
        logging.getLogger(name).setLevel(logging.INFO)


class Lines(logging.Handler):
    """Writes lines a moment later, all that have come until then at once: threads that serve do not wait for it.

    Warnings and failures are written at once, with what came before them.
    """

    SECONDS = 0.05

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._lines: list[str] = []
        self._some = threading.Event()
        self._writing = threading.RLock()
        atexit.register(self.flush)
        threading.Thread(target=self._write, name="cognito-emulator-log", daemon=True).start()

    def handle(self, record: logging.LogRecord) -> bool:
        """Take a record; without the lock that handlers otherwise hold, which a list does not need."""
        try:
            self._lines.append(self.format(record))
        except Exception:
            self.handleError(record)
        if record.levelno >= logging.WARNING:
            self.flush()
        elif not self._some.is_set():
            self._some.set()
        return True

    def flush(self) -> None:
        """Write what has come, if it can be written."""
        with self._writing:
            count = len(self._lines)
            if not count:
                return
            text = "\n".join(self._lines[:count])
            del self._lines[:count]
            # Where nobody reads any more, what serves goes on all the same.
            with suppress(OSError, ValueError):
                self._stream.write(text + "\n")
                self._stream.flush()

    def _write(self) -> None:
        while True:
            self._some.wait()
            time.sleep(self.SECONDS)
            self._some.clear()
            self.flush()


class TextLines(logging.Formatter):
    """Time, then the access log's line, or level, logger and message."""

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        if record.name != ACCESS:
            message = f"{record.levelname} {record.name}: {message}"
        if record.exc_info:
            message = f"{message}\n{self.formatException(record.exc_info)}"
        return f"{_time(record)} {message}"


class JsonLines(logging.Formatter):
    """One object per line. The access log's lines are JSON already; they get the time."""

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        if record.name == ACCESS:
            return f'{{"time":"{_time(record)}",{message[1:]}'
        fields = {"time": _time(record), "level": record.levelname, "logger": record.name, "message": message}
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return json.dumps(fields)


def _time(record: logging.LogRecord) -> str:
    """The time of a record: ISO 8601, UTC, milliseconds."""
    seconds, rest = divmod(record.created, 1)
    return f"{_second(seconds)}.{int(rest * 1000):03}Z"


@lru_cache(maxsize=2)
def _second(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
