"""The history of users, and feedback on it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from tests.builders import OTHER_PASSWORD, Idp, User, app, begin, claims, confirmed_user, refused, sign_in
from tests.conftest import START
from tests.srp_client import srp_begin, srp_sign_in
from tests.user_pools.risk.protected import history, protected_app, protected_user, takeover
from tests.user_pools.user_agents import CHROME, seen_as
from tests.wire import send

NOT_ENABLED = ("UserPoolAddOnNotEnabledException", "User pool add-ons are not enabled.")


@pytest.mark.parametrize("mode", ["AUDIT", "ENFORCED"])
def test_a_sign_in(idp: Idp, mode: str) -> None:
    user = protected_user(idp, mode)
    with seen_as(idp, CHROME):
        tokens = sign_in(idp, user)
    (event,) = history(idp, user)
    assert event.pop("CreationDate").timestamp() == START
    assert event.pop("EventId") == claims(tokens["AccessToken"])["event_id"] == claims(tokens["IdToken"])["event_id"]
    assert event == {
        "EventType": "SignIn",
        "EventResponse": "Pass",
        "EventRisk": {"RiskDecision": "NoRisk", "CompromisedCredentialsDetected": False},
        "ChallengeResponses": [{"ChallengeName": "Password", "ChallengeResponse": "Success"}],
        "EventContextData": {"IpAddress": "127.0.0.1", "DeviceName": "Chrome 125 / macOS 10.15"},
    }


def test_a_wrong_password(idp: Idp) -> None:
    user = protected_user(idp)
    with refused("NotAuthorizedException", "Incorrect username or password."):
        begin(idp, user, PASSWORD="Wrong-Horse-1")
    (event,) = history(idp, user)
    assert event["EventResponse"] == "Fail"
    assert event["ChallengeResponses"] == [{"ChallengeName": "Password", "ChallengeResponse": "Failure"}]


def test_a_sign_in_that_waits(idp: Idp) -> None:
    made = protected_app(idp)
    idp.admin_create_user(
        UserPoolId=made.pool_id, Username="alice", TemporaryPassword="Temporary-1", MessageAction="SUPPRESS"
    )
    user = User(made, "alice", "Temporary-1")
    challenge = begin(idp, user)
    (event,) = history(idp, user)
    assert event["EventResponse"] == "InProgress"
    idp.respond_to_auth_challenge(
        ClientId=made.client_id,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "alice", "NEW_PASSWORD": OTHER_PASSWORD},
    )
    (again,) = history(idp, user)
    assert (again["EventId"], again["EventResponse"]) == (event["EventId"], "Pass")


def test_srp_begins_no_event_before_the_proof(idp: Idp) -> None:
    user = protected_user(idp)
    srp_begin(idp, user)
    assert history(idp, user) == []
    srp_sign_in(idp, user)
    (event,) = history(idp, user)
    assert event["EventResponse"] == "Pass"
    assert event["ChallengeResponses"] == [{"ChallengeName": "Password", "ChallengeResponse": "Success"}]


def test_other_events(idp: Idp, emulator: Emulator) -> None:
    made = protected_app(idp, AutoVerifiedAttributes=["email"])
    idp.sign_up(
        ClientId=made.client_id,
        Username="alice",
        Password="Correct-Horse-1",
        UserAttributes=[{"Name": "email", "Value": "alice@example.com"}],
    )
    user = User(made, "alice")
    idp.resend_confirmation_code(ClientId=made.client_id, Username="alice")
    code = emulator.messages.find(username="alice")[-1].code
    idp.confirm_sign_up(ClientId=made.client_id, Username="alice", ConfirmationCode=code)
    idp.forgot_password(ClientId=made.client_id, Username="alice")
    code = emulator.messages.find(username="alice")[-1].code
    idp.confirm_forgot_password(
        ClientId=made.client_id, Username="alice", ConfirmationCode=code, Password=OTHER_PASSWORD
    )
    access = sign_in(idp, user, PASSWORD=OTHER_PASSWORD)["AccessToken"]
    with refused("NotAuthorizedException", "Incorrect username or password."):
        idp.change_password(AccessToken=access, PreviousPassword="Wrong-Horse-1", ProposedPassword="Staple-Horse-3")
    idp.change_password(AccessToken=access, PreviousPassword=OTHER_PASSWORD, ProposedPassword="Staple-Horse-3")
    assert [(event["EventType"], event["EventResponse"]) for event in reversed(history(idp, user))] == [
        ("SignUp", "Pass"),
        ("ResendCode", "Pass"),
        ("ForgotPassword", "Pass"),
        ("PasswordChange", "Pass"),
        ("SignIn", "Pass"),
        ("PasswordChange", "Fail"),
        ("PasswordChange", "Pass"),
    ]


def test_pages_are_newest_first_and_survive_new_events(idp: Idp, clock: Clock) -> None:
    user = protected_user(idp)
    for _ in range(5):
        sign_in(idp, user)
        clock.advance(seconds=1.5)
    first = idp.admin_list_user_auth_events(**user.key, MaxResults=2)
    last = first["AuthEvents"][-1]
    assert re.fullmatch(r"[0-9a-f-]{36}#2026-01-01T00:00:04\.623Z", first["NextToken"])
    assert first["NextToken"].startswith(last["EventId"])
    sign_in(idp, user)
    second = idp.admin_list_user_auth_events(**user.key, MaxResults=2, NextToken=first["NextToken"])
    third = idp.admin_list_user_auth_events(**user.key, MaxResults=2, NextToken=second["NextToken"])
    assert "NextToken" not in third
    listed = [event["EventId"] for page in (first, second, third) for event in page["AuthEvents"]]
    assert listed == [event["EventId"] for event in history(idp, user)][1:]
    with refused("InvalidParameterException", "Invalid pagination token."):
        idp.admin_list_user_auth_events(**user.key, NextToken="x#y")


def test_the_history_is_bounded(idp: Idp, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cognito_emulator.user_pools.risk.events.KEPT", 3)
    user = protected_user(idp)
    for _ in range(5):
        sign_in(idp, user)
    assert len(history(idp, user)) == 3


def test_the_history_goes_back_two_years(idp: Idp, clock: Clock) -> None:
    user = protected_user(idp)
    sign_in(idp, user)
    event_id = history(idp, user)[0]["EventId"]
    clock.advance(hours=365 * 24)
    sign_in(idp, user)
    assert len(history(idp, user)) == 2
    clock.advance(hours=365 * 24 + 1)
    assert event_id not in [event["EventId"] for event in history(idp, user)]
    assert len(history(idp, user)) == 1
    with refused("ResourceNotFoundException", f"Auth event {event_id} does not exist."):
        idp.admin_update_auth_event_feedback(**user.key, EventId=event_id, FeedbackValue="Valid")


def test_without_threat_protection_there_is_none_of_it(idp: Idp) -> None:
    user = confirmed_user(idp, app(idp, UserPoolTier="PLUS"))
    sign_in(idp, user)
    with refused(*NOT_ENABLED):
        history(idp, user)
    with refused(*NOT_ENABLED):
        idp.admin_update_auth_event_feedback(**user.key, EventId="x", FeedbackValue="Valid")
    with refused(*NOT_ENABLED):
        idp.update_auth_event_feedback(**user.key, EventId="x", FeedbackToken="x", FeedbackValue="Valid")
    idp.update_user_pool(UserPoolId=user.app.pool_id, UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"})
    assert history(idp, user) == []


def test_a_deleted_user_takes_the_history_along(idp: Idp) -> None:
    user = protected_user(idp)
    sign_in(idp, user)
    idp.admin_delete_user(**user.key)
    with refused("UserNotFoundException", "User does not exist."):
        history(idp, user)
    assert history(idp, confirmed_user(idp, user.app)) == []


# ── feedback ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_administrators_feedback(idp: Idp, clock: Clock) -> None:
    user = protected_user(idp)
    sign_in(idp, user)
    event_id = history(idp, user)[0]["EventId"]
    clock.advance(hours=1)
    idp.admin_update_auth_event_feedback(**user.key, EventId=event_id, FeedbackValue="Invalid")
    feedback = history(idp, user)[0]["EventFeedback"]
    assert feedback.pop("FeedbackDate").timestamp() == START + 3600
    assert feedback == {"FeedbackValue": "Invalid", "Provider": "Admin"}
    with refused("ResourceNotFoundException", "Auth event nothing does not exist."):
        idp.admin_update_auth_event_feedback(**user.key, EventId="nothing", FeedbackValue="Valid")


@pytest.fixture
def told(idp: Idp, emulator: Emulator) -> tuple[User, dict[str, Any], str]:
    """A user who was told of a sign-in; the event, and the text of the message."""
    user = protected_user(idp)
    section = takeover(notify=True, High="NO_ACTION")
    text = "{event-id} {feedback-token} {ip-address} {device-name} {login-time} {one-click-link-invalid}"
    section["AccountTakeoverRiskConfiguration"]["NotifyConfiguration"] = {
        "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/guard@example.com",
        "NoActionEmail": {"Subject": "Was it you?", "TextBody": text},
    }
    idp.set_risk_configuration(UserPoolId=user.app.pool_id, **section)
    emulator.risk.set(user.app.pool_id, "High", user.username)
    sign_in(idp, user)
    (message,) = emulator.messages.find(destination="alice@example.com")
    assert message.subject == "Was it you?"
    return user, history(idp, user)[0], message.body


def test_a_users_feedback_with_the_token_of_the_message(idp: Idp, told: tuple[User, dict[str, Any], str]) -> None:
    user, event, text = told
    event_id, token, ip, *_ = text.split()
    assert (event_id, ip) == (event["EventId"], "127.0.0.1")
    wanted = {**user.key, "EventId": event_id, "FeedbackValue": "Valid"}
    with refused("NotAuthorizedException", "Invalid feedback token."):
        idp.update_auth_event_feedback(**wanted, FeedbackToken="0" * 64)
    assert "EventFeedback" not in history(idp, user)[0]
    idp.update_auth_event_feedback(**wanted, FeedbackToken=token)
    assert history(idp, user)[0]["EventFeedback"]["Provider"] == "User"


def test_a_users_feedback_by_the_link_in_the_message(
    idp: Idp, emulator: Emulator, told: tuple[User, dict[str, Any], str]
) -> None:
    user, _, text = told
    link = text.split()[-1]
    path = link[link.index("/_emulator") :]
    assert send(emulator, "GET", path.replace("feedbackToken=", "feedbackToken=0")).status == 400
    assert send(emulator, "GET", path).json == {"feedbackValue": "Invalid"}
    assert history(idp, user)[0]["EventFeedback"]["FeedbackValue"] == "Invalid"
