"""What is done about risky sign-ins and bad passwords."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from cognito_emulator.randomness import KeySupply
from tests import wire
from tests.builders import OTHER_PASSWORD, PASSWORD, Idp, User, app_client, begin, confirmed_user, refused, sign_in
from tests.factors import SES, code_at, register_totp, respond
from tests.srp_client import srp_sign_in
from tests.user_pools.risk.protected import (
    BLOCK_COMPROMISED,
    BLOCKED,
    configure,
    history,
    protected_app,
    protected_user,
    sign_in_from,
    takeover,
)
from tests.user_pools.user_agents import CHROME, FIREFOX, seen_as

BAD = "Password123!"
COMPROMISED = ("InvalidPasswordException", "Provided password cannot be used for security reasons.")
RESET = ("PasswordResetRequiredException", "Password reset required for the user")
NOT_ALLOWED = ("NotAuthorizedException", "Request not allowed due to security reasons.")


def risk(idp: Idp, user: User) -> dict[str, Any]:
    """The verdict on the user's last attempt."""
    found: dict[str, Any] = history(idp, user)[0]["EventRisk"]
    return found


# ── the rules ────────────────────────────────────────────────────────────────────────────────────────────────


def test_first_sign_ins_and_known_devices_are_no_risk(idp: Idp, clock: Clock) -> None:
    user = protected_user(idp)
    for _ in range(2):
        sign_in_from(idp, user, "192.0.2.1", "laptop")
        assert risk(idp, user) == {"RiskDecision": "NoRisk", "CompromisedCredentialsDetected": False}
        clock.advance(minutes=1)


@pytest.mark.parametrize(
    ("minutes", "ip", "device", "level"),
    [
        (60, "192.0.2.1", "phone", "Low"),
        (60, "192.0.2.2", "laptop", "Low"),
        (60, "192.0.2.2", "phone", "Medium"),
        (4, "192.0.2.2", "laptop", "Medium"),
        (4, "192.0.2.2", "phone", "High"),
        (5, "192.0.2.2", "laptop", "Low"),
    ],
)
def test_new_devices_new_addresses_and_fast_journeys(
    idp: Idp, clock: Clock, minutes: int, ip: str, device: str, level: str
) -> None:
    user = protected_user(idp)
    sign_in_from(idp, user, "192.0.2.1", "laptop")
    clock.advance(minutes=minutes)
    sign_in_from(idp, user, ip, device)
    assert risk(idp, user) == {
        "RiskDecision": "AccountTakeover",
        "RiskLevel": level,
        "CompromisedCredentialsDetected": False,
    }


def test_an_address_that_was_left_and_come_back_to_too_fast(idp: Idp, clock: Clock) -> None:
    user = protected_user(idp)
    sign_in_from(idp, user, "192.0.2.1", "laptop")
    clock.advance(hours=1)
    sign_in_from(idp, user, "192.0.2.2", "laptop")
    clock.advance(minutes=1)
    sign_in_from(idp, user, "192.0.2.1", "laptop")
    assert risk(idp, user)["RiskLevel"] == "Low"


def test_the_user_agent_tells_devices_apart(idp: Idp, clock: Clock) -> None:
    user = protected_user(idp)
    with seen_as(idp, CHROME):
        sign_in(idp, user)
    clock.advance(hours=1)
    with seen_as(idp, FIREFOX):
        sign_in(idp, user)
    assert risk(idp, user)["RiskLevel"] == "Low"


def test_failures_make_nothing_known_and_feedback_counts(idp: Idp, clock: Clock) -> None:
    user = protected_user(idp)
    sign_in_from(idp, user, "192.0.2.1", "laptop")
    clock.advance(hours=1)
    with refused("NotAuthorizedException", "Incorrect username or password."):
        sign_in_from(idp, User(user.app, user.username, "Wrong-Horse-1"), "192.0.2.9", "laptop")
    clock.advance(hours=1)
    sign_in_from(idp, user, "192.0.2.9", "laptop")
    assert risk(idp, user)["RiskLevel"] == "Low"
    event_id = history(idp, user)[0]["EventId"]
    idp.admin_update_auth_event_feedback(**user.key, EventId=event_id, FeedbackValue="Invalid")
    clock.advance(hours=1)
    sign_in_from(idp, user, "192.0.2.9", "laptop")
    assert risk(idp, user)["RiskLevel"] == "Low"
    clock.advance(hours=1)
    sign_in_from(idp, user, "192.0.2.9", "laptop")
    assert risk(idp, user)["RiskDecision"] == "NoRisk"


