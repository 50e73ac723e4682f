"""Input constraints of botocore's models, compiled once per shape, with the sentences of the service framework.

A check is a function `(value, path, found)` that appends one sentence per violated constraint to `found`.
Type clashes are not constraints: they raise `SerializationException` at once, as the framework's parser does.

Sources: recordings `github-issue-logs/client-id-empty-two-errors/1`, `…/user-pool-id-pattern/1`,
`…/empty-login-token/1`; reference user-pools.md §1.4 and §1.5.
"""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Callable
from typing import Any

from cognito_emulator.aws import errors
from cognito_emulator.aws.models import Operation, Shape
from cognito_emulator.aws.patterns import full_match

Found = list[str]
Check = Callable[[Any, str, Found], None]
_COMPILING = threading.RLock()


def validate(operation: Operation, params: dict[str, Any], constraint_error: str) -> None:
    """Check the input of an operation.

    Raises `constraint_error` naming every violated constraint, or `SerializationException` for a wrong JSON type.
    """
    if operation.input is None:
        return
    found: Found = []
    _check_of(operation.input)(params, "", found)
    _refuse(found, constraint_error)


def validate_value(shape: Shape, value: Any, paths: tuple[str, ...], constraint_error: str) -> None:
    """Check a value that a service hands on inside, under the names that `paths` are. Raises as `validate` does."""
    found: Found = []
    for path in paths:
        _check_of(shape)(value, path, found)
    _refuse(found, constraint_error)


def _refuse(found: Found, constraint_error: str) -> None:
    if found:
        plural = "error" if len(found) == 1 else "errors"
        raise errors.AwsError(constraint_error, f"{len(found)} validation {plural} detected: {'; '.join(found)}")


def _check_of(shape: Shape) -> Check:
    compiled: Check | None = shape.__dict__.get("_check")
    if compiled is None:
        with _COMPILING:
            compiled = shape.__dict__.get("_check") or shape.__dict__.get("_forward")
            if compiled is None:
                # A shape may contain itself: what is compiled meanwhile finds it through this forwarder, which
                # other threads never see.
                shape.__dict__["_forward"] = lambda value, path, found: shape.__dict__["_check"](value, path, found)
                compiled = shape.__dict__["_check"] = _COMPILERS[shape.type](shape)
    return compiled


# ── values as the framework prints them ──────────────────────────────────────────────────────────────────────


