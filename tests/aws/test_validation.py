"""Constraint errors: AWS's sentences, their number, their paths."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cognito_emulator.aws.models import Operation, service_model
from cognito_emulator.aws.validation import validate
from cognito_emulator.emulator import Emulator
from tests.wire import SIGNED, call

POOL = "us-east-1_abcdefghi"
CLIENT = "1example23456789"


def violations(
    emulator: Emulator, operation: str, body: dict[str, Any], headers: dict[str, str] | None = None
) -> set[str]:
    """The sentences of a constraint error; the number that it states is checked here."""
    answer = call(emulator, operation, body, headers=SIGNED if headers is None else headers)
    kind, text = answer.error
    assert kind == "InvalidParameterException"
    assert text is not None
    intro, _, rest = text.partition(" detected: ")
    sentences = rest.split("; ")
    assert intro == f"{len(sentences)} validation error{'' if len(sentences) == 1 else 's'}"
    return set(sentences)


@pytest.mark.parametrize(
    ("operation", "body", "sentence"),
    [
        pytest.param(
            "DescribeUserPool",
            {},
            "Value null at 'userPoolId' failed to satisfy constraint: Member must not be null",
            id="required",
        ),
        pytest.param(
            "AdminConfirmSignUp",
            {"UserPoolId": "YOUR_USER_POOL_ID", "Username": "admin@example.com"},
            r"Value 'YOUR_USER_POOL_ID' at 'userPoolId' failed to satisfy constraint: "
            r"Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+",
            id="pattern",
        ),
        pytest.param(
            "DescribeUserPool",
            {"UserPoolId": "r_" + "x" * 60},
            f"Value 'r_{'x' * 60}' at 'userPoolId' failed to satisfy constraint: "
            "Member must have length less than or equal to 55",
            id="longest",
        ),
        pytest.param(
            "ListUserPools",
            {"MaxResults": 0},
            "Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1",
            id="lowest",
        ),
        pytest.param(
            "ListUserPools",
            {"MaxResults": 61},
            "Value '61' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 60",
            id="highest",
        ),
        pytest.param(
            "CreateUserPool",
            {"PoolName": "p", "MfaConfiguration": "MAYBE"},
            "Value 'MAYBE' at 'mfaConfiguration' failed to satisfy constraint: "
            "Member must satisfy enum value set: [OPTIONAL, OFF, ON]",
            id="enum",
        ),
        pytest.param(
            "CreateUserPool",
            {"PoolName": "p", "Schema": []},
            "Value '[]' at 'schema' failed to satisfy constraint: Member must have length greater than or equal to 1",
            id="shortest list",
        ),
        pytest.param(
            "CreateUserPool",
            {"PoolName": "p", "Policies": {"PasswordPolicy": {"MinimumLength": 5}}},
            "Value '5' at 'policies.passwordPolicy.minimumLength' failed to satisfy constraint: "
            "Member must have value greater than or equal to 6",
            id="nested structure",
        ),
        pytest.param(
            "CreateUserPool",
            {"PoolName": "p", "Schema": [{"Name": "a"}, {"Name": "x" * 21, "AttributeDataType": "String"}]},
            f"Value '{'x' * 21}' at 'schema.2.member.name' failed to satisfy constraint: "
            "Member must have length less than or equal to 20",
            id="list of structures",
        ),
        pytest.param(
            "CreateUserPool",
            {"PoolName": "p", "AutoVerifiedAttributes": ["email", "fax"]},
            "Value '[email, fax]' at 'autoVerifiedAttributes' failed to satisfy constraint: "
            "Member must satisfy constraint: [Member must satisfy enum value set: [phone_number, email]]",
            id="list of scalars",
        ),
        pytest.param(
            "CreateUserPool",
            {"PoolName": "p", "UserPoolTags": {"k": "v" * 257}},
            f"Value '{{k={'v' * 257}}}' at 'userPoolTags' failed to satisfy constraint: "
            "Map value must satisfy constraint: [Member must have length less than or equal to 256]",
            id="value of a map",
        ),
        pytest.param(
            "CreateUserPool",
            {"PoolName": "p", "UserPoolTags": {"": "v"}},
            "Value '{=v}' at 'userPoolTags' failed to satisfy constraint: "
            "Map keys must satisfy constraint: [Member must have length less than or equal to 128, "
            "Member must have length greater than or equal to 1]",
            id="key of a map",
        ),
    ],
)
def test_each_kind_of_constraint(emulator: Emulator, operation: str, body: dict[str, Any], sentence: str) -> None:
    assert violations(emulator, operation, body) == {sentence}


def test_one_member_may_break_two_constraints(emulator: Emulator) -> None:
    answer = call(emulator, "DescribeUserPoolClient", {"UserPoolId": POOL, "ClientId": ""})
    assert answer.error == (
        "InvalidParameterException",
        "2 validation errors detected: Value '' at 'clientId' failed to satisfy constraint: Member must have length "
        "greater than or equal to 1; Value '' at 'clientId' failed to satisfy constraint: Member must satisfy regular "
        r"expression pattern: [\w+]+",
    )


def test_all_members_are_checked_before_anything_is_said(emulator: Emulator) -> None:
    found = violations(emulator, "AdminCreateUser", {"UserPoolId": "nonsense", "MessageAction": "SHOUT"})
    assert found == {
        "Value at 'username' failed to satisfy constraint: Member must not be null",
        "Value 'nonsense' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression "
        r"pattern: [\w-]+_[0-9a-zA-Z]+",
        "Value 'SHOUT' at 'messageAction' failed to satisfy constraint: Member must satisfy enum value set: "
        "[SUPPRESS, RESEND]",
    }


ACTIONS = {"Actions": {"LowAction": {"Notify": False, "EventAction": "ALLOW"}}}
MECHANISMS = [
    {"Priority": 1, "Name": "verified_email"},
    {"Priority": 2, "Name": "verified_phone_number"},
    {"Priority": 2, "Name": "admin_only"},
]


@pytest.mark.parametrize(
    ("operation", "body", "sentence"),
    [
        (
            "SetRiskConfiguration",
            {"UserPoolId": "us-east-1_a", "AccountTakeoverRiskConfiguration": ACTIONS},
            "Value 'ALLOW' at 'accountTakeoverRiskConfiguration.actions.lowAction.eventAction' failed to satisfy "
            "constraint: Member must satisfy enum value set: [MFA_IF_CONFIGURED, BLOCK, NO_ACTION, MFA_REQUIRED]",
        ),
        (
            "SetRiskConfiguration",
            {
                "UserPoolId": "us-east-1_a",
                "CompromisedCredentialsRiskConfiguration": {
                    "EventFilter": ["DELETE_USER"],
                    "Actions": {"EventAction": "BLOCK"},
                },
            },
            "Value '[DELETE_USER]' at 'compromisedCredentialsRiskConfiguration.eventFilter' failed to satisfy "
            "constraint: Member must satisfy constraint: [Member must satisfy enum value set: [SIGN_IN, "
            "PASSWORD_CHANGE, SIGN_UP]]",
        ),
        (
            "CreateUserPool",
            {"PoolName": "p", "AccountRecoverySetting": {"RecoveryMechanisms": MECHANISMS}},
            "Value '[RecoveryOptionType(priority=1, name=verified_email), RecoveryOptionType(priority=2, "
            "name=verified_phone_number), RecoveryOptionType(priority=2, name=admin_only)]' at "
            "'accountRecoverySetting.recoveryMechanisms' failed to satisfy constraint: Member must have length less "
            "than or equal to 2",
        ),
    ],
)
def test_values_are_printed_as_deployments_met_them(
    emulator: Emulator, operation: str, body: dict[str, Any], sentence: str
) -> None:
    """Source: github.com/badmintoncryer/cdk-preflight, rules/cognito/*/meta.yaml (September 2026)."""
    assert violations(emulator, operation, body) == {sentence}


def test_what_a_structure_lacks_is_null(emulator: Emulator) -> None:
    attributes = [{"Name": f"c{number}", "AttributeDataType": "String"} for number in range(51)]
    (found,) = violations(emulator, "CreateUserPool", {"PoolName": "p", "Schema": attributes})
    assert found.startswith(
        "Value '[SchemaAttributeType(name=c0, attributeDataType=String, developerOnlyAttribute=null, mutable=null, "
        "required=null, numberAttributeConstraints=null, stringAttributeConstraints=null), "
        "SchemaAttributeType(name=c1, attributeDataType="
    )


def test_sensitive_members_are_not_shown(emulator: Emulator) -> None:
    body = {"ClientId": "no spaces!", "Username": "a b", "Password": " ", "SecretHash": "?"}
    found = violations(emulator, "SignUp", body, headers={})
    assert found == {
        r"Value 'no spaces!' at 'clientId' failed to satisfy constraint: Member must satisfy regular expression "
        r"pattern: [\w+]+",
        r"Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: "
        r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+",
        r"Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: "
        r"^[\S]+.*[\S]+$",
        r"Value at 'secretHash' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=/]+",
    }


def test_sensitive_values_inside_a_list_are_not_shown(emulator: Emulator) -> None:
    attribute = {"Name": "email", "Value": "x" * 2049}
    body = {"ClientId": CLIENT, "Username": "alice", "Password": "Secret-123", "UserAttributes": [attribute]}
    assert violations(emulator, "SignUp", body, headers={}) == {
        "Value at 'userAttributes.1.member.value' failed to satisfy constraint: "
        "Member must have length less than or equal to 2048"
    }


def test_unicode_classes_are_those_of_the_service(emulator: Emulator) -> None:
    letters = {"UserPoolId": POOL, "Username": "Zoë-名前-🙂"}
    assert call(emulator, "AdminGetUser", letters).error == (
        "ResourceNotFoundException",
        f"User pool {POOL} does not exist.",
    )
    assert violations(emulator, "AdminGetUser", {"UserPoolId": POOL, "Username": "tab\there"}) == {
        r"Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: "
        r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"
    }


def test_a_pattern_must_match_the_whole_value(emulator: Emulator) -> None:
    found = violations(emulator, "DescribeUserPool", {"UserPoolId": f"{POOL}\n"})
    assert len(found) == 1


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"UserPoolId": {}}, "Start of structure or map found where not expected."),
        ({"UserPoolId": []}, "Start of list found where not expected"),
        ({"UserPoolId": 5}, "NUMBER_VALUE can not be converted to a String"),
        ({"UserPoolId": True}, "TRUE_VALUE can not be converted to a String"),
        ({"UserPoolId": False}, "FALSE_VALUE can not be converted to a String"),
        ({"Limit": "5"}, "STRING_VALUE can not be converted to an Integer"),
        ({"Limit": True}, "TRUE_VALUE can not be converted to an Integer"),
        ({"Limit": {}}, "Start of structure or map found where not expected."),
        ({"Limit": 10**12}, "NUMBER_VALUE can not be converted to an Integer"),
        ({"Limit": 10**30}, "NUMBER_VALUE can not be converted to an Integer"),
        ({"AttributesToGet": "email"}, "Expected list or null"),
        ({"AttributesToGet": {}}, "Expected list or null"),
        ({"AttributesToGet": [5]}, "NUMBER_VALUE can not be converted to a String"),
    ],
)
def test_wrong_json_types(emulator: Emulator, body: dict[str, Any], text: str) -> None:
    answer = call(emulator, "ListUsers", {"UserPoolId": POOL, **body})
    assert answer.status == 400
    assert answer.json == {"__type": "SerializationException", "Message": text}


@pytest.mark.parametrize(
    ("operation", "body", "text"),
    [
        ("CreateUserPool", {"Policies": "strict"}, "Expected map or null"),
        ("CreateUserPool", {"Policies": []}, "Unexpected list"),
        ("CreateUserPool", {"UserPoolTags": "k=v"}, "Expected map or null"),
        ("CreateUserPool", {"UserPoolTags": {"k": 1}}, "NUMBER_VALUE can not be converted to a String"),
        ("CreateUserPool", {"Schema": ["x"]}, "Expected map or null"),
        (
            "CreateUserPool",
            {"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": "yes"}},
            "STRING_VALUE can not be converted to a Boolean",
        ),
        (
            "AdminUpdateUserAttributes",
            {"UserAttributes": [{"Name": "custom:n", "Value": 5}]},
            "NUMBER_VALUE can not be converted to a String",
        ),
    ],
)
def test_wrong_json_types_inside(emulator: Emulator, operation: str, body: dict[str, Any], text: str) -> None:
    answer = call(emulator, operation, {"PoolName": "p", "UserPoolId": POOL, "Username": "a", **body})
    assert answer.json == {"__type": "SerializationException", "Message": text}


@pytest.mark.parametrize("body", [b"{", b"nonsense", b'{"a": }', b"\xff\xfe", b'{"a": NaN}', b"[" * 5000])
def test_malformed_json(emulator: Emulator, body: bytes) -> None:
    answer = call(emulator, "ListUserPools", body)
    assert answer.status == 400
    assert answer.json == {"__type": "SerializationException"}


@pytest.mark.parametrize(("body", "text"), [(b"[]", "Unexpected list"), (b'"x"', "Expected map or null")])
def test_a_body_that_is_no_object(emulator: Emulator, body: bytes, text: str) -> None:
    assert call(emulator, "ListUserPools", body).json == {"__type": "SerializationException", "Message": text}


@pytest.mark.parametrize("body", [b"", b"null", b"{}"])
def test_an_absent_body_is_an_empty_object(emulator: Emulator, body: bytes) -> None:
    assert call(emulator, "ListUserPools", body).error == (
        "InvalidParameterException",
        "1 validation error detected: Value null at 'maxResults' failed to satisfy constraint: Member must not be null",
    )


def test_null_is_absent(emulator: Emulator) -> None:
    body = {
        "PoolName": "p",
        "Policies": None,
        "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": None},
        "AutoVerifiedAttributes": [None, "email"],
        "UserPoolTags": {"gone": None, "kept": "v"},
    }
    pool = call(emulator, "CreateUserPool", body).json["UserPool"]
    assert pool["Policies"]["PasswordPolicy"]["RequireSymbols"] is True
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is False
    assert pool["AutoVerifiedAttributes"] == ["email"]
    assert pool["UserPoolTags"] == {"kept": "v"}


def test_null_for_a_required_member_is_missing(emulator: Emulator) -> None:
    assert violations(emulator, "CreateUserPool", {"PoolName": None}) == {
        "Value null at 'poolName' failed to satisfy constraint: Member must not be null"
    }


def test_unknown_members_are_let_pass(emulator: Emulator) -> None:
    assert call(emulator, "ListUserPools", {"MaxResults": 1, "Nonsense": {"a": [1]}}).json == {"UserPools": []}


def test_a_fraction_is_cut_off_where_a_whole_number_is_expected(emulator: Emulator) -> None:
    policies = {"PasswordPolicy": {"MinimumLength": 9.7}}
    pool = call(emulator, "CreateUserPool", {"PoolName": "p", "Policies": policies}).json["UserPool"]
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] == 9


def test_many_threads_may_be_the_first_to_check_an_input() -> None:
    """Checks are compiled when a shape is first seen; threads that come at that moment wait for them."""
    for _ in range(20):
        fresh = service_model.__wrapped__("cognito-idp")
        operation = fresh.operation("CreateUserPool")
        assert operation is not None
        start = threading.Barrier(8)

        def check(operation: Operation = operation, start: threading.Barrier = start) -> None:
            start.wait()
            validate(operation, {"PoolName": "p", "Policies": {"PasswordPolicy": {"MinimumLength": 8}}}, "E")

        with ThreadPoolExecutor(8) as threads:
            for outcome in [threads.submit(check) for _ in range(8)]:
                outcome.result()


def test_members_that_the_model_lacks_are_never_seen() -> None:
    params = {"PoolName": "p", "Nonsense": 1, "Policies": {"PasswordPolicy": {"MinimumLength": 8, "x": []}, "y": {}}}
    operation = service_model("cognito-idp").operation("CreateUserPool")
    assert operation is not None
    validate(operation, params, "InvalidParameterException")
    assert params == {"PoolName": "p", "Policies": {"PasswordPolicy": {"MinimumLength": 8}}}
