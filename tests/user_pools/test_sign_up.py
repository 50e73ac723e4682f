"""Sign-up and its confirmation. Source: reference user-pools.md §2.1, §2.2, §5."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from tests import builders
from tests.builders import PASSWORD, SMS, App, Idp, attributes, refused

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
EMAIL_POOL: dict[str, Any] = {"AutoVerifiedAttributes": ["email"]}


def sign_up(idp: Idp, app: App, username: str = "alice", password: str = PASSWORD, **given: str) -> dict[str, Any]:
    answer = idp.sign_up(
        ClientId=app.client_id,
        Username=username,
        Password=password,
        UserAttributes=attributes(**given),
        **app.hash(username),
    )
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def confirm(idp: Idp, app: App, code: str, username: str = "alice", **more: Any) -> dict[str, Any]:
    answer = idp.confirm_sign_up(ClientId=app.client_id, Username=username, ConfirmationCode=code, **more)
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def code_of(emulator: Emulator, destination: str) -> str:
    return emulator.messages.find(destination=destination)[-1].code


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def status(idp: Idp, app: App, username: str = "alice") -> str:
    return str(idp.admin_get_user(UserPoolId=app.pool_id, Username=username)["UserStatus"])


def shown(idp: Idp, app: App, username: str = "alice") -> dict[str, str]:
    return builders.as_dict(idp.admin_get_user(UserPoolId=app.pool_id, Username=username)["UserAttributes"])


# ── sign-up ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_auto_verification_no_code_goes_out(idp: Idp, emulator: Emulator) -> None:
    """Recordings moto-aws-verified/sign-up-no-attributes/1 and …/sign-up-unverified-email/1."""
    app = builders.app(idp)
    answer = sign_up(idp, app, email="alice@example.com")
    assert UUID.fullmatch(answer["UserSub"])
    assert answer == {"UserConfirmed": False, "UserSub": answer["UserSub"]}
    assert emulator.messages.find() == []
    assert status(idp, app) == "UNCONFIRMED"
    assert shown(idp, app) == {"sub": answer["UserSub"], "email": "alice@example.com"}


def test_a_code_goes_to_the_auto_verified_address(idp: Idp, emulator: Emulator) -> None:
    """Recording floci-aws-fixtures/aws-cognito.sign-up.happy/1."""
    app = builders.app(idp, **EMAIL_POOL)
    answer = sign_up(idp, app, email="fixture@example.com", phone_number="+5215555555555")
    assert answer["CodeDeliveryDetails"] == {
        "Destination": "f***@e***",
        "DeliveryMedium": "EMAIL",
        "AttributeName": "email",
    }
    (message,) = emulator.messages.find(destination="fixture@example.com")
    assert re.fullmatch(r"\d{6}", message.code)
    assert message.body == f"Your verification code is {message.code}. "
    assert message.subject == "Your verification code"
    assert message.purpose == "CustomMessage_SignUp"
    assert (message.username, message.user_pool_id, message.medium) == ("alice", app.pool_id, "EMAIL")
    assert shown(idp, app)["email_verified"] == "false"


def test_a_phone_number_goes_before_an_email(idp: Idp, emulator: Emulator) -> None:
    app = builders.app(idp, AutoVerifiedAttributes=["email", "phone_number"], **SMS)
    answer = sign_up(idp, app, email="alice@example.com", phone_number="+12065551212")
    assert answer["CodeDeliveryDetails"] == {
        "Destination": "+*******1212",
        "DeliveryMedium": "SMS",
        "AttributeName": "phone_number",
    }
    assert [message.destination for message in emulator.messages.find()] == ["+12065551212"]


def test_the_pools_templates_are_used(idp: Idp, emulator: Emulator) -> None:
    app = builders.app(idp, EmailVerificationMessage="Code: {####}!", EmailVerificationSubject="Welcome", **EMAIL_POOL)
    sign_up(idp, app, email="alice@example.com")
    (message,) = emulator.messages.find()
    assert (message.subject, message.body) == ("Welcome", f"Code: {message.code}!")


def test_a_link_needs_a_domain(idp: Idp) -> None:
    """Recording github-issue-logs/link-verification-without-domain/1."""
    app = builders.app(idp, VerificationMessageTemplate={"DefaultEmailOption": "CONFIRM_WITH_LINK"}, **EMAIL_POOL)
    with refused(
        "InvalidParameterException",
        "Cannot perform specific action because there does not exist a valid use pool domain associated with the "
        "user pool",
    ):
        sign_up(idp, app, email="alice@example.com")
    with refused("UserNotFoundException", "User does not exist."):
        status(idp, app)


def test_sms_needs_a_configuration(idp: Idp) -> None:
    app = builders.app(idp, AutoVerifiedAttributes=["phone_number"])
    with refused("InvalidParameterException", "User pool does not have SMS configuration to send messages."):
        sign_up(idp, app, phone_number="+12065551212")
    with refused("UserNotFoundException", "User does not exist."):
        status(idp, app)


def test_an_unknown_client(idp: Idp) -> None:
    app = App(builders.pool(idp), "1unknown")
    for operation, more in (
        (idp.sign_up, {"Password": PASSWORD}),
        (idp.confirm_sign_up, {"ConfirmationCode": "1"}),
        (idp.resend_confirmation_code, {}),
        (idp.forgot_password, {}),
        (idp.confirm_forgot_password, {"ConfirmationCode": "1", "Password": PASSWORD}),
    ):
        with refused("ResourceNotFoundException", "User pool client 1unknown does not exist."):
            operation(ClientId=app.client_id, Username="alice", **more)


def test_sign_up_that_is_switched_off(idp: Idp) -> None:
    app = builders.app(idp, AdminCreateUserConfig={"AllowAdminCreateUserOnly": True})
    with refused("NotAuthorizedException", "SignUp is not permitted for this user pool"):
        sign_up(idp, app)


def test_a_taken_name(idp: Idp) -> None:
    app = builders.app(idp)
    sign_up(idp, app)
    with refused("UsernameExistsException", "User already exists"):
        sign_up(idp, app)


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("Sh0rt!", "Password not long enough"),
        ("lowercase", "Password must have numeric characters"),
        ("lowercase1", "Password must have uppercase characters"),
        ("UPPERCASE1", "Password must have lowercase characters"),
        ("BothCases1", "Password must have symbol characters"),
    ],
)
def test_passwords_that_break_the_policy(idp: Idp, password: str, rule: str) -> None:
    with refused("InvalidPasswordException", f"Password did not conform with policy: {rule}"):
        sign_up(idp, builders.app(idp), password=password)


# ── attributes ───────────────────────────────────────────────────────────────────────────────────────────────


def test_required_attributes(idp: Idp) -> None:
    required = [{"Name": name, "Required": True} for name in ("given_name", "name", "email")]
    app = builders.app(idp, Schema=required)
    with refused(
        "InvalidParameterException",
        "Attributes did not conform to the schema: name.formatted: The attribute name.formatted is required\n"
        "given_name: The attribute is required\nemail: The attribute is required\n",
    ):
        sign_up(idp, app)
    with refused(
        "InvalidParameterException",
        "Attributes did not conform to the schema: given_name: The attribute is required\n",
    ):
        sign_up(idp, app, name="Alice", email="alice@example.com")
    assert sign_up(idp, app, name="A", email="a@example.com", given_name="Alice")["UserConfirmed"] is False


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"email": "nonsense"}, "Invalid email address format."),
        ({"email": "two@ats@example.com"}, "Invalid email address format."),
        ({"phone_number": "12065551212"}, "Invalid phone number format."),
        ({"phone_number": "+1 206 555"}, "Invalid phone number format."),
        ({"sub": "mine"}, None),
        (
            {"first_name": "x"},
            "Attributes did not conform to the schema: first_name: Attribute does not exist in the schema.\n",
        ),
        (
            {"custom__x": "x"},
            "Attributes did not conform to the schema: Type for attribute {custom:x} could not be determined",
        ),
        (
            {"birthdate": "1.1.1970"},
            "Attributes did not conform to the schema: birthdate: String must be no shorter than 10 characters\n",
        ),
    ],
)
def test_attributes_that_do_not_fit(idp: Idp, given: dict[str, str], text: str | None) -> None:
    """By an administrator, whom no client's permissions stop; for `SignUp` see the next test."""
    pool = builders.pool(idp)
    with refused("InvalidParameterException", text or "Cannot modify the non-mutable attribute sub"):
        idp.admin_create_user(UserPoolId=pool, Username="alice", UserAttributes=attributes(**given))


