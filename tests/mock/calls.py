"""What tests of `mock_cognito` say to it."""

from __future__ import annotations

from typing import Any

import boto3

from cognito_emulator.mock.block import MockCognito

PASSWORD = "Correct-horse1"
KEYS = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}


def idp(region: str = "eu-west-1", **kwargs: Any) -> Any:
    return boto3.client("cognito-idp", region_name=region, **kwargs)


def make_pool(client: Any, name: str = "pool") -> str:
    pool_id: str = client.create_user_pool(PoolName=name)["UserPool"]["Id"]
    return pool_id


def pools(client: Any) -> list[str]:
    return [pool["Name"] for pool in client.list_user_pools(MaxResults=60)["UserPools"]]


def sign_in(client: Any) -> dict[str, Any]:
    pool_id = make_pool(client)
    app = client.create_user_pool_client(
        UserPoolId=pool_id, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    )["UserPoolClient"]["ClientId"]
    client.sign_up(ClientId=app, Username="ada", Password=PASSWORD)
    client.admin_confirm_sign_up(UserPoolId=pool_id, Username="ada")
    result: dict[str, Any] = client.initiate_auth(
        ClientId=app, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD}
    )["AuthenticationResult"]
    return result | {"UserPoolId": pool_id}


def keyed() -> Any:
    """A client with credentials of its own."""
    return idp(**KEYS)


def make_named_pool(name: str) -> None:
    make_pool(keyed(), name)


def pool_names() -> list[str]:
    return sorted(pools(keyed()))


def is_active() -> bool:
    return MockCognito._stage._innermost() is not None
