"""Inside `mock_cognito`, aiohttp and aiobotocore reach the emulator; no socket is opened."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import boto3
import pytest
from botocore.exceptions import ClientError

from cognito_emulator import Emulator, mock_cognito

REGION = "eu-west-1"


@pytest.fixture(autouse=True)
def emulator(attempts: list[Any]) -> Iterator[Emulator]:
    with mock_cognito() as active:
        yield active
    assert attempts == []


@pytest.fixture
def issuer() -> str:
    client = boto3.client("cognito-idp", region_name=REGION)
    pool_id = client.create_user_pool(PoolName="pool")["UserPool"]["Id"]
    return f"https://cognito-idp.{REGION}.amazonaws.com/{pool_id}"


# --- aiohttp -------------------------------------------------------------------------------------------------------


async def test_aiohttp_reads_the_documents_of_an_issuer(issuer: str) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{issuer}/.well-known/openid-configuration") as response:
            assert response.status == 200
            configuration = await response.json()
        assert configuration["issuer"] == issuer
        async with session.get(configuration["jwks_uri"], params={"a": "b c"}) as response:
            assert response.headers["content-type"].startswith("application/json")
            assert len((await response.json())["keys"]) == 2
        async with session.head(configuration["jwks_uri"]) as response:
            assert (response.status, await response.read()) == (200, b"")


@pytest.mark.parametrize("form", ["text", "stream"])
async def test_aiohttp_calls_an_operation(form: str) -> None:
    content = json.dumps({"ClientId": "1example23456789", "Username": "ada", "Password": "Correct-horse1"}).encode()

    async def stream() -> AsyncIterator[bytes]:
        for start in range(0, len(content), 10):
            yield content[start : start + 10]

    headers = {
        "X-Amz-Target": "AWSCognitoIdentityProviderService.SignUp",
        "Content-Type": "application/x-amz-json-1.1",
    }
    url = f"https://cognito-idp.{REGION}.amazonaws.com/"
    async with aiohttp.ClientSession(headers=headers) as session:
        for _ in range(2):
            async with session.post(url, data=content if form == "text" else stream()) as response:
                assert response.status == 400
                answer = await response.json(content_type=None)
                assert answer["__type"] == "ResourceNotFoundException"
                assert answer["message"] == "User pool client 1example23456789 does not exist."


async def test_aiohttp_elsewhere_goes_out(attempts: list[Any]) -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.get("http://127.0.0.1:9/")
    assert attempts == [("127.0.0.1", 9)]
    attempts.clear()


async def test_a_session_that_outlives_the_mock_keeps_no_connection(attempts: list[Any]) -> None:
    url = f"https://cognito-idp.{REGION}.amazonaws.com/"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(use_dns_cache=False)) as session:
        with mock_cognito(isolated=True):
            async with session.get(url + "eu-west-1_none/.well-known/jwks.json") as response:
                assert response.status == 400
        assert session.connector is not None
        assert not session.connector._conns


# --- aiobotocore ---------------------------------------------------------------------------------------------------


async def test_aiobotocore_keeps_the_credentials_of_a_client(session: Any) -> None:
    async with session.create_client(
        "cognito-idp", region_name=REGION, aws_access_key_id="111111111111", aws_secret_access_key="b"
    ) as idp:
        arn = (await idp.create_user_pool(PoolName="pool"))["UserPool"]["Arn"]
    assert arn.split(":")[4] == "111111111111"


@pytest.fixture
def session() -> Any:
    reason = "aiobotocore allows only botocores that are older than the one that these tests need"
    return pytest.importorskip("aiobotocore.session", reason=reason).get_session()


async def test_aiobotocore_without_credentials(session: Any) -> None:
    async with session.create_client("cognito-idp", region_name=REGION) as idp:
        pool_id = (await idp.create_user_pool(PoolName="pool"))["UserPool"]["Id"]
        for number in range(3):
            await idp.admin_create_user(UserPoolId=pool_id, Username=f"user{number}", MessageAction="SUPPRESS")
        pages = idp.get_paginator("list_users").paginate(UserPoolId=pool_id, PaginationConfig={"PageSize": 2})
        assert [len(page["Users"]) async for page in pages] == [2, 1]
        with pytest.raises(ClientError) as caught:
            await idp.admin_get_user(UserPoolId=pool_id, Username="nobody")
        assert caught.value.response["Error"]["Message"] == "User does not exist."
    listed = boto3.client("cognito-idp", region_name=REGION).list_user_pools(MaxResults=5)["UserPools"]
    assert [pool["Id"] for pool in listed] == [pool_id]


async def test_aiobotocore_identities_sync_and_sts(session: Any) -> None:
    async with session.create_client("cognito-identity", region_name=REGION) as identity:
        pool = await identity.create_identity_pool(IdentityPoolName="pool", AllowUnauthenticatedIdentities=True)
        pool_id = pool["IdentityPoolId"]
        role = "arn:aws:iam::123456789012:role/Guest"
        await identity.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"unauthenticated": role})
        me = (await identity.get_id(IdentityPoolId=pool_id))["IdentityId"]
        given = (await identity.get_credentials_for_identity(IdentityId=me))["Credentials"]
    keys = {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretKey"],
        "aws_session_token": given["SessionToken"],
    }
    place = {"IdentityPoolId": pool_id, "IdentityId": me, "DatasetName": "prefs"}
    async with session.create_client("cognito-sync", region_name=REGION, **keys) as sync:
        assert (await sync.list_records(**place))["DatasetExists"] is False
    async with session.create_client("sts", region_name=REGION, **keys) as sts:
        arn = (await sts.get_caller_identity())["Arn"]
    assert arn == "arn:aws:sts::123456789012:assumed-role/Guest/CognitoIdentityCredentials"
