"""What `mock_cognito` answers, what goes out, and with whose credentials."""

from __future__ import annotations

import contextlib
import os
from typing import Any

import boto3
import botocore.endpoint
import botocore.session
import botocore.signers
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from cognito_emulator import Emulator, mock_cognito
from tests.mock.calls import PASSWORD, idp, make_pool

# --- credentials ------------------------------------------------------------------------------------------------------


def test_no_credentials_are_needed(attempts: list[Any]) -> None:
    with mock_cognito():
        make_pool(idp())
        make_pool(boto3.Session().client("cognito-idp", "eu-west-1"))
        make_pool(botocore.session.get_session().create_client("cognito-idp", "eu-west-1"))
    assert not attempts
    assert "AWS_ACCESS_KEY_ID" not in os.environ


def test_no_region_is_invented() -> None:
    from botocore.exceptions import NoRegionError

    with mock_cognito(), pytest.raises(NoRegionError):
        boto3.client("cognito-idp")


def test_client_made_before_without_credentials() -> None:
    session = botocore.session.Session()
    session.register_component("credential_provider", NoProviders())
    client: Any = session.create_client("cognito-idp", "eu-west-1")
    with pytest.raises(NoCredentialsError):
        client.list_user_pools(MaxResults=1)
    with mock_cognito():
        assert make_pool(client)


class NoProviders:
    def load_credentials(self) -> None:
        return None


def test_credentials_in_the_environment_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "111122223333")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with mock_cognito():
        assert ":111122223333:" in idp().create_user_pool(PoolName="p")["UserPool"]["Arn"]
    assert os.environ["AWS_ACCESS_KEY_ID"] == "111122223333"


def test_a_named_profile_is_used(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "credentials"
    file.write_text("[mine]\naws_access_key_id = 444455556666\naws_secret_access_key = s\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    with mock_cognito():
        client = boto3.Session(profile_name="mine").client("cognito-idp", "eu-west-1")
        assert ":444455556666:" in client.create_user_pool(PoolName="p")["UserPool"]["Arn"]


def test_fake_credentials_can_be_refused() -> None:
    session = botocore.session.Session()
    session.register_component("credential_provider", NoProviders())
    with mock_cognito(fake_credentials=False):
        client: Any = session.create_client("cognito-idp", "eu-west-1")
        with pytest.raises(NoCredentialsError):
            client.list_user_pools(MaxResults=1)


def test_the_default_session_does_not_keep_fake_credentials() -> None:
    with mock_cognito():
        make_pool(idp())
        session = boto3.DEFAULT_SESSION
    assert session is not None
    session._session.register_component("credential_provider", NoProviders())
    assert session.get_credentials() is None


# --- what is ours -----------------------------------------------------------------------------------------------------


def test_other_services_go_out(attempts: list[Any]) -> None:
    with mock_cognito(), pytest.raises(EndpointConnectionError):
        boto3.client("sts", "eu-west-1").get_caller_identity()
    assert attempts


def test_another_endpoint_goes_out(attempts: list[Any]) -> None:
    with mock_cognito(), pytest.raises(EndpointConnectionError):
        idp(endpoint_url="http://localhost:9229").list_user_pools(MaxResults=1)
    assert attempts == [("localhost", 9229)] * len(attempts)


@pytest.mark.parametrize(
    ("region", "config"),
    [
        ("eu-west-1", {}),
        ("us-east-1", {"use_fips_endpoint": True}),
        ("eu-west-1", {"use_dualstack_endpoint": True}),
        ("us-gov-west-1", {"use_fips_endpoint": True, "use_dualstack_endpoint": True}),
        ("cn-north-1", {}),
        ("cn-north-1", {"use_dualstack_endpoint": True}),
        ("us-iso-east-1", {}),
        ("eusc-de-east-1", {}),
    ],
)
def test_every_endpoint_of_the_service(region: str, config: dict[str, Any], attempts: list[Any]) -> None:
    from botocore import UNSIGNED

    with mock_cognito(region="ap-south-1"):
        client = idp(region, config=Config(**config))
        assert make_pool(client).startswith(f"{region}_")
        unsigned = idp(region, config=Config(**config, signature_version=UNSIGNED))
        with pytest.raises(unsigned.exceptions.ResourceNotFoundException):
            unsigned.sign_up(ClientId="1example23456789", Username="ada", Password=PASSWORD)
    assert not attempts


def test_every_partition_is_known() -> None:
    from botocore.loaders import Loader

    from cognito_emulator.mock.hosts import is_ours

    for partition in Loader().load_data("partitions")["partitions"]:
        region = next(iter(region for region in partition["regions"] if not region.endswith("global")))
        for suffix in (partition["outputs"]["dnsSuffix"], partition["outputs"]["dualStackDnsSuffix"]):
            for service in ("cognito-idp", "cognito-identity", "cognito-sync", "cognito-idp-fips"):
                assert is_ours(f"{service}.{region}.{suffix}", Emulator())


@pytest.mark.parametrize(
    ("service", "operation", "params"),
    [
        ("cognito-identity", "list_identity_pools", {"MaxResults": 1}),
        ("cognito-sync", "list_identity_pool_usage", {}),
    ],
)
def test_the_other_two_services_are_ours(
    service: str, operation: str, params: dict[str, Any], attempts: list[Any]
) -> None:
    with mock_cognito():
        client = boto3.client(service, region_name="eu-west-1", config=Config(retries={"total_max_attempts": 1}))
        with contextlib.suppress(ClientError):  # not implemented yet
            getattr(client, operation)(**params)
    assert not attempts


def test_custom_domains_are_ours_when_a_pool_has_them() -> None:
    from cognito_emulator.mock.hosts import is_ours

    with mock_cognito() as emulator:
        idp = boto3.client("cognito-idp", "us-east-1")
        pool_id = idp.create_user_pool(PoolName="pool")["UserPool"]["Id"]
        idp.create_user_pool_domain(
            Domain="login.example.com",
            UserPoolId=pool_id,
            CustomDomainConfig={"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1"},
        )
        assert is_ours("Login.Example.Com", emulator)
        assert not is_ours("example.com", emulator)
    assert not is_ours("login.example.com", Emulator())
    assert is_ours("acme.auth.eu-west-1.amazoncognito.com", Emulator())
    assert not is_ours("cognito-idp.eu-west-1.amazonaws.com.evil.example", Emulator())
    assert not is_ours("s3.eu-west-1.amazonaws.com", Emulator())
