"""Reading what a function answered. A member of another type than the documented one is not recognised.

Source: reference lambda-triggers.md §2 ("JSON of the wrong shape") and §4.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cognito_emulator.user_pools import errors


@dataclass(frozen=True)
class Response:
    """An object that a function answered. Absent members and null are the same."""

    members: dict[str, Any]

    def __bool__(self) -> bool:
        return any(value is not None for value in self.members.values())

    def boolean(self, name: str) -> bool:
        value = self.members.get(name)
        if not isinstance(value, bool | None):
            raise errors.unrecognizable_function_output()
        return bool(value)

    def text(self, name: str) -> str | None:
        value = self.members.get(name)
        if not isinstance(value, str | None):
            raise errors.unrecognizable_function_output()
        return value

    def choice(self, name: str, choices: tuple[str, ...]) -> str | None:
        """A text that is one of a few."""
        value = self.text(name)
        if value is not None and value not in choices:
            raise errors.unrecognizable_function_output()
        return value

    def texts(self, name: str) -> list[str] | None:
        """A list of texts."""
        value = self.members.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise errors.unrecognizable_function_output()
        return value

    def text_map(self, name: str) -> dict[str, str] | None:
        """An object whose values are texts; null values are left out."""
        value = self.values(name)
        if value is None:
            return None
        if not all(isinstance(item, str) for item in value.values()):
            raise errors.unrecognizable_function_output()
        return value

    def values(self, name: str) -> dict[str, Any] | None:
        """An object with values of any type; null values are left out."""
        value = self.members.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise errors.unrecognizable_function_output()
        return {key: item for key, item in value.items() if item is not None}

    def inner(self, name: str) -> Response | None:
        """An object with members of its own."""
        value = self.values(name)
        return None if value is None else Response(value)
