"""Regions and accounts are worlds of their own in one emulator."""

from __future__ import annotations

import pytest

from cognito_emulator.emulator import Emulator
from tests import builders
from tests.builders import refused
from tests.wire import BASE_URL, Clients, call


def test_a_pool_is_seen_in_its_region_only(clients: Clients) -> None:
    here, there = clients(), clients(region="eu-west-1")
    pool = builders.pool(here)
    assert pool.startswith("us-east-1_")
    assert there.list_user_pools(MaxResults=60)["UserPools"] == []
    with refused("ResourceNotFoundException", f"User pool {pool} does not exist."):
        there.describe_user_pool(UserPoolId=pool)
    assert [found["Id"] for found in here.list_user_pools(MaxResults=60)["UserPools"]] == [pool]


def test_arn_and_id_name_the_region(clients: Clients) -> None:
    created = clients(region="ap-southeast-2").create_user_pool(PoolName="p")["UserPool"]
    assert created["Id"].startswith("ap-southeast-2_")
    assert created["Arn"] == f"arn:aws:cognito-idp:ap-southeast-2:123456789012:userpool/{created['Id']}"


def test_a_pool_is_seen_in_its_account_only(clients: Clients) -> None:
    ours, theirs = clients(), clients(access_key="999988887777")
    pool = theirs.create_user_pool(PoolName="p")["UserPool"]
    assert ":999988887777:" in pool["Arn"]
    assert ours.list_user_pools(MaxResults=60)["UserPools"] == []
    with refused("ResourceNotFoundException", f"User pool {pool['Id']} does not exist."):
        ours.admin_get_user(UserPoolId=pool["Id"], Username="alice")
    with refused("ResourceNotFoundException", f"User pool {pool['Id']} does not exist."):
        ours.list_tags_for_resource(ResourceArn=pool["Arn"])


def test_a_client_belongs_to_its_region_where_the_host_names_one(clients: Clients) -> None:
    user = builders.confirmed_user(clients(), builders.app(clients()))
    tokens = builders.sign_in(clients(), user)
    there = clients(region="eu-west-1")
    with refused("ResourceNotFoundException", f"User pool client {user.app.client_id} does not exist."):
        builders.sign_in(there, user)
    with refused("NotAuthorizedException", "Invalid Access Token"):
        there.get_user(AccessToken=tokens["AccessToken"])


@pytest.mark.parametrize("host", [BASE_URL, "http://localhost:9229"])
def test_one_endpoint_serves_public_calls_of_every_region(emulator: Emulator, clients: Clients, host: str) -> None:
    app = builders.app(clients(region="eu-west-1"))
    body = {"ClientId": app.client_id, "Username": "alice", "Password": builders.PASSWORD}
    assert call(emulator, "SignUp", body, headers={}, base_url=host).json["UserConfirmed"] is False