def _printed(shape: Shape, value: Any) -> str:
    """A value as Java writes it: structures with their type and all their members.

    Source: github.com/badmintoncryer/cdk-preflight, rules/cognito/pf-cognito-recovery-mechanisms-max and
    …-schema-attr-max (meta.yaml).
    """
    if value is None:
        return "null"
    if shape.sensitive:
        return "***Sensitive Data Redacted***"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict) and shape.type == "structure":
        members = (f"{n[0].lower()}{n[1:]}={_printed(member, value.get(n))}" for n, member in shape.members.items())
        return f"{shape.name}({', '.join(members)})"
    if isinstance(value, dict):
        inner = shape.value if shape.type == "map" else shape
        return "{" + ", ".join(f"{key}={_printed(inner, item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        inner = shape.element if shape.type == "list" else shape
        return "[" + ", ".join(_printed(inner, item) for item in value) + "]"
    return str(value)


def _in_printed_order(values: tuple[str, ...]) -> list[str]:
    """The values of an enumeration in the order in which the service names them.

    That is the order of a hash table of 32 places over Java's `String.hashCode`, the later of two in one place first.
    Worked out from answers of AWS: `[MFA_IF_CONFIGURED, BLOCK, NO_ACTION, MFA_REQUIRED]`, `[phone_number, email]`,
    `[SIGN_IN, PASSWORD_CHANGE, SIGN_UP]`, `[POST, GET]` (github.com/badmintoncryer/cdk-preflight, rules/cognito) and
    those of other services on the same framework that moto's tests hold.
    """
    places = 32
    while len(values) > places * 3 // 4:
        places *= 2
    return sorted(reversed(values), key=lambda value: _java_hash(value) % places)


def _java_hash(text: str) -> int:
    hashed = 0
    for character in text:
        hashed = (31 * hashed + ord(character)) & 0xFFFFFFFF
    return hashed


def _sentence(shape: Shape, value: Any, path: str, constraint: str) -> str:
    shown = "Value" if _secret(shape) else f"Value '{_printed(shape, value)}'"
    return f"{shown} at '{path}' failed to satisfy constraint: {constraint}"


def _secret(shape: Shape) -> bool:
    if shape.type == "list":
        return shape.sensitive or _secret(shape.element)
    if shape.type == "map":
        return shape.sensitive or shape.key.sensitive or shape.value.sensitive
    return shape.sensitive


def _json_type(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE_VALUE" if value else "FALSE_VALUE"
    return "STRING_VALUE" if isinstance(value, str) else "NUMBER_VALUE"


# ── constraints of one scalar: (test, sentence) pairs, compiled once ─────────────────────────────────────────


def _scalar_constraints(shape: Shape) -> list[tuple[Callable[[Any], bool], str]]:
    constraints: list[tuple[Callable[[Any], bool], str]] = []
    low, high = shape.min, shape.max
    if shape.type in ("integer", "long"):
        if high is not None:
            constraints.append((lambda v: v <= high, f"Member must have value less than or equal to {high}"))
        if low is not None:
            constraints.append((lambda v: v >= low, f"Member must have value greater than or equal to {low}"))
        return constraints
    if high is not None:
        constraints.append((lambda v: len(v) <= high, f"Member must have length less than or equal to {high}"))
    if low:
        constraints.append((lambda v: len(v) >= low, f"Member must have length greater than or equal to {low}"))
    if shape.pattern is not None:
        matches = full_match(shape.matched_pattern or shape.pattern)
        constraints.append(
            (lambda v: bool(matches(v)), f"Member must satisfy regular expression pattern: {shape.pattern}")
        )
    if shape.enum:
        allowed = frozenset(shape.enum)
        listed = ", ".join(_in_printed_order(shape.enum))
        constraints.append((lambda v: v in allowed, f"Member must satisfy enum value set: [{listed}]"))
    return constraints


# ── one compiler per JSON type ───────────────────────────────────────────────────────────────────────────────


def _compile_string(shape: Shape) -> Check:
    constraints = _scalar_constraints(shape)

    def check(value: Any, path: str, found: Found) -> None:
        _require_string(value)
        for test, sentence in constraints:
            if not test(value):
                found.append(_sentence(shape, value, path, sentence))

    return check


def _require_string(value: Any) -> None:
    if isinstance(value, dict):
        raise errors.serialization("Start of structure or map found where not expected.")
    if isinstance(value, list):
        raise errors.serialization("Start of list found where not expected")
    if not isinstance(value, str):
        raise errors.serialization(f"{_json_type(value)} can not be converted to a String")


def _compile_number(shape: Shape) -> Check:
    constraints = _scalar_constraints(shape)
    wanted, bits = ("an Integer", 31) if shape.type == "integer" else ("a Long", 63)
    largest = 2**bits

    def check(value: Any, path: str, found: Found) -> None:
        if isinstance(value, dict):
            raise errors.serialization("Start of structure or map found where not expected.")
        if isinstance(value, list):
            raise errors.serialization("Start of list found where not expected")
        if isinstance(value, (bool, str)) or not -largest <= value < largest:
            raise errors.serialization(f"{_json_type(value)} can not be converted to {wanted}")
        for test, sentence in constraints:
            if not test(value):
                found.append(_sentence(shape, value, path, sentence))

    return check


def _compile_boolean(shape: Shape) -> Check:
    def check(value: Any, path: str, found: Found) -> None:
        if isinstance(value, dict):
            raise errors.serialization("Start of structure or map found where not expected.")
        if isinstance(value, list):
            raise errors.serialization("Start of list found where not expected")
        if not isinstance(value, bool):
            raise errors.serialization(f"{_json_type(value)} can not be converted to a Boolean")

    return check


def _compile_timestamp(shape: Shape) -> Check:
    def check(value: Any, path: str, found: Found) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise errors.serialization(f"{_json_type(value)} can not be converted to milliseconds since epoch")

    return check


def _compile_blob(shape: Shape) -> Check:
    def check(value: Any, path: str, found: Found) -> None:
        _require_string(value)
        try:
            size = len(base64.b64decode(value, validate=True))
        except (binascii.Error, ValueError):
            raise errors.serialization("Invalid base64 data") from None
        if shape.max is not None and size > shape.max:
            found.append(_sentence(shape, value, path, f"Member must have length less than or equal to {shape.max}"))

    return check


def _compile_document(shape: Shape) -> Check:
    def check(value: Any, path: str, found: Found) -> None:
        if not isinstance(value, dict):
            raise errors.serialization("Expected map or null")

    return check


def _compile_structure(shape: Shape) -> Check:
    if shape.document:
        return _compile_document(shape)
    checks: dict[str, tuple[str, Check]] = {
        name: (name[0].lower() + name[1:], _check_of(member)) for name, member in shape.members.items()
    }
    # Not even that there is no value is said of a secret. Source: tests on AWS, AccountServiceUnitTest in
    # github.com/iampanupat/CS499-AlphanahBackend.
    missing = {name: "Value" if _secret(shape.members[name]) else "Value null" for name in shape.required}
    whole = {name for name, member in shape.members.items() if member.type in ("integer", "long")}

    def check(value: Any, path: str, found: Found) -> None:
        if not isinstance(value, dict):
            raise errors.serialization("Expected map or null" if not isinstance(value, list) else "Unexpected list")
        dot = f"{path}." if path else ""
        for name, shown in missing.items():
            if value.get(name) is None:
                label = dot + name[0].lower() + name[1:]
                found.append(f"{shown} at '{label}' failed to satisfy constraint: Member must not be null")
        foreign: list[str] = []
        for name, item in value.items():
            known = checks.get(name)
            if known is None:
                foreign.append(name)
            elif item is not None:
                known[1](item, dot + known[0], found)
                if name in whole and isinstance(item, float):
                    # The framework's parser cuts fractions off.
                    value[name] = int(item)
        for name in foreign:
            # The framework's parser passes over what the model lacks: the service never sees it.
            del value[name]

    return check


def _compile_list(shape: Shape) -> Check:
    element = shape.element
    nested = element.type in ("structure", "list", "map")
    check_element = _check_of(element)
    constraints = _scalar_constraints(element) if not nested else []
    sizes = _size_constraints(shape)

    def check(value: Any, path: str, found: Found) -> None:
        if not isinstance(value, list):
            raise errors.serialization("Expected list or null")
        for test, sentence in sizes:
            if not test(value):
                found.append(_sentence(shape, value, path, sentence))
        if nested:
            for number, item in enumerate(value, 1):
                check_element(item, f"{path}.{number}.member", found)
            return
        discarded: Found = []
        for item in value:
            check_element(item, path, discarded)
        if discarded:
            inner = ", ".join(sentence for _, sentence in constraints)
            found.append(_sentence(shape, value, path, f"Member must satisfy constraint: [{inner}]"))

    return check


def _compile_map(shape: Shape) -> Check:
    check_key, check_value = _check_of(shape.key), _check_of(shape.value)
    key_constraints = ", ".join(sentence for _, sentence in _scalar_constraints(shape.key))
    scalar_values = shape.value.type == "string"
    value_constraints = ", ".join(sentence for _, sentence in _scalar_constraints(shape.value)) if scalar_values else ""
    sizes = _size_constraints(shape)

    def check(value: Any, path: str, found: Found) -> None:
        if not isinstance(value, dict):
            raise errors.serialization("Expected map or null")
        for test, sentence in sizes:
            if not test(value):
                found.append(_sentence(shape, value, path, sentence))
        bad_keys: Found = []
        bad_values: Found = []
        for key, item in value.items():
            check_key(key, path, bad_keys)
            if item is not None:
                check_value(item, f"{path}.{key}.member", bad_values)
        if bad_keys:
            found.append(_sentence(shape, value, path, f"Map keys must satisfy constraint: [{key_constraints}]"))
        if bad_values and scalar_values:
            found.append(_sentence(shape, value, path, f"Map value must satisfy constraint: [{value_constraints}]"))
        else:
            found.extend(bad_values)

    return check


def _size_constraints(shape: Shape) -> list[tuple[Callable[[Any], bool], str]]:
    low, high = shape.min, shape.max
    constraints: list[tuple[Callable[[Any], bool], str]] = []
    if high is not None:
        constraints.append((lambda v: len(v) <= high, f"Member must have length less than or equal to {high}"))
    if low:
        constraints.append((lambda v: len(v) >= low, f"Member must have length greater than or equal to {low}"))
    return constraints


_COMPILERS: dict[str, Callable[[Shape], Check]] = {
    "string": _compile_string,
    "integer": _compile_number,
    "long": _compile_number,
    "boolean": _compile_boolean,
    "timestamp": _compile_timestamp,
    "blob": _compile_blob,
    "structure": _compile_structure,
    "list": _compile_list,
    "map": _compile_map,
}
