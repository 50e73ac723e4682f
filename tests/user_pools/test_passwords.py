"""Password policy, history, recovery and change. Source: reference user-pools.md §2.4, §5.4."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from tests import builders
from tests.builders import OTHER_PASSWORD, PASSWORD, SMS, App, Idp, User, attributes, refused

VERIFIED = {"email": "alice@example.com", "email_verified": "true"}


@pytest.fixture
def user(idp: Idp) -> User:
    return builders.confirmed_user(idp, builders.app(idp), **VERIFIED)


def forgot(idp: Idp, app: App, username: str = "alice") -> dict[str, str]:
    details: dict[str, str] = idp.forgot_password(ClientId=app.client_id, Username=username)["CodeDeliveryDetails"]
    return details


def recover(idp: Idp, app: App, code: str, password: str = OTHER_PASSWORD, username: str = "alice") -> None:
    idp.confirm_forgot_password(ClientId=app.client_id, Username=username, ConfirmationCode=code, Password=password)


def set_password(idp: Idp, user: User, password: str, permanent: bool = True) -> None:
    idp.admin_set_user_password(Password=password, Permanent=permanent, **user.key)


# ── policy ───────────────────────────────────────────────────────────────────────────────────────────────────

BROKEN = [
    ("Sh0rt!", "Password not long enough"),
    ("lower", "Password not long enough"),
    ("lowercase", "Password must have numeric characters"),
    ("lowercase1", "Password must have uppercase characters"),
    ("UPPERCASE1", "Password must have lowercase characters"),
    ("BothCases1", "Password must have symbol characters"),
]


@pytest.mark.parametrize(("password", "rule"), BROKEN)
def test_rules_of_the_policy(idp: Idp, user: User, emulator: Emulator, password: str, rule: str) -> None:
    text = f"Password does not conform to policy: {rule}"
    token = builders.sign_in(idp, user)["AccessToken"]
    with refused("InvalidPasswordException", text):
        set_password(idp, user, password)
    with refused("InvalidPasswordException", text):
        idp.change_password(AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword=password)
    forgot(idp, user.app)
    code = emulator.messages.find()[-1].code
    with refused("InvalidPasswordException", text):
        recover(idp, user.app, code, password)
    assert builders.sign_in(idp, user)["AccessToken"]
    recover(idp, user.app, code)


@pytest.mark.parametrize("symbol", list("^$*.[]{}()?\"!@#%&/\\,><':;|_~`+=-"))
def test_symbols_that_count(idp: Idp, user: User, symbol: str) -> None:
    set_password(idp, user, f"Abcdefg1{symbol}")
    assert builders.sign_in(idp, User(user.app, "alice", f"Abcdefg1{symbol}"))["AccessToken"]


@pytest.mark.parametrize("character", ["§", "é", "🙂"])
def test_characters_that_do_not_count_as_symbols(idp: Idp, user: User, character: str) -> None:
    with refused(
        "InvalidPasswordException", "Password does not conform to policy: Password must have symbol characters"
    ):
        set_password(idp, user, f"Abcdefg1{character}")


def test_a_blank_inside_counts_as_a_symbol(idp: Idp, user: User) -> None:
    set_password(idp, user, "Abcd efg1")
    assert builders.sign_in(idp, User(user.app, "alice", "Abcd efg1"))["AccessToken"]
    with pytest.raises(idp.exceptions.InvalidParameterException, match="'password'"):
        set_password(idp, user, " Abcdefg1")


def test_a_pool_without_demands(idp: Idp) -> None:
    app = builders.app(idp, Policies={"PasswordPolicy": {"MinimumLength": 6}})
    user = builders.confirmed_user(idp, app, password="simple")
    assert builders.sign_in(idp, user)["AccessToken"]


def test_passwords_of_256_characters_and_no_more(idp: Idp, user: User) -> None:
    longest = "Aa1!" * 64
    set_password(idp, user, longest)
    assert builders.sign_in(idp, User(user.app, "alice", longest))["AccessToken"]
    with pytest.raises(idp.exceptions.InvalidParameterException, match="less than or equal to 256"):
        set_password(idp, user, longest + "x")


# ── history ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_earlier_passwords_are_refused(idp: Idp, emulator: Emulator) -> None:
    app = builders.app(idp, Policies={"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 2}})
    user = builders.confirmed_user(idp, app, password="password-1", **VERIFIED)
    set_password(idp, user, "password-2")
    token = builders.sign_in(idp, User(app, "alice", "password-2"))["AccessToken"]
    forgot(idp, app)
    code = emulator.messages.find()[-1].code
    for password in ("password-1", "password-2"):
        with refused("PasswordHistoryPolicyViolationException", "Password has previously been used"):
            set_password(idp, user, password)
        with refused("PasswordHistoryPolicyViolationException", "Password has previously been used"):
            idp.change_password(AccessToken=token, PreviousPassword="password-2", ProposedPassword=password)
        with refused("PasswordHistoryPolicyViolationException", "Password has previously been used"):
            recover(idp, app, code, password)
    set_password(idp, user, "password-3")
    set_password(idp, user, "password-1")


def test_without_history_a_password_may_come_again(idp: Idp, user: User) -> None:
    set_password(idp, user, PASSWORD)
    assert builders.sign_in(idp, user)["AccessToken"]


# ── temporary passwords ──────────────────────────────────────────────────────────────────────────────────────

EXPIRED = "Temporary password has expired and must be reset by an administrator."


@pytest.mark.parametrize(("setting", "days"), [(None, 7), (0, 7), (1, 1), (30, 30)])
def test_temporary_passwords_expire(idp: Idp, clock: Clock, setting: int | None, days: int) -> None:
    policy = {} if setting is None else {"TemporaryPasswordValidityDays": setting}
    app = builders.app(idp, Policies={"PasswordPolicy": {"MinimumLength": 8, **policy}})
    user = builders.invited_user(idp, app)
    clock.advance(days=days)
    assert builders.begin(idp, user)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    clock.advance(1)
    with refused("NotAuthorizedException", EXPIRED):
        builders.begin(idp, user)
    with refused("NotAuthorizedException", "Incorrect username or password."):
        builders.begin(idp, User(app, "alice", "Wrong-1234"))
    set_password(idp, user, "Temporary-2", permanent=False)
    assert builders.begin(idp, User(app, "alice", "Temporary-2"))["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


def test_permanent_passwords_do_not(idp: Idp, user: User, clock: Clock) -> None:
    clock.advance(days=4000)
    assert builders.sign_in(idp, user)["AccessToken"]


# ── a forgotten password ─────────────────────────────────────────────────────────────────────────────────────


def test_recovery(idp: Idp, user: User, emulator: Emulator) -> None:
    assert forgot(idp, user.app) == {
        "Destination": "a***@e***",
        "DeliveryMedium": "EMAIL",
        "AttributeName": "email",
    }
    (message,) = emulator.messages.find()
    assert re.fullmatch(r"\d{6}", message.code)
    assert message.purpose == "CustomMessage_ForgotPassword"
    recover(idp, user.app, message.code)
    with refused("NotAuthorizedException", "Incorrect username or password."):
        builders.begin(idp, user)
    assert builders.sign_in(idp, User(user.app, "alice", OTHER_PASSWORD))["AccessToken"]
    with refused("ExpiredCodeException", "Invalid code provided, please request a code again."):
        recover(idp, user.app, message.code)


def test_codes_of_recovery(idp: Idp, user: User, emulator: Emulator, clock: Clock) -> None:
    with refused("ExpiredCodeException", "Invalid code provided, please request a code again."):
        recover(idp, user.app, "123456")
    forgot(idp, user.app)
    code = emulator.messages.find()[-1].code
    with refused("CodeMismatchException", "Invalid verification code provided, please try again."):
        recover(idp, user.app, "nonsense")
    clock.advance(hours=1)
    recover(idp, user.app, code)
    forgot(idp, user.app)
    clock.advance(hours=1, seconds=1)
    with refused("ExpiredCodeException", "Invalid code provided, please request a code again."):
        recover(idp, user.app, emulator.messages.find()[-1].code)


def test_the_confirmation_code_of_a_sign_up_is_another_one(idp: Idp, emulator: Emulator) -> None:
    app = builders.app(idp, AutoVerifiedAttributes=["email"])
    user = builders.unconfirmed_user(idp, app, email="alice@example.com")
    idp.admin_update_user_attributes(UserAttributes=attributes(email_verified="true"), **user.key)
    with refused("ExpiredCodeException", "Invalid code provided, please request a code again."):
        recover(idp, app, emulator.messages.find()[-1].code)


def test_an_address_that_is_not_verified(idp: Idp) -> None:
    app = builders.app(idp)
    user = builders.confirmed_user(idp, app, email="alice@example.com")
    text = "Cannot reset password for the user as there is no registered/verified email or phone_number"
    with refused("InvalidParameterException", text):
        forgot(idp, app)
    with refused("InvalidParameterException", text):
        idp.admin_reset_user_password(**user.key)
    assert idp.admin_get_user(**user.key)["UserStatus"] == "CONFIRMED"


def test_a_recovered_password_verifies_the_address(idp: Idp, user: User, emulator: Emulator) -> None:
    forgot(idp, user.app)
    code = emulator.messages.find()[-1].code
    idp.admin_update_user_attributes(UserAttributes=attributes(email_verified="false"), **user.key)
    recover(idp, user.app, code)
    found = builders.as_dict(idp.admin_get_user(**user.key)["UserAttributes"])
    assert found["email_verified"] == "true"


@pytest.mark.parametrize(
    ("setting", "attribute"),
    [
        (None, "email"),
        ([], "phone_number"),
        (["verified_email"], "email"),
        (["verified_phone_number", "verified_email"], "phone_number"),
        (["verified_email", "verified_phone_number"], "email"),
    ],
)
def test_the_pool_says_where_the_code_goes(idp: Idp, setting: list[str] | None, attribute: str) -> None:
    mechanisms = [{"Priority": number, "Name": name} for number, name in enumerate(setting or [], 1)]
    given = {"RecoveryMechanisms": mechanisms} if mechanisms else {}
    app = builders.app(idp, **SMS, **({} if setting is None else {"AccountRecoverySetting": given}))
    builders.confirmed_user(idp, app, phone_number="+12065551212", phone_number_verified="true", **VERIFIED)
    assert forgot(idp, app)["AttributeName"] == attribute


def test_only_an_administrator_recovers(idp: Idp) -> None:
    setting = {"RecoveryMechanisms": [{"Priority": 1, "Name": "admin_only"}]}
    app = builders.app(idp, AccountRecoverySetting=setting)
    builders.confirmed_user(idp, app, **VERIFIED)
    with refused("NotAuthorizedException", "Contact administrator to reset password."):
        forgot(idp, app)


def test_a_disabled_user(idp: Idp, user: User) -> None:
    idp.admin_disable_user(**user.key)
    with refused("NotAuthorizedException", "User is disabled."):
        forgot(idp, user.app)


def test_an_unknown_user(idp: Idp, user: User) -> None:
    with refused("UserNotFoundException", "Username/client id combination not found."):
        forgot(idp, user.app, "nobody")
    with refused("UserNotFoundException", "Username/client id combination not found."):
        recover(idp, user.app, "123456", username="nobody")


def test_recovery_by_an_alias(idp: Idp, emulator: Emulator) -> None:
    app = builders.app(idp, AliasAttributes=["email"])
    builders.confirmed_user(idp, app, **VERIFIED)
    forgot(idp, app, "alice@example.com")
    recover(idp, app, emulator.messages.find()[-1].code, username="alice@example.com")
    assert builders.sign_in(idp, User(app, "alice", OTHER_PASSWORD))["AccessToken"]


def test_requests_and_tries_are_limited(idp: Idp, user: User, clock: Clock) -> None:
    limit = "Attempt limit exceeded, please try after some time."
    for _ in range(20):
        forgot(idp, user.app)
        with pytest.raises(idp.exceptions.CodeMismatchException):
            recover(idp, user.app, "nonsense")
    with refused("LimitExceededException", limit):
        forgot(idp, user.app)
    with refused("LimitExceededException", limit):
        recover(idp, user.app, "nonsense")
    clock.advance(hours=1)
    assert forgot(idp, user.app)


# ── users who must not be told apart ─────────────────────────────────────────────────────────────────────────


def test_made_up_destinations(idp: Idp, emulator: Emulator) -> None:
    app = builders.hiding(idp)
    assert forgot(idp, app, "nobody@inter.net")["Destination"] == "n***@i***"
    assert forgot(idp, app, "+12065559934") == {
        "Destination": "+*******9934",
        "DeliveryMedium": "SMS",
        "AttributeName": "phone_number",
    }
    assert forgot(idp, app, "nobody") == forgot(idp, app, "nobody")
    assert forgot(idp, app, "nobody")["DeliveryMedium"] == "EMAIL"
    assert emulator.messages.find() == []


def test_a_made_up_destination_has_the_medium_of_the_pool(idp: Idp) -> None:
    setting = {"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_phone_number"}]}
    app = builders.hiding(idp, AccountRecoverySetting=setting, **SMS)
    found = forgot(idp, app, "nobody")
    assert (found["DeliveryMedium"], found["AttributeName"]) == ("SMS", "phone_number")
    assert re.fullmatch(r"\+\*{7}\d{4}", found["Destination"])


@pytest.mark.parametrize("kind", ["unknown", "disabled", "unverified"])
def test_recovery_of_those_who_get_no_code(idp: Idp, emulator: Emulator, kind: str, clock: Clock) -> None:
    app = builders.hiding(idp)
    if kind != "unknown":
        user = builders.confirmed_user(idp, app, **(VERIFIED if kind == "disabled" else {}))
        if kind == "disabled":
            idp.admin_disable_user(**user.key)
    with refused("ExpiredCodeException", "Invalid code provided, please request a code again."):
        recover(idp, app, "123456")
    assert forgot(idp, app)["DeliveryMedium"] == "EMAIL"
    assert emulator.messages.find() == []
    with refused("CodeMismatchException", "Invalid verification code provided, please try again."):
        recover(idp, app, "123456")
    clock.advance(hours=1, seconds=1)
    with refused("ExpiredCodeException", "Invalid code provided, please request a code again."):
        recover(idp, app, "123456")


# ── change ───────────────────────────────────────────────────────────────────────────────────────────────────


def change(idp: Idp, token: str, old: str, new: str = OTHER_PASSWORD) -> dict[str, Any]:
    answer = idp.change_password(AccessToken=token, PreviousPassword=old, ProposedPassword=new)
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_change_keeps_the_session(idp: Idp, user: User) -> None:
    tokens = builders.sign_in(idp, user)
    assert change(idp, tokens["AccessToken"], PASSWORD) == {}
    assert idp.get_user(AccessToken=tokens["AccessToken"])["Username"] == "alice"
    assert builders.refresh(idp, user.app, tokens["RefreshToken"])["AccessToken"]
    assert builders.sign_in(idp, User(user.app, "alice", OTHER_PASSWORD))["AccessToken"]
    with refused("NotAuthorizedException", "Incorrect username or password."):
        builders.begin(idp, user)


def test_change_needs_the_old_password(idp: Idp, user: User) -> None:
    """Recording github-issue-logs/attempt-limit/1."""
    token = builders.sign_in(idp, user)["AccessToken"]
    for _ in range(5):
        with refused("NotAuthorizedException", "Incorrect username or password."):
            change(idp, token, "Wrong-1234")
    with refused("LimitExceededException", "Attempt limit exceeded, please try after some time."):
        change(idp, token, PASSWORD)
    assert builders.sign_in(idp, user)["AccessToken"]
