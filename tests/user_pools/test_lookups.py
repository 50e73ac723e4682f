"""What does not exist is reported alike by every operation that is asked for it: pools, app clients, users, tokens."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_emulator.aws.models import Shape, service_model
from cognito_emulator.emulator import Emulator
from tests import builders
from tests.builders import Idp
from tests.wire import call

Json = dict[str, Any]
MODEL = service_model("cognito-idp")
POOL_ID, CLIENT_ID, UUID = "us-east-1_unknown99", "unknownclient1", "00000000-0000-4000-8000-000000000000"
# Values for members whose pattern a plain word does not match.
VALUES = {
    "UserPoolId": POOL_ID,
    "ClientId": CLIENT_ID,
    "ResourceArn": f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{POOL_ID}",
    "CloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/logs",
    "DeviceKey": f"us-east-1_{UUID}",
    "SessionId": f"tkn{'a' * 25}",
    "TermsName": "terms-of-use",
    "TermsId": UUID,
    "ManagedLoginBrandingId": UUID,
    "JobId": "import-0",
    "UserCode": "123456",
}


def request_of(operation: str) -> Json:
    """The least that an operation takes."""
    shape = MODEL.operation(operation).input  # type: ignore[union-attr]
    return _value(shape, "") if shape else {}


def _value(shape: Shape, name: str) -> Any:
    if shape.type == "structure":
        return {member: _value(shape.members[member], member) for member in shape.required}
    if shape.type == "list":
        return [_value(shape.element, "")]
    if shape.type == "map":
        return {"key": "value"}
    if shape.type in ("integer", "long"):
        return max(shape.min or 1, 1)
    if shape.type in ("boolean", "timestamp", "blob"):
        return {"boolean": True, "timestamp": 1, "blob": "YWJj"}[shape.type]
    if shape.enum:
        return shape.enum[0]
    return VALUES.get(name) or "abcdefgh" * (((shape.min or 1) + 7) // 8)


def operations(*members: str) -> list[str]:
    return [name for name in sorted(MODEL.operation_names) if set(members) <= request_of(name).keys()]


@pytest.mark.parametrize("operation", operations("UserPoolId"))
def test_unknown_pools(emulator: Emulator, operation: str) -> None:
    """Source: reference user-pools.md §2.1."""
    answer = call(emulator, operation, request_of(operation))
    assert answer.error == ("ResourceNotFoundException", f"User pool {POOL_ID} does not exist.")


# RevokeToken declares no ResourceNotFoundException.
CLIENT_OPERATIONS = [operation for operation in operations("ClientId") if operation != "RevokeToken"]


@pytest.mark.parametrize("operation", CLIENT_OPERATIONS)
def test_unknown_clients(emulator: Emulator, idp: Idp, operation: str) -> None:
    """A client of another pool is as unknown. Source: reference user-pools.md §2.1."""
    request = request_of(operation)
    elsewhere: list[str] = []
    if "UserPoolId" in request:
        request["UserPoolId"] = builders.pool(idp)
        elsewhere = [builders.app(idp).client_id]
    for client_id in (CLIENT_ID, *elsewhere):
        answer = call(emulator, operation, {**request, "ClientId": client_id})
        assert answer.error == ("ResourceNotFoundException", f"User pool client {client_id} does not exist.")


# The first makes the user; the last three want threat protection before anything else.
OTHERS = {"AdminCreateUser", "AdminListUserAuthEvents", "AdminUpdateAuthEventFeedback", "UpdateAuthEventFeedback"}


@pytest.mark.parametrize("operation", sorted(set(operations("UserPoolId", "Username")) - OTHERS))
def test_unknown_users(emulator: Emulator, idp: Idp, operation: str) -> None:
    """Sources: reference user-pools.md §2.1; botocore's model, which says who declares UserNotFoundException."""
    answer = call(emulator, operation, {**request_of(operation), "UserPoolId": builders.pool(idp)})
    declared = MODEL.operation(operation).errors  # type: ignore[union-attr]
    kind = "UserNotFoundException" if "UserNotFoundException" in declared else "ResourceNotFoundException"
    assert answer.error == (kind, "User does not exist.")


TOKEN_OPERATIONS = sorted({*operations("AccessToken"), "AssociateSoftwareToken", "VerifySoftwareToken"})


@pytest.mark.parametrize("operation", TOKEN_OPERATIONS)
def test_tokens_that_are_not_good(emulator: Emulator, idp: Idp, operation: str) -> None:
    """Every operation checks its token alike. Source: reference user-pools.md §2.6."""
    user = builders.confirmed_user(idp, builders.app(idp))
    tokens = builders.sign_in(idp, user)
    good = tokens["AccessToken"]
    head, signature = good.rsplit(".", 1)
    forged = f"{head}.{signature[4:8]}{signature[:4]}{signature[8:]}"
    for token in ("abc", tokens["IdToken"], tokens["RefreshToken"]):
        assert refusal(emulator, operation, token) == "Invalid Access Token"
    assert refusal(emulator, operation, forged) == "Could not verify signature for Access Token"
    idp.admin_disable_user(**user.key)
    assert refusal(emulator, operation, good) == "User is disabled."
    idp.admin_enable_user(**user.key)
    assert refusal(emulator, operation, good) == "Access Token has been revoked"
    emulator.clock.advance(hours=1, seconds=1)
    assert refusal(emulator, operation, good) == "Access Token has expired"


def refusal(emulator: Emulator, operation: str, token: str) -> str | None:
    kind, text = call(emulator, operation, {**request_of(operation), "AccessToken": token}, headers={}).error
    assert kind == "NotAuthorizedException"
    return text
