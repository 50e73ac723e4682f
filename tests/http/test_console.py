"""What the server writes to standard error, seen from inside."""

from __future__ import annotations

import io
import logging

from cognito_emulator.http.console import Lines, TextLines


def record(level: int, text: str) -> logging.LogRecord:
    return logging.LogRecord("a.logger", level, __file__, 1, text, (), None)


def test_warnings_are_written_at_once_with_what_came_before_them() -> None:
    stream = io.StringIO()
    lines = Lines(stream)
    lines.setFormatter(TextLines())
    lines.handle(record(logging.INFO, "first"))
    lines.handle(record(logging.WARNING, "second"))
    assert [line.partition(" ")[2] for line in stream.getvalue().splitlines()] == [
        "INFO a.logger: first",
        "WARNING a.logger: second",
    ]


def test_a_stream_that_is_closed_stops_nobody() -> None:
    stream = io.StringIO()
    lines = Lines(stream)
    stream.close()
    assert lines.handle(record(logging.WARNING, "text")) is True
    lines.flush()
