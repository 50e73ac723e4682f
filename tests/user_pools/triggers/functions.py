"""Functions for tests: one for each trigger, which answers what the test says and remembers its events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cognito_emulator.emulator import Emulator

Json = dict[str, Any]
ARN = "arn:aws:lambda:us-east-1:123456789012:function:"


def arn(name: str) -> str:
    return ARN + name


class Recorder:
    """Registers a function for each trigger that a test wants, and keeps the events in order."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self.events: list[Json] = []

    def answer(self, name: str, **response: Any) -> str:
        """The function `name` answers these members in `response`; returns its ARN."""
        return self.set(name, lambda event: {**event, "response": {**event.get("response", {}), **response}})

    def fail(self, name: str, message: str = "Not today") -> str:
        """The function `name` raises."""

        def raises(event: Json) -> Any:
            raise RuntimeError(message)

        return self.set(name, raises)

    def returns(self, name: str, value: Any) -> str:
        """The function `name` answers exactly this."""
        return self.set(name, lambda event: value)

    def set(self, name: str, handler: Callable[[Json], Any]) -> str:
        """The function `name` does what `handler` does; returns its ARN."""

        def remembered(event: Json, context: Any) -> Any:
            self.events.append(event)
            return handler(event)

        self._emulator.functions.register(name, remembered)
        return arn(name)

    def config(self, *triggers: str) -> dict[str, Any]:
        """A LambdaConfig whose functions, named as the triggers, answer what they were sent."""
        return {trigger: self.answer(trigger) for trigger in triggers}

    @property
    def sources(self) -> list[str]:
        """The trigger sources of the events so far."""
        return [event["triggerSource"] for event in self.events]

    def event(self, source: str) -> Json:
        """The one event of that source."""
        found = [event for event in self.events if event["triggerSource"] == source]
        assert len(found) == 1, f"{len(found)} events {source} among {self.sources}"
        return found[0]

    def request(self, source: str) -> Json:
        """The request of the one event of that source."""
        request: Json = self.event(source)["request"]
        return request
