"""Checks what an operation answers against the model, so that no handler can answer a wrong shape.

On in the test-suite (`Config.check_responses`), off otherwise: it costs time on every answer. Lengths are not
checked: the service's own answers exceed them (attribute names of more than 20 characters).
"""

from __future__ import annotations

from typing import Any

from cognito_emulator.aws.models import Operation, Shape
from cognito_emulator.aws.patterns import full_match
from cognito_emulator.aws.timestamps import Timestamp


class WrongAnswer(AssertionError):
    """An operation answered something that its output shape does not allow."""


def check_answer(operation: Operation, answer: dict[str, Any]) -> None:
    """Raise `WrongAnswer` unless `answer` has the operation's output shape."""
    if operation.output is None:
        if answer:
            raise WrongAnswer(f"{operation.name} has no output but answered {sorted(answer)}")
        return
    _check(operation.output, answer, operation.name)


_PYTHON_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "long": int,
    "boolean": bool,
    "blob": str,
    "timestamp": Timestamp,
}


def _check(shape: Shape, value: Any, path: str) -> None:
    if value is None:
        raise WrongAnswer(f"{path} is null; absent values are left out")
    if shape.document:
        return
    if shape.type == "structure":
        _check_structure(shape, value, path)
    elif shape.type == "list":
        if not isinstance(value, list):
            raise WrongAnswer(f"{path} is no list: {value!r}")
        for number, item in enumerate(value):
            _check(shape.element, item, f"{path}[{number}]")
    elif shape.type == "map":
        if not isinstance(value, dict):
            raise WrongAnswer(f"{path} is no map: {value!r}")
        for key, item in value.items():
            _check(shape.key, key, f"{path} key")
            _check(shape.value, item, f"{path}[{key}]")
    else:
        _check_scalar(shape, value, path)


def _check_structure(shape: Shape, value: Any, path: str) -> None:
    if not isinstance(value, dict):
        raise WrongAnswer(f"{path} is no structure: {value!r}")
    unknown = set(value) - set(shape.members)
    if unknown:
        raise WrongAnswer(f"{path} has members that the model lacks: {sorted(unknown)}")
    absent = [name for name in shape.required if name not in value]
    if absent and value:  # the service shows structures of what is not set as empty ones (CustomDomainConfig)
        raise WrongAnswer(f"{path} lacks required members: {absent}")
    for name, item in value.items():
        _check(shape.members[name], item, f"{path}.{name}")


def _check_scalar(shape: Shape, value: Any, path: str) -> None:
    whole_number = shape.type in ("integer", "long")
    if not isinstance(value, _PYTHON_TYPES[shape.type]) or (whole_number and isinstance(value, bool)):
        raise WrongAnswer(f"{path} should be {shape.type}: {value!r}")
    if shape.enum and value not in shape.enum:
        raise WrongAnswer(f"{path} is not one of {shape.enum}: {value!r}")
    if isinstance(value, str) and shape.pattern and not full_match(shape.pattern)(value):
        raise WrongAnswer(f"{path} does not match {shape.pattern}: {value!r}")
