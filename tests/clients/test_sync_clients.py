"""amazon-cognito-js, the client of Cognito Sync for browsers."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from tests.identity_pools.builders import ROLES, identity_pool

from .support import NodeClients, Server

REGION = "us-east-1"


@pytest.fixture
def pool_id(cognito_server: Server) -> str:
    """An identity pool with guests on the live server."""
    identity: Any = boto3.client(
        "cognito-identity",
        region_name=REGION,
        endpoint_url=cognito_server.endpoint_url,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    return identity_pool(identity, roles=ROLES)


def test_two_devices_through_a_conflict(cognito_server: Server, pool_id: str, node_clients: NodeClients) -> None:
    result = node_clients.run(
        "amazon_cognito_sync_js.mjs",
        {
            "flow": "twoDevices",
            "endpoint": cognito_server.endpoint_url,
            "region": REGION,
            "identityPoolId": pool_id,
        },
    )
    assert result["first"] == result["second"] == {"conflicts": [], "deleted": []}
    assert result["learned"] == {"color": "blue", "size": "big"}
    assert result["conflict"]["conflicts"] == [{"key": "color", "local": "green", "remote": "red"}]
    assert result["settled"] == "red"
    assert not result["removed"]
    deletion = result["deletion"]
    assert (deletion["deleted"], deletion["failure"]) == (["prefs"], "Cancelled due to .onDatasetDeleted result.")
