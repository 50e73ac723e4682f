"""Lines in log groups of CloudWatch Logs."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

# A batch may have 10,000 events and 1 MB. Source: CloudWatch Logs API reference, PutLogEvents.
_BATCH = 500


def write(client: Any, group: str, stream: str, moment: float, lines: list[str], *, make_group: bool = True) -> None:
    """Append lines to a stream, with a moment (seconds since the epoch).

    A missing stream is made; so is its group, if `make_group`.
    """
    exists = client.exceptions.ResourceAlreadyExistsException
    try:
        client.create_log_stream(logGroupName=group, logStreamName=stream)
    except exists:
        pass
    except client.exceptions.ResourceNotFoundException:
        if not make_group:
            raise
        with suppress(exists):
            client.create_log_group(logGroupName=group)
        client.create_log_stream(logGroupName=group, logStreamName=stream)
    timestamp = int(moment * 1000)
    for start in range(0, len(lines), _BATCH):
        events = [{"timestamp": timestamp, "message": line} for line in lines[start : start + _BATCH]]
        client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
