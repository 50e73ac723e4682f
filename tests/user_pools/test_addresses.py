"""A code proves the address that it went to. Source: botocore's model, UserAttributeUpdateSettingsType."""

from __future__ import annotations

import pytest

from cognito_emulator.emulator import Emulator
from tests.builders import (
    OTHER_PASSWORD,
    App,
    Idp,
    User,
    app,
    as_dict,
    attributes,
    confirmed_user,
    refused,
    sign_in,
    unconfirmed_user,
)

OLD, NEW = "old@example.com", "new@example.com"
NO_LONGER_ISSUED = ("ExpiredCodeException", "Invalid code provided, please request a code again.")


def shown(idp: Idp, user: User) -> tuple[str | None, str | None]:
    """The address of a user, and whether it is verified."""
    found = as_dict(idp.admin_get_user(**user.key)["UserAttributes"])
    return found.get("email"), found.get("email_verified")


def verify(idp: Idp, token: str, code: str) -> None:
    idp.verify_user_attribute(AccessToken=token, AttributeName="email", Code=code)


def reset(idp: Idp, app: App, code: str) -> None:
    idp.confirm_forgot_password(
        ClientId=app.client_id, Username="alice", ConfirmationCode=code, Password=OTHER_PASSWORD
    )


@pytest.fixture
def careful(idp: Idp) -> App:
    """A pool whose users keep an address until the new one is verified."""
    settings = {"AttributesRequireVerificationBeforeUpdate": ["email"]}
    return app(idp, AutoVerifiedAttributes=["email"], UserAttributeUpdateSettings=settings)


@pytest.mark.parametrize("by_admin", [False, True])
def test_passwords_are_recovered_by_the_verified_address(
    idp: Idp, emulator: Emulator, careful: App, by_admin: bool
) -> None:
    alice = confirmed_user(idp, careful, email=OLD, email_verified="true")
    token = sign_in(idp, alice)["AccessToken"]
    idp.update_user_attributes(AccessToken=token, UserAttributes=attributes(email=NEW))
    if by_admin:
        idp.admin_reset_user_password(**alice.key)
    else:
        answer = idp.forgot_password(ClientId=careful.client_id, Username="alice")
        assert answer["CodeDeliveryDetails"]["Destination"] == "o***@e***"
    first, second = emulator.messages.find()
    assert (first.destination, second.destination) == (NEW, OLD)
    reset(idp, careful, second.code)
    assert shown(idp, alice) == (OLD, "true")


def test_an_address_that_changes_makes_its_code_worthless(idp: Idp, emulator: Emulator) -> None:
    alice = confirmed_user(idp, app(idp), email=OLD)
    token = sign_in(idp, alice)["AccessToken"]
    idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")
    code = emulator.messages.find(destination=OLD)[-1].code
    idp.update_user_attributes(AccessToken=token, UserAttributes=attributes(email=NEW))
    with refused(*NO_LONGER_ISSUED):
        verify(idp, token, code)
    assert shown(idp, alice) == (NEW, "false")
    idp.update_user_attributes(AccessToken=token, UserAttributes=attributes(email=OLD))
    verify(idp, token, code)
    assert shown(idp, alice) == (OLD, "true")


def test_a_sign_up_is_confirmed_and_another_address_not_verified(idp: Idp, emulator: Emulator) -> None:
    pool = app(idp, AutoVerifiedAttributes=["email"])
    alice = unconfirmed_user(idp, pool, email=OLD)
    code = emulator.messages.find(destination=OLD)[-1].code
    idp.admin_update_user_attributes(**alice.key, UserAttributes=attributes(email=NEW))
    idp.confirm_sign_up(ClientId=pool.client_id, Username="alice", ConfirmationCode=code)
    assert shown(idp, alice) == (NEW, "false")
    verify(idp, sign_in(idp, alice)["AccessToken"], emulator.messages.find(destination=NEW)[-1].code)
    assert shown(idp, alice) == (NEW, "true")


@pytest.mark.parametrize(
    ("change", "left"), [({"email": NEW, "email_verified": "false"}, (NEW, "false")), ({"email": ""}, (None, None))]
)
def test_a_recovered_password_verifies_no_other_address(
    idp: Idp, emulator: Emulator, change: dict[str, str], left: tuple[str | None, str | None]
) -> None:
    pool = app(idp)
    alice = confirmed_user(idp, pool, email=OLD, email_verified="true")
    idp.forgot_password(ClientId=pool.client_id, Username="alice")
    code = emulator.messages.find(destination=OLD)[-1].code
    idp.admin_update_user_attributes(**alice.key, UserAttributes=attributes(**change))
    reset(idp, pool, code)
    assert shown(idp, alice) == left
    assert sign_in(idp, User(pool, "alice", OTHER_PASSWORD))["AccessToken"]
