"""IAM policies: may this be done?

A request is an action, the resources it touches and a context (condition keys with their values). `decide` says what
one policy says about it. Keys of conditions and of the context are compared without regard to case, as IAM does;
`${variables}` in resources and conditions stand for values of the context.

Sources: IAM user guide, "Policy evaluation logic", "IAM JSON policy elements: Condition operators", "…: Variables and
tags", "Multivalued context keys".
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from enum import Enum
from functools import lru_cache
from typing import Any

Policy = Mapping[str, Any]
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_LITERALS = {"*": "*", "?": "?", "$": "$"}


class Decision(Enum):
    """What a policy says: yes, no, or nothing."""

    ALLOW = "Allow"
    DENY = "Deny"
    SILENT = "Silent"


@dataclass(frozen=True)
class Request:
    """What somebody wants to do. `principal` counts for policies that name principals (trust policies)."""

    action: str
    resources: Sequence[str] = ("*",)
    context: Mapping[str, Any] = field(default_factory=dict)
    principal: tuple[str, str] | None = None

    def values(self, key: str) -> list[str] | None:
        """The values of a condition key; None if the context lacks it."""
        wanted = key.lower()
        for name, value in self.context.items():
            if name.lower() == wanted:
                return [_text(item) for item in value] if isinstance(value, (list, tuple)) else [_text(value)]
        return None


def decide_all(policies: Sequence[Policy], request: Request) -> Decision:
    """What several policies say together: a refusal by one counts more than all permissions."""
    decisions = {decide(policy, request) for policy in policies}
    for decision in (Decision.DENY, Decision.ALLOW):
        if decision in decisions:
            return decision
    return Decision.SILENT


def decide(policy: Policy, request: Request) -> Decision:
    """What one policy says. Every resource of the request has to be allowed; one that is denied is enough."""
    statements = _list(policy.get("Statement", ()))
    decided = Decision.ALLOW
    for resource in request.resources or ("*",):
        effects = {s.get("Effect") for s in statements if _applies(s, request, resource)}
        if "Deny" in effects:
            return Decision.DENY
        if "Allow" not in effects:
            decided = Decision.SILENT
    return decided


def _applies(statement: Policy, request: Request, resource: str) -> bool:
    return (
        _names(statement, "Action", lambda pattern: _like(pattern.lower(), request.action.lower()))
        and _names(statement, "Resource", lambda pattern: _matches(pattern, resource, request), default=True)
        and _names_principal(statement, request)
        and all(
            _holds(operator, key, _list(expected), request)
            for operator, keys in statement.get("Condition", {}).items()
            for key, expected in keys.items()
        )
    )


def _names(statement: Policy, element: str, test: Callable[[str], bool], *, default: bool = False) -> bool:
    if element in statement:
        return any(test(pattern) for pattern in _list(statement[element]))
    if f"Not{element}" in statement:
        return not any(test(pattern) for pattern in _list(statement[f"Not{element}"]))
    return default


def _names_principal(statement: Policy, request: Request) -> bool:
    if request.principal is None:
        return True
    kind, name = request.principal
    named = statement.get("Principal")
    if named is None:
        return False
    if named == "*":
        return True
    given = _list(named.get(kind, ())) if isinstance(named, Mapping) else []
    return any(_is_principal(kind, pattern, name) for pattern in given)


def _is_principal(kind: str, pattern: str, name: str) -> bool:
    if pattern in ("*", name):
        return True
    account = name.split(":")[4] if name.count(":") >= 5 else ""
    whole_account = pattern == account or (pattern.endswith(":root") and pattern.split(":")[4:5] == [account])
    return kind == "AWS" and bool(account) and whole_account


# ── conditions ───────────────────────────────────────────────────────────────────────────────────────────────


def _holds(operator: str, key: str, expected: list[Any], request: Request) -> bool:
    qualifier, _, name = operator.rpartition(":")
    if_exists = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    actual = request.values(key)
    if name == "Null":
        return any((_text(wanted).lower() == "true") == (actual is None) for wanted in expected)
    if actual is None:
        # A key that is not there satisfies negated operators, ...IfExists and ForAllValues.
        return if_exists or qualifier == "ForAllValues" or (not qualifier and name in _NEGATED)
    test = _OPERATORS.get(name)
    if test is None:
        return False
    # A pattern with a variable that the context lacks matches nothing.
    wanted = [text for text in (_resolved(_text(item), request) for item in expected) if text is not None]
    negated = name in _NEGATED

    def satisfied(value: str) -> bool:
        return any(_safely(test, text, value) for text in wanted) != negated

    return (all if qualifier == "ForAllValues" else any)(satisfied(value) for value in actual)


def _safely(test: Callable[[str, str], bool], expected: str, actual: str) -> bool:
    try:
        return test(expected, actual)
    except ValueError:
        return False


def _moment(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


def _plain(text: str) -> str:
    """The text that a pattern without wildcards stands for."""
    return text.replace(_STAR, "*").replace(_QUESTION, "?")


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda expected, actual: _plain(expected) == actual,
    "StringNotEquals": lambda expected, actual: _plain(expected) == actual,
    "StringEqualsIgnoreCase": lambda expected, actual: _plain(expected).lower() == actual.lower(),
    "StringNotEqualsIgnoreCase": lambda expected, actual: _plain(expected).lower() == actual.lower(),
    "StringLike": lambda expected, actual: _like(expected, actual),
    "StringNotLike": lambda expected, actual: _like(expected, actual),
    "ArnEquals": lambda expected, actual: _like(expected, actual),
    "ArnLike": lambda expected, actual: _like(expected, actual),
    "ArnNotEquals": lambda expected, actual: _like(expected, actual),
    "ArnNotLike": lambda expected, actual: _like(expected, actual),
    "NumericEquals": lambda expected, actual: float(actual) == float(expected),
    "NumericNotEquals": lambda expected, actual: float(actual) == float(expected),
    "NumericLessThan": lambda expected, actual: float(actual) < float(expected),
    "NumericLessThanEquals": lambda expected, actual: float(actual) <= float(expected),
    "NumericGreaterThan": lambda expected, actual: float(actual) > float(expected),
    "NumericGreaterThanEquals": lambda expected, actual: float(actual) >= float(expected),
    "DateEquals": lambda expected, actual: _moment(actual) == _moment(expected),
    "DateNotEquals": lambda expected, actual: _moment(actual) == _moment(expected),
    "DateLessThan": lambda expected, actual: _moment(actual) < _moment(expected),
    "DateLessThanEquals": lambda expected, actual: _moment(actual) <= _moment(expected),
    "DateGreaterThan": lambda expected, actual: _moment(actual) > _moment(expected),
    "DateGreaterThanEquals": lambda expected, actual: _moment(actual) >= _moment(expected),
    "Bool": lambda expected, actual: expected.lower() == actual.lower(),
    "BinaryEquals": lambda expected, actual: expected == actual,
    "IpAddress": lambda expected, actual: _in_network(expected, actual),
    "NotIpAddress": lambda expected, actual: _in_network(expected, actual),
}
_NEGATED = frozenset(name for name in _OPERATORS if "Not" in name)


def _in_network(expected: str, actual: str) -> bool:
    return ipaddress.ip_address(actual) in ipaddress.ip_network(expected, strict=False)


# ── patterns and variables ───────────────────────────────────────────────────────────────────────────────────

# What stands for a wildcard character that is meant literally: ${*} and values of variables.
_STAR, _QUESTION = "\ue000", "\ue001"


def _matches(pattern: str, resource: str, request: Request) -> bool:
    resolved = _resolved(pattern, request)
    return resolved is not None and _like(resolved, resource)


def _resolved(pattern: str, request: Request) -> str | None:
    """A pattern with its variables replaced; None if the context lacks one of them and it has no default."""
    if "${" not in pattern:
        return pattern
    missing = False

    def value(found: re.Match[str]) -> str:
        nonlocal missing
        name, _, default = found.group(1).partition(",")
        if name in _LITERALS:
            return _literal(_LITERALS[name])
        values = request.values(name.strip())
        if values is not None and len(values) == 1:
            return _literal(values[0])
        if default:
            return _literal(default.strip().strip("'"))
        missing = True
        return ""

    resolved = _VARIABLE.sub(value, pattern)
    return None if missing else resolved


def _literal(text: str) -> str:
    return text.replace("*", _STAR).replace("?", _QUESTION)


def _like(pattern: str, text: str) -> bool:
    return bool(_compiled(pattern).fullmatch(text))


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    wild = {"*": ".*", "?": ".", _STAR: r"\*", _QUESTION: r"\?"}
    return re.compile("".join(wild.get(character) or re.escape(character) for character in pattern), re.DOTALL)


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
