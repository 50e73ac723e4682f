"""The control API: health, reset, messages, clock. Source: interface.md."""

from __future__ import annotations

import threading
from typing import Any

import pytest

import cognito_emulator
from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from cognito_emulator.user_pools import ignored
from tests import builders
from tests.builders import Idp
from tests.wire import Answer, send

POOL: dict[str, Any] = {"AutoVerifiedAttributes": ["email"]}


def get(emulator: Emulator, path: str) -> Answer:
    return send(emulator, "GET", f"/_emulator/{path}")


def post(emulator: Emulator, path: str, body: Any = b"") -> Answer:
    return send(emulator, "POST", f"/_emulator/{path}", body)


# ── health and reset ─────────────────────────────────────────────────────────────────────────────────────────


def test_health(emulator: Emulator) -> None:
    answer = get(emulator, "health")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json == {"status": "ok", "version": cognito_emulator.__version__, "ignored": {}}


def test_health_checks_may_send_head(emulator: Emulator) -> None:
    assert send(emulator, "HEAD", "/_emulator/health").headers == get(emulator, "health").headers
    assert send(emulator, "HEAD", "/_emulator/reset").status == 405


def test_health_names_what_is_kept_without_effect(
    idp: Idp, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever there is of that: the names change with the emulator."""
    monkeypatch.setitem(ignored._IGNORED, "CreateUserPool", {"DeletionProtection": lambda params: True})
    builders.pool(idp)
    assert get(emulator, "health").json["ignored"] == {"cognito-idp:CreateUserPool": ["DeletionProtection"]}


def test_reset(idp: Idp, emulator: Emulator) -> None:
    app = builders.app(idp, **POOL)
    builders.unconfirmed_user(idp, app, email="a@example.com")
    assert (post(emulator, "reset").status, post(emulator, "reset").json) == (200, {})
    assert idp.list_user_pools(MaxResults=60)["UserPools"] == []
    assert get(emulator, "messages").json == {"messages": []}
    app = builders.app(idp, **POOL)
    assert builders.sign_in(idp, builders.confirmed_user(idp, app))["AccessToken"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "nonsense", 404), ("GET", "", 404), ("GET", "reset", 405), ("PUT", "clock", 405), ("POST", "health", 405)],
)
def test_what_there_is_not(emulator: Emulator, method: str, path: str, status: int) -> None:
    answer = send(emulator, method, f"/_emulator/{path}")
    assert answer.status == status
    assert set(answer.json) == {"message"}


# ── messages ─────────────────────────────────────────────────────────────────────────────────────────────────


def addresses(emulator: Emulator, query: str = "") -> list[str]:
    return [message["destination"] for message in get(emulator, f"messages{query}").json["messages"]]


def test_a_message(idp: Idp, emulator: Emulator) -> None:
    app = builders.app(idp, **POOL)
    builders.unconfirmed_user(idp, app, email="Alice@example.com")
    (message,) = get(emulator, "messages").json["messages"]
    assert message == {
        "id": message["id"],
        "medium": "EMAIL",
        "destination": "Alice@example.com",
        "subject": "Your verification code",
        "body": f"Your verification code is {message['code']}. ",
        "code": message["code"],
        "purpose": "CustomMessage_SignUp",
        "userPoolId": app.pool_id,
        "username": "alice",
        "createdAt": "2026-01-01T00:00:00.123Z",
    }


@pytest.fixture
def three(idp: Idp) -> tuple[str, str]:
    """Messages to a and b in one pool, and to a in another; the ids of the pools."""
    first, second = builders.app(idp, **POOL), builders.app(idp, **POOL)
    builders.unconfirmed_user(idp, first, "a", email="a@example.com")
    builders.unconfirmed_user(idp, first, "b", email="b@example.com")
    builders.unconfirmed_user(idp, second, "a", email="a@example.com")
    return first.pool_id, second.pool_id


def test_filters(emulator: Emulator, three: tuple[str, str]) -> None:
    a, b = "a@example.com", "b@example.com"
    assert addresses(emulator) == [a, b, a]
    assert addresses(emulator, "?destination=b@example.com") == [b]
    assert addresses(emulator, "?destination=B%40EXAMPLE.com") == [b]
    assert addresses(emulator, "?username=a") == [a, a]
    assert addresses(emulator, f"?userPoolId={three[0]}") == [a, b]
    assert addresses(emulator, f"?userPoolId={three[1]}&username=a&destination={a}") == [a]
    assert addresses(emulator, f"?userPoolId={three[1]}&username=b") == []


def test_a_phone_number_need_not_be_escaped(idp: Idp, emulator: Emulator) -> None:
    app = builders.app(idp, AutoVerifiedAttributes=["phone_number"], **builders.SMS)
    builders.unconfirmed_user(idp, app, phone_number="+12065551212")
    for query in ("?destination=+12065551212", "?destination=%2B12065551212"):
        assert addresses(emulator, query) == ["+12065551212"]


def test_delete(emulator: Emulator, three: tuple[str, str]) -> None:
    assert send(emulator, "DELETE", f"/_emulator/messages?userPoolId={three[0]}&username=a").json == {}
    assert addresses(emulator) == ["b@example.com", "a@example.com"]
    assert send(emulator, "DELETE", "/_emulator/messages").status == 200
    assert addresses(emulator) == []


def test_waiting_for_a_message_that_is_there(emulator: Emulator, three: tuple[str, str]) -> None:
    assert addresses(emulator, "?destination=b@example.com&wait=60") == ["b@example.com"]


def test_waiting_for_a_message_that_comes(idp: Idp, emulator: Emulator) -> None:
    app = builders.app(idp, **POOL)
    found: list[str] = []
    waiting = threading.Thread(target=lambda: found.extend(addresses(emulator, "?destination=a@example.com&wait=30")))
    waiting.start()
    builders.unconfirmed_user(idp, app, email="a@example.com")
    waiting.join(timeout=30)
    assert found == ["a@example.com"]


@pytest.mark.parametrize("seconds", ["0", "0.01", "-5"])
def test_waiting_in_vain(emulator: Emulator, seconds: str) -> None:
    assert addresses(emulator, f"?wait={seconds}") == []


@pytest.mark.parametrize("seconds", ["soon", "nan", "1;2"])
def test_a_wait_that_is_no_number(emulator: Emulator, seconds: str) -> None:
    answer = get(emulator, f"messages?wait={seconds}")
    assert (answer.status, answer.json) == (400, {"message": "wait is a number of seconds"})


def test_waiting_in_python(idp: Idp, emulator: Emulator) -> None:
    app = builders.app(idp, **POOL)
    builders.unconfirmed_user(idp, app, email="a@example.com")
    first = emulator.messages.wait(destination="a@example.com", timeout=1)
    with pytest.raises(TimeoutError):
        emulator.messages.wait(destination="a@example.com", after=first, timeout=0.01)
    idp.resend_confirmation_code(ClientId=app.client_id, Username="alice")
    second = emulator.messages.wait(username="alice", after=first, timeout=1)
    assert (first.purpose, second.purpose) == ("CustomMessage_SignUp", "CustomMessage_ResendCode")


# ── clock ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_clock(emulator: Emulator) -> None:
    assert get(emulator, "clock").json == {"time": "2026-01-01T00:00:00.123Z", "offsetSeconds": 0.0}
    assert post(emulator, "clock", {"advanceSeconds": 90}).json == {
        "time": "2026-01-01T00:01:30.123Z",
        "offsetSeconds": 90.0,
    }
    assert post(emulator, "clock", {"advanceSeconds": -180.5}).json["time"] == "2025-12-31T23:58:29.623Z"
    assert post(emulator, "clock", {"advanceSeconds": 0}).json["offsetSeconds"] == -90.5


@pytest.mark.parametrize(
    ("time", "shown"),
    [
        ("2030-06-01T12:00:00Z", "2030-06-01T12:00:00.000Z"),
        ("2030-06-01T12:00:00.250Z", "2030-06-01T12:00:00.250Z"),
        ("2030-06-01T12:00:00", "2030-06-01T12:00:00.000Z"),
        ("2030-06-01T12:00:00+02:00", "2030-06-01T10:00:00.000Z"),
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"),
        ("9999-12-31T00:00:00Z", "9999-12-31T00:00:00.000Z"),
    ],
)
def test_a_time(emulator: Emulator, time: str, shown: str) -> None:
    assert post(emulator, "clock", {"time": time}).json["time"] == shown
    assert get(emulator, "clock").json["time"] == shown
    assert post(emulator, "clock", {"time": None}).json == {"time": "2026-01-01T00:00:00.123Z", "offsetSeconds": 0.0}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"seconds": 5},
        {"advanceSeconds": "5"},
        {"advanceSeconds": True},
        {"advanceSeconds": None},
        {"advanceSeconds": [1]},
        {"advanceSeconds": 1e300},
        {"advanceSeconds": -1e300},
        {"advanceSeconds": 10**30},
        {"advanceSeconds": -60 * 365 * 86400},
        {"advanceSeconds": 9000 * 365 * 86400},
        {"time": "tomorrow"},
        {"time": ""},
        {"time": 5},
        {"time": {}},
        {"time": "2026-13-01T00:00:00Z"},
        {"time": "1969-12-31T23:59:59Z"},
        {"time": "0001-01-01T00:00:00Z"},
        {"time": "10000-01-01T00:00:00Z"},
        [],
        b"nonsense",
        b"null",
        b"1e400",
        b'{"advanceSeconds": 1e400}',
        b'{"advanceSeconds": NaN}',
    ],
)
def test_bad_times(emulator: Emulator, body: Any) -> None:
    answer = post(emulator, "clock", body)
    assert answer.status == 400
    assert set(answer.json) == {"message"}
    assert get(emulator, "clock").json["offsetSeconds"] == 0


def test_a_moved_clock_is_the_emulators(idp: Idp, emulator: Emulator, clock: Clock) -> None:
    user = builders.confirmed_user(idp, builders.app(idp))
    token = builders.sign_in(idp, user)["AccessToken"]
    post(emulator, "clock", {"advanceSeconds": 3600})
    with builders.refused("NotAuthorizedException", "Access Token has expired"):
        idp.get_user(AccessToken=token)
    post(emulator, "clock", {"time": None})
    assert idp.get_user(AccessToken=token)["Username"] == "alice"