def test_the_address_in_user_context_data_counts_where_the_client_lets_it(idp: Idp) -> None:
    made = protected_app(idp, client={"GenerateSecret": True})
    user = confirmed_user(idp, made)
    context = {"IpAddress": "192.0.2.7"}

    def seen(user: User) -> str:
        hashed = {"SECRET_HASH": user.app.hash(user.username)["SecretHash"]}
        idp.initiate_auth(
            ClientId=user.app.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": user.username, "PASSWORD": user.password, **hashed},
            UserContextData=context,
        )
        return str(history(idp, user)[0]["EventContextData"]["IpAddress"])

    assert seen(user) == "127.0.0.1"
    idp.update_user_pool_client(
        UserPoolId=made.pool_id,
        ClientId=made.client_id,
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
        EnablePropagateAdditionalUserContextData=True,
    )
    assert seen(user) == "192.0.2.7"


def test_the_data_of_the_context_library(idp: Idp, clock: Clock) -> None:
    user = protected_user(idp)

    def seen(encoded: str) -> dict[str, Any]:
        idp.initiate_auth(
            ClientId=user.app.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": user.username, "PASSWORD": user.password},
            UserContextData={"EncodedData": encoded},
        )
        clock.advance(hours=1)
        return history(idp, user)[0]

    def data(device: str) -> str:
        payload = json.dumps({"contextData": {"DeviceId": device, "ClientTimezone": "+01:00"}, "username": "alice"})
        outer = json.dumps({"payload": payload, "signature": "x", "version": "ANDROID20171114"})
        return base64.encodebytes(outer.encode()).decode()

    assert seen(data("one"))["EventContextData"]["Timezone"] == "+01:00"
    assert seen(data("one"))["EventRisk"]["RiskDecision"] == "NoRisk"
    assert seen(data("two"))["EventRisk"]["RiskLevel"] == "Low"
    for nonsense in ("%%%", base64.b64encode(b"[1]").decode(), base64.b64encode(b'{"payload": "{"}').decode()):
        assert "Timezone" not in seen(nonsense)["EventContextData"]


def test_propagation_needs_a_client_with_a_secret(idp: Idp) -> None:
    with refused(
        "InvalidParameterException",
        "Client Secret is required to set EnablePropagateAdditionalUserContextData as true",
    ):
        app_client(idp, protected_app(idp).pool_id, EnablePropagateAdditionalUserContextData=True)


# ── decisions of a test ──────────────────────────────────────────────────────────────────────────────────────


def test_a_test_decides(idp: Idp, emulator: Emulator) -> None:
    user = protected_user(idp)
    bob = confirmed_user(idp, user.app, "bob")

    def decide(username: str | None, decision: str | None) -> wire.Answer:
        body = {"userPoolId": user.app.pool_id, "username": username, "decision": decision}
        return wire.send(emulator, "POST", "/_emulator/risk", body)

    assert decide("alice", "High").status == 200
    assert decide(None, "Low").json == {}
    sign_in(idp, user)
    sign_in(idp, bob)
    assert (risk(idp, user)["RiskLevel"], risk(idp, bob)["RiskLevel"]) == ("High", "Low")
    decide("alice", "NoRisk")
    decide(None, None)
    sign_in(idp, user)
    sign_in(idp, bob)
    assert risk(idp, user)["RiskDecision"] == risk(idp, bob)["RiskDecision"] == "NoRisk"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            {"userPoolId": "", "decision": "High"},
            'give {"userPoolId": …, "username": … or null, "decision": … or null}',
        ),
        ({"userPoolId": "us-east-1_nothing00", "decision": "High"}, "no user pool us-east-1_nothing00"),
        ({"decision": "Bad"}, "decision is one of NoRisk, Low, Medium, High, CompromisedCredentials, or null"),
        ({"username": "nobody", "decision": "High"}, "no user nobody in {pool}"),
        ({"username": 7, "decision": "High"}, "username is text, or null"),
        ({"decision": ["High"]}, "decision is one of NoRisk, Low, Medium, High, CompromisedCredentials, or null"),
    ],
)
def test_decisions_that_are_none(idp: Idp, emulator: Emulator, body: dict[str, Any], text: str) -> None:
    pool_id = protected_app(idp).pool_id
    given = {name: value for name, value in {"userPoolId": pool_id, **body}.items() if value != ""}
    answer = wire.send(emulator, "POST", "/_emulator/risk", given)
    assert (answer.status, answer.json["message"]) == (400, text.replace("{pool}", pool_id))


