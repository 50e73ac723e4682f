"""A document as a person wrote it, read setting by setting; whatever nobody asked for is refused."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from typing import Any

_VARIABLE = re.compile(r"\$\{([^}]*)\}")


class BadConfiguration(Exception):
    """The configuration cannot be used; the text says where and why, in one line."""


class Settings:
    """A mapping of settings. `at` is its place in the document, for messages."""

    def __init__(self, value: Any, at: str = "") -> None:
        self._at = at
        if not isinstance(value, Mapping):
            raise BadConfiguration(f"{at or 'the configuration'}: settings are expected, not {_kind(value)}")
        self._values = {str(name): each for name, each in value.items()}
        self._known: set[str] = set()

    def place(self, name: str) -> str:
        return f"{self._at}.{name}" if self._at else name

    def wrong(self, name: str, reason: str) -> BadConfiguration:
        """An error about one setting."""
        return BadConfiguration(f"{self.place(name)}: {reason}")

    def has(self, name: str) -> bool:
        return self._values.get(name) is not None

    def value(self, name: str) -> Any:
        """A setting as it is; None if it is not there."""
        self._known.add(name)
        return self._values.get(name)

    def text(self, name: str, default: str | None = None, required: bool = False) -> str | None:
        """A text. Numbers are taken for texts, as account ids and ports look like them."""
        value = self.value(name)
        if value is None:
            if required:
                raise self.wrong(name, "is missing")
            return default
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise self.wrong(name, f"a text is expected, not {_kind(value)}")
        return str(value)

    def required(self, name: str) -> str:
        """A text that has to be there."""
        return self.text(name, required=True) or ""

    def choice(self, name: str, choices: tuple[str, ...], default: str | None = None) -> str:
        """One of a few texts."""
        value = self.text(name, default, required=default is None)
        if value not in choices:
            raise self.wrong(name, f"{value!r} is none of {', '.join(choices)}")
        return value

    def number(self, name: str, low: float, high: float, default: float | None = None) -> float | None:
        """A number between two others; written as a text too, as in CloudFormation."""
        value = self.value(name)
        if value is None:
            return default
        try:
            found = float(value) if not isinstance(value, bool) else None
        except (TypeError, ValueError):
            found = None
        if found is None or not low <= found <= high:
            raise self.wrong(name, f"a number from {low:g} to {high:g} is expected")
        return found

    def flag(self, name: str) -> bool:
        """A yes or no; no, if it is not there."""
        value = self.value(name)
        if not isinstance(value, (bool, type(None))):
            raise self.wrong(name, f"true or false is expected, not {_kind(value)}")
        return bool(value)

    def texts(self, name: str, required: bool = False) -> tuple[str, ...]:
        """A list of texts; a text alone is a list of one."""
        value = self.value(name)
        if value is None:
            if required:
                raise self.wrong(name, "is missing")
            return ()
        listed = value if isinstance(value, list) else [value]
        if not all(isinstance(each, (str, int)) and not isinstance(each, bool) for each in listed):
            raise self.wrong(name, "a list of texts is expected")
        if required and not listed:
            raise self.wrong(name, "is empty")
        return tuple(str(each) for each in listed)

    def mapping(self, name: str) -> dict[str, str]:
        """Texts by name."""
        value = self.value(name)
        if value is None:
            return {}
        inner = Settings(value, self.place(name))
        return {each: inner.required(each) for each in inner._values}

    def inner(self, name: str) -> Settings:
        """Settings within this one."""
        value = self.value(name)
        if value is None:
            raise self.wrong(name, "is missing")
        return Settings(value, self.place(name))

    def inners(self, name: str) -> list[Settings]:
        """A list of settings."""
        value = self.value(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.wrong(name, f"a list is expected, not {_kind(value)}")
        return [Settings(each, f"{self.place(name)}[{number}]") for number, each in enumerate(value)]

    def named(self, name: str) -> dict[str, Settings]:
        """Settings by name."""
        value = self.value(name)
        if value is None:
            return {}
        inner = Settings(value, self.place(name))
        return {each: inner.inner(each) for each in inner._values}

    def done(self) -> None:
        """Refuse what was not asked for."""
        unknown = [name for name in self._values if name not in self._known]
        if not unknown:
            return
        near = difflib.get_close_matches(unknown[0], sorted(self._known), 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(self._known))}"
        raise self.wrong(unknown[0], f"unknown setting; {hint}")


def with_variables(value: Any, variable: Callable[[str], str | None]) -> Any:
    """A document with `${NAME}` replaced by what `variable` says. Raises BadConfiguration if that is None."""

    def replace(found: re.Match[str]) -> str:
        known = variable(found.group(1))
        if known is None:
            raise BadConfiguration(f"${{{found.group(1)}}}: there is no such environment variable")
        return known

    if isinstance(value, str):
        return _VARIABLE.sub(replace, value)
    if isinstance(value, Mapping):
        return {name: with_variables(each, variable) for name, each in value.items()}
    if isinstance(value, list):
        return [with_variables(each, variable) for each in value]
    return value


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    names = {str: "a text", bool: "a yes or no", int: "a number", float: "a number", list: "a list"}
    return names.get(type(value), "settings")
