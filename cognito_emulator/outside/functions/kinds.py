"""What can go wrong with a function, and what the three ways to run one have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class FunctionFailed(Exception):
    """The function threw, could not be loaded, or ended by itself.

    `message` is its `errorMessage`, if it has one; `payload` all that the runtime reports, if it does.
    """

    def __init__(self, message: str | None, payload: bytes | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.payload = payload


class CannotInvoke(Exception):
    """The function could not be asked. `code` is Lambda's error code; `again` tells whether trying again may help."""

    def __init__(self, code: str, *, again: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.again = again


class TimedOut(Exception):
    """No answer in time."""


@dataclass(frozen=True)
class Limits:
    """How long one try may take, in seconds (None: as long as it likes, for a debugger), and how many there are.

    Cognito waits 5 seconds and tries three times; that cannot be changed there. Source: developer guide, "Customizing
    user pool workflows with Lambda triggers", important considerations.
    """

    seconds: float | None = 5.0
    tries: int = 3


@dataclass(frozen=True)
class Invocation:
    """One try: the function's ARN as the pool names it, the event as JSON, and how long it may take.

    `start_seconds` come on top for a function that has to start first.
    """

    arn: str
    event: bytes
    request_id: str
    seconds: float | None
    start_seconds: float = 0.0

    @property
    def patience(self) -> float | None:
        """How long an answer is waited for."""
        return None if self.seconds is None else self.seconds + self.start_seconds

    @property
    def function_name(self) -> str:
        return name_of(self.arn)


class Runner(Protocol):
    """Something that runs a function."""

    def run(self, invocation: Invocation) -> bytes:
        """The function's answer, as JSON. Raises `FunctionFailed`, `CannotInvoke` or `TimedOut`."""
        ...

    def close(self) -> None:
        """Give back what the runner holds."""
        ...


def name_of(arn: str) -> str:
    """The name in a function's ARN, without version or alias; other texts as they are."""
    parts = arn.split(":")
    return parts[6] if arn.startswith("arn:") and len(parts) > 6 else parts[0]


def region_of(arn: str) -> str:
    """The region in a function's ARN, or nothing."""
    parts = arn.split(":")
    return parts[3] if arn.startswith("arn:") and len(parts) > 3 else ""


def names_for(arn: str) -> list[str]:
    """Everything a function may have been registered under, the most exact first."""
    parts = arn.split(":")
    if not arn.startswith("arn:") or len(parts) < 7:
        return [arn]
    unqualified, qualifier = ":".join(parts[:7]), ":".join(parts[7:])
    if not qualifier:
        return [arn, parts[6]]
    return [arn, unqualified, f"{parts[6]}:{qualifier}", parts[6]]
