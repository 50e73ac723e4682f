"""`mock_cognito` on classes that pytest collects itself, as it does these."""

from __future__ import annotations

import unittest
from collections.abc import Iterator
from typing import Any

import pytest

from cognito_emulator import mock_cognito
from tests.mock.calls import is_active, make_named_pool, pool_names

pytest_plugins = ["pytester"]


@mock_cognito
class TestPlain:
    def test_one(self) -> None:
        assert pool_names() == []
        make_named_pool("one")

    def test_two(self) -> None:
        assert pool_names() == []
        make_named_pool("two")

    @pytest.mark.parametrize("name", ["a", "b"])
    def test_parametrized(self, name: str) -> None:
        make_named_pool(name)
        assert pool_names() == [name]

    @staticmethod
    def test_static() -> None:
        make_named_pool("static")
        assert pool_names() == ["static"]

    async def test_async(self) -> None:
        make_named_pool("async")
        assert pool_names() == ["async"]

    @pytest.fixture
    def pool(self) -> Iterator[str]:
        make_named_pool("of fixture")
        yield "of fixture"
        assert "of fixture" in pool_names()

    def test_fixture_of_the_class(self, pool: str) -> None:
        assert pool_names() == [pool]

    class TestNested:
        def test_nested(self) -> None:
            assert pool_names() == []
            make_named_pool("nested")

        def test_nested_again(self) -> None:
            assert pool_names() == []


@mock_cognito
class TestHooks:
    def setup_method(self, method: Any) -> None:
        assert method.__name__.startswith("test_")
        assert pool_names() == []
        make_named_pool("of setup")

    def teardown_method(self) -> None:
        assert "of setup" in pool_names()

    def test_one(self) -> None:
        make_named_pool("one")
        assert pool_names() == ["of setup", "one"]

    def test_two(self) -> None:
        assert pool_names() == ["of setup"]


@mock_cognito
class TestClassSetUp:
    @classmethod
    def setup_class(cls) -> None:
        make_named_pool("of class")

    @classmethod
    def teardown_class(cls) -> None:
        assert "of class" in pool_names()

    def test_one(self) -> None:
        assert "of class" in pool_names()

    def test_two(self) -> None:
        assert "of class" in pool_names()


@pytest.fixture(scope="class")
def pool() -> str:
    make_named_pool("of class")
    return "of class"


@mock_cognito
class TestClassScopedFixture:
    def test_one(self, pool: str) -> None:
        assert pool in pool_names()

    def test_two(self, pool: str) -> None:
        assert pool in pool_names()


class TestUndecorated:
    @mock_cognito
    def test_one(self) -> None:
        make_named_pool("one")
        assert pool_names() == ["one"]

    def test_two(self) -> None:
        assert not is_active()


class TestInheriting(TestPlain):
    def test_own(self) -> None:
        assert pool_names() == []
        make_named_pool("own")


@mock_cognito
class TestCase(unittest.TestCase):
    def setUp(self) -> None:
        assert pool_names() == []
        make_named_pool("of setUp")

    def test_one(self) -> None:
        assert pool_names() == ["of setUp"]

    def test_two(self) -> None:
        assert pool_names() == ["of setUp"]


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


def test_a_nested_class_runs_by_itself(pytester: pytest.Pytester) -> None:
    """pytest runs the hooks of the outer class for it: also where xdist gives a worker nothing else of the class."""
    path = pytester.makepyfile(
        """
        from cognito_emulator import mock_cognito

        @mock_cognito
        class TestOuter:
            def test_one(self): pass

            class TestNested:
                def test_two(self): pass
        """
    )
    chosen = f"{path.name}::TestOuter::TestNested"
    pytester.runpytest_inprocess("-p", "no:cacheprovider", chosen).assert_outcomes(passed=1)