# ── actions ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_risky_sign_in_is_blocked(idp: Idp, emulator: Emulator) -> None:
    user = protected_user(idp)
    configure(idp, user.app, **takeover(High="BLOCK"))
    emulator.risk.set(user.app.pool_id, "High")
    with refused(*BLOCKED):
        sign_in(idp, user)
    (event,) = history(idp, user)
    assert event["EventResponse"] == "Fail"
    assert event["EventRisk"] == {
        "RiskDecision": "Block",
        "RiskLevel": "High",
        "CompromisedCredentialsDetected": False,
    }
    assert event["ChallengeResponses"] == [{"ChallengeName": "Password", "ChallengeResponse": "Success"}]
    with refused(*BLOCKED):
        srp_sign_in(idp, user)


def test_other_levels_pass(idp: Idp, emulator: Emulator) -> None:
    user = protected_user(idp)
    configure(idp, user.app, **takeover(High="BLOCK", Low="NO_ACTION"))
    for level in ("Low", "Medium"):
        emulator.risk.set(user.app.pool_id, level)
        sign_in(idp, user)
        assert risk(idp, user)["RiskDecision"] == "AccountTakeover"


def test_a_wrong_password_is_wrong_before_it_is_risky(idp: Idp, emulator: Emulator) -> None:
    user = protected_user(idp)
    configure(idp, user.app, **takeover(High="BLOCK"))
    emulator.risk.set(user.app.pool_id, "High")
    with refused("NotAuthorizedException", "Incorrect username or password."):
        begin(idp, user, PASSWORD="Wrong-Horse-1")


def test_audit_only_records(idp: Idp, emulator: Emulator) -> None:
    user = protected_user(idp, "AUDIT")
    sections = {"RiskExceptionConfiguration": {"BlockedIPRangeList": ["127.0.0.0/8"]}}
    configure(idp, user.app, **takeover(High="BLOCK"), **BLOCK_COMPROMISED)
    emulator.risk.set(user.app.pool_id, "High")
    sign_in(idp, user)
    assert risk(idp, user)["RiskLevel"] == "High"
    configure(idp, user.app, **sections)
    sign_in(idp, user)
    assert risk(idp, user)["RiskDecision"] == "Block"


def test_the_configuration_of_a_client_counts_more(idp: Idp, emulator: Emulator) -> None:
    user = protected_user(idp)
    configure(idp, user.app, **takeover(High="BLOCK"))
    configure(idp, user.app, user.app.client_id, **takeover(High="NO_ACTION"))
    emulator.risk.set(user.app.pool_id, "High")
    sign_in(idp, user)
    assert risk(idp, user)["RiskDecision"] == "AccountTakeover"


def with_mfa(idp: Idp, **settings: Any) -> User:
    """A user of a pool with optional authenticator apps."""
    user = protected_user(idp, EmailConfiguration=SES, **settings)
    idp.set_user_pool_mfa_config(
        UserPoolId=user.app.pool_id,
        MfaConfiguration="OPTIONAL",
        SoftwareTokenMfaConfiguration={"Enabled": True},
        EmailMfaConfiguration={"Message": "Use {####} now", "Subject": "Your code"},
    )
    return user


@pytest.mark.parametrize("action", ["MFA_IF_CONFIGURED", "MFA_REQUIRED"])
def test_a_second_factor_is_demanded_of_who_could_give_one(idp: Idp, emulator: Emulator, action: str) -> None:
    user = with_mfa(idp)
    configure(idp, user.app, **takeover(Medium=action))
    emulator.risk.set(user.app.pool_id, "Medium")
    challenge = begin(idp, user)
    assert challenge["ChallengeName"] == "EMAIL_OTP"
    assert history(idp, user)[0]["EventResponse"] == "InProgress"
    code = emulator.messages.find(destination="alice@example.com")[-1].code
    with refused("CodeMismatchException", "Invalid code or auth state for the user."):
        respond(idp, user, challenge, EMAIL_OTP_CODE="000000" if code != "000000" else "000001")
    assert [entry["ChallengeResponse"] for entry in history(idp, user)[0]["ChallengeResponses"]] == [
        "Success",
        "Failure",
    ]
    assert "AuthenticationResult" in respond(idp, user, challenge, EMAIL_OTP_CODE=code)
    (event,) = history(idp, user)
    assert event["EventResponse"] == "Pass"
    assert event["ChallengeResponses"] == [
        {"ChallengeName": "Password", "ChallengeResponse": "Success"},
        {"ChallengeName": "Mfa", "ChallengeResponse": "Success"},
    ]