@pytest.mark.parametrize("given", [{"email_verified": "true"}, {"phone_number_verified": "true"}, {"identities": "x"}])
def test_attributes_that_no_client_may_write(idp: Idp, given: dict[str, str]) -> None:
    """Recording github-issue-logs/write-attribute-not-allowed/1."""
    with refused("NotAuthorizedException", "A client attempted to write unauthorized attribute"):
        sign_up(idp, builders.app(idp), email="a@example.com", **given)


def test_an_attribute_that_is_not_in_the_schema(idp: Idp) -> None:
    """Recording github-issue-logs/attribute-not-in-schema/1 (there is no permission for what does not exist)."""
    app = builders.app(idp)
    with refused(
        "InvalidParameterException",
        "Attributes did not conform to the schema: first_name: Attribute does not exist in the schema.\n",
    ):
        sign_up(idp, app, first_name="x")
    with refused(
        "InvalidParameterException",
        "Attributes did not conform to the schema: Type for attribute {custom:x} could not be determined",
    ):
        sign_up(idp, app, custom__x="x")
    with refused("InvalidParameterException", "Cannot modify the non-mutable attribute sub"):
        sign_up(idp, app, sub="x")


def test_a_client_writes_what_it_may(idp: Idp) -> None:
    schema = [{"Name": "x", "AttributeDataType": "String"}]
    app = builders.app(idp, {"WriteAttributes": ["email", "custom:x"]}, Schema=schema)
    sign_up(idp, app, email="a@example.com", custom__x="1")
    assert shown(idp, app)["custom:x"] == "1"
    with refused("NotAuthorizedException", "A client attempted to write unauthorized attribute"):
        sign_up(idp, app, "bob", name="Bob")


