"""Inputs of operations, generated from botocore's models: such as the model allows, and such as it does not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from hypothesis import strategies as st

from cognito_emulator.aws.models import Operation, Shape

Json = dict[str, Any]
Known = Mapping[str, tuple[Any, ...]]
"""Values that exist in the world under test, by member name."""

JUNK: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**63,
    1.5,
    "",
    " ",
    "\x00",
    "é" * 3,
    "a" * 200_001,
    [],
    {},
    [[]],
    {"a": {"b": []}},
)
_CLASSES = {r"\p{L}\p{M}\p{S}\p{N}\p{P}": r"\x21-\x7e", r"\p{Z}": " ", r"\w": "A-Za-z0-9_"}
_TEXT = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30)


def inputs(operation: Operation, known: Known) -> st.SearchStrategy[Json]:
    """Parameters: mostly such as the model allows, with one thing wrong now and then."""
    if operation.input is None:
        return st.just({})
    valid = structures(operation.input, known, 0)
    return st.one_of(valid, valid, st.tuples(valid, st.randoms(use_true_random=False)).map(_spoilt))


def structures(shape: Shape, known: Known, depth: int) -> st.SearchStrategy[Json]:
    """Objects of a structure shape; optional members are there or not."""
    required = {name: values(shape.members[name], known, name, depth + 1) for name in shape.required}
    optional = {
        name: values(member, known, name, depth + 1)
        for name, member in shape.members.items()
        if name not in shape.required and depth < 4
    }
    return st.fixed_dictionaries(required, optional=optional)


def values(shape: Shape, known: Known, name: str, depth: int) -> st.SearchStrategy[Any]:
    """Values of any shape. Members that name something often name something that exists."""
    plain = _values(shape, known, name, depth)
    if name in known and shape.type == "string":
        return st.one_of(st.sampled_from(known[name]), st.sampled_from(known[name]), plain)
    return plain


def _values(shape: Shape, known: Known, name: str, depth: int) -> st.SearchStrategy[Any]:
    if shape.document:
        return st.just({})
    if shape.type == "structure":
        return structures(shape, known, depth)
    if shape.type == "list":
        item = values(shape.element, known, name.rstrip("s"), depth + 1)
        return st.lists(item, min_size=min(shape.min or 0, 3), max_size=min(shape.max or 3, 3))
    if shape.type == "map":
        keys = values(shape.key, known, f"{name}.key", depth + 1)
        items = values(shape.value, known, f"{name}.value", depth + 1)
        return st.dictionaries(keys, items, min_size=min(shape.min or 0, 1), max_size=3)
    if shape.type in ("integer", "long"):
        low = 0 if shape.min is None else shape.min
        return st.integers(low, shape.max if shape.max is not None else low + 10_000)
    if shape.type == "boolean":
        return st.booleans()
    if shape.type == "timestamp":
        return st.floats(0, 2e9)
    if shape.type == "blob":
        return st.just("aGVsbG8=")
    return _texts(shape)


def _texts(shape: Shape) -> st.SearchStrategy[str]:
    if shape.enum:
        return st.sampled_from(shape.enum)
    low, high = shape.min or 0, min(shape.max or 40, 200)
    if shape.pattern:
        return _matching(shape.pattern).filter(lambda text: low <= len(text) <= max(high, low))
    return st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=low, max_size=max(high, low))


@cache
def _matching(pattern: str) -> st.SearchStrategy[str]:
    for java, python in _CLASSES.items():
        pattern = pattern.replace(java, python if "[" in pattern else f"[{python}]")
    return st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True)


def _spoilt(drawn: tuple[Json, Any]) -> Json:
    """The object with one member, somewhere in it, replaced by junk, removed, or added."""
    value, random = drawn
    places: list[tuple[Any, Any]] = []

    def collect(container: Any) -> None:
        items = container.items() if isinstance(container, dict) else enumerate(container)
        for key, item in list(items):
            places.append((container, key))
            if isinstance(item, (dict, list)):
                collect(item)

    collect(value)
    if not places or random.random() < 0.1:
        value["Nonsense"] = random.choice(JUNK)
        return value
    container, key = random.choice(places)
    if isinstance(container, dict) and random.random() < 0.3:
        del container[key]
    else:
        container[key] = random.choice(JUNK)
    return value
