"""Identity providers of a pool as resources, and users linked to people there."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography import x509

from tests.builders import Idp, app_client, as_dict, confirmed_user, pool, refused
from tests.builders import app as new_app

SOCIAL = {"client_id": "an-id", "client_secret": "a-secret", "authorize_scopes": "openid email"}
OPEN_ID = {
    **SOCIAL,
    "attributes_request_method": "GET",
    "oidc_issuer": "https://idp.example.com",
    "authorize_url": "https://idp.example.com/authorize",
    "token_url": "https://idp.example.com/token",
    "attributes_url": "https://idp.example.com/userinfo",
    "jwks_uri": "https://idp.example.com/jwks",
}
GOOGLE = {
    "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
    "attributes_url_add_attributes": "true",
    "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
    "oidc_issuer": "https://accounts.google.com",
    "token_request_method": "POST",
    "token_url": "https://www.googleapis.com/oauth2/v4/token",
}


def provider(idp: Idp, pool_id: str, name: str = "Google", kind: str | None = None, **more: Any) -> dict[str, Any]:
    """A new provider as the service shows it."""
    given = {"ProviderDetails": OPEN_ID if kind == "OIDC" else SOCIAL, **more}
    made = idp.create_identity_provider(UserPoolId=pool_id, ProviderName=name, ProviderType=kind or name, **given)
    shown: dict[str, Any] = made["IdentityProvider"]
    return shown


def test_google_is_completed(idp: Idp) -> None:
    pool_id = pool(idp)
    made = provider(idp, pool_id)
    assert made["ProviderDetails"] == {**SOCIAL, **GOOGLE}
    assert made["AttributeMapping"] == {"username": "sub"}
    described = idp.describe_identity_provider(UserPoolId=pool_id, ProviderName="Google")["IdentityProvider"]
    assert described == {**made, "IdpIdentifiers": []}


def test_facebook_has_its_version_in_the_addresses(idp: Idp) -> None:
    details = {**SOCIAL, "api_version": "v21.0"}
    made = provider(idp, pool(idp), "Facebook", ProviderDetails=details, AttributeMapping={"email": "email"})
    assert made["ProviderDetails"] == {
        **details,
        "attributes_url": "https://graph.facebook.com/v21.0/me?fields=",
        "attributes_url_add_attributes": "true",
        "authorize_url": "https://www.facebook.com/v21.0/dialog/oauth",
        "token_request_method": "GET",
        "token_url": "https://graph.facebook.com/v21.0/oauth/access_token",
    }
    assert made["AttributeMapping"] == {"email": "email", "username": "id"}


def test_amazon_is_completed(idp: Idp) -> None:
    made = provider(idp, pool(idp), "LoginWithAmazon")
    assert made["ProviderDetails"] == {
        **SOCIAL,
        "attributes_url": "https://api.amazon.com/user/profile",
        "attributes_url_add_attributes": "false",
        "authorize_url": "https://www.amazon.com/ap/oa",
        "token_request_method": "POST",
        "token_url": "https://api.amazon.com/auth/o2/token",
    }
    assert made["AttributeMapping"] == {"username": "user_id"}


def test_apples_private_key_is_never_shown(idp: Idp) -> None:
    details = {"client_id": "com.example", "team_id": "t", "key_id": "k", "authorize_scopes": "email"}
    made = provider(idp, pool(idp), "SignInWithApple", ProviderDetails={**details, "private_key": "a key"})
    assert made["ProviderDetails"] == {
        **details,
        "attributes_url_add_attributes": "false",
        "authorize_url": "https://appleid.apple.com/auth/authorize",
        "oidc_issuer": "https://appleid.apple.com",
        "token_request_method": "POST",
        "token_url": "https://appleid.apple.com/auth/token",
    }


def test_open_id_with_addresses_needs_no_discovery(idp: Idp) -> None:
    made = provider(idp, pool(idp), "Corp", "OIDC")
    assert made["ProviderDetails"] == {**OPEN_ID, "attributes_url_add_attributes": "false"}


@pytest.mark.parametrize("missing", ["client_id", "client_secret", "authorize_scopes"])
def test_details_are_required(idp: Idp, missing: str) -> None:
    pool_id = pool(idp)
    details = {name: value for name, value in SOCIAL.items() if name != missing}
    text = "clientId, clientSecret and authorizeScopes are all required idp details."
    with refused("InvalidParameterException", text):
        provider(idp, pool_id, ProviderDetails=details)
    assert idp.list_identity_providers(UserPoolId=pool_id)["Providers"] == []


@pytest.mark.parametrize(
    ("kind", "details", "text"),
    [
        (
            "SignInWithApple",
            {"client_id": "a", "team_id": "t", "key_id": "k"},
            "clientId, privateKey, teamId, and keyId are all required idp details.",
        ),
        (
            "OIDC",
            {**SOCIAL, "attributes_request_method": "GET"},
            "clientId, authorizeScopes, oidcIssuer and attributesRequestMethod are all required idp details.",
        ),
        (
            "OIDC",
            {**SOCIAL, "attributes_request_method": "PUT", "oidc_issuer": "https://idp.example.com"},
            "1 validation error detected: Value 'PUT' at 'providerConfiguration.oidcConfig.attributesRequestMethod' "
            "failed to satisfy constraint: Member must satisfy enum value set: [POST, GET]",
        ),
        (
            "OIDC",
            {**SOCIAL, "attributes_request_method": "GET", "oidc_issuer": "http://idp.example.com"},
            "OIDC endpoint must start with https://",
        ),
        ("SAML", {}, "At least one of the MetadataURL or MetadataFile should be provided."),
        (
            "SAML",
            {"MetadataURL": "https://idp.example.com", "MetadataFile": "<x/>"},
            "Only one of the MetadataURL or MetadataFile should be provided.",
        ),
    ],
)
def test_details_of_each_type(idp: Idp, kind: str, details: dict[str, str], text: str) -> None:
    pool_id = pool(idp)
    with refused("InvalidParameterException", text):
        provider(idp, pool_id, kind if kind == "SignInWithApple" else "Corp", kind, ProviderDetails=details)
    assert idp.list_identity_providers(UserPoolId=pool_id)["Providers"] == []


def test_mappings_name_attributes_of_the_pool(idp: Idp) -> None:
    pool_id = pool(idp, Schema=[{"Name": "team", "AttributeDataType": "String"}])
    for mapping, wrong in (
        ({"custom:zen_groups": "name", "email": "email"}, "custom:zen_groups"),
        ({"email": "hd"}, "hd"),
        ({"sub": "sub"}, "sub"),
    ):
        with refused("InvalidParameterException", f"AttributeMapping contains invalid mapping: [{wrong}]"):
            provider(idp, pool_id, AttributeMapping=mapping)
    provider(idp, pool_id, AttributeMapping={"custom:team": "id_token", "username": "email"})
    with refused("InvalidParameterException", "AttributeMapping contains invalid mapping: [custom:other]"):
        idp.update_identity_provider(
            UserPoolId=pool_id, ProviderName="Google", AttributeMapping={"custom:other": "email"}
        )
    shown = idp.describe_identity_provider(UserPoolId=pool_id, ProviderName="Google")["IdentityProvider"]
    assert shown["AttributeMapping"] == {"custom:team": "id_token", "username": "sub"}


def test_social_providers_have_fixed_names(idp: Idp) -> None:
    pool_id = pool(idp)
    with refused("InvalidParameterException", "Provider MyGoogle cannot be of type Google."):
        provider(idp, pool_id, "MyGoogle", "Google")
    with refused("InvalidParameterException", "Provider Google cannot be of type OIDC."):
        provider(idp, pool_id, "Google", "OIDC")
    with refused("InvalidParameterException", "Provider COGNITO cannot be of type OIDC."):
        provider(idp, pool_id, "COGNITO", "OIDC")


def test_a_name_is_taken_once(idp: Idp) -> None:
    pool_id = pool(idp)
    provider(idp, pool_id)
    with refused("DuplicateProviderException", f"Google already exists in user pool {pool_id}"):
        provider(idp, pool_id)


def test_discovery_that_fails_is_refused(idp: Idp) -> None:
    details = {**SOCIAL, "attributes_request_method": "GET", "oidc_issuer": "http://127.0.0.1:9"}
    with refused("InvalidParameterException", "Unable to contact well-known endpoint of http://127.0.0.1:9"):
        provider(idp, pool(idp), "Corp", "OIDC", ProviderDetails=details)


def test_what_an_update_leaves_out_stays(idp: Idp) -> None:
    pool_id = pool(idp)
    provider(idp, pool_id, IdpIdentifiers=["one"])
    idp.update_identity_provider(UserPoolId=pool_id, ProviderName="Google", AttributeMapping={"email": "email"})
    changed = idp.update_identity_provider(
        UserPoolId=pool_id, ProviderName="Google", ProviderDetails={**SOCIAL, "client_id": "another"}
    )["IdentityProvider"]
    assert changed["AttributeMapping"] == {"email": "email", "username": "sub"}
    assert changed["ProviderDetails"] == {**SOCIAL, **GOOGLE, "client_id": "another"}
    described = idp.describe_identity_provider(UserPoolId=pool_id, ProviderName="Google")["IdentityProvider"]
    assert described == {**changed, "IdpIdentifiers": ["one"]}


def test_identifiers_are_echoed_to_requests_that_have_them(idp: Idp) -> None:
    pool_id = pool(idp)
    key = {"UserPoolId": pool_id, "ProviderName": "Google"}
    made = idp.create_identity_provider(**key, ProviderType="Google", ProviderDetails=SOCIAL)["IdentityProvider"]
    assert "IdpIdentifiers" not in made
    assert idp.describe_identity_provider(**key)["IdentityProvider"]["IdpIdentifiers"] == []
    assert idp.update_identity_provider(**key, IdpIdentifiers=["a"])["IdentityProvider"]["IdpIdentifiers"] == ["a"]
    assert "IdpIdentifiers" not in idp.update_identity_provider(**key, ProviderDetails=SOCIAL)["IdentityProvider"]


def test_providers_are_found_by_identifier(idp: Idp) -> None:
    pool_id = pool(idp)
    provider(idp, pool_id, "Corp", "OIDC", IdpIdentifiers=["corp.example", "corp"])
    found = idp.get_identity_provider_by_identifier(UserPoolId=pool_id, IdpIdentifier="corp")["IdentityProvider"]
    assert found["ProviderName"] == "Corp"
    with refused("InvalidParameterException", "The identifier corp is already used by another identity provider."):
        provider(idp, pool_id, IdpIdentifiers=["corp"])
    idp.update_identity_provider(UserPoolId=pool_id, ProviderName="Corp", IdpIdentifiers=["other"])
    with refused("ResourceNotFoundException", "Identity provider with identifier corp does not exist."):
        idp.get_identity_provider_by_identifier(UserPoolId=pool_id, IdpIdentifier="corp")


def test_providers_are_listed_in_pages(idp: Idp) -> None:
    pool_id = pool(idp)
    for name in ("Google", "Facebook", "LoginWithAmazon"):
        provider(idp, pool_id, name)
    first = idp.list_identity_providers(UserPoolId=pool_id, MaxResults=2)
    rest = idp.list_identity_providers(UserPoolId=pool_id, MaxResults=2, NextToken=first["NextToken"])
    assert [one["ProviderName"] for one in first["Providers"] + rest["Providers"]] == [
        "Facebook",
        "Google",
        "LoginWithAmazon",
    ]
    assert set(first["Providers"][0]) == {"ProviderName", "ProviderType", "CreationDate", "LastModifiedDate"}


def test_unknown_providers_are_refused(idp: Idp) -> None:
    pool_id = pool(idp)
    for call in (idp.describe_identity_provider, idp.delete_identity_provider, idp.update_identity_provider):
        with refused("ResourceNotFoundException", "Identity provider Google does not exist."):
            call(UserPoolId=pool_id, ProviderName="Google")


def test_a_deleted_provider_is_gone_with_its_identifiers(idp: Idp) -> None:
    pool_id = pool(idp)
    provider(idp, pool_id, IdpIdentifiers=["corp"])
    idp.delete_identity_provider(UserPoolId=pool_id, ProviderName="Google")
    assert idp.list_identity_providers(UserPoolId=pool_id)["Providers"] == []
    provider(idp, pool_id, "Corp", "OIDC", IdpIdentifiers=["corp"])


def test_every_provider_has_a_group(idp: Idp) -> None:
    pool_id = pool(idp)
    provider(idp, pool_id)
    group = idp.get_group(UserPoolId=pool_id, GroupName=f"{pool_id}_Google")["Group"]
    assert group["Description"] == "Autogenerated group for users who sign in using Google"


def test_clients_support_only_providers_that_exist(idp: Idp) -> None:
    pool_id = pool(idp)
    with refused("InvalidParameterException", f"The provider Google does not exist for User Pool {pool_id}."):
        app_client(idp, pool_id, SupportedIdentityProviders=["Google"])
    provider(idp, pool_id)
    client_id = app_client(idp, pool_id, SupportedIdentityProviders=["Google", "COGNITO"])
    client = idp.describe_user_pool_client(UserPoolId=pool_id, ClientId=client_id)["UserPoolClient"]
    assert client["SupportedIdentityProviders"] == ["Google", "COGNITO"]


def test_the_signing_certificate_stays_the_same_for_ten_years(idp: Idp) -> None:
    pool_id = pool(idp)
    shown = idp.get_signing_certificate(UserPoolId=pool_id)["Certificate"]
    certificate = x509.load_der_x509_certificate(base64.b64decode(shown))
    assert (certificate.not_valid_after_utc - certificate.not_valid_before_utc).days == 3650
    assert idp.get_signing_certificate(UserPoolId=pool_id)["Certificate"] == shown
    assert idp.get_signing_certificate(UserPoolId=pool(idp))["Certificate"] != shown


# ── linking ──────────────────────────────────────────────────────────────────────────────────────────────────


def source(value: str = "1122", name: str = "Google", attribute: str = "Cognito_Subject") -> dict[str, str]:
    return {"ProviderName": name, "ProviderAttributeName": attribute, "ProviderAttributeValue": value}


def destination(username: str = "alice") -> dict[str, str]:
    return {"ProviderName": "Cognito", "ProviderAttributeValue": username}


def link(idp: Idp, pool_id: str, whom: str = "alice", **given: str) -> None:
    idp.admin_link_provider_for_user(UserPoolId=pool_id, DestinationUser=destination(whom), SourceUser=source(**given))


def shown_identities(idp: Idp, pool_id: str, username: str = "alice") -> Any:
    shown = as_dict(idp.admin_get_user(UserPoolId=pool_id, Username=username)["UserAttributes"])
    return json.loads(shown["identities"]) if "identities" in shown else None


def test_a_link_shows_among_the_users_identities(idp: Idp) -> None:
    app = new_app(idp)
    provider(idp, app.pool_id)
    confirmed_user(idp, app)
    link(idp, app.pool_id)
    assert shown_identities(idp, app.pool_id) == [
        {
            "userId": "1122",
            "providerName": "Google",
            "providerType": "Google",
            "issuer": None,
            "primary": False,
            "dateCreated": 1767225600123,
        }
    ]
    with refused("InvalidParameterException", "SourceUser is already linked to DestinationUser"):
        link(idp, app.pool_id)
    confirmed_user(idp, app, "bob")
    with refused("AliasExistsException", "The provided SourceUser is already linked to another DestinationUser"):
        link(idp, app.pool_id, "bob")


def test_a_link_can_be_undone(idp: Idp) -> None:
    app = new_app(idp)
    provider(idp, app.pool_id)
    confirmed_user(idp, app)
    link(idp, app.pool_id)
    idp.admin_disable_provider_for_user(UserPoolId=app.pool_id, User=source())
    assert shown_identities(idp, app.pool_id) is None
    with refused("UserNotFoundException", "User does not exist."):
        idp.admin_disable_provider_for_user(UserPoolId=app.pool_id, User=source())


def test_a_user_has_five_identities_at_most(idp: Idp) -> None:
    app = new_app(idp)
    provider(idp, app.pool_id)
    confirmed_user(idp, app)
    for number in range(5):
        link(idp, app.pool_id, value=str(number))
    with refused("LimitExceededException", "Maximum number of identities linked to the user exceeded."):
        link(idp, app.pool_id, value="5")


def test_identities_at_several_providers_count_together(idp: Idp) -> None:
    app = new_app(idp)
    for name in ("Google", "Facebook", "LoginWithAmazon"):
        provider(idp, app.pool_id, name, name)
    confirmed_user(idp, app)
    for value, name in (
        ("1", "Google"),
        ("2", "Google"),
        ("1", "Facebook"),
        ("2", "Facebook"),
        ("1", "LoginWithAmazon"),
    ):
        link(idp, app.pool_id, value=value, name=name)
    with refused("LimitExceededException", "Maximum number of identities linked to the user exceeded."):
        link(idp, app.pool_id, value="2", name="LoginWithAmazon")
    assert len(shown_identities(idp, app.pool_id)) == 5
    idp.admin_disable_provider_for_user(UserPoolId=app.pool_id, User=source("2", "Facebook"))
    link(idp, app.pool_id, value="2", name="LoginWithAmazon")
    assert {(one["providerName"], one["userId"]) for one in shown_identities(idp, app.pool_id)} == {
        ("Google", "1"),
        ("Google", "2"),
        ("Facebook", "1"),
        ("LoginWithAmazon", "1"),
        ("LoginWithAmazon", "2"),
    }


@pytest.mark.parametrize("name", ["Cognito", "Google"])
def test_only_the_subject_disables_local_and_social_users(idp: Idp, name: str) -> None:
    app = new_app(idp)
    provider(idp, app.pool_id)
    confirmed_user(idp, app)
    text = f"Invalid User: email is not an attribute that {name} users can be disabled by"
    with refused("InvalidParameterException", text):
        idp.admin_disable_provider_for_user(UserPoolId=app.pool_id, User=source("alice", name, "email"))
    with refused("UserNotFoundException", "User does not exist."):
        idp.admin_disable_provider_for_user(UserPoolId=app.pool_id, User=source("nobody", name))


def test_a_local_user_is_no_source(idp: Idp) -> None:
    app = new_app(idp)
    confirmed_user(idp, app)
    text = (
        "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, "
        "only as a DestinationUser"
    )
    with refused("InvalidParameterException", text):
        link(idp, app.pool_id, name="Cognito")


def test_links_need_a_user_and_a_provider(idp: Idp) -> None:
    app = new_app(idp)
    with refused("ResourceNotFoundException", "Identity provider Google does not exist."):
        link(idp, app.pool_id)
    provider(idp, app.pool_id)
    with refused("UserNotFoundException", "User does not exist."):
        link(idp, app.pool_id)


def test_social_users_are_linked_by_their_subject_only(idp: Idp) -> None:
    app = new_app(idp)
    provider(idp, app.pool_id, AttributeMapping={"email": "email"})
    confirmed_user(idp, app)
    text = "Invalid SourceUser: email is not an attribute that Google users can be linked by"
    with refused("InvalidParameterException", text):
        link(idp, app.pool_id, attribute="email", value="a@example.com")


def test_a_deleted_users_identities_are_free_again(idp: Idp) -> None:
    app = new_app(idp)
    provider(idp, app.pool_id)
    confirmed_user(idp, app)
    link(idp, app.pool_id)
    idp.admin_delete_user(UserPoolId=app.pool_id, Username="alice")
    confirmed_user(idp, app, "bob")
    link(idp, app.pool_id, "bob")


def test_disabling_the_local_way_ends_the_password(idp: Idp) -> None:
    app = new_app(idp)
    user = confirmed_user(idp, app)
    idp.admin_disable_provider_for_user(UserPoolId=app.pool_id, User=source("alice", "Cognito"))
    with refused("NotAuthorizedException", "Incorrect username or password."):
        idp.initiate_auth(
            ClientId=app.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": user.username, "PASSWORD": user.password},
        )
