"""Operations, authorization, headers: what every call has in common."""

from __future__ import annotations

import json
import re

import pytest

from cognito_emulator.aws.models import service_model
from cognito_emulator.emulator import Emulator
from cognito_emulator.services import SERVICES
from tests import builders
from tests.builders import Idp
from tests.wire import SCOPE, SIGNED, TARGETS, call, send

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
MODEL = service_model("cognito-idp")
# Operations whose only credential is in the body. Source: API reference of both.
OWN_CREDENTIALS = {"GetClientToken", "GetDerivedToken"}
PUBLIC = {name for name in MODEL.operation_names if MODEL.operation(name).public}  # type: ignore[union-attr]
IMPLEMENTED = set(SERVICES[0].functions)


# ── operations ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "target",
    [
        "AWSCognitoIdentityProviderService.Nonsense",
        "AWSCognitoIdentityProviderService.",
        "AWSCognitoIdentityProviderService.listUserPools",
        "Nonsense.ListUserPools",
        "ListUserPools",
        "",
    ],
)
def test_unknown_operation(emulator: Emulator, target: str) -> None:
    answer = send(emulator, "POST", "/", "{}", {**SIGNED, "x-amz-target": target})
    assert answer.status == 400
    assert answer.json == {"__type": "UnknownOperationException"}
    assert answer.headers["x-amzn-errortype"] == "UnknownOperationException:"


def test_no_target(emulator: Emulator) -> None:
    assert send(emulator, "POST", "/", "{}").json == {"__type": "UnknownOperationException"}


@pytest.mark.parametrize("service", ["cognito-idp", "cognito-identity"])
def test_an_operation_that_is_not_there_yet_says_so(emulator: Emulator, service: str) -> None:
    known = next(candidate for candidate in SERVICES if candidate.name == service)
    for name in known.missing:
        answer = call(emulator, name, service=service)
        assert answer.status == 501
        assert answer.error == (
            "NotImplementedException",
            f"cognito-emulator does not implement {service}:{name} yet.",
        )


def test_a_rest_operation_that_is_not_there_yet_says_so(emulator: Emulator) -> None:
    sync = next(service for service in SERVICES if service.name == "cognito-sync")
    if "ListDatasets" in sync.missing:
        answer = send(emulator, "GET", "/identitypools/us-east-1:1/identities/us-east-1:2/datasets", headers=SIGNED)
        assert answer.status == 501
        assert answer.json == {"message": "cognito-emulator does not implement cognito-sync:ListDatasets yet."}


# ── authorization ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("operation", sorted(IMPLEMENTED - PUBLIC - OWN_CREDENTIALS))
def test_iam_operations_need_a_signature(emulator: Emulator, operation: str) -> None:
    answer = call(emulator, operation, headers={})
    assert answer.status == 400
    assert answer.json == {
        "__type": "MissingAuthenticationTokenException",
        "message": "Missing Authentication Token",
    }


@pytest.mark.parametrize("operation", sorted(IMPLEMENTED & PUBLIC))
@pytest.mark.parametrize("headers", [{}, SIGNED], ids=["unsigned", "signed"])
def test_public_operations_need_none(emulator: Emulator, operation: str, headers: dict[str, str]) -> None:
    """An empty request gets as far as the constraints (some operations have none of their own)."""
    kind, _ = call(emulator, operation, headers=headers).error
    assert kind == "InvalidParameterException"


def test_the_public_operations_are_those_of_the_reference() -> None:
    """Source: reference user-pools.md §1.6."""
    assert {
        *("SignUp", "ConfirmSignUp", "ResendConfirmationCode", "ForgotPassword", "ConfirmForgotPassword"),
        *("InitiateAuth", "RespondToAuthChallenge", "RevokeToken", "GetTokensFromRefreshToken", "GetUser"),
        *("UpdateUserAttributes", "DeleteUserAttributes", "DeleteUser", "ChangePassword", "GlobalSignOut"),
        *("GetUserAttributeVerificationCode", "VerifyUserAttribute", "AssociateSoftwareToken"),
    } <= PUBLIC
    assert not {name for name in PUBLIC if name.startswith(("Admin", "Create", "Describe"))}


@pytest.mark.parametrize("scheme", ["Bearer abc", "Basic abc", "AWS4-HMAC-SHA512 Credential=x"])
def test_another_scheme_is_no_signature(emulator: Emulator, scheme: str) -> None:
    assert call(emulator, "ListUserPools", headers={"authorization": scheme}).error == (
        "MissingAuthenticationTokenException",
        "Missing Authentication Token",
    )


def test_an_incomplete_signature_names_what_it_lacks(emulator: Emulator) -> None:
    kind, text = call(emulator, "ListUserPools", headers={"authorization": "AWS4-HMAC-SHA256 Nothing"}).error
    assert kind == "IncompleteSignatureException"
    assert text is not None
    assert text.startswith(
        "Authorization header requires 'Credential' parameter. "
        "Authorization header requires 'Signature' parameter. "
        "Authorization header requires 'SignedHeaders' parameter. "
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
    )


