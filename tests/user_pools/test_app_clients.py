"""App clients and their secrets. Source: reference user-pools.md §2.7, §3.2, §4, §13."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

import pytest

from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from tests import builders
from tests.builders import Idp, refused
from tests.wire import call

NOW = datetime(2026, 1, 1, 0, 0, 0, 123000, tzinfo=timezone.utc)


@pytest.fixture
def pool(idp: Idp) -> str:
    return builders.pool(idp)


def create(idp: Idp, pool: str, **settings: Any) -> dict[str, Any]:
    created = idp.create_user_pool_client(**{"UserPoolId": pool, "ClientName": "web", **settings})
    client: dict[str, Any] = created["UserPoolClient"]
    return client


def describe(idp: Idp, client: dict[str, Any]) -> dict[str, Any]:
    shown = idp.describe_user_pool_client(UserPoolId=client["UserPoolId"], ClientId=client["ClientId"])
    found: dict[str, Any] = shown["UserPoolClient"]
    return found


# ── a fresh client ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_fresh_client(idp: Idp, pool: str) -> None:
    client = create(idp, pool)
    assert re.fullmatch(r"[0-9a-z]{26}", client["ClientId"])
    assert client == {
        "UserPoolId": pool,
        "ClientName": "web",
        "ClientId": client["ClientId"],
        "ClientType": "REGULAR",
        "CreationDate": NOW,
        "LastModifiedDate": NOW,
        "RefreshTokenValidity": 30,
        "TokenValidityUnits": {},
        "AllowedOAuthFlowsUserPoolClient": False,
        "EnableTokenRevocation": True,
        "EnablePropagateAdditionalUserContextData": False,
        "AuthSessionValidity": 3,
    }
    assert describe(idp, client) == client


def test_settings_are_shown_as_they_were_given(idp: Idp, pool: str) -> None:
    """Recording aws-cli-examples/cli-example-create-user-pool-client/1."""
    given = {
        "RefreshTokenValidity": 10,
        "AccessTokenValidity": 60,
        "IdTokenValidity": 60,
        "TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "days"},
        "ReadAttributes": ["email", "phone_number", "email_verified", "phone_number_verified"],
        "WriteAttributes": ["email", "phone_number"],
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        "SupportedIdentityProviders": ["COGNITO"],
        "CallbackURLs": ["https://example.com", "http://localhost:8001", "myapp://example"],
        "LogoutURLs": ["https://example.com/out"],
        "DefaultRedirectURI": "https://example.com",
        "AllowedOAuthFlows": ["implicit", "code"],
        "AllowedOAuthScopes": ["openid", "profile", "aws.cognito.signin.user.admin"],
        "AllowedOAuthFlowsUserPoolClient": True,
        "PreventUserExistenceErrors": "ENABLED",
        "EnableTokenRevocation": False,
        "AuthSessionValidity": 4,
        "RefreshTokenRotation": {"Feature": "DISABLED", "RetryGracePeriodSeconds": 5},
    }
    shown = create(idp, pool, **given)
    assert {name: shown[name] for name in given} == given


def test_an_analytics_configuration_gets_the_service_linked_role(idp: Idp, pool: str) -> None:
    arn = "arn:aws:mobiletargeting:us-east-1:123456789012:apps/x"
    shown = create(idp, pool, AnalyticsConfiguration={"ApplicationArn": arn, "UserDataShared": True})
    assert shown["AnalyticsConfiguration"] == {
        "ApplicationArn": arn,
        "UserDataShared": True,
        "RoleArn": "arn:aws:iam::123456789012:role/aws-service-role/cognito-idp.amazonaws.com/"
        "AWSServiceRoleForAmazonCognitoIdp",
    }


def test_unknown_clients(idp: Idp, pool: str) -> None:
    elsewhere = create(idp, builders.pool(idp))["ClientId"]
    for client_id in ("1unknown", elsewhere):
        for operation in (
            idp.describe_user_pool_client,
            idp.update_user_pool_client,
            idp.delete_user_pool_client,
            idp.add_user_pool_client_secret,
            idp.list_user_pool_client_secrets,
        ):
            with refused("ResourceNotFoundException", f"User pool client {client_id} does not exist."):
                operation(UserPoolId=pool, ClientId=client_id)


def test_an_unknown_pool(idp: Idp) -> None:
    with refused("ResourceNotFoundException", "User pool us-east-1_unknown does not exist."):
        create(idp, "us-east-1_unknown")


# ── ranges ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "settings",
    [
        {"RefreshTokenValidity": 60, "TokenValidityUnits": {"RefreshToken": "minutes"}},
        {"RefreshTokenValidity": 3650},
        {"RefreshTokenValidity": 315_360_000, "TokenValidityUnits": {"RefreshToken": "seconds"}},
        {"AccessTokenValidity": 5, "TokenValidityUnits": {"AccessToken": "minutes"}},
        {"AccessTokenValidity": 300, "TokenValidityUnits": {"AccessToken": "seconds"}},
        {"AccessTokenValidity": 1, "TokenValidityUnits": {"AccessToken": "days"}},
        {"IdTokenValidity": 24},
        {"AuthSessionValidity": 15},
    ],
)
def test_validities_that_are_let_pass(idp: Idp, pool: str, settings: dict[str, Any]) -> None:
    shown = create(idp, pool, **settings)
    assert {name: shown[name] for name in settings} == settings


@pytest.mark.parametrize(
    "settings",
    [
        {"RefreshTokenValidity": 59, "TokenValidityUnits": {"RefreshToken": "minutes"}},
        {"RefreshTokenValidity": 3651},
        {"AccessTokenValidity": 4, "TokenValidityUnits": {"AccessToken": "minutes"}},
        {"AccessTokenValidity": 25},
        {"AccessTokenValidity": 2, "TokenValidityUnits": {"AccessToken": "days"}},
        {"IdTokenValidity": 299, "TokenValidityUnits": {"IdToken": "seconds"}},
        {"IdTokenValidity": 25},
    ],
)
def test_validities_out_of_range(idp: Idp, pool: str, settings: dict[str, Any]) -> None:
    with refused("InvalidParameterException", "Invalid range for token validity."):
        create(idp, pool, **settings)
    assert idp.list_user_pool_clients(UserPoolId=pool)["UserPoolClients"] == []


@pytest.mark.parametrize("token", ["AccessTokenValidity", "IdTokenValidity"])
def test_tokens_do_not_outlive_the_refresh_token(idp: Idp, pool: str, token: str) -> None:
    text = "Access and Id Token expiration times must be less than or equal to refresh token expiration times."
    with refused("InvalidParameterException", text):
        create(idp, pool, **{token: 2, "RefreshTokenValidity": 1, "TokenValidityUnits": {"RefreshToken": "hours"}})


def test_a_refresh_validity_of_zero_is_the_default(idp: Idp, pool: str) -> None:
    assert create(idp, pool, RefreshTokenValidity=0)["RefreshTokenValidity"] == 30


def test_session_validity_has_its_range_in_the_model(emulator: Emulator, pool: str) -> None:
    for minutes, text in ((2, "greater than or equal to 3"), (16, "less than or equal to 15")):
        body = {"UserPoolId": pool, "ClientName": "c", "AuthSessionValidity": minutes}
        assert call(emulator, "CreateUserPoolClient", body).error == (
            "InvalidParameterException",
            f"1 validation error detected: Value '{minutes}' at 'authSessionValidity' failed to satisfy constraint: "
            f"Member must have value {text}",
        )


# ── what does not go together ────────────────────────────────────────────────────────────────────────────────

OAUTH = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid"],
    "CallbackURLs": ["https://example.com"],
}


@pytest.mark.parametrize(
    ("settings", "kind", "text"),
    [
        pytest.param(
            {"AllowedOAuthFlowsUserPoolClient": True},
            "InvalidParameterException",
            "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
            id="no flows",
        ),
        pytest.param(
            {**OAUTH, "AllowedOAuthScopes": []},
            "InvalidParameterException",
            "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
            id="no scopes",
        ),
        pytest.param(
            {**OAUTH, "AllowedOAuthFlows": ["client_credentials", "code"], "GenerateSecret": True},
            "InvalidOAuthFlowException",
            "client_credentials flow can not be selected along with code flow or implicit flow.",
            id="client credentials and code",
        ),
        pytest.param(
            {**OAUTH, "AllowedOAuthFlows": ["client_credentials"]},
            "InvalidOAuthFlowException",
            "client_credentials flow can not be selected if client does not have a client secret.",
            id="client credentials without secret",
        ),
        pytest.param(
            {**OAUTH, "AllowedOAuthScopes": ["openid", "files/read"]},
            "ScopeDoesNotExistException",
            "Invalid scope requested: files/read",
            id="unknown scope",
        ),
        pytest.param(
            {"ReadAttributes": ["shoe_size"]},
            "InvalidParameterException",
            "Invalid read attributes specified while creating a client",
            id="read attributes",
        ),
        pytest.param(
            {"WriteAttributes": ["email", "custom:unknown"]},
            "InvalidParameterException",
            "Invalid write attributes specified while creating a client",
            id="write attributes",
        ),
        pytest.param(
            {"WriteAttributes": ["email", "email_verified"]},
            "InvalidParameterException",
            "Invalid write attributes specified while creating a client",
            id="write verified flag",
        ),
        pytest.param(
            {**OAUTH, "DefaultRedirectURI": "https://elsewhere.example"},
            "InvalidParameterException",
            "The default redirect URI https://elsewhere.example is not in the callback URIs list.",
            id="default redirect",
        ),
        pytest.param(
            {**OAUTH, "CallbackURLs": []},
            "InvalidOAuthFlowException",
            "CallbackUrls can not be empty when code flow or implicit flow is selected",
            id="no callback",
        ),
        pytest.param(
            {"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "USER_PASSWORD_AUTH"]},
            "InvalidParameterException",
            "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.",
            id="old and new flow names",
        ),
        pytest.param(
            {"CallbackURLs": ["http://example.com/cb"]},
            "InvalidParameterException",
            "http://example.com/cb cannot use the HTTP protocol.",
            id="callback over http",
        ),
        pytest.param(
            {"CallbackURLs": ["https://example.com/cb#frag"]},
            "InvalidParameterException",
            "https://example.com/cb#frag cannot use fragment",
            id="callback with fragment",
        ),
        pytest.param(
            {"AnalyticsConfiguration": {"ApplicationId": "1", "UserDataShared": True}},
            "InvalidParameterException",
            "Invalid analytics configuration given, either <application arn> or <application id, role arn, "
            "external id> are valid",
            id="analytics without role",
        ),
        pytest.param(
            {"LogoutURLs": ["http://example.com/out"]},
            "InvalidParameterException",
            "http://example.com/out cannot use the HTTP protocol.",
            id="sign-out over http",
        ),
    ],
)
def test_conflicts(idp: Idp, pool: str, settings: dict[str, Any], kind: str, text: str) -> None:
    with refused(kind, text):
        create(idp, pool, **settings)


def test_an_unknown_provider(idp: Idp, pool: str) -> None:
    with refused("InvalidParameterException", f"The provider Google does not exist for User Pool {pool}."):
        create(idp, pool, SupportedIdentityProviders=["COGNITO", "Google"])


@pytest.mark.parametrize(
    "settings",
    [
        {"ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"], "GenerateSecret": True},
        {
            "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            "RefreshTokenRotation": {"Feature": "ENABLED"},
        },
        {"GenerateSecret": True, "ClientSecret": "x" * 30},
    ],
)
def test_conflicts_whose_text_is_unknown(idp: Idp, pool: str, settings: dict[str, Any]) -> None:
    with pytest.raises(idp.exceptions.InvalidParameterException):
        create(idp, pool, **settings)


def test_required_attributes_have_to_be_writable(idp: Idp) -> None:
    pool = builders.pool(idp, Schema=[{"Name": "email", "Required": True}])
    with refused("InvalidParameterException", "Invalid write attributes specified while creating a client"):
        create(idp, pool, WriteAttributes=["name"])
    client = create(idp, pool, WriteAttributes=["email"])
    with refused("InvalidParameterException", "Invalid write attributes specified while updating a client"):
        idp.update_user_pool_client(UserPoolId=pool, ClientId=client["ClientId"], WriteAttributes=["name"])


# ── update, deletion, list ───────────────────────────────────────────────────────────────────────────────────


def test_update_resets_what_it_leaves_out(idp: Idp, pool: str, clock: Clock) -> None:
    client = create(
        idp,
        pool,
        RefreshTokenValidity=5,
        AccessTokenValidity=2,
        IdTokenValidity=2,
        ReadAttributes=["email"],
        WriteAttributes=["email"],
        ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"],
        PreventUserExistenceErrors="ENABLED",
        EnableTokenRevocation=False,
        AuthSessionValidity=10,
        GenerateSecret=True,
        **OAUTH,
    )
    fresh = create(idp, pool)
    clock.advance(60)
    updated = idp.update_user_pool_client(UserPoolId=pool, ClientId=client["ClientId"])["UserPoolClient"]
    assert updated == {
        **fresh,
        "ClientId": client["ClientId"],
        "ClientSecret": client["ClientSecret"],
        "EnableTokenRevocation": False,
        "LastModifiedDate": updated["LastModifiedDate"],
    }
    assert (updated["LastModifiedDate"] - updated["CreationDate"]).total_seconds() == 60
    assert describe(idp, client) == updated


def test_update_renames_where_a_name_is_given(idp: Idp, pool: str) -> None:
    client = create(idp, pool)
    idp.update_user_pool_client(UserPoolId=pool, ClientId=client["ClientId"], ClientName="renamed")
    assert describe(idp, client)["ClientName"] == "renamed"


def test_delete(idp: Idp, pool: str) -> None:
    client = create(idp, pool)
    idp.delete_user_pool_client(UserPoolId=pool, ClientId=client["ClientId"])
    with refused("ResourceNotFoundException", f"User pool client {client['ClientId']} does not exist."):
        describe(idp, client)
    with refused("ResourceNotFoundException", f"User pool client {client['ClientId']} does not exist."):
        idp.sign_up(ClientId=client["ClientId"], Username="alice", Password=builders.PASSWORD)


def test_list_shows_ids_and_names_only(idp: Idp, pool: str) -> None:
    client = create(idp, pool, GenerateSecret=True)
    create(idp, builders.pool(idp))
    assert idp.list_user_pool_clients(UserPoolId=pool)["UserPoolClients"] == [
        {"ClientId": client["ClientId"], "ClientName": "web", "UserPoolId": pool}
    ]


def test_list_has_pages(idp: Idp, pool: str, clock: Clock) -> None:
    made = []
    for _ in range(3):
        made.append(create(idp, pool)["ClientId"])
        clock.advance(1)
    first = idp.list_user_pool_clients(UserPoolId=pool, MaxResults=2)
    second = idp.list_user_pool_clients(UserPoolId=pool, MaxResults=2, NextToken=first["NextToken"])
    assert [client["ClientId"] for client in first["UserPoolClients"] + second["UserPoolClients"]] == made
    assert "NextToken" not in second
    other = builders.pool(idp)
    with refused("InvalidParameterException", "Invalid pagination token."):
        idp.list_user_pool_clients(UserPoolId=other, MaxResults=2, NextToken=first["NextToken"])


# ── secrets ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_generated_secret(idp: Idp, pool: str) -> None:
    client = create(idp, pool, GenerateSecret=True)
    assert re.fullmatch(r"[0-9a-z]{49,52}", client["ClientSecret"])
    assert describe(idp, client) == client


def test_a_secret_of_ones_own(idp: Idp, pool: str) -> None:
    assert create(idp, pool, ClientSecret="a_secret_that_we_chose+123")["ClientSecret"] == "a_secret_that_we_chose+123"


def secrets(idp: Idp, client: dict[str, Any]) -> list[dict[str, Any]]:
    listed = idp.list_user_pool_client_secrets(UserPoolId=client["UserPoolId"], ClientId=client["ClientId"])
    assert "NextToken" not in listed
    found: list[dict[str, Any]] = listed["ClientSecrets"]
    return found


def test_a_second_secret(idp: Idp, pool: str, clock: Clock) -> None:
    client = create(idp, pool, GenerateSecret=True)
    key = {"UserPoolId": pool, "ClientId": client["ClientId"]}
    clock.advance(60)
    added = idp.add_user_pool_client_secret(**key)["ClientSecretDescriptor"]
    assert re.fullmatch(client["ClientId"] + r"--\d+", added["ClientSecretId"])
    assert re.fullmatch(r"[0-9a-z]{49,52}", added.pop("ClientSecretValue"))
    assert added["ClientSecretCreateDate"].timestamp() == 1767225660.123
    listed = secrets(idp, client)
    assert [set(secret) for secret in listed] == [{"ClientSecretId", "ClientSecretCreateDate"}] * 2
    assert listed[1] == added


def test_a_second_secret_of_ones_own_is_not_shown(idp: Idp, pool: str) -> None:
    client = create(idp, pool, GenerateSecret=True)
    key = {"UserPoolId": pool, "ClientId": client["ClientId"]}
    added = idp.add_user_pool_client_secret(**key, ClientSecret="x" * 24)["ClientSecretDescriptor"]
    assert set(added) == {"ClientSecretId", "ClientSecretCreateDate"}


def test_two_secrets_made_at_once_have_different_ids(idp: Idp, pool: str) -> None:
    client = create(idp, pool, GenerateSecret=True)
    idp.add_user_pool_client_secret(UserPoolId=pool, ClientId=client["ClientId"])
    assert len({secret["ClientSecretId"] for secret in secrets(idp, client)}) == 2


def test_there_is_no_third_secret(idp: Idp, pool: str) -> None:
    client = create(idp, pool, GenerateSecret=True)
    key = {"UserPoolId": pool, "ClientId": client["ClientId"]}
    idp.add_user_pool_client_secret(**key)
    with pytest.raises(idp.exceptions.LimitExceededException):
        idp.add_user_pool_client_secret(**key)
    assert len(secrets(idp, client)) == 2


def test_a_client_without_secret_gets_none(idp: Idp, pool: str) -> None:
    client = create(idp, pool)
    with pytest.raises(idp.exceptions.InvalidParameterException):
        idp.add_user_pool_client_secret(UserPoolId=pool, ClientId=client["ClientId"])
    assert secrets(idp, client) == []


def test_deleting_secrets(idp: Idp, pool: str, clock: Clock) -> None:
    client = create(idp, pool, GenerateSecret=True)
    key = {"UserPoolId": pool, "ClientId": client["ClientId"]}
    clock.advance(1)
    added = idp.add_user_pool_client_secret(**key)["ClientSecretDescriptor"]
    first = secrets(idp, client)[0]["ClientSecretId"]
    idp.delete_user_pool_client_secret(**key, ClientSecretId=first)
    assert describe(idp, client)["ClientSecret"] == added["ClientSecretValue"]
    with pytest.raises(idp.exceptions.ResourceNotFoundException):
        idp.delete_user_pool_client_secret(**key, ClientSecretId=first)
    with pytest.raises(idp.exceptions.InvalidParameterException):
        idp.delete_user_pool_client_secret(**key, ClientSecretId=added["ClientSecretId"])
    assert len(secrets(idp, client)) == 1
