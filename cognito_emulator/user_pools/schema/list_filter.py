"""The filter of ListUsers: `<attribute> = "<value>"` or `<attribute> ^= "<value>"`.

Sources: recording `github-issue-logs/filter-syntax/1`; reference user-pools.md §6.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.records import SEARCHABLE

_FILTER = re.compile(r'\s*(?P<attribute>[^\s=^"]+)\s*(?P<operator>\^?=)\s*"(?P<value>(?:[^"\\]|\\.)*)"\s*', re.DOTALL)
SEARCH_ATTRIBUTES = frozenset({"username", "sub", "cognito:user_status", "status", *SEARCHABLE})


@dataclass(frozen=True)
class UserFilter:
    """A parsed filter: users whose `attribute` is `value`, or begins with it."""

    attribute: str
    value: str
    prefix: bool


def parse(text: str) -> UserFilter | None:
    """The filter of a text; None for an empty one, which stands for all users."""
    if not text.strip():
        return None
    found = _FILTER.fullmatch(text)
    if found is None:
        raise errors.filter_syntax()
    attribute = found["attribute"]
    if attribute not in SEARCH_ATTRIBUTES:
        raise errors.attribute_not_searchable(attribute)
    value = re.sub(r"\\(.)", r"\1", found["value"], flags=re.DOTALL)
    return UserFilter(attribute, value, prefix=found["operator"] == "^=")
