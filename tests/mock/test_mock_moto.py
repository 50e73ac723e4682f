"""`mock_cognito` together with moto's `mock_aws`: Cognito is ours, everything else moto's, whoever came first."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import requests
from moto import mock_aws

from cognito_emulator import mock_cognito

REGION = "us-east-1"


@contextlib.contextmanager
def both(first: str) -> Iterator[None]:
    makers: list[Any] = [mock_cognito, mock_aws]
    if first == "moto":
        makers.reverse()
    with makers[0](), makers[1]():
        yield


def client(service: str) -> Any:
    return boto3.client(service, region_name=REGION)


def use_both() -> None:
    idp, s3 = client("cognito-idp"), client("s3")
    pool_id = idp.create_user_pool(PoolName="pool")["UserPool"]["Id"]
    assert idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]["Name"] == "pool"
    s3.create_bucket(Bucket="bucket")
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["bucket"]
    assert client("sts").get_caller_identity()["Account"]
    with mock_cognito() as emulator:
        response = requests.get(
            f"https://cognito-idp.{REGION}.amazonaws.com/{pool_id}/.well-known/jwks.json", timeout=5
        )
        assert len(response.json()["keys"]) == 2
        assert emulator.config.issuer == "aws"


@pytest.mark.parametrize("first", ["cognito", "moto"])
def test_either_order(first: str) -> None:
    with both(first):
        use_both()


@pytest.mark.parametrize("first", ["cognito", "moto"])
def test_clients_made_before(first: str) -> None:
    keys: dict[str, Any] = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
    idp, s3 = boto3.client("cognito-idp", REGION, **keys), boto3.client("s3", REGION, **keys)
    with both(first):
        assert idp.create_user_pool(PoolName="pool")["UserPool"]["Id"]
        s3.create_bucket(Bucket="bucket")
        assert client("cognito-idp").list_user_pools(MaxResults=1)["UserPools"][0]["Name"] == "pool"


@mock_aws
@mock_cognito
def test_decorators_moto_outside() -> None:
    use_both()


@mock_cognito
@mock_aws
def test_decorators_moto_inside() -> None:
    use_both()


@mock_cognito
@mock_aws
class TestDecoratedClass:
    def setup_method(self) -> None:
        client("s3").create_bucket(Bucket="from-setup")
        client("cognito-idp").create_user_pool(PoolName="from setup")

    def test_one(self) -> None:
        self.check()

    def test_two(self) -> None:
        self.check()

    def check(self) -> None:
        assert [bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]] == ["from-setup"]
        assert [p["Name"] for p in client("cognito-idp").list_user_pools(MaxResults=9)["UserPools"]] == ["from setup"]


@pytest.mark.parametrize("first", ["cognito", "moto"])
@pytest.mark.parametrize("ends_first", ["cognito", "moto"])
def test_ends_in_any_order(first: str, ends_first: str) -> None:
    mocks: dict[str, Any] = {"cognito": mock_cognito(), "moto": mock_aws()}
    second = "moto" if first == "cognito" else "cognito"
    mocks[first].start()
    mocks[second].start()
    try:
        use_both()
        mocks.pop(ends_first).stop()
        if ends_first == "cognito":
            assert client("s3").list_buckets()["Buckets"]
            assert client("cognito-idp").list_user_pools(MaxResults=1)["UserPools"] == []  # moto's
        else:
            assert client("cognito-idp").list_user_pools(MaxResults=1)["UserPools"]
    finally:
        for mock in mocks.values():
            mock.stop()
    assert "AWS_ACCESS_KEY_ID" not in os.environ


@mock_aws
def test_moto_never_sees_our_calls() -> None:
    from moto.core.botocore_stubber import BotocoreStubber

    before = vars(BotocoreStubber)["__call__"]
    with mock_cognito():
        use_both()
    assert vars(BotocoreStubber)["__call__"] is before
    assert client("cognito-idp").list_user_pools(MaxResults=1)["UserPools"] == []
