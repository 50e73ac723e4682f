"""What IAM policies say."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_emulator.aws.policies import Decision, Request, decide, decide_all

ALLOW, DENY, SILENT = Decision.ALLOW, Decision.DENY, Decision.SILENT
OBJECT = "arn:aws:s3:::files/alice/note"


def policy(**changes: Any) -> dict[str, Any]:
    """A policy of one statement, which allows everything but for the changes."""
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", **changes}
    return {"Statement": {name: value for name, value in statement.items() if value is not None}}


def said(action: str = "s3:GetObject", resources: tuple[str, ...] = (OBJECT,), **changes: Any) -> Decision:
    context = changes.pop("context", {})
    principal = changes.pop("principal", None)
    return decide(policy(**changes), Request(action, resources, context, principal))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ALLOW),
        ({"Action": "s3:Get*"}, ALLOW),
        ({"Action": ["S3:GETOBJECT"]}, ALLOW),
        ({"Action": "s3:Put*"}, SILENT),
        ({"Action": None, "NotAction": "s3:Put*"}, ALLOW),
        ({"Action": None, "NotAction": "s3:*"}, SILENT),
        ({"Effect": "Deny"}, DENY),
        ({"Effect": "Deny", "Action": "s3:Put*"}, SILENT),
        ({"Resource": "arn:aws:s3:::files/*"}, ALLOW),
        ({"Resource": "arn:aws:s3:::files/?lice/*"}, ALLOW),
        ({"Resource": "arn:aws:s3:::files"}, SILENT),
        ({"Resource": "arn:aws:s3:::FILES/*"}, SILENT),
        ({"Resource": None, "NotResource": "arn:aws:s3:::files/*"}, SILENT),
        ({"Resource": "arn:aws:s3:::files/${aws:PrincipalTag/team}/*"}, SILENT),
        ({"Resource": "arn:aws:s3:::files/${aws:PrincipalTag/team, 'alice'}/*"}, ALLOW),
    ],
)
def test_elements(changes: dict[str, Any], expected: Decision) -> None:
    assert said(**changes) is expected


def test_a_refusal_counts_most() -> None:
    request = Request("s3:GetObject", [OBJECT])
    assert decide_all([policy(), policy(Effect="Deny", Action="s3:GetObject")], request) is DENY
    assert decide_all([policy(Action="ec2:*"), policy()], request) is ALLOW
    assert decide_all([], request) is SILENT


def test_every_resource_has_to_be_allowed() -> None:
    both = (OBJECT, "arn:aws:s3:::files/bob/note")
    assert said(resources=both, Resource="arn:aws:s3:::files/alice/*") is SILENT
    assert said(resources=both, Resource="arn:aws:s3:::files/*") is ALLOW


def test_values_of_variables_are_no_patterns() -> None:
    own = "arn:aws:s3:::files/${cognito-identity.amazonaws.com:sub}/*"
    assert said(Resource=own, context={"cognito-identity.amazonaws.com:sub": "alice"}) is ALLOW
    assert said(Resource=own, context={"Cognito-Identity.amazonaws.com:SUB": "alice"}) is ALLOW
    assert said(Resource=own, context={"cognito-identity.amazonaws.com:sub": "*"}) is SILENT
    star = ("arn:aws:s3:::files/*/x",)
    assert said(resources=star, Resource="arn:aws:s3:::files/${*}/x") is ALLOW
    assert said(Resource="arn:aws:s3:::files/${*}/note") is SILENT


KEY = "service:key"


@pytest.mark.parametrize(
    ("operator", "expected", "actual", "holds"),
    [
        ("StringEquals", "a", "a", True),
        ("StringEquals", ["a", "b"], "b", True),
        ("StringEquals", "a*", "ab", False),
        ("StringEquals", "${service:other}", "other", True),
        ("StringEquals", "a", None, False),
        ("StringEqualsIfExists", "a", None, True),
        ("StringNotEquals", "a", "b", True),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEquals", "a", None, True),
        ("StringEqualsIgnoreCase", "A", "a", True),
        ("StringLike", "a*", "abc", True),
        ("StringNotLike", "a*", "abc", False),
        ("ForAnyValue:StringLike", "auth*", ["x", "authenticated"], True),
        ("ForAnyValue:StringLike", "auth*", ["x"], False),
        ("ForAnyValue:StringEquals", "a", None, False),
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "b"], True),
        ("ForAllValues:StringEquals", ["a"], ["a", "b"], False),
        ("ForAllValues:StringEquals", ["a"], None, True),
        ("NumericLessThan", "10", 9, True),
        ("NumericLessThan", "10", "nine", False),
        ("NumericGreaterThanEquals", "10", 10, True),
        ("Bool", "true", True, True),
        ("Bool", "true", False, False),
        ("Null", "true", None, True),
        ("Null", "false", "a", True),
        ("Null", "true", "a", False),
        ("IpAddress", "10.0.0.0/8", "10.1.2.3", True),
        ("NotIpAddress", "10.0.0.0/8", "10.1.2.3", False),
        ("IpAddress", "10.0.0.0/8", None, False),
        ("DateLessThan", "2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z", True),
        ("ArnLike", "arn:aws:iam::*:role/x", "arn:aws:iam::1:role/x", True),
        ("Unknown", "a", "a", False),
    ],
)
def test_conditions(operator: str, expected: Any, actual: Any, holds: bool) -> None:
    context = {"service:other": "other"} | ({KEY: actual} if actual is not None else {})
    decision = said(Condition={operator: {KEY: expected}}, context=context)
    assert decision is (ALLOW if holds else SILENT)


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", ALLOW),
        ({"AWS": "*"}, ALLOW),
        ({"AWS": "arn:aws:iam::123456789012:root"}, ALLOW),
        ({"AWS": ["123456789012"]}, ALLOW),
        ({"AWS": "arn:aws:iam::999999999999:root"}, SILENT),
        ({"Federated": "*"}, SILENT),
        ({"Service": "lambda.amazonaws.com"}, SILENT),
        (None, SILENT),
    ],
)
def test_principals(principal: Any, expected: Decision) -> None:
    caller = ("AWS", "arn:aws:iam::123456789012:user/me")
    assert said(action="sts:AssumeRole", Resource=None, Principal=principal, principal=caller) is expected
