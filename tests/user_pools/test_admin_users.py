"""Users in an administrator's hands. Source: reference user-pools.md §2.2, §5."""

from __future__ import annotations

import re
import string
from datetime import datetime, timezone
from typing import Any

import pytest

from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from tests import builders
from tests.builders import OTHER_PASSWORD, PASSWORD, SMS, App, Idp, attributes, refused

NOW = datetime(2026, 1, 1, 0, 0, 0, 123000, tzinfo=timezone.utc)


@pytest.fixture
def app(idp: Idp) -> App:
    return builders.app(idp)


def create(idp: Idp, app: App, username: str = "alice", **settings: Any) -> dict[str, Any]:
    user: dict[str, Any] = idp.admin_create_user(UserPoolId=app.pool_id, Username=username, **settings)["User"]
    return user


def get(idp: Idp, app: App, username: str = "alice") -> dict[str, Any]:
    answer = idp.admin_get_user(UserPoolId=app.pool_id, Username=username)
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def shown(idp: Idp, app: App, username: str = "alice") -> dict[str, str]:
    return builders.as_dict(get(idp, app, username)["UserAttributes"])


# ── create and get ───────────────────────────────────────────────────────────────────────────────────────────


def test_create(idp: Idp, app: App) -> None:
    """Recording aws-model-examples/model-example-admincreateuser-1/1."""
    given = attributes(name="John", phone_number="+12065551212", email="testuser@example.com")
    user = create(
        idp,
        app,
        "testuser",
        DesiredDeliveryMediums=["SMS"],
        MessageAction="SUPPRESS",
        TemporaryPassword="This-is-my-test-99!",
        UserAttributes=given,
    )
    sub = user["Attributes"][0]
    assert sub["Name"] == "sub"
    assert user == {
        "Username": "testuser",
        "Attributes": [sub, *given],
        "Enabled": True,
        "UserCreateDate": NOW,
        "UserLastModifiedDate": NOW,
        "UserStatus": "FORCE_CHANGE_PASSWORD",
    }
    assert get(idp, app, "testuser") == {
        "Username": "testuser",
        "UserAttributes": [sub, *given],
        "Enabled": True,
        "UserCreateDate": NOW,
        "UserLastModifiedDate": NOW,
        "UserStatus": "FORCE_CHANGE_PASSWORD",
    }


def test_a_verified_flag_is_kept_in_lower_case(idp: Idp, app: App) -> None:
    create(idp, app, UserAttributes=attributes(email="a@example.com", email_verified="True"))
    assert shown(idp, app)["email_verified"] == "true"


def test_a_taken_name(idp: Idp, app: App) -> None:
    """Recording github-issue-logs/user-exists/1."""
    create(idp, app)
    with refused("UsernameExistsException", "User account already exists"):
        create(idp, app)


def test_a_temporary_password_that_breaks_the_policy(idp: Idp, app: App) -> None:
    """Recording github-issue-logs/temporary-password-policy/1."""
    with refused(
        "InvalidPasswordException",
        "Password did not conform with password policy: Password must have numeric characters",
    ):
        create(idp, app, TemporaryPassword="ABCDEFGHIJKLM")
    with refused("UserNotFoundException", "User does not exist."):
        get(idp, app)


def test_unknown_pool_and_user(idp: Idp, app: App) -> None:
    calls: list[tuple[Any, dict[str, Any]]] = [
        (idp.admin_get_user, {}),
        (idp.admin_delete_user, {}),
        (idp.admin_enable_user, {}),
        (idp.admin_disable_user, {}),
        (idp.admin_confirm_sign_up, {}),
        (idp.admin_reset_user_password, {}),
        (idp.admin_set_user_password, {"Password": PASSWORD}),
        (idp.admin_update_user_attributes, {"UserAttributes": attributes(name="x")}),
        (idp.admin_delete_user_attributes, {"UserAttributeNames": ["name"]}),
        (idp.admin_user_global_sign_out, {}),
        (idp.admin_list_groups_for_user, {}),
    ]
    for operation, more in calls:
        with refused("UserNotFoundException", "User does not exist."):
            operation(UserPoolId=app.pool_id, Username="nobody", **more)
        with refused("ResourceNotFoundException", "User pool us-east-1_unknown does not exist."):
            operation(UserPoolId="us-east-1_unknown", Username="nobody", **more)


