"""The reads of version 6's data sources and of its ephemeral resource, over what made.tf.json made.

Source: hashicorp/terraform-provider-aws, internal/service/cognitoidp and cognitoidentity, *_data_source.go, the tests
beside them, and openid_token_for_developer_identity_ephemeral.go.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest

from .managed import managed_pool
from .provider.resource import Api
from .provider.world import World, load

HOME = Path(__file__).parent / "configurations" / "v6"
ARGUMENTS = json.loads((HOME.parents[1] / "arguments-6.62.json").read_text(encoding="utf-8"))
DATA = json.loads((HOME / "made.tf.json").read_text(encoding="utf-8"))["data"]


@pytest.fixture(scope="module")
def made(api: Api) -> Iterator[World]:
    """Everything that made.tf.json has, for all tests of the module, which change nothing."""
    world = World(api, ARGUMENTS["resources"], {"managed_pool_id": managed_pool(api.client("idp"))})
    world.apply(load(HOME / "made.tf.json"))
    yield world
    world.destroy()


def given(world: World, kind: str) -> dict[str, Any]:
    """The arguments of a data source."""
    arguments: dict[str, Any] = world.resolved(DATA[kind]["everything"])
    return arguments


def pages(world: World, operation: str, member: str, **params: Any) -> list[dict[str, Any]]:
    """What a list has on all of its pages."""
    service = "identity" if operation == "list_identity_pools" else "idp"
    found = world.api.client(service).get_paginator(operation).paginate(**params)
    return [one for page in found for one in page[member]]


def test_user_pools(made: World) -> None:
    name = given(made, "aws_cognito_user_pools")["name"]
    found = pages(made, "list_user_pools", "UserPools", MaxResults=60)
    assert [one["Id"] for one in found if one["Name"] == name] == [made.state["aws_cognito_user_pool.everything"]["id"]]


def test_user_pool(made: World) -> None:
    address = "aws_cognito_user_pool.everything"
    pool = made.kind(address).call(
        "DescribeUserPool", {"UserPoolId": given(made, "aws_cognito_user_pool")["user_pool_id"]}
    )
    state = made.state[address]
    assert pool["UserPool"]["Arn"] == state["arn"]
    assert pool["UserPool"]["UserPoolTags"] == state["tags"]
    assert pool["UserPool"]["EstimatedNumberOfUsers"] == 0
    assert pool["UserPool"]["CreationDate"] <= pool["UserPool"]["LastModifiedDate"]
    assert {one["name"] for one in state["schema"]} < {
        one["Name"].split(":")[-1] for one in pool["UserPool"]["SchemaAttributes"]
    }


def test_user_pool_client(made: World) -> None:
    arguments = given(made, "aws_cognito_user_pool_client")
    client = made.kind("aws_cognito_user_pool_client.everything")
    found = client.read({"user_pool_id": arguments["user_pool_id"], "id": arguments["client_id"]})
    assert found is not None
    assert (
        client.plan(made.resolved(load(HOME / "made.tf.json")["aws_cognito_user_pool_client.everything"]), found) == {}
    )


def test_user_pool_clients(made: World) -> None:
    pool = given(made, "aws_cognito_user_pool_clients")["user_pool_id"]
    found = pages(made, "list_user_pool_clients", "UserPoolClients", UserPoolId=pool)
    there = {n: one for n, one in made.state.items() if n.startswith("aws_cognito_user_pool_client.")}
    assert {one["ClientId"]: one["ClientName"] for one in found} == {
        one["id"]: one["name"] for one in there.values() if one["user_pool_id"] == pool
    }


def test_user_group(made: World) -> None:
    arguments = given(made, "aws_cognito_user_group")
    params = {"GroupName": arguments["name"], "UserPoolId": arguments["user_pool_id"]}
    found = made.kind("aws_cognito_user_group.everything").call("GetGroup", params)["Group"]
    state = made.state["aws_cognito_user_group.everything"]
    assert [found[name] for name in ("Description", "Precedence", "RoleArn")] == [
        state[name] for name in ("description", "precedence", "role_arn")
    ]


def test_user_groups(made: World) -> None:
    pool = given(made, "aws_cognito_user_groups")["user_pool_id"]
    found = pages(made, "list_groups", "Groups", UserPoolId=pool)
    assert {one["GroupName"]: one.get("Precedence") for one in found} == {"managers": 42, "bare": None}


def test_signing_certificate(made: World) -> None:
    pool = given(made, "aws_cognito_user_pool_signing_certificate")["user_pool_id"]
    params = {"UserPoolId": pool}
    assert made.kind("aws_cognito_user_pool.everything").call("GetSigningCertificate", params)["Certificate"]


def test_identity_pool(made: World) -> None:
    name = given(made, "aws_cognito_identity_pool")["identity_pool_name"]
    pools = pages(made, "list_identity_pools", "IdentityPools", MaxResults=20)
    (pool_id,) = (one["IdentityPoolId"] for one in pools if one["IdentityPoolName"] == name)
    kind = made.kind("aws_cognito_identity_pool.everything")
    found = kind.read({"id": pool_id})
    assert found is not None
    assert kind.plan(made.resolved(load(HOME / "made.tf.json")["aws_cognito_identity_pool.everything"]), found) == {}


def test_token_for_a_developer_identity(made: World) -> None:
    """CognitoIdentityOpenIDTokenDataSource_basic, then with every argument."""
    kind = made.kind("aws_cognito_identity_pool.everything")
    pool = made.state["aws_cognito_identity_pool.everything"]
    params = {"IdentityPoolId": pool["id"], "Logins": {"developer.everything": "user123"}}
    first = kind.call("GetOpenIdTokenForDeveloperIdentity", params)
    more = {"IdentityId": first["IdentityId"], "PrincipalTags": {"team": "blue"}, "TokenDuration": 3600}
    second = kind.call("GetOpenIdTokenForDeveloperIdentity", {**params, **more})
    assert second["IdentityId"] == first["IdentityId"]
    said = jwt.decode(second["Token"], options={"verify_signature": False})
    assert said["exp"] - said["iat"] == 3600
    assert said["https://aws.amazon.com/tags"]["principal_tags"] == {"team": ["blue"]}
