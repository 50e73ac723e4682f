"""`mock_cognito` on classes that pytest collects itself, as it does these."""

from __future__ import annotations

import unittest
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from cognito_emulator import mock_cognito
from cognito_emulator.mock.block import MockCognito

pytest_plugins = ["pytester"]


def idp() -> Any:
    return boto3.client("cognito-idp", "eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")


def make_pool(name: str) -> None:
    idp().create_user_pool(PoolName=name)


def pools() -> list[str]:
    return sorted(pool["Name"] for pool in idp().list_user_pools(MaxResults=60)["UserPools"])


def is_active() -> bool:
    return MockCognito._stage._innermost() is not None


@mock_cognito
class TestPlain:
    def test_one(self) -> None:
        assert pools() == []
        make_pool("one")

    def test_two(self) -> None:
        assert pools() == []
        make_pool("two")

    @pytest.mark.parametrize("name", ["a", "b"])
    def test_parametrized(self, name: str) -> None:
        make_pool(name)
        assert pools() == [name]

    @staticmethod
    def test_static() -> None:
        make_pool("static")
        assert pools() == ["static"]

    async def test_async(self) -> None:
        make_pool("async")
        assert pools() == ["async"]

    @pytest.fixture
    def pool(self) -> Iterator[str]:
        make_pool("of fixture")
        yield "of fixture"
        assert "of fixture" in pools()

    def test_fixture_of_the_class(self, pool: str) -> None:
        assert pools() == [pool]

    class TestNested:
        def test_nested(self) -> None:
            assert pools() == []
            make_pool("nested")

        def test_nested_again(self) -> None:
            assert pools() == []


@mock_cognito
class TestHooks:
    def setup_method(self, method: Any) -> None:
        assert method.__name__.startswith("test_")
        assert pools() == []
        make_pool("of setup")

    def teardown_method(self) -> None:
        assert "of setup" in pools()

    def test_one(self) -> None:
        make_pool("one")
        assert pools() == ["of setup", "one"]

    def test_two(self) -> None:
        assert pools() == ["of setup"]


@mock_cognito
class TestClassSetUp:
    @classmethod
    def setup_class(cls) -> None:
        make_pool("of class")

    @classmethod
    def teardown_class(cls) -> None:
        assert "of class" in pools()

    def test_one(self) -> None:
        assert "of class" in pools()

    def test_two(self) -> None:
        assert "of class" in pools()


@pytest.fixture(scope="class")
def pool() -> str:
    make_pool("of class")
    return "of class"


@mock_cognito
class TestClassScopedFixture:
    def test_one(self, pool: str) -> None:
        assert pool in pools()

    def test_two(self, pool: str) -> None:
        assert pool in pools()


class TestUndecorated:
    @mock_cognito
    def test_one(self) -> None:
        make_pool("one")
        assert pools() == ["one"]

    def test_two(self) -> None:
        assert not is_active()


class TestInheriting(TestPlain):
    def test_own(self) -> None:
        assert pools() == []
        make_pool("own")


@mock_cognito
class TestCase(unittest.TestCase):
    def setUp(self) -> None:
        assert pools() == []
        make_pool("of setUp")

    def test_one(self) -> None:
        assert pools() == ["of setUp"]

    def test_two(self) -> None:
        assert pools() == ["of setUp"]


def test_nothing_is_left_after_those_classes() -> None:
    assert not is_active()


def test_pytest_class_called_without_pytest() -> None:
    TestPlain().test_one()
    TestPlain().test_two()
    assert not is_active()


def test_failing_pytest_hooks_leave_nothing_behind(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from cognito_emulator import mock_cognito
        from cognito_emulator.mock.block import MockCognito

        @mock_cognito
        class TestSetUpClass:
            @classmethod
            def setup_class(cls): raise ZeroDivisionError
            def test_one(self): pass

        @mock_cognito
        class TestSetUp:
            def setup_method(self): raise ZeroDivisionError
            def test_one(self): pass

        @mock_cognito
        class TestBody:
            def test_one(self): raise ZeroDivisionError
            def teardown_method(self): raise ZeroDivisionError
            def teardown_class(cls): raise ZeroDivisionError

        def test_nothing_left():
            assert MockCognito._stage._innermost() is None
        """
    )
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=1, failed=1, errors=3)