def test_a_user_is_found_by_sub(idp: Idp, app: App) -> None:
    create(idp, app)
    assert get(idp, app, shown(idp, app)["sub"])["Username"] == "alice"


# ── invitations ──────────────────────────────────────────────────────────────────────────────────────────────

BOTH = attributes(email="alice@example.com", phone_number="+12065551212")


def test_an_invitation_by_email(idp: Idp, app: App, emulator: Emulator) -> None:
    create(idp, app, UserAttributes=BOTH, DesiredDeliveryMediums=["EMAIL"], TemporaryPassword="Temporary-1")
    (message,) = emulator.messages.find()
    assert message.destination == "alice@example.com"
    assert message.subject == "Your temporary password"
    assert message.body == "Your username is alice and temporary password is Temporary-1. "
    assert (message.code, message.purpose) == ("Temporary-1", "CustomMessage_AdminCreateUser")


def test_an_invitation_goes_by_sms_unless_told_otherwise(idp: Idp, emulator: Emulator) -> None:
    app = builders.app(idp, **SMS)
    create(idp, app, UserAttributes=BOTH)
    (message,) = emulator.messages.find()
    assert (message.medium, message.destination) == ("SMS", "+12065551212")


def test_an_invitation_by_both(idp: Idp, emulator: Emulator) -> None:
    app = builders.app(idp, **SMS)
    create(idp, app, UserAttributes=BOTH, DesiredDeliveryMediums=["EMAIL", "SMS"])
    assert {message.medium for message in emulator.messages.find()} == {"EMAIL", "SMS"}


def test_an_invitation_by_sms_needs_a_configuration(idp: Idp, app: App, emulator: Emulator) -> None:
    with refused("InvalidParameterException", "User pool does not have SMS configuration to send messages."):
        create(idp, app, UserAttributes=BOTH, DesiredDeliveryMediums=["SMS"])
    assert emulator.messages.find() == []
    with refused("UserNotFoundException", "User does not exist."):
        get(idp, app)


def test_an_invitation_may_be_suppressed(idp: Idp, app: App, emulator: Emulator) -> None:
    create(idp, app, UserAttributes=BOTH, DesiredDeliveryMediums=["EMAIL"], MessageAction="SUPPRESS")
    assert emulator.messages.find() == []


def test_the_pools_template_is_used(idp: Idp, emulator: Emulator) -> None:
    template = {
        "EmailSubject": "Hello {username}",
        "EmailMessage": "{username} / {####}",
        "SMSMessage": "{username}: {####}",
    }
    app = builders.app(idp, AdminCreateUserConfig={"InviteMessageTemplate": template}, **SMS)
    create(idp, app, UserAttributes=BOTH, DesiredDeliveryMediums=["EMAIL", "SMS"], TemporaryPassword="Temporary-1")
    texts = {message.medium: (message.subject, message.body) for message in emulator.messages.find()}
    assert texts == {"EMAIL": ("Hello alice", "alice / Temporary-1"), "SMS": ("", "alice: Temporary-1")}


def test_an_invitation_names_the_address_where_that_is_the_name(idp: Idp, emulator: Emulator) -> None:
    app = builders.app(idp, UsernameAttributes=["email"])
    create(idp, app, "alice@example.com", DesiredDeliveryMediums=["EMAIL"], TemporaryPassword="Temporary-1")
    (message,) = emulator.messages.find()
    assert message.body == "Your username is alice@example.com and temporary password is Temporary-1. "


def test_a_password_is_made_up_where_none_is_given(idp: Idp, emulator: Emulator) -> None:
    app = builders.app(idp, Policies={"PasswordPolicy": {"MinimumLength": 12, "RequireSymbols": True}})
    create(idp, app, UserAttributes=BOTH, DesiredDeliveryMediums=["EMAIL"])
    (message,) = emulator.messages.find()
    assert len(message.code) == 12
    assert set(message.code) - set(string.ascii_letters + string.digits)
    user = builders.User(app, "alice", message.code)
    assert builders.begin(idp, user)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