def test_custom_attributes_are_not_among_the_defaults(idp: Idp) -> None:
    app = builders.app(idp, Schema=[{"Name": "x", "AttributeDataType": "String"}])
    with refused("NotAuthorizedException", "A client attempted to write unauthorized attribute"):
        sign_up(idp, app, custom__x="1")


@pytest.mark.parametrize(
    ("definition", "value", "fits"),
    [
        ({"AttributeDataType": "Number"}, "5", True),
        ({"AttributeDataType": "Number"}, "five", False),
        ({"AttributeDataType": "Number"}, "nan", False),
        ({"AttributeDataType": "Number", "NumberAttributeConstraints": {"MinValue": "3"}}, "2", False),
        ({"AttributeDataType": "Number", "NumberAttributeConstraints": {"MaxValue": "3"}}, "4", False),
        ({"AttributeDataType": "Number", "NumberAttributeConstraints": {"MaxValue": "3"}}, "3", True),
        ({"AttributeDataType": "String", "StringAttributeConstraints": {"MinLength": "2"}}, "x", False),
        ({"AttributeDataType": "String", "StringAttributeConstraints": {"MaxLength": "2"}}, "xxx", False),
        ({"AttributeDataType": "String"}, "x" * 2048, True),
        ({"AttributeDataType": "Boolean"}, "true", True),
        ({"AttributeDataType": "DateTime"}, "2026-01-01", True),
    ],
)
def test_constraints_of_custom_attributes(idp: Idp, definition: dict[str, Any], value: str, fits: bool) -> None:
    pool = builders.pool(idp, Schema=[{"Name": "x", **definition}])
    given = {"UserPoolId": pool, "Username": "alice", "UserAttributes": attributes(custom__x=value)}
    if fits:
        created = idp.admin_create_user(**given)["User"]
        assert builders.as_dict(created["Attributes"])["custom:x"] == value
        return
    with pytest.raises(idp.exceptions.InvalidParameterException, match="Attributes did not conform to the schema: "):
        idp.admin_create_user(**given)


