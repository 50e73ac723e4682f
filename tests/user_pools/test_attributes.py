"""Attributes changed, removed, verified. Source: reference user-pools.md §2.2, §4."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from tests import builders
from tests.builders import SMS, App, Idp, User, attributes, refused

SCHEMA = [
    {"Name": "x", "AttributeDataType": "String"},
    {"Name": "fixed", "AttributeDataType": "String", "Mutable": False},
    {"Name": "number", "AttributeDataType": "Number"},
]
EVERYTHING = [
    *("email", "phone_number", "name", "nickname", "preferred_username"),
    *("custom:x", "custom:number", "custom:fixed"),
]
CLIENT = {"WriteAttributes": EVERYTHING}


@pytest.fixture
def user(idp: Idp) -> User:
    """A user of a pool that verifies e-mail addresses."""
    app = builders.app(idp, CLIENT, AutoVerifiedAttributes=["email"], Schema=SCHEMA)
    return builders.confirmed_user(idp, app, email="old@example.com", email_verified="true", name="Alice")


@pytest.fixture
def token(idp: Idp, user: User) -> str:
    return str(builders.sign_in(idp, user)["AccessToken"])


def shown(idp: Idp, user: User) -> dict[str, str]:
    found = builders.as_dict(idp.admin_get_user(**user.key)["UserAttributes"])
    del found["sub"]
    return found


def update(idp: Idp, token: str, **given: str) -> dict[str, Any]:
    answer = idp.update_user_attributes(AccessToken=token, UserAttributes=attributes(**given))
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def update_by_admin(idp: Idp, user: User, **given: str) -> dict[str, Any]:
    answer = idp.admin_update_user_attributes(UserAttributes=attributes(**given), **user.key)
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


# ── merge and removal ────────────────────────────────────────────────────────────────────────────────────────


def test_attributes_are_merged(idp: Idp, user: User, token: str) -> None:
    assert update(idp, token, nickname="Al") == {}
    assert update_by_admin(idp, user, custom__x="1") == {}
    assert shown(idp, user) == {
        "email": "old@example.com",
        "email_verified": "true",
        "name": "Alice",
        "nickname": "Al",
        "custom:x": "1",
    }


def test_an_empty_value_removes_an_attribute(idp: Idp, user: User, token: str) -> None:
    update(idp, token, name="")
    assert shown(idp, user) == {"email": "old@example.com", "email_verified": "true"}
    update_by_admin(idp, user, email="")
    assert shown(idp, user) == {}


def test_changes_are_dated(idp: Idp, user: User, clock: Clock) -> None:
    clock.advance(60)
    update_by_admin(idp, user, name="Bob")
    found = idp.admin_get_user(**user.key)
    assert (found["UserLastModifiedDate"] - found["UserCreateDate"]).total_seconds() == 60


def test_attributes_are_deleted(idp: Idp, user: User, token: str) -> None:
    idp.delete_user_attributes(AccessToken=token, UserAttributeNames=["name", "nickname"])
    assert shown(idp, user) == {"email": "old@example.com", "email_verified": "true"}
    idp.admin_delete_user_attributes(UserAttributeNames=["email"], **user.key)
    assert shown(idp, user) == {}


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"custom__none": "1"}, "user.custom:none: Attribute does not exist in the schema.\n"),
        ({"shoe_size": "1"}, "user.shoe_size: Attribute does not exist in the schema.\n"),
        (
            {"custom__none": "1", "shoe_size": "1"},
            "user.custom:none: Attribute does not exist in the schema.\n"
            "user.shoe_size: Attribute does not exist in the schema.\n",
        ),
        ({"custom__fixed": "1"}, "user.custom:fixed: Attribute cannot be updated.\n"),
        ({"sub": "1"}, "Cannot modify the non-mutable attribute sub"),
        ({"email": "nonsense"}, "Invalid email address format."),
        ({"phone_number": "nonsense"}, "Invalid phone number format."),
    ],
)
def test_attributes_that_cannot_be_changed(idp: Idp, user: User, token: str, given: dict[str, str], text: str) -> None:
    before = shown(idp, user)
    with refused("InvalidParameterException", text):
        update(idp, token, nickname="new", **given)
    with refused("InvalidParameterException", text):
        update_by_admin(idp, user, nickname="new", **given)
    assert shown(idp, user) == before


def test_values_that_break_a_constraint(idp: Idp, user: User, token: str) -> None:
    number = ("InvalidParameterException", "user.custom:number: Attribute value is not a number\n")
    with refused(*number):
        update(idp, token, custom__number="many")
    with refused(*number):
        update_by_admin(idp, user, custom__number="many")
    with refused("InvalidParameterException", "user.birthdate: String must be no shorter than 10 characters\n"):
        update_by_admin(idp, user, birthdate="1990")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("custom:none", "Invalid user attributes: user.custom:none: Attribute does not exist in the schema.\n"),
        ("custom:fixed", "Invalid user attributes: user.custom:fixed: Attribute cannot be updated.\n"),
    ],
)
def test_attributes_that_cannot_be_deleted(idp: Idp, user: User, token: str, name: str, text: str) -> None:
    with refused("InvalidParameterException", text):
        idp.delete_user_attributes(AccessToken=token, UserAttributeNames=["name", name])
    with refused("InvalidParameterException", text):
        idp.admin_delete_user_attributes(UserAttributeNames=["name", name], **user.key)
    assert shown(idp, user)["name"] == "Alice"


@pytest.mark.parametrize("given", [{"email_verified": "true"}, {"family_name": "x"}])
def test_attributes_that_the_client_may_not_write(idp: Idp, token: str, given: dict[str, str]) -> None:
    with refused("NotAuthorizedException", "A client attempted to write unauthorized attribute"):
        update(idp, token, **given)
    with refused("NotAuthorizedException", "A client attempted to write unauthorized attribute"):
        idp.delete_user_attributes(AccessToken=token, UserAttributeNames=list(given))


def test_required_attributes_stay(idp: Idp) -> None:
    app = builders.app(idp, Schema=[{"Name": "given_name", "Required": True}])
    user = builders.confirmed_user(idp, app, given_name="Alice")
    text = "Invalid user attributes: given_name: Required attribute cannot be deleted\n"
    with refused("InvalidParameterException", text):
        update_by_admin(idp, user, given_name="")
    with refused("InvalidParameterException", text):
        idp.admin_delete_user_attributes(UserAttributeNames=["given_name"], **user.key)
    assert shown(idp, user) == {"given_name": "Alice"}


def test_a_developer_attribute_is_for_administrators(idp: Idp) -> None:
    schema = [{"Name": "secret", "AttributeDataType": "String", "DeveloperOnlyAttribute": True}]
    user = builders.confirmed_user(idp, builders.app(idp, Schema=schema))
    update_by_admin(idp, user, **{"dev:custom:secret": "1"})
    token = builders.sign_in(idp, user)["AccessToken"]
    assert shown(idp, user) == {"dev:custom:secret": "1"}
    assert [found["Name"] for found in idp.get_user(AccessToken=token)["UserAttributes"]] == ["sub"]
    with refused("NotAuthorizedException", "A client attempted to write unauthorized attribute"):
        update(idp, token, **{"dev:custom:secret": "2"})


# ── what a client may read ───────────────────────────────────────────────────────────────────────────────────


def test_a_user_sees_what_the_client_may_read(idp: Idp) -> None:
    app = builders.app(idp, {"ReadAttributes": ["name", "custom:x"]}, Schema=SCHEMA)
    user = builders.confirmed_user(idp, app, name="Alice", email="a@example.com", custom__x="1")
    token = builders.sign_in(idp, user)["AccessToken"]
    answer = idp.get_user(AccessToken=token)
    assert answer["Username"] == "alice"
    assert set(builders.as_dict(answer["UserAttributes"])) == {"sub", "name", "custom:x"}


def test_a_user_sees_standard_attributes_by_default(idp: Idp) -> None:
    app = builders.app(idp, Schema=SCHEMA)
    user = builders.confirmed_user(idp, app, name="A", email="a@example.com", email_verified="true", custom__x="1")
    token = builders.sign_in(idp, user)["AccessToken"]
    seen = builders.as_dict(idp.get_user(AccessToken=token)["UserAttributes"])
    assert set(seen) == {"sub", "name", "email", "email_verified"}
    assert seen["email_verified"] == "true"


# ── verified flags and codes ─────────────────────────────────────────────────────────────────────────────────

EMAILED = {"Destination": "n***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}


def verify(idp: Idp, token: str, code: str, attribute: str = "email") -> None:
    idp.verify_user_attribute(AccessToken=token, AttributeName=attribute, Code=code)


def test_a_new_address_is_unverified_until_its_code_comes_back(
    idp: Idp, user: User, token: str, emulator: Emulator
) -> None:
    assert update(idp, token, email="new@example.com") == {"CodeDeliveryDetailsList": [EMAILED]}
    assert shown(idp, user)["email_verified"] == "false"
    (message,) = emulator.messages.find(destination="new@example.com")
    assert message.purpose == "CustomMessage_UpdateUserAttribute"
    verify(idp, token, message.code)
    found = shown(idp, user)
    assert (found["email"], found["email_verified"]) == ("new@example.com", "true")


def test_an_address_that_the_pool_does_not_verify(idp: Idp, user: User, token: str, emulator: Emulator) -> None:
    assert update(idp, token, phone_number="+12065551212") == {}
    assert emulator.messages.find() == []
    assert shown(idp, user)["phone_number_verified"] == "false"


def test_an_administrator_changes_an_address(idp: Idp, user: User, emulator: Emulator) -> None:
    update_by_admin(idp, user, email="new@example.com")
    assert shown(idp, user)["email_verified"] == "false"
    assert emulator.messages.find()[-1].destination == "new@example.com"


def test_an_administrator_says_that_it_is_verified(idp: Idp, user: User, emulator: Emulator) -> None:
    update_by_admin(idp, user, email="new@example.com", email_verified="true")
    found = shown(idp, user)
    assert (found["email"], found["email_verified"]) == ("new@example.com", "true")
    assert emulator.messages.find() == []


def test_an_administrator_repeats_an_address(idp: Idp, user: User, emulator: Emulator) -> None:
    update_by_admin(idp, user, email="old@example.com")
    assert shown(idp, user)["email_verified"] == "true"
    assert emulator.messages.find() == []


def test_a_message_that_cannot_be_sent_changes_nothing(idp: Idp) -> None:
    app = builders.app(idp, AutoVerifiedAttributes=["phone_number"])
    user = builders.confirmed_user(idp, app, name="Alice")
    token = builders.sign_in(idp, user)["AccessToken"]
    text = "User pool does not have SMS configuration to send messages."
    with refused("InvalidParameterException", text):
        update(idp, token, name="Bob", phone_number="+12065551212")
    with refused("InvalidParameterException", text):
        update_by_admin(idp, user, name="Bob", phone_number="+12065551212")
    assert shown(idp, user) == {"name": "Alice"}


def test_a_user_asks_for_a_code(idp: Idp, user: User, token: str, emulator: Emulator) -> None:
    update_by_admin(idp, user, email_verified="false")
    answer = idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")
    assert answer["CodeDeliveryDetails"] == {**EMAILED, "Destination": "o***@e***"}
    (message,) = emulator.messages.find()
    assert message.purpose == "CustomMessage_VerifyUserAttribute"
    verify(idp, token, message.code)
    assert shown(idp, user)["email_verified"] == "true"


def test_codes_of_addresses(idp: Idp, user: User, token: str, emulator: Emulator, clock: Clock) -> None:
    with refused("ExpiredCodeException", "Invalid code provided, please request a code again."):
        verify(idp, token, "123456")
    idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")
    code = emulator.messages.find()[-1].code
    with refused("CodeMismatchException", "Invalid verification code provided, please try again."):
        verify(idp, token, "000000" if code != "000000" else "111111")
    verify(idp, token, code)
    with refused("ExpiredCodeException", "Invalid code provided, please request a code again."):
        verify(idp, token, code)


def test_a_code_of_an_address_lives_a_day(idp: Idp, user: User, token: str, emulator: Emulator, clock: Clock) -> None:
    idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")
    clock.advance(hours=24, seconds=1)
    fresh = builders.sign_in(idp, user)["AccessToken"]
    with refused("ExpiredCodeException", "Invalid code provided, please request a code again."):
        verify(idp, fresh, emulator.messages.find()[-1].code)


def test_five_codes_and_fifteen_tries_an_hour(idp: Idp, token: str) -> None:
    for _ in range(5):
        idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")
    with refused("LimitExceededException", "Attempt limit exceeded, please try after some time."):
        idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")
    for _ in range(15):
        with pytest.raises(idp.exceptions.CodeMismatchException):
            verify(idp, token, "nonsense")
    with refused("LimitExceededException", "Attempt limit exceeded, please try after some time."):
        verify(idp, token, "nonsense")


@pytest.mark.parametrize("attribute", ["name", "nonsense"])
def test_attributes_that_are_never_verified(idp: Idp, token: str, attribute: str) -> None:
    text = "Invalid attribute name. Only phone_number and email can be verified."
    with refused("InvalidParameterException", text):
        idp.get_user_attribute_verification_code(AccessToken=token, AttributeName=attribute)
    with refused("InvalidParameterException", text):
        verify(idp, token, "123456", attribute)


def test_an_address_that_is_not_there_gets_no_code(idp: Idp, token: str) -> None:
    with refused("InvalidParameterException", "User does not have a valid registered phone number"):
        idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="phone_number")


def test_what_cannot_change_must_not_come_again(idp: Idp) -> None:
    app = builders.app(idp, CLIENT, Schema=SCHEMA)
    user = builders.confirmed_user(idp, app, custom__fixed="1")
    token = builders.sign_in(idp, user)["AccessToken"]
    for given in ({"custom__fixed": "1"}, {"custom__fixed": ""}):
        with refused("InvalidParameterException", "user.custom:fixed: Attribute cannot be updated.\n"):
            update(idp, token, **given)
        with refused("InvalidParameterException", "user.custom:fixed: Attribute cannot be updated.\n"):
            update_by_admin(idp, user, **given)


@pytest.mark.parametrize("operation", ["sign_up", "admin_create_user", "update", "admin_update"])
def test_an_attribute_has_a_value_if_only_an_empty_one(idp: Idp, user: User, token: str, operation: str) -> None:
    operations: dict[str, Any] = {
        "sign_up": partial(idp.sign_up, ClientId=user.app.client_id, Username="bob", Password=builders.PASSWORD),
        "admin_create_user": partial(idp.admin_create_user, UserPoolId=user.app.pool_id, Username="bob"),
        "update": partial(idp.update_user_attributes, AccessToken=token),
        "admin_update": partial(idp.admin_update_user_attributes, **user.key),
    }
    before = shown(idp, user)
    with refused("InvalidParameterException", "Attribute value for email must not be null"):
        operations[operation](UserAttributes=[{"Name": "name", "Value": "Bob"}, {"Name": "email"}])
    with refused("InvalidParameterException", "Cannot modify the non-mutable attribute sub"):
        operations[operation](UserAttributes=[{"Name": "sub"}])
    assert shown(idp, user) == before
    assert len(idp.list_users(UserPoolId=user.app.pool_id)["Users"]) == 1


# ── verification before update ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def careful(idp: Idp) -> User:
    """A user whose address stays until the new one is verified."""
    app = builders.app(
        idp,
        AutoVerifiedAttributes=["email"],
        UserAttributeUpdateSettings={"AttributesRequireVerificationBeforeUpdate": ["email"]},
    )
    return builders.confirmed_user(idp, app, email="old@example.com", email_verified="true")


def test_the_old_address_stays_until_the_new_one_is_verified(idp: Idp, careful: User, emulator: Emulator) -> None:
    token = builders.sign_in(idp, careful)["AccessToken"]
    assert update(idp, token, email="new@example.com", name="Alice") == {"CodeDeliveryDetailsList": [EMAILED]}
    assert shown(idp, careful) == {"email": "old@example.com", "email_verified": "true", "name": "Alice"}
    verify(idp, token, emulator.messages.find(destination="new@example.com")[-1].code)
    assert shown(idp, careful) == {"email": "new@example.com", "email_verified": "true", "name": "Alice"}


def test_a_new_code_goes_to_the_new_address(idp: Idp, careful: User, emulator: Emulator) -> None:
    token = builders.sign_in(idp, careful)["AccessToken"]
    update(idp, token, email="new@example.com")
    idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")
    assert [message.destination for message in emulator.messages.find()] == ["new@example.com"] * 2


def test_an_administrator_goes_round_it(idp: Idp, careful: User, emulator: Emulator) -> None:
    update_by_admin(idp, careful, email="new@example.com")
    assert shown(idp, careful)["email"] == "old@example.com"
    update_by_admin(idp, careful, email="newer@example.com", email_verified="true")
    assert shown(idp, careful) == {"email": "newer@example.com", "email_verified": "true"}


# ── aliases ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_verifying_an_address_moves_the_alias(idp: Idp) -> None:
    """Source: github.com/boto/boto3/issues/3213."""
    app = builders.app(idp, AliasAttributes=["email"])
    alice = builders.confirmed_user(idp, app, "alice", email="shared@example.com", email_verified="true")
    bob = builders.confirmed_user(idp, app, "bob")
    update_by_admin(idp, bob, email="shared@example.com", email_verified="true")
    assert idp.admin_get_user(UserPoolId=app.pool_id, Username="shared@example.com")["Username"] == "bob"
    assert shown(idp, alice)["email_verified"] == "false"


def test_a_user_cannot_verify_an_alias_that_somebody_else_has(idp: Idp, emulator: Emulator) -> None:
    app = builders.app(idp, AliasAttributes=["email"], AutoVerifiedAttributes=["email"])
    builders.confirmed_user(idp, app, "alice", email="shared@example.com", email_verified="true")
    bob = builders.confirmed_user(idp, app, "bob")
    token = builders.sign_in(idp, bob)["AccessToken"]
    update(idp, token, email="shared@example.com")
    with refused("AliasExistsException", "An account with the email already exists."):
        verify(idp, token, emulator.messages.find()[-1].code)
    assert shown(idp, bob)["email_verified"] == "false"
    assert idp.admin_get_user(UserPoolId=app.pool_id, Username="shared@example.com")["Username"] == "alice"


def test_an_alias_follows_its_attribute(idp: Idp) -> None:
    app = builders.app(idp, AliasAttributes=["preferred_username", "email"])
    alice = builders.confirmed_user(idp, app, preferred_username="al", email="a@example.com", email_verified="true")
    update_by_admin(idp, alice, preferred_username="ally", email="b@example.com", email_verified="true")
    for gone in ("al", "a@example.com"):
        with refused("UserNotFoundException", "User does not exist."):
            idp.admin_get_user(UserPoolId=app.pool_id, Username=gone)
    for found in ("ally", "b@example.com"):
        assert idp.admin_get_user(UserPoolId=app.pool_id, Username=found)["Username"] == "alice"


def username_pool(idp: Idp) -> tuple[App, User, User]:
    app = builders.app(idp, UsernameAttributes=["email", "phone_number"])
    return (
        app,
        builders.confirmed_user(idp, app, "alice@example.com"),
        builders.confirmed_user(idp, app, "bob@example.com"),
    )


def test_an_address_in_use_in_a_pool_with_username_attributes(idp: Idp) -> None:
    _, _, bob = username_pool(idp)
    token = builders.sign_in(idp, bob)["AccessToken"]
    with refused("AliasExistsException", "An account with the given email already exists."):
        update_by_admin(idp, bob, email="alice@example.com")
    with refused("AliasExistsException", "An account with the given email already exists."):
        update(idp, token, email="alice@example.com")
    assert shown(idp, bob) == {"email": "bob@example.com"}


def test_the_address_is_the_name_in_a_pool_with_username_attributes(idp: Idp) -> None:
    app, alice, _ = username_pool(idp)
    sub = builders.claims(builders.sign_in(idp, alice)["AccessToken"])["sub"]
    update_by_admin(idp, alice, email="new@example.com")
    with refused("UserNotFoundException", "User does not exist."):
        builders.sign_in(idp, alice)
    tokens = builders.sign_in(idp, User(app, "new@example.com"))
    assert builders.claims(tokens["AccessToken"])["username"] == sub


def test_sms_goes_where_it_is_configured(idp: Idp, emulator: Emulator) -> None:
    app = builders.app(idp, AutoVerifiedAttributes=["phone_number"], **SMS)
    token = builders.sign_in(idp, builders.confirmed_user(idp, app))["AccessToken"]
    assert update(idp, token, phone_number="+12065551212")["CodeDeliveryDetailsList"] == [
        {"Destination": "+*******1212", "DeliveryMedium": "SMS", "AttributeName": "phone_number"}
    ]
    verify(idp, token, emulator.messages.find()[-1].code, "phone_number")