def test_resend(idp: Idp, app: App, emulator: Emulator, clock: Clock) -> None:
    create(idp, app, UserAttributes=BOTH, DesiredDeliveryMediums=["EMAIL"])
    clock.advance(days=8)
    user = create(idp, app, MessageAction="RESEND", DesiredDeliveryMediums=["EMAIL"])
    assert user["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    first, second = (message.code for message in emulator.messages.find())
    assert first != second
    with refused("NotAuthorizedException", "Incorrect username or password."):
        builders.begin(idp, builders.User(app, "alice", first))
    answer = builders.begin(idp, builders.User(app, "alice", second))
    assert answer["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


def test_resend_to_those_who_need_none(idp: Idp, app: App) -> None:
    with refused("UserNotFoundException", "User does not exist."):
        create(idp, app, MessageAction="RESEND")
    builders.confirmed_user(idp, app)
    with refused("UnsupportedUserStateException", "Resend not possible. alice status is not FORCE_CHANGE_PASSWORD"):
        create(idp, app, MessageAction="RESEND")


# ── aliases ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_alias_that_somebody_has(idp: Idp) -> None:
    app = builders.app(idp, AliasAttributes=["email"])
    verified = attributes(email="shared@example.com", email_verified="true")
    create(idp, app, "alice", UserAttributes=verified)
    with refused("UsernameExistsException", "An account with the email already exists."):
        create(idp, app, "bob", UserAttributes=verified)
    with refused("UserNotFoundException", "User does not exist."):
        get(idp, app, "bob")
    create(idp, app, "bob", UserAttributes=verified, ForceAliasCreation=True)
    assert get(idp, app, "shared@example.com")["Username"] == "bob"
    assert shown(idp, app, "alice")["email_verified"] == "false"


def test_an_address_that_is_not_verified_is_no_alias(idp: Idp) -> None:
    app = builders.app(idp, AliasAttributes=["email"])
    for name in ("alice", "bob"):
        create(idp, app, name, UserAttributes=attributes(email="shared@example.com"))
    with refused("UserNotFoundException", "User does not exist."):
        get(idp, app, "shared@example.com")


def test_a_preferred_username_is_an_alias(idp: Idp) -> None:
    app = builders.app(idp, AliasAttributes=["preferred_username"])
    builders.confirmed_user(idp, app, preferred_username="al")
    assert builders.claims(builders.sign_in(idp, builders.User(app, "al"))["AccessToken"])["username"] == "alice"


# ── switched off and on, removed ─────────────────────────────────────────────────────────────────────────────


def test_disable_and_enable(idp: Idp, app: App, clock: Clock) -> None:
    user = builders.confirmed_user(idp, app)
    clock.advance(60)
    idp.admin_disable_user(**user.key)
    found = get(idp, app)
    assert (found["Enabled"], found["UserStatus"]) == (False, "CONFIRMED")
    assert (found["UserLastModifiedDate"] - found["UserCreateDate"]).total_seconds() == 60
    with refused("NotAuthorizedException", "User is disabled."):
        builders.begin(idp, user)
    idp.admin_enable_user(**user.key)
    assert get(idp, app)["Enabled"] is True
    assert builders.sign_in(idp, user)["AccessToken"]


def test_delete(idp: Idp, app: App) -> None:
    user = builders.confirmed_user(idp, app)
    first = shown(idp, app)["sub"]
    idp.admin_delete_user(**user.key)
    with refused("UserNotFoundException", "User does not exist."):
        get(idp, app)
    with refused("UserNotFoundException", "User does not exist."):
        builders.begin(idp, user)
    builders.confirmed_user(idp, app)
    assert shown(idp, app)["sub"] != first


def test_an_alias_is_free_when_its_user_is_gone(idp: Idp) -> None:
    app = builders.app(idp, UsernameAttributes=["email"])
    create(idp, app, "alice@example.com")
    idp.admin_delete_user(UserPoolId=app.pool_id, Username="alice@example.com")
    assert create(idp, app, "alice@example.com")["UserStatus"] == "FORCE_CHANGE_PASSWORD"


def test_the_pool_counts_its_users(idp: Idp, app: App) -> None:
    create(idp, app, "alice")
    create(idp, app, "bob")
    idp.admin_delete_user(UserPoolId=app.pool_id, Username="bob")
    assert idp.describe_user_pool(UserPoolId=app.pool_id)["UserPool"]["EstimatedNumberOfUsers"] == 1


# ── the status machine (§5.2) ────────────────────────────────────────────────────────────────────────────────


def status(idp: Idp, app: App) -> str:
    return str(get(idp, app)["UserStatus"])


def test_an_administrators_password(idp: Idp, app: App) -> None:
    for make in (builders.invited_user, builders.unconfirmed_user, builders.confirmed_user):
        user = make(idp, app)
        idp.admin_set_user_password(Password=OTHER_PASSWORD, Permanent=True, **user.key)
        assert status(idp, app) == "CONFIRMED"
        assert builders.sign_in(idp, builders.User(app, "alice", OTHER_PASSWORD))["AccessToken"]
        idp.admin_set_user_password(Password=PASSWORD, Permanent=False, **user.key)
        assert status(idp, app) == "FORCE_CHANGE_PASSWORD"
        idp.admin_set_user_password(Password=PASSWORD, **user.key)
        assert status(idp, app) == "FORCE_CHANGE_PASSWORD"
        idp.admin_delete_user(**user.key)


def test_the_way_of_an_invited_user(idp: Idp, app: App) -> None:
    user = builders.invited_user(idp, app)
    assert status(idp, app) == "FORCE_CHANGE_PASSWORD"
    challenge = builders.begin(idp, user)
    idp.respond_to_auth_challenge(
        ClientId=app.client_id,
        ChallengeName=challenge["ChallengeName"],
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "alice", "NEW_PASSWORD": PASSWORD},
    )
    assert status(idp, app) == "CONFIRMED"


def test_the_way_of_a_reset_password(idp: Idp, emulator: Emulator) -> None:
    app = builders.app(idp)
    user = builders.confirmed_user(idp, app, email="alice@example.com", email_verified="true")
    idp.admin_reset_user_password(**user.key)
    assert status(idp, app) == "RESET_REQUIRED"
    (message,) = emulator.messages.find()
    assert re.fullmatch(r"\d{6}", message.code)
    assert message.purpose == "CustomMessage_ForgotPassword"
    with refused("PasswordResetRequiredException", "Password reset required for the user"):
        builders.begin(idp, user)
    idp.confirm_forgot_password(
        ClientId=app.client_id, Username="alice", ConfirmationCode=message.code, Password=OTHER_PASSWORD
    )
    assert status(idp, app) == "CONFIRMED"
    assert builders.sign_in(idp, builders.User(app, "alice", OTHER_PASSWORD))["AccessToken"]


def test_a_forgotten_password_leaves_the_status(idp: Idp, app: App) -> None:
    user = builders.confirmed_user(idp, app, email="alice@example.com", email_verified="true")
    idp.forgot_password(ClientId=app.client_id, Username="alice")
    assert status(idp, app) == "CONFIRMED"
    assert builders.sign_in(idp, user)["AccessToken"]


def test_a_recovered_password_confirms_a_sign_up(idp: Idp, emulator: Emulator) -> None:
    app = builders.app(idp)
    user = builders.unconfirmed_user(idp, app, email="alice@example.com")
    idp.admin_update_user_attributes(UserAttributes=attributes(email_verified="true"), **user.key)
    idp.forgot_password(ClientId=app.client_id, Username="alice")
    code = emulator.messages.find()[-1].code
    idp.confirm_forgot_password(
        ClientId=app.client_id, Username="alice", ConfirmationCode=code, Password=OTHER_PASSWORD
    )
    assert status(idp, app) == "CONFIRMED"


@pytest.mark.parametrize("make", [builders.invited_user, builders.unconfirmed_user])
def test_states_without_recovery(idp: Idp, app: App, make: Any) -> None:
    """Recording github-issue-logs/forgot-force-change-password/1; reference user-pools.md §2.4."""
    user = make(idp, app, email="alice@example.com")
    text = "User password cannot be reset in the current state."
    with refused("NotAuthorizedException", text):
        idp.forgot_password(ClientId=app.client_id, Username="alice")
    with refused("NotAuthorizedException", text):
        idp.admin_reset_user_password(**user.key)


def test_a_disabled_user_cannot_be_reset(idp: Idp, app: App) -> None:
    """Recording github-issue-logs/user-disabled/1: without the full stop."""
    user = builders.confirmed_user(idp, app, email="alice@example.com", email_verified="true")
    idp.admin_disable_user(**user.key)
    with refused("NotAuthorizedException", "User is disabled"):
        idp.admin_reset_user_password(**user.key)
    assert status(idp, app) == "CONFIRMED"