def test_attributes_without_value_are_left_out(idp: Idp) -> None:
    app = builders.app(idp)
    sign_up(idp, app, name="", nickname="Al")
    assert set(shown(idp, app)) == {"sub", "nickname"}


# ── names ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_plain_pool_takes_any_name(idp: Idp) -> None:
    app = builders.app(idp)
    for name in ("alice@example.com", "+12065551212", "Ünïcödé"):
        sign_up(idp, app, name)
        assert idp.admin_get_user(UserPoolId=app.pool_id, Username=name)["Username"] == name


def test_names_are_case_sensitive_unless_the_pool_says_otherwise(idp: Idp) -> None:
    app = builders.app(idp)
    sign_up(idp, app, "Alice")
    sign_up(idp, app, "alice")
    with refused("UserNotFoundException", "User does not exist."):
        status(idp, app, "ALICE")


def test_names_in_a_pool_without_case(idp: Idp) -> None:
    app = builders.app(idp, UsernameConfiguration={"CaseSensitive": False})
    sign_up(idp, app, "Alice")
    with refused("UsernameExistsException", "User already exists"):
        sign_up(idp, app, "aLICE")
    found = idp.admin_get_user(UserPoolId=app.pool_id, Username="ALICE")
    assert found["Username"] == "alice"
    idp.admin_confirm_sign_up(UserPoolId=app.pool_id, Username="aLiCe")
    assert builders.sign_in(idp, builders.User(app, "ALICE"))["AccessToken"]


@pytest.mark.parametrize(
    ("alias", "name", "text"),
    [
        (
            "email",
            "alice@example.com",
            "Username cannot be of email format, since user pool is configured for email alias.",
        ),
        (
            "phone_number",
            "+12065551212",
            "Username cannot be of phone number format, since user pool is configured for phone number alias.",
        ),
    ],
)
def test_names_in_an_alias_pool(idp: Idp, alias: str, name: str, text: str) -> None:
    app = builders.app(idp, AliasAttributes=[alias])
    with refused("InvalidParameterException", text):
        sign_up(idp, app, name)
    with refused("InvalidParameterException", text):
        idp.admin_create_user(UserPoolId=app.pool_id, Username=name)
    assert sign_up(idp, app, "alice")["UserConfirmed"] is False


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        (["email"], "Username should be an email."),
        (["phone_number"], "Username should be a phone number."),
        (["email", "phone_number"], "Username should be either an email or a phone number."),
    ],
)
def test_names_in_a_pool_with_username_attributes(idp: Idp, wanted: list[str], text: str) -> None:
    app = builders.app(idp, UsernameAttributes=wanted)
    with refused("InvalidParameterException", text):
        sign_up(idp, app, "alice")
    with refused("InvalidParameterException", text):
        idp.admin_create_user(UserPoolId=app.pool_id, Username="alice")


def test_the_real_name_is_the_sub_in_a_pool_with_username_attributes(idp: Idp) -> None:
    """Recording moto-aws-verified/user-password-auth-email-username/1."""
    app = builders.app(idp, UsernameAttributes=["email"], **EMAIL_POOL)
    sub = sign_up(idp, app, "alice@example.com")["UserSub"]
    for name in ("alice@example.com", sub):
        found = idp.admin_get_user(UserPoolId=app.pool_id, Username=name)
        assert found["Username"] == sub
    assert shown(idp, app, sub)["email"] == "alice@example.com"


