"""Java regular expressions of the service models, matched as Java matches them.

`\\w`, `\\s`, `\\d` are ASCII there, `\\p{L}` and its kin are Unicode categories, and a pattern must match
the whole value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

_ASCII_CLASSES = {r"\w": "a-zA-Z0-9_", r"\d": "0-9", r"\s": r" \t\n\x0b\f\r"}


@cache
def full_match(pattern: str) -> Callable[[Any], object]:
    """A function that tells (by truth value) whether a text matches the whole pattern.

    Patterns without Unicode categories use `re`; the others need the `regex` package, imported only then.
    """
    if r"\p{" not in pattern:
        return re.compile(pattern, re.ASCII).fullmatch
    plain = _printable_run(pattern)
    slow = _unicode_matcher(pattern)
    if plain is None:
        return slow
    return lambda text: plain(text) or slow(text)


def _printable_run(pattern: str) -> Callable[[str], object] | None:
    # Names of users, groups and providers are nearly always printable ASCII without blanks: no need to load
    # the Unicode tables for those.
    if pattern.startswith(r"[\p{L}\p{M}\p{S}\p{N}\p{P}") and pattern.endswith("]+"):
        return re.compile(r"[\x21-\x7e]+").fullmatch
    return None


def _unicode_matcher(pattern: str) -> Callable[[str], object]:
    @cache
    def compiled() -> Callable[[str], object]:
        import regex

        translated = pattern
        for escape, characters in _ASCII_CLASSES.items():
            translated = translated.replace(escape, characters)
        matcher: Callable[[str], object] = regex.compile(translated).fullmatch
        return matcher

    return lambda text: compiled()(text)
