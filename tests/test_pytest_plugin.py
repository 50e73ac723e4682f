"""The pytest plugin, as a project that installed the package sees it."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys

import pytest

import cognito_emulator

pytest_plugins = ["pytester"]


@pytest.fixture(autouse=True, scope="module")
def everything_is_imported() -> None:
    """pytester drops modules that a run within this process imports; those that are there before stay the only ones."""
    for module in pkgutil.walk_packages(cognito_emulator.__path__, "cognito_emulator."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def test_mock_cognito_fixture(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3

        def client():
            return boto3.client("cognito-idp", "eu-west-1")

        def test_one(mock_cognito):
            client().create_user_pool(PoolName="one")
            assert mock_cognito.messages is not None
            mock_cognito.clock.advance(hours=1)

        def test_two(mock_cognito):
            assert client().list_user_pools(MaxResults=1)["UserPools"] == []
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=2)


def test_fixture_and_decorator_of_the_same_name(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3
        from cognito_emulator import Emulator, mock_cognito

        def names():
            client = boto3.client("cognito-idp", "eu-west-1")
            client.create_user_pool(PoolName="one")
            return [pool["Name"] for pool in client.list_user_pools(MaxResults=9)["UserPools"]]

        @mock_cognito
        def test_decorated():
            assert names() == ["one"]

        def test_fixture(mock_cognito):
            assert isinstance(mock_cognito, Emulator)
            assert names() == ["one"]

        @mock_cognito
        def test_both(mock_cognito):
            assert isinstance(mock_cognito, Emulator)
            assert names() == ["one"]

        @mock_cognito
        class TestClass:
            def test_fixture_too(self, mock_cognito):
                from cognito_emulator import mock_cognito as block
                with block() as emulator:
                    assert emulator is mock_cognito
                assert names() == ["one"]

        def test_with():
            with mock_cognito() as emulator:
                assert names() == ["one"]
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=5)


def test_options(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def cognito_emulator_options():
            return {"region": "eu-north-1", "check_responses": True}
        """
    )
    pytester.makepyfile(
        """
        def test_mock(mock_cognito):
            assert mock_cognito.config.region == "eu-north-1"
            assert mock_cognito.config.issuer == "aws"

        def test_server(cognito_server):
            client = cognito_server.client()
            assert client.meta.region_name == "eu-north-1"
            assert client.create_user_pool(PoolName="p")["UserPool"]["Id"].startswith("eu-north-1_")
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=2)


SERVER_TESTS = """
    import json, os, urllib.request
    import pytest

    def sign_up(cognito_server, name):
        client = cognito_server.client("cognito-idp")
        pool = client.create_user_pool(
            PoolName=name, AutoVerifiedAttributes=["email"]
        )["UserPool"]["Id"]
        app = client.create_user_pool_client(UserPoolId=pool, ClientName="app")["UserPoolClient"]["ClientId"]
        client.sign_up(
            ClientId=app, Username=name, Password="Correct-horse1",
            UserAttributes=[{"Name": "email", "Value": f"{name}@example.com"}],
        )
        return client, pool, app

    def test_sign_up(cognito_server):
        cognito_server.reset()
        assert os.environ.get("AWS_ACCESS_KEY_ID") is None
        client, pool, app = sign_up(cognito_server, "ada")
        message, = cognito_server.messages(user_pool_id=pool, username="ada", wait=5)
        assert message["destination"] == "ada@example.com"
        assert message["purpose"] == "CustomMessage_SignUp"
        client.confirm_sign_up(ClientId=app, Username="ada", ConfirmationCode=message["code"])
        assert cognito_server.messages(destination="nobody@example.com", wait=0.1) == []
        assert len(cognito_server.messages()) == 1

    def test_over_http(cognito_server):
        with urllib.request.urlopen(f"{cognito_server.endpoint_url}/_emulator/health") as response:
            assert json.load(response)["status"] == "ok"

    def test_reset(cognito_server):
        sign_up(cognito_server, "bob")
        cognito_server.reset()
        assert cognito_server.messages() == []
        assert cognito_server.client().list_user_pools(MaxResults=1)["UserPools"] == []

    def test_clock(cognito_server):
        def time():
            with urllib.request.urlopen(f"{cognito_server.endpoint_url}/_emulator/clock") as response:
                return json.load(response)["offsetSeconds"]

        cognito_server.clock.advance(3600)
        assert time() == 3600
        cognito_server.reset()
        assert time() == 0

    @pytest.mark.parametrize("number", range(8))
    def test_many(cognito_server, number):
        cognito_server.reset()
        sign_up(cognito_server, f"user{number}")
        assert len(cognito_server.client().list_user_pools(MaxResults=9)["UserPools"]) == 1
"""


def test_cognito_server(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    pytester.makepyfile(SERVER_TESTS)
    pytester.runpytest_inprocess().assert_outcomes(passed=12)


def test_cognito_server_under_xdist(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("xdist")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    monkeypatch.delenv("COGNITO_EMULATOR_STORE", raising=False)  # each worker's server has a store of its own
    pytester.makepyfile(SERVER_TESTS)
    pytester.runpytest_subprocess("-n", "3").assert_outcomes(passed=12)


def test_server_is_one_for_the_session(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_a="def test_a(cognito_server, record): record.append(cognito_server.endpoint_url)",
        test_b="def test_b(cognito_server, record): assert record == [cognito_server.endpoint_url]",
        conftest="""
        import pytest

        @pytest.fixture(scope="session")
        def record(): return []
        """,
    )
    pytester.runpytest_inprocess("-p", "no:randomly").assert_outcomes(passed=2)


def test_mock_and_server_in_one_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3

        def test_both(mock_cognito, cognito_server):
            cognito_server.client().create_user_pool(PoolName="served")
            inside = boto3.client("cognito-idp", "eu-west-1")
            assert inside.list_user_pools(MaxResults=1)["UserPools"] == []
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_plugin_imports_nothing() -> None:
    code = """
import sys
import pytest
before = set(sys.modules)
import cognito_emulator.pytest_plugin
print(*sorted(set(sys.modules) - before))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["cognito_emulator", "cognito_emulator.pytest_plugin"]


def test_plugin_unused_loads_no_emulator(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_one():
            heavy = ("boto3", "botocore", "moto", "cognito_emulator.emulator", "cognito_emulator.mock")
            assert "cognito_emulator.pytest_plugin" in sys.modules
            assert not [name for name in heavy if name in sys.modules]
        """
    )
    pytester.runpytest_subprocess("-p", "no:asyncio", "-p", "no:anyio").assert_outcomes(passed=1)