@pytest.mark.parametrize(("attribute", "name"), [("email", "alice@example.com"), ("phone_number", "+12065551212")])
def test_a_taken_address_in_a_pool_with_username_attributes(idp: Idp, attribute: str, name: str) -> None:
    app = builders.app(idp, UsernameAttributes=["email", "phone_number"])
    sign_up(idp, app, name)
    text = f"An account with the given {attribute} already exists."
    with refused("UsernameExistsException", text):
        sign_up(idp, app, name)
    with refused("UsernameExistsException", text):
        idp.admin_create_user(UserPoolId=app.pool_id, Username=name)


def test_the_second_address_is_a_name_as_well(idp: Idp) -> None:
    app = builders.app(idp, UsernameAttributes=["email", "phone_number"])
    sign_up(idp, app, "alice@example.com", phone_number="+12065551212")
    with refused("UsernameExistsException", "An account with the given phone_number already exists."):
        sign_up(idp, app, "+12065551212")
    assert idp.admin_get_user(UserPoolId=app.pool_id, Username="+12065551212")["UserStatus"] == "UNCONFIRMED"


def test_preferred_username_waits_for_the_confirmation_where_it_is_an_alias(idp: Idp) -> None:
    app = builders.app(idp, AliasAttributes=["preferred_username"])
    with pytest.raises(idp.exceptions.InvalidParameterException):
        sign_up(idp, app, preferred_username="al")
    assert sign_up(idp, builders.app(idp), preferred_username="al")["UserConfirmed"] is False


# ── confirmation ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def app(idp: Idp) -> App:
    return builders.app(idp, **EMAIL_POOL)


@pytest.fixture
def code(idp: Idp, app: App, emulator: Emulator) -> str:
    """The code of alice, who signed up."""
    sign_up(idp, app, email="alice@example.com")
    return code_of(emulator, "alice@example.com")


def test_the_right_code_confirms_user_and_address(idp: Idp, app: App, code: str) -> None:
    assert confirm(idp, app, code) == {}
    assert status(idp, app) == "CONFIRMED"
    assert shown(idp, app)["email_verified"] == "true"


def test_a_wrong_code(idp: Idp, app: App, code: str) -> None:
    with refused("CodeMismatchException", "Invalid verification code provided, please try again."):
        confirm(idp, app, wrong(code))
    assert status(idp, app) == "UNCONFIRMED"
    confirm(idp, app, code)


def test_a_code_lives_a_day(idp: Idp, app: App, code: str, clock: Clock) -> None:
    clock.advance(hours=24, seconds=1)
    with refused("ExpiredCodeException", "Invalid code provided, please request a code again."):
        confirm(idp, app, code)


def test_a_code_is_good_until_its_last_second(idp: Idp, app: App, code: str, clock: Clock) -> None:
    clock.advance(hours=24)
    confirm(idp, app, code)


def test_no_code_was_sent(idp: Idp) -> None:
    app = builders.app(idp)
    sign_up(idp, app)
    with refused("ExpiredCodeException", "Invalid code provided, please request a code again."):
        confirm(idp, app, "123456")


def test_a_second_confirmation(idp: Idp, app: App, code: str) -> None:
    confirm(idp, app, code)
    with refused("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED"):
        confirm(idp, app, code)
    with refused("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED"):
        idp.admin_confirm_sign_up(UserPoolId=app.pool_id, Username="alice")


def test_confirmation_of_an_invited_user(idp: Idp, app: App) -> None:
    user = builders.invited_user(idp, app)
    with refused("NotAuthorizedException", "User cannot be confirmed. Current status is FORCE_CHANGE_PASSWORD"):
        idp.admin_confirm_sign_up(**user.key)