@pytest.mark.parametrize(("action", "passes"), [("MFA_IF_CONFIGURED", True), ("MFA_REQUIRED", False)])
def test_who_has_no_second_factor(idp: Idp, emulator: Emulator, action: str, passes: bool) -> None:
    user = protected_user(idp)
    configure(idp, user.app, **takeover(Medium=action))
    emulator.risk.set(user.app.pool_id, "Medium")
    if passes:
        assert "AccessToken" in sign_in(idp, user)
    else:
        with refused(*BLOCKED):
            sign_in(idp, user)


def test_who_has_a_factor_is_asked_once(idp: Idp, emulator: Emulator) -> None:
    user = with_mfa(idp)
    secret = register_totp(idp, emulator, sign_in(idp, user)["AccessToken"])
    configure(idp, user.app, **takeover(Medium="MFA_REQUIRED"))
    emulator.risk.set(user.app.pool_id, "Medium")
    challenge = begin(idp, user)
    assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    answer = respond(idp, user, challenge, SOFTWARE_TOKEN_MFA_CODE=code_at(secret, emulator))
    assert "AuthenticationResult" in answer


@pytest.mark.parametrize(
    ("action", "subject", "purpose"),
    [
        ("BLOCK", "Blocked sign-in attempt", "ThreatProtection_BlockEmail"),
        ("NO_ACTION", "New sign-in attempt", "ThreatProtection_NoActionEmail"),
        ("MFA_IF_CONFIGURED", "New sign-in attempt", "ThreatProtection_MfaEmail"),
    ],
)
def test_users_are_told(idp: Idp, emulator: Emulator, action: str, subject: str, purpose: str) -> None:
    user = protected_user(idp)
    configure(idp, user.app, **takeover(notify=True, High=action))
    emulator.risk.set(user.app.pool_id, "High")
    if action == "BLOCK":
        with refused(*BLOCKED):
            sign_in(idp, user)
    else:
        sign_in(idp, user)
    (message,) = emulator.messages.find(username="alice")
    assert (message.medium, message.destination) == ("EMAIL", "alice@example.com")
    assert (message.subject, message.purpose) == (subject, purpose)
    assert "127.0.0.1" in message.body
    assert "{" not in message.body


def test_nobody_is_told_who_need_not_know(idp: Idp, emulator: Emulator) -> None:
    user = protected_user(idp)
    configure(idp, user.app, **takeover(High="NO_ACTION"))
    emulator.risk.set(user.app.pool_id, "High")
    sign_in(idp, user)
    assert emulator.messages.find() == []


# ── addresses ────────────────────────────────────────────────────────────────────────────────────────────────


def test_blocked_addresses_get_nowhere(idp: Idp, emulator: Emulator) -> None:
    user = protected_user(idp)
    configure(idp, user.app, RiskExceptionConfiguration={"BlockedIPRangeList": ["127.0.0.0/8"]})
    client = {"ClientId": user.app.client_id}
    with refused(*NOT_ALLOWED):
        sign_in(idp, user)
    assert history(idp, user)[0]["EventRisk"]["RiskDecision"] == "Block"
    with refused(*NOT_ALLOWED):
        begin(idp, User(user.app, "nobody"))
    with refused(*NOT_ALLOWED):
        idp.sign_up(**client, Username="carol", Password=PASSWORD)
    with refused(*NOT_ALLOWED):
        idp.forgot_password(**client, Username="alice")
    with refused(*NOT_ALLOWED):
        idp.confirm_forgot_password(**client, Username="alice", ConfirmationCode="123456", Password=OTHER_PASSWORD)
    with refused(*NOT_ALLOWED):
        idp.resend_confirmation_code(**client, Username="alice")
    assert sign_in_from(idp, user, "192.0.2.1")["AuthenticationResult"]


def test_skipped_addresses_are_not_judged(idp: Idp, emulator: Emulator) -> None:
    user = protected_user(idp)
    skipped = {"RiskExceptionConfiguration": {"SkippedIPRangeList": ["127.0.0.1/32"]}}
    configure(idp, user.app, **takeover(High="BLOCK"), **skipped)
    emulator.risk.set(user.app.pool_id, "High")
    sign_in(idp, user)
    assert risk(idp, user)["RiskDecision"] == "NoRisk"
    with refused(*BLOCKED):
        sign_in_from(idp, user, "192.0.2.1")


# ── compromised passwords ────────────────────────────────────────────────────────────────────────────────────