def test_a_credential_of_the_wrong_form(emulator: Emulator) -> None:
    authorization = "AWS4-HMAC-SHA256 Credential=AKID/today, SignedHeaders=host, Signature=abc"
    answer = call(emulator, "ListUserPools", headers={"authorization": authorization, "x-amz-date": "now"})
    assert answer.error == (
        "IncompleteSignatureException",
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
        "got 'AKID/today'",
    )


def test_a_signature_for_another_service(emulator: Emulator) -> None:
    headers = {name: value.replace("cognito-idp", "s3") for name, value in SIGNED.items()}
    assert call(emulator, "ListUserPools", headers=headers).error == (
        "InvalidSignatureException",
        "Credential should be scoped to correct service: 'cognito-idp'. ",
    )


def test_a_presigned_request(emulator: Emulator) -> None:
    query = f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F{SCOPE.replace('/', '%2F')}"
    target = {"x-amz-target": f"{TARGETS['cognito-idp']}.ListUserPools"}
    assert send(emulator, "POST", f"/?{query}", {"MaxResults": 1}, target).json == {"UserPools": []}


# ── headers and bodies ───────────────────────────────────────────────────────────────────────────────────────


def test_headers_of_a_success(emulator: Emulator) -> None:
    answer = call(emulator, "ListUserPools", {"MaxResults": 1})
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/x-amz-json-1.1"
    assert UUID.fullmatch(answer.headers["x-amzn-requestid"])
    assert "x-amzn-errortype" not in answer.headers
    assert answer.body == b'{"UserPools":[]}'


def test_headers_of_an_error(emulator: Emulator) -> None:
    answer = call(emulator, "DescribeUserPool", {"UserPoolId": "us-east-1_none"})
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/x-amz-json-1.1"
    assert UUID.fullmatch(answer.headers["x-amzn-requestid"])
    assert answer.headers["x-amzn-errortype"] == "ResourceNotFoundException:"
    assert answer.headers["x-amzn-errormessage"] == "User pool us-east-1_none does not exist."
    assert answer.body == (
        b'{"__type":"ResourceNotFoundException","message":"User pool us-east-1_none does not exist."}'
    )


def test_every_request_has_its_own_id(emulator: Emulator) -> None:
    ids = {call(emulator, "ListUserPools", {"MaxResults": 1}).headers["x-amzn-requestid"] for _ in range(5)}
    assert len(ids) == 5


def test_an_error_message_of_several_lines_is_one_line_in_the_header(emulator: Emulator, idp: Idp) -> None:
    app = builders.app(idp, Schema=[{"Name": "given_name", "Required": True}])
    body = {"ClientId": app.client_id, "Username": "alice", "Password": builders.PASSWORD}
    answer = call(emulator, "SignUp", body)
    assert answer.json["message"].endswith("required\n")
    assert answer.headers["x-amzn-errormessage"] == (
        "Attributes did not conform to the schema: given_name: The attribute is required"
    )


def test_operations_without_output_answer_an_empty_body(emulator: Emulator, idp: Idp) -> None:
    answer = call(emulator, "DeleteUserPool", {"UserPoolId": builders.pool(idp)})
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-type"] == "application/x-amz-json-1.1"


def test_operations_with_an_output_that_is_empty_answer_an_empty_object(emulator: Emulator, idp: Idp) -> None:
    answer = call(emulator, "UpdateUserPool", {"UserPoolId": builders.pool(idp)})
    assert (answer.status, answer.body) == (200, b"{}")


def test_dates_are_java_doubles_and_keys_are_sorted(emulator: Emulator) -> None:
    text = call(emulator, "CreateUserPool", {"PoolName": "p"}).body.decode()
    assert '"CreationDate":1.767225600123E9' in text
    top = list(json.loads(text)["UserPool"])
    assert {"AdminCreateUserConfig", "Id", "Name"} <= set(top)
    assert top == sorted(top)


# ── browsers ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_preflight(emulator: Emulator) -> None:
    asked = "content-type,x-amz-target,x-amz-user-agent,cache-control,amz-sdk-invocation-id,amz-sdk-request"
    headers = {
        "Origin": "http://localhost:3000",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": asked,
    }
    answer = send(emulator, "OPTIONS", "/", headers=headers)
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-methods"] == "POST"
    assert answer.headers["access-control-allow-headers"] == asked
    assert answer.headers["access-control-max-age"] == "172800"


@pytest.mark.parametrize("body", [{"MaxResults": 1}, {}], ids=["success", "error"])
def test_a_browser_may_read_every_answer(emulator: Emulator, body: dict[str, int]) -> None:
    answer = call(emulator, "ListUserPools", body, headers={**SIGNED, "origin": "http://localhost:3000"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert (
        answer.headers["access-control-expose-headers"] == "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"
    )


# ── a failure of ours ────────────────────────────────────────────────────────────────────────────────────────


def test_a_bug_is_an_internal_error(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(SERVICES[0].functions, "ListUserPools", broken)
    answer = call(emulator, "ListUserPools", {"MaxResults": 1})
    assert answer.status == 500
    assert answer.error[0] == "InternalErrorException"