def test_an_administrator_confirms_without_verifying(idp: Idp, app: App, code: str) -> None:
    idp.admin_confirm_sign_up(UserPoolId=app.pool_id, Username="alice")
    assert status(idp, app) == "CONFIRMED"
    assert shown(idp, app)["email_verified"] == "false"


def test_fifteen_tries_an_hour(idp: Idp, app: App, code: str, clock: Clock) -> None:
    for _ in range(15):
        with refused("CodeMismatchException", "Invalid verification code provided, please try again."):
            confirm(idp, app, wrong(code))
    with refused("LimitExceededException", "Attempt limit exceeded, please try after some time."):
        confirm(idp, app, code)
    clock.advance(hours=1)
    confirm(idp, app, code)


def test_unknown_users(idp: Idp, app: App) -> None:
    for operation, more in (
        (idp.confirm_sign_up, {"ConfirmationCode": "123456"}),
        (idp.resend_confirmation_code, {}),
    ):
        with refused("UserNotFoundException", "Username/client id combination not found."):
            operation(ClientId=app.client_id, Username="nobody", **more)
    with refused("UserNotFoundException", "User does not exist."):
        idp.admin_confirm_sign_up(UserPoolId=app.pool_id, Username="nobody")


def test_unknown_users_where_they_are_hidden(idp: Idp, emulator: Emulator) -> None:
    app = builders.hiding(idp, **EMAIL_POOL)
    with refused("ExpiredCodeException", "Invalid code provided, please request a code again."):
        confirm(idp, app, "123456", "nobody")
    answers = [
        idp.resend_confirmation_code(ClientId=app.client_id, Username=name)["CodeDeliveryDetails"]
        for name in ("nobody@inter.net", "nobody", "nobody")
    ]
    assert answers[0] == {"Destination": "n***@i***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    assert answers[1] == answers[2]
    assert re.fullmatch(r"[a-z]\*\*\*@[a-z]\*\*\*", answers[1]["Destination"])
    assert emulator.messages.find() == []


# ── aliases at confirmation ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def aliases(idp: Idp) -> App:
    """A pool with e-mail aliases, where alice has a verified address."""
    app = builders.app(idp, AliasAttributes=["email"], **EMAIL_POOL)
    builders.confirmed_user(idp, app, email="shared@example.com", email_verified="true")
    return app


def test_an_alias_that_somebody_else_has(idp: Idp, aliases: App, emulator: Emulator) -> None:
    sign_up(idp, aliases, "bob", email="shared@example.com")
    code = code_of(emulator, "shared@example.com")
    with refused("AliasExistsException", "An account with the email already exists."):
        confirm(idp, aliases, code, "bob")
    assert status(idp, aliases, "bob") == "UNCONFIRMED"
    assert idp.admin_get_user(UserPoolId=aliases.pool_id, Username="shared@example.com")["Username"] == "alice"


def test_forced_alias_creation_moves_the_alias(idp: Idp, aliases: App, emulator: Emulator) -> None:
    sign_up(idp, aliases, "bob", email="shared@example.com")
    confirm(idp, aliases, code_of(emulator, "shared@example.com"), "bob", ForceAliasCreation=True)
    assert idp.admin_get_user(UserPoolId=aliases.pool_id, Username="shared@example.com")["Username"] == "bob"
    assert shown(idp, aliases, "alice")["email_verified"] == "false"


def test_an_alias_is_in_force_once_it_is_verified(idp: Idp, aliases: App, emulator: Emulator) -> None:
    """Recording github-issue-logs/unverified-alias/1."""
    sign_up(idp, aliases, "bob", email="bob@example.com")
    by_alias = builders.User(aliases, "bob@example.com")
    with refused("UserNotFoundException", "User does not exist."):
        builders.begin(idp, by_alias)
    confirm(idp, aliases, code_of(emulator, "bob@example.com"), "bob")
    assert builders.claims(builders.sign_in(idp, by_alias)["AccessToken"])["username"] == "bob"


# ── the code again ───────────────────────────────────────────────────────────────────────────────────────────


def resend(idp: Idp, app: App, username: str = "alice") -> dict[str, str]:
    answer = idp.resend_confirmation_code(ClientId=app.client_id, Username=username)
    details: dict[str, str] = answer["CodeDeliveryDetails"]
    return details


def test_a_new_code_takes_the_place_of_the_old_one(idp: Idp, app: App, code: str, emulator: Emulator) -> None:
    assert resend(idp, app) == {"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    message = emulator.messages.find(destination="alice@example.com")[-1]
    assert message.purpose == "CustomMessage_ResendCode"
    assert message.code != code
    with refused("CodeMismatchException", "Invalid verification code provided, please try again."):
        confirm(idp, app, code)
    confirm(idp, app, message.code)


def test_resend_for_a_confirmed_user(idp: Idp, app: App, code: str) -> None:
    confirm(idp, app, code)
    with refused("InvalidParameterException", "User is already confirmed."):
        resend(idp, app)


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_resend_for_a_disabled_user_is_pretended(idp: Idp, emulator: Emulator, is_confirmed: bool) -> None:
    """Source: developer guide, "Managing user existence error responses"."""
    app = builders.hiding(idp, **EMAIL_POOL)
    user = builders.unconfirmed_user(idp, app, email="alice@example.com")
    if is_confirmed:
        idp.admin_confirm_sign_up(**user.key)
    idp.admin_disable_user(**user.key)
    before = len(emulator.messages.find())
    delivery = resend(idp, app)
    assert (delivery["DeliveryMedium"], delivery["AttributeName"]) == ("EMAIL", "email")
    assert delivery == resend(idp, app)
    assert len(emulator.messages.find()) == before


def test_resend_to_nowhere(idp: Idp, app: App) -> None:
    builders.unconfirmed_user(idp, app, "bob")
    with refused("InvalidParameterException", "User does not have a valid registered email address"):
        resend(idp, app, "bob")


def test_resend_without_auto_verification(idp: Idp) -> None:
    app = builders.app(idp)
    sign_up(idp, app, email="alice@example.com")
    with refused("InvalidParameterException", "Cannot resend codes. Auto verification not turned on."):
        resend(idp, app)


def test_five_codes_an_hour(idp: Idp, app: App, code: str, clock: Clock) -> None:
    for _ in range(5):
        resend(idp, app)
    with refused("LimitExceededException", "Attempt limit exceeded, please try after some time."):
        resend(idp, app)
    clock.advance(hours=1)
    resend(idp, app)


# ── secret hash ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_secret_hash_comes_before_the_user(idp: Idp) -> None:
    app = builders.app(idp, {"GenerateSecret": True}, **EMAIL_POOL)
    calls: list[tuple[Any, dict[str, Any]]] = [
        (idp.sign_up, {"Password": PASSWORD}),
        (idp.confirm_sign_up, {"ConfirmationCode": "1"}),
        (idp.resend_confirmation_code, {}),
        (idp.forgot_password, {}),
        (idp.confirm_forgot_password, {"ConfirmationCode": "1", "Password": PASSWORD}),
    ]
    for operation, more in calls:
        with refused(
            "NotAuthorizedException",
            f"Client {app.client_id} is configured with secret but SECRET_HASH was not received",
        ):
            operation(ClientId=app.client_id, Username="nobody", **more)
        with refused("NotAuthorizedException", f"Unable to verify secret hash for client {app.client_id}"):
            operation(ClientId=app.client_id, Username="nobody", SecretHash="d3Jvbmc=", **more)
    assert sign_up(idp, app)["UserConfirmed"] is False


def test_a_hash_for_a_client_without_secret(idp: Idp) -> None:
    app = builders.app(idp)
    with refused("NotAuthorizedException", f"Unable to verify secret hash for client {app.client_id}"):
        idp.sign_up(ClientId=app.client_id, Username="alice", Password=PASSWORD, SecretHash="d3Jvbmc=")