def test_a_sign_in_with_a_compromised_password_ends_in_a_reset(idp: Idp, emulator: Emulator) -> None:
    made = protected_app(idp)
    user = confirmed_user(idp, made, password=BAD, email="alice@example.com", email_verified="true")
    configure(idp, made, **BLOCK_COMPROMISED)
    for _ in range(2):
        with refused(*RESET):
            sign_in(idp, user)
    assert idp.admin_get_user(**user.key)["UserStatus"] == "RESET_REQUIRED"
    first = history(idp, user)[-1]
    assert (first["EventResponse"], first["EventRisk"]) == (
        "Fail",
        {"RiskDecision": "Block", "CompromisedCredentialsDetected": True},
    )
    idp.forgot_password(ClientId=made.client_id, Username="alice")
    code = emulator.messages.find(username="alice")[-1].code
    new = {"ClientId": made.client_id, "Username": "alice", "ConfirmationCode": code}
    with refused(*COMPROMISED):
        idp.confirm_forgot_password(**new, Password=BAD)
    idp.confirm_forgot_password(**new, Password=PASSWORD)
    assert "AccessToken" in sign_in(idp, user, PASSWORD=PASSWORD)


def test_srp_never_shows_a_password(idp: Idp) -> None:
    made = protected_app(idp)
    user = confirmed_user(idp, made, password=BAD)
    configure(idp, made, **BLOCK_COMPROMISED)
    assert "AuthenticationResult" in srp_sign_in(idp, user)


@pytest.mark.parametrize(
    "sections", [{}, {"CompromisedCredentialsRiskConfiguration": {"Actions": {"EventAction": "NO_ACTION"}}}]
)
def test_detection_without_action(idp: Idp, sections: dict[str, Any]) -> None:
    made = protected_app(idp)
    user = confirmed_user(idp, made, password=BAD)
    configure(idp, made, **sections)
    sign_in(idp, user)
    assert risk(idp, user) == {"RiskDecision": "NoRisk", "CompromisedCredentialsDetected": True}


def test_new_passwords(idp: Idp) -> None:
    made = protected_app(idp)
    configure(idp, made, **BLOCK_COMPROMISED)
    with refused(*COMPROMISED):
        idp.sign_up(ClientId=made.client_id, Username="carol", Password=BAD)
    user = confirmed_user(idp, made)
    access = sign_in(idp, user)["AccessToken"]
    with refused(*COMPROMISED):
        idp.change_password(AccessToken=access, PreviousPassword=PASSWORD, ProposedPassword=BAD)
    idp.admin_set_user_password(**user.key, Password="Temporary-1", Permanent=False)
    challenge = begin(idp, User(made, "alice", "Temporary-1"))
    with refused(*COMPROMISED):
        respond(idp, user, challenge, NEW_PASSWORD=BAD)
    assert "AuthenticationResult" in respond(idp, user, challenge, NEW_PASSWORD=OTHER_PASSWORD)


def test_a_filter_names_the_events_that_are_watched(idp: Idp) -> None:
    made = protected_app(idp)
    section = {"EventFilter": ["SIGN_UP"], "Actions": {"EventAction": "BLOCK"}}
    configure(idp, made, CompromisedCredentialsRiskConfiguration=section)
    user = confirmed_user(idp, made, password=BAD)
    access = sign_in(idp, user)["AccessToken"]
    assert risk(idp, user)["CompromisedCredentialsDetected"] is False
    idp.change_password(AccessToken=access, PreviousPassword=BAD, ProposedPassword="Welcome123!")
    with refused(*COMPROMISED):
        idp.sign_up(ClientId=made.client_id, Username="carol", Password=BAD)


def test_a_list_of_ones_own(key_supply: KeySupply, tmp_path: Path) -> None:
    listed = tmp_path / "passwords.txt"
    listed.write_text("Our-Leaked-1\n\nSecond-Leak-2\n", encoding="utf-8")
    clients = wire.Clients()
    with_list = Emulator(
        key_supply=key_supply, check_responses=True, compromised_passwords=str(listed), log_format="off"
    )
    clients.emulator = with_list
    idp = clients()
    made = protected_app(idp)
    configure(idp, made, **BLOCK_COMPROMISED)
    with refused(*COMPROMISED):
        idp.sign_up(ClientId=made.client_id, Username="carol", Password="Second-Leak-2")
    idp.sign_up(ClientId=made.client_id, Username="carol", Password=BAD)
    with_list.close()


def test_a_test_decides_that_a_password_is_compromised(idp: Idp, emulator: Emulator) -> None:
    user = protected_user(idp)
    configure(idp, user.app, **BLOCK_COMPROMISED)
    emulator.risk.set(user.app.pool_id, "CompromisedCredentials", "alice")
    with refused(*RESET):
        srp_sign_in(idp, user)
