"""Users who came from an OpenID Connect provider: their names, attributes and passwords at later sign-ins."""

from __future__ import annotations

import pytest

from cognito_emulator.emulator import Emulator
from tests.builders import PASSWORD, Idp, as_dict, claims, confirmed_user, refused
from tests.oauth.federation.conftest import CORP, Federation, federation
from tests.oauth.federation.provider import Provider
from tests.oauth.federation.test_open_id import link, refused_with, users


@pytest.mark.parametrize(("permanent", "status"), [(True, "CONFIRMED"), (False, "FORCE_CHANGE_PASSWORD")])
def test_a_password_makes_them_a_local_user_too(corp: Federation, idp: Idp, permanent: bool, status: str) -> None:
    """Source: API reference, AdminSetUserPassword."""
    corp.app.parameters = {"scope": "openid aws.cognito.signin.user.admin"}
    access = corp.tokens()["access_token"]
    with refused("NotAuthorizedException", "Incorrect username or password."):
        idp.change_password(AccessToken=access, ProposedPassword=PASSWORD)
    them = {"UserPoolId": corp.pool_id, "Username": "Corp_10158"}
    idp.admin_set_user_password(**them, Password=PASSWORD, Permanent=permanent)
    assert idp.admin_get_user(**them)["UserStatus"] == status
    begun = idp.initiate_auth(
        ClientId=corp.app.app.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "Corp_10158", "PASSWORD": PASSWORD},
    )
    assert ("AuthenticationResult" in begun) == permanent
    corp.browser = corp.app.browser()
    assert claims(corp.tokens()["id_token"])["cognito:username"] == "Corp_10158"
    assert idp.admin_get_user(**them)["UserStatus"] == status


@pytest.mark.parametrize(("said", "flag"), [({"email": "ann@example.com"}, "false"), ({}, "true")])
def test_an_address_from_there_is_unverified_after_every_sign_in(
    corp: Federation, idp: Idp, said: dict[str, str], flag: str
) -> None:
    """Unless the provider maps the flag. Source: tests on AWS, github.com/aws-amplify/amplify-ui/issues/318."""
    corp.sign_in(email="ann@example.com")
    them = {"UserPoolId": corp.pool_id, "Username": "Corp_10158"}
    idp.admin_update_user_attributes(**them, UserAttributes=[{"Name": "email_verified", "Value": "true"}])
    corp.browser = corp.app.browser()
    corp.sign_in(**said)
    assert as_dict(idp.admin_get_user(**them)["UserAttributes"])["email_verified"] == flag
    mapping = {"email": "email", "email_verified": "email_verified"}
    idp.update_identity_provider(UserPoolId=corp.pool_id, ProviderName=CORP, AttributeMapping=mapping)
    for sent in (True, None):  # what it no longer says stays
        corp.browser = corp.app.browser()
        corp.sign_in(email="ann@example.com", **({"email_verified": sent} if sent else {}))
        assert as_dict(idp.admin_get_user(**them)["UserAttributes"])["email_verified"] == "true"


@pytest.mark.parametrize("again", ["ann@example.org", "ann@example.com", ""])
def test_an_immutable_attribute_comes_once(idp: Idp, emulator: Emulator, provider: Provider, again: str) -> None:
    """Not even the same value is taken a second time. Source: tests on AWS, see `federation.users`."""
    schema = [{"Name": "email", "Mutable": False, "Required": True}]
    corp = federation(idp, emulator, provider, Schema=schema)
    corp.sign_in(email="ann@example.com")
    corp.browser = corp.app.browser()
    page = corp.sign_in(email=again)
    assert page.query["error"] == "invalid_request"
    assert "error_description=user.email%3A+Attribute+cannot+be+updated.%0A+&" in page.location
    corp.browser = corp.app.browser()
    assert "code" in corp.sign_in().query  # nothing is mapped to it


def test_a_linked_user_cannot_get_an_immutable_attribute(idp: Idp, emulator: Emulator, provider: Provider) -> None:
    corp = federation(idp, emulator, provider, Schema=[{"Name": "email", "Mutable": False}])
    confirmed_user(idp, corp.app.app, "alice", email="ann@example.com")
    link(corp)
    page = corp.sign_in(email="ann@example.com")
    assert page.query["error_description"] == "user.email: Attribute cannot be updated.\n "
    assert "identities" in as_dict(users(corp)[0]["Attributes"])


@pytest.mark.parametrize(
    ("subject", "constraint"),
    [
        ("a b", r"satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+"),
        ("x" * 124, "have length less than or equal to 128"),
    ],
)
def test_a_subject_that_makes_no_username(corp: Federation, subject: str, constraint: str) -> None:
    """Usernames are held to the constraints of the API's model."""
    text = f"1 validation error detected: Value at 'username' failed to satisfy constraint: Member must {constraint}"
    refused_with(corp, corp.sign_in(subject), "invalid_request", text)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"phone": "(555) 010-4477"}, "Invalid phone number format. "),
        ({"email": "nobody"}, "Invalid email address format. "),
    ],
)
def test_addresses_have_to_be_addresses(
    idp: Idp, emulator: Emulator, provider: Provider, said: dict[str, str], text: str
) -> None:
    mapping = {"email": "email", "phone_number": "phone"}
    corp = federation(idp, emulator, provider, mapping)
    refused_with(corp, corp.sign_in(**said), "invalid_request", text)
    assert "code" in corp.sign_in(email="ann@example.com", phone="+15550104477").query


LETTERS = "Invalid ProviderName/Username combination. Please check again"


@pytest.mark.parametrize("linked", [False, True])
def test_a_subject_in_other_letters(idp: Idp, emulator: Emulator, provider: Provider, linked: bool) -> None:
    """Where case does not matter, the name is the same; the person at the provider is not. Source: `errors`."""
    corp = federation(idp, emulator, provider, UsernameConfiguration={"CaseSensitive": False})
    confirmed_user(idp, corp.app.app, "alice")
    if linked:
        link(corp, "ann")
    assert "code" in corp.sign_in("ann").query
    names = [user["Username"] for user in users(corp)]
    for _ in range(2):
        corp.browser = corp.app.browser()
        page = corp.sign_in("Ann")
        assert (page.query["error"], page.query["error_description"]) == ("invalid_request", LETTERS)
    assert [user["Username"] for user in users(corp)] == names


def test_where_case_matters_other_letters_are_another_user(idp: Idp, emulator: Emulator, provider: Provider) -> None:
    corp = federation(idp, emulator, provider, UsernameConfiguration={"CaseSensitive": True})
    corp.sign_in("ann")
    corp.browser = corp.app.browser()
    corp.sign_in("Ann")
    assert {user["Username"] for user in users(corp)} == {"Corp_ann", "Corp_Ann"}
