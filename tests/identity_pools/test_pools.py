"""Identity pools, their tags, roles and principal tags."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_emulator.emulator import Emulator
from cognito_emulator.identity_pools.records import POOLS, IdentityPool
from cognito_emulator.store.interface import Transaction
from tests.builders import refused
from tests.identity_pools.builders import ACCOUNT, REGION, identity_pool, role
from tests.wire import Clients

USER_POOL = f"cognito-idp.{REGION}.amazonaws.com/us-east-1_abcdefghi"
PROVIDER = {"ProviderName": USER_POOL, "ClientId": "client"}
KEY = f"{USER_POOL}:client"
OIDC = f"arn:aws:iam::{ACCOUNT}:oidc-provider/login.example.com"
SAML = f"arn:aws:iam::{ACCOUNT}:saml-provider/adfs"
UNKNOWN = "us-east-1:00000000-0000-0000-0000-000000000000"


def create(identity: Any, **settings: Any) -> dict[str, Any]:
    answer = identity.create_identity_pool(
        **{"IdentityPoolName": "pool", "AllowUnauthenticatedIdentities": False, **settings}
    )
    answer.pop("ResponseMetadata")
    return dict(answer)


def describe(identity: Any, pool_id: str) -> dict[str, Any]:
    answer = identity.describe_identity_pool(IdentityPoolId=pool_id)
    answer.pop("ResponseMetadata")
    return dict(answer)


def test_a_pool_shows_what_it_was_given(identity: Any) -> None:
    created = create(identity, CognitoIdentityProviders=[PROVIDER])
    assert created.pop("IdentityPoolId").startswith("us-east-1:")
    assert created == {
        "IdentityPoolName": "pool",
        "AllowUnauthenticatedIdentities": False,
        "CognitoIdentityProviders": [{**PROVIDER, "ServerSideTokenCheck": False}],
    }


def test_empty_members_are_left_out(identity: Any) -> None:
    created = create(
        identity,
        SupportedLoginProviders={},
        OpenIdConnectProviderARNs=[],
        CognitoIdentityProviders=[],
        SamlProviderARNs=[],
        IdentityPoolTags={},
    )
    assert set(created) == {"IdentityPoolId", "IdentityPoolName", "AllowUnauthenticatedIdentities"}


def test_names_repeat(identity: Any) -> None:
    assert create(identity)["IdentityPoolId"] != create(identity)["IdentityPoolId"]


def test_update_replaces_everything(identity: Any) -> None:
    pool_id = create(
        identity,
        SupportedLoginProviders={"accounts.google.com": "app"},
        AllowClassicFlow=True,
        IdentityPoolTags={"team": "a"},
    )["IdentityPoolId"]
    identity.update_identity_pool(
        IdentityPoolId=pool_id,
        IdentityPoolName="other",
        AllowUnauthenticatedIdentities=True,
        SamlProviderARNs=[SAML],
    )
    assert describe(identity, pool_id) == {
        "IdentityPoolId": pool_id,
        "IdentityPoolName": "other",
        "AllowUnauthenticatedIdentities": True,
        "SamlProviderARNs": [SAML],
        "IdentityPoolTags": {"team": "a"},
    }


def test_the_developer_provider_stays(identity: Any) -> None:
    pool_id = create(identity, DeveloperProviderName="login.dev")["IdentityPoolId"]
    update = {"IdentityPoolId": pool_id, "IdentityPoolName": "pool", "AllowUnauthenticatedIdentities": True}
    assert identity.update_identity_pool(**update)["DeveloperProviderName"] == "login.dev"
    with refused("InvalidParameterException", "The developer provider name cannot be changed."):
        identity.update_identity_pool(**update, DeveloperProviderName="other")


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"SupportedLoginProviders": {"example.com": "x"}}, "example.com is not a supported login provider."),
        ({"OpenIdConnectProviderARNs": [SAML]}, f"{SAML} is not the ARN of an identity provider."),
        ({"SamlProviderARNs": [OIDC]}, f"{OIDC} is not the ARN of an identity provider."),
        (
            {"CognitoIdentityProviders": [{"ProviderName": "example.com", "ClientId": "x"}]},
            "example.com is not the provider name of a user pool.",
        ),
        (
            {"CognitoIdentityProviders": [{"ProviderName": USER_POOL}]},
            "ProviderName and ClientId are required for a Cognito identity provider.",
        ),
        ({"IdentityPoolTags": {"aws:x": "1"}}, "Tag keys that begin with aws: are reserved: aws:x"),
    ],
)
def test_refused_settings(identity: Any, settings: dict[str, Any], text: str) -> None:
    with refused("InvalidParameterException", text):
        create(identity, **settings)
    assert identity.list_identity_pools(MaxResults=60)["IdentityPools"] == []


def test_constraints_have_the_services_own_type(identity: Any) -> None:
    pattern = r"Member must satisfy regular expression pattern: [\w\s+=,.@-]+"
    text = f"1 validation error detected: Value 'a!' at 'identityPoolName' failed to satisfy constraint: {pattern}"
    with refused("ValidationException", text):
        create(identity, IdentityPoolName="a!")


def test_list_pages_in_order(identity: Any, clients: Clients) -> None:
    ids = [create(identity, IdentityPoolName=f"pool {n}")["IdentityPoolId"] for n in range(3)]
    create(clients("cognito-identity", "eu-west-1"))
    first = identity.list_identity_pools(MaxResults=2)
    rest = identity.list_identity_pools(MaxResults=2, NextToken=first["NextToken"])
    listed = first["IdentityPools"] + rest["IdentityPools"]
    assert sorted(pool["IdentityPoolId"] for pool in listed) == sorted(ids)
    assert all(set(pool) == {"IdentityPoolId", "IdentityPoolName"} for pool in listed)
    assert "NextToken" not in rest
    with refused("InvalidParameterException", "Invalid pagination token."):
        identity.list_identity_pools(MaxResults=2, NextToken="bogus")


def test_deleted_and_foreign_pools_are_unknown(identity: Any, clients: Clients) -> None:
    pool_id = identity_pool(identity)
    identity_id = identity.get_id(IdentityPoolId=pool_id)["IdentityId"]
    for other in (clients("cognito-identity", "eu-west-1"), clients("cognito-identity", access_key="111111111111")):
        with refused("ResourceNotFoundException", f"IdentityPool '{pool_id}' not found."):
            other.describe_identity_pool(IdentityPoolId=pool_id)
    identity.delete_identity_pool(IdentityPoolId=pool_id)
    with refused("ResourceNotFoundException", f"IdentityPool '{pool_id}' not found."):
        identity.delete_identity_pool(IdentityPoolId=pool_id)
    with refused("ResourceNotFoundException", f"Identity '{identity_id}' not found."):
        identity.describe_identity(IdentityId=identity_id)


# ── tags ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_tags(identity: Any) -> None:
    pool_id = create(identity, IdentityPoolTags={"a": "1"})["IdentityPoolId"]
    arn = f"arn:aws:cognito-identity:us-east-1:{ACCOUNT}:identitypool/{pool_id}"
    identity.tag_resource(ResourceArn=arn, Tags={"b": "2", "a": ""})
    assert identity.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"a": "", "b": "2"}
    assert describe(identity, pool_id)["IdentityPoolTags"] == {"a": "", "b": "2"}
    identity.untag_resource(ResourceArn=arn, TagKeys=["a", "unknown"])
    assert identity.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"b": "2"}
    with refused("InvalidParameterException", "An identity pool can have at most 50 tags."):
        identity.tag_resource(ResourceArn=arn, Tags={str(n): "" for n in range(50)})
    assert identity.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"b": "2"}


def test_tags_of_unknown_pools(identity: Any) -> None:
    arn = f"arn:aws:cognito-identity:us-east-1:{ACCOUNT}:identitypool/{UNKNOWN}"
    with refused("ResourceNotFoundException", f"IdentityPool '{UNKNOWN}' not found."):
        identity.list_tags_for_resource(ResourceArn=arn)
    other = "arn:aws:s3:::a-bucket-of-somebody"
    with refused("InvalidParameterException", f"{other} is not the ARN of an identity pool."):
        identity.list_tags_for_resource(ResourceArn=other)


# ── roles ────────────────────────────────────────────────────────────────────────────────────────────────────


def roles_of(identity: Any, pool_id: str) -> dict[str, Any]:
    answer = identity.get_identity_pool_roles(IdentityPoolId=pool_id)
    answer.pop("ResponseMetadata")
    return dict(answer)


def test_roles_are_replaced_whole(identity: Any) -> None:
    pool_id = create(identity, CognitoIdentityProviders=[PROVIDER])["IdentityPoolId"]
    assert roles_of(identity, pool_id) == {"IdentityPoolId": pool_id}
    mappings = {KEY: {"Type": "Token", "AmbiguousRoleResolution": "Deny"}}
    identity.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"authenticated": role("A")}, RoleMappings=mappings)
    assert roles_of(identity, pool_id) == {
        "IdentityPoolId": pool_id,
        "Roles": {"authenticated": role("A")},
        "RoleMappings": mappings,
    }
    identity.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"unauthenticated": role("B")})
    assert roles_of(identity, pool_id) == {"IdentityPoolId": pool_id, "Roles": {"unauthenticated": role("B")}}


@pytest.mark.parametrize("arn", ["arn:aws:iam::999999999999:role/x", "a-name-and-not-an-arn", f"{OIDC}"])
def test_roles_that_cannot_be_passed_on(identity: Any, arn: str) -> None:
    pool_id = create(identity)["IdentityPoolId"]
    with refused("NotAuthorizedException", f"Access to Role '{arn}' is forbidden."):
        identity.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"authenticated": arn})
    assert roles_of(identity, pool_id) == {"IdentityPoolId": pool_id}


RULE = {"Claim": "isAdmin", "MatchType": "Equals", "Value": "paid", "RoleARN": role("Admin")}


@pytest.mark.parametrize(
    ("mappings", "type", "text"),
    [
        (
            {f"https://{USER_POOL}": {"Type": "Token", "AmbiguousRoleResolution": "Deny"}},
            "InvalidParameterException",
            f"(https://{USER_POOL}) is not a valid RoleMapping ProviderName or is not a configured provider.",
        ),
        (
            {"accounts.google.com": {"Type": "Token", "AmbiguousRoleResolution": "Deny"}},
            "InvalidParameterException",
            "(accounts.google.com) is not a valid RoleMapping ProviderName or is not a configured provider.",
        ),
        ({KEY: {"Type": "Token"}}, "InvalidParameterException", f"({KEY}) AmbiguousRoleResolution is required."),
        (
            {KEY: {"Type": "Rules", "AmbiguousRoleResolution": "Deny"}},
            "InvalidParameterException",
            f"({KEY}) RulesConfiguration is required for the role mapping type Rules.",
        ),
        (
            {KEY: {"Type": "Token", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": {"Rules": [RULE]}}},
            "InvalidParameterException",
            f"({KEY}) RulesConfiguration is not allowed for the role mapping type Token.",
        ),
        (
            {KEY: {"Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": {"Rules": [RULE] * 26}}},
            "InvalidParameterException",
            "The number of rules in the request exceeded 25.",
        ),
        (
            {
                KEY: {
                    "Type": "Rules",
                    "AmbiguousRoleResolution": "Deny",
                    "RulesConfiguration": {"Rules": [{**RULE, "RoleARN": "arn:aws:iam::999999999999:role/x"}]},
                }
            },
            "NotAuthorizedException",
            "Access to Role 'arn:aws:iam::999999999999:role/x' is forbidden.",
        ),
    ],
)
def test_refused_role_mappings(identity: Any, mappings: dict[str, Any], type: str, text: str) -> None:
    pool_id = create(identity, CognitoIdentityProviders=[PROVIDER])["IdentityPoolId"]
    with refused(type, text):
        identity.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={}, RoleMappings=mappings)
    assert roles_of(identity, pool_id) == {"IdentityPoolId": pool_id}


# ── principal tags ───────────────────────────────────────────────────────────────────────────────────────────


def tag_map(identity: Any, pool_id: str, provider: str = USER_POOL, **given: Any) -> dict[str, Any]:
    if given:
        answer = identity.set_principal_tag_attribute_map(
            IdentityPoolId=pool_id, IdentityProviderName=provider, **given
        )
    else:
        answer = identity.get_principal_tag_attribute_map(IdentityPoolId=pool_id, IdentityProviderName=provider)
    answer.pop("ResponseMetadata")
    return {name: value for name, value in answer.items() if name not in ("IdentityPoolId", "IdentityProviderName")}


def test_principal_tags(identity: Any) -> None:
    pool_id = create(identity, CognitoIdentityProviders=[PROVIDER])["IdentityPoolId"]
    assert tag_map(identity, pool_id) == {}
    defaults = {"UseDefaults": True, "PrincipalTags": {"client": "aud", "username": "sub"}}
    assert tag_map(identity, pool_id, UseDefaults=True) == defaults
    assert tag_map(identity, pool_id) == defaults
    custom = {"UseDefaults": False, "PrincipalTags": {"department": "custom:department"}}
    assert tag_map(identity, pool_id, PrincipalTags=custom["PrincipalTags"]) == custom
    assert tag_map(identity, pool_id) == custom


def test_refused_principal_tags(identity: Any) -> None:
    pool_id = create(identity, CognitoIdentityProviders=[PROVIDER])["IdentityPoolId"]
    with refused(
        "InvalidParameterException", "accounts.google.com is not a configured provider of this identity pool."
    ):
        tag_map(identity, pool_id, "accounts.google.com", UseDefaults=True)
    long = "The attribute names of a principal tag map can have at most 460 bytes together."
    with refused("InvalidParameterException", long):
        tag_map(identity, pool_id, PrincipalTags={"a": "x" * 256, "b": "y" * 205})
    with refused("InvalidParameterException", "PrincipalTags cannot be set with UseDefaults."):
        tag_map(identity, pool_id, UseDefaults=True, PrincipalTags={"a": "sub"})
    assert tag_map(identity, pool_id) == {}


# ── limits ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_fifty_user_pools(identity: Any) -> None:
    providers = [
        {"ProviderName": f"cognito-idp.us-east-1.amazonaws.com/us-east-1_{number:09}", "ClientId": "client"}
        for number in range(51)
    ]
    create(identity, CognitoIdentityProviders=providers[:50])
    with refused("LimitExceededException", "An identity pool can have at most 50 user pool providers."):
        create(identity, CognitoIdentityProviders=providers)


def test_a_thousand_pools_in_a_region(identity: Any, emulator: Emulator, clients: Clients) -> None:
    def step(tx: Transaction) -> None:
        for number in range(1_000):
            tx.insert(POOLS, IdentityPool(f"us-east-1:{number}", "us-east-1", ACCOUNT, "pool", float(number), {}))

    emulator.store.transact(step)
    with refused("LimitExceededException", "The maximum number of identity pools for this account is reached."):
        create(identity)
    create(clients("cognito-identity", "eu-west-1"))
