"""Requests at the same time: what must happen once happens once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from cognito_emulator.emulator import Emulator
from tests import builders
from tests.builders import ALL_FLOWS, PASSWORD, App, Idp
from tests.wire import Answer, call

AT_ONCE = 8


def race(emulator: Emulator, operation: str, body: Callable[[int], dict[str, Any]]) -> Counter[str]:
    """How many of eight requests at the same time were answered how: `ok`, or the type of the error."""

    def ask(number: int) -> Answer:
        return call(emulator, operation, body(number))

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(ask, range(AT_ONCE)))
    return Counter("ok" if answer.status == 200 else answer.error[0] for answer in answers)


def test_a_name_is_given_once(idp: Idp, emulator: Emulator) -> None:
    app = builders.app(idp)
    body = {"ClientId": app.client_id, "Username": "alice", "Password": PASSWORD}
    assert race(emulator, "SignUp", lambda _: body) == {"ok": 1, "UsernameExistsException": AT_ONCE - 1}


def test_an_address_is_given_once(idp: Idp, emulator: Emulator) -> None:
    app = builders.app(idp, UsernameAttributes=["email"])
    body = {"ClientId": app.client_id, "Username": "alice@example.com", "Password": PASSWORD}
    assert race(emulator, "SignUp", lambda _: body) == {"ok": 1, "UsernameExistsException": AT_ONCE - 1}
    assert len(idp.list_users(UserPoolId=app.pool_id)["Users"]) == 1


def test_a_session_is_spent_once(idp: Idp, emulator: Emulator) -> None:
    user = builders.invited_user(idp, builders.app(idp))
    session = builders.begin(idp, user)["Session"]

    def body(number: int) -> dict[str, Any]:
        return {
            "ClientId": user.app.client_id,
            "ChallengeName": "NEW_PASSWORD_REQUIRED",
            "Session": session,
            "ChallengeResponses": {"USERNAME": "alice", "NEW_PASSWORD": f"{PASSWORD}{number}"},
        }

    assert race(emulator, "RespondToAuthChallenge", body) == {"ok": 1, "NotAuthorizedException": AT_ONCE - 1}


def test_a_code_is_spent_once(idp: Idp, emulator: Emulator) -> None:
    app = builders.app(idp)
    builders.confirmed_user(idp, app, email="a@example.com", email_verified="true")
    idp.forgot_password(ClientId=app.client_id, Username="alice")
    code = emulator.messages.find()[-1].code

    def body(number: int) -> dict[str, Any]:
        new = {"ConfirmationCode": code, "Password": f"{PASSWORD}{number}"}
        return {"ClientId": app.client_id, "Username": "alice", **new}

    assert race(emulator, "ConfirmForgotPassword", body) == {"ok": 1, "ExpiredCodeException": AT_ONCE - 1}


def test_a_group_is_made_once(idp: Idp, emulator: Emulator) -> None:
    pool = builders.pool(idp)
    found = race(emulator, "CreateGroup", lambda number: {"UserPoolId": pool, "GroupName": "gG"[number % 2]})
    assert found == {"ok": 1, "GroupExistsException": AT_ONCE - 1}


def test_there_are_two_secrets_at_most(idp: Idp, emulator: Emulator) -> None:
    app = builders.app(idp, {"GenerateSecret": True})
    body = {"UserPoolId": app.pool_id, "ClientId": app.client_id}
    assert race(emulator, "AddUserPoolClientSecret", lambda _: body) == {
        "ok": 1,
        "LimitExceededException": AT_ONCE - 1,
    }


def test_wrong_passwords_are_counted_one_by_one(idp: Idp, emulator: Emulator) -> None:
    user = builders.confirmed_user(idp, builders.app(idp))
    body = {
        "ClientId": user.app.client_id,
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "alice", "PASSWORD": "Wrong-1234"},
    }
    assert race(emulator, "InitiateAuth", lambda _: body) == {"NotAuthorizedException": AT_ONCE}
    with builders.refused("NotAuthorizedException", "Password attempts exceeded"):
        builders.begin(idp, user)


def test_a_token_rotates_for_all_who_come_within_its_grace(idp: Idp, emulator: Emulator) -> None:
    flows = [flow for flow in ALL_FLOWS if flow != "ALLOW_REFRESH_TOKEN_AUTH"]
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 60}
    app = builders.app(idp, {"ExplicitAuthFlows": flows, "RefreshTokenRotation": rotation})
    token = builders.sign_in(idp, builders.confirmed_user(idp, App(app.pool_id, app.client_id)))["RefreshToken"]
    body = {"ClientId": app.client_id, "RefreshToken": token}
    assert race(emulator, "GetTokensFromRefreshToken", lambda _: body) == {"ok": AT_ONCE}
    emulator.clock.advance(61)
    assert call(emulator, "GetTokensFromRefreshToken", body).error[0] == "RefreshTokenReuseException"
