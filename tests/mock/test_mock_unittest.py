"""`mock_cognito` on TestCase and IsolatedAsyncioTestCase."""

from __future__ import annotations

import io
import unittest
from typing import Any, ClassVar

from cognito_emulator import mock_cognito
from tests.mock.calls import is_active, make_named_pool, pool_names


def run(*cases: type[unittest.TestCase]) -> None:
    """Run classes of unittest, which must pass."""
    loader, suite = unittest.TestLoader(), unittest.TestSuite()
    for case in cases:
        suite.addTests(loader.loadTestsFromTestCase(case))
    out = io.StringIO()
    result = unittest.TextTestRunner(out).run(suite)
    assert result.wasSuccessful(), out.getvalue()
    assert result.testsRun
    assert not is_active()


def run_failing(case: type[unittest.TestCase]) -> unittest.TestResult:
    result = unittest.TextTestRunner(io.StringIO()).run(unittest.TestLoader().loadTestsFromTestCase(case))
    assert not result.wasSuccessful()
    assert not is_active()
    return result


def test_test_case_has_a_fresh_emulator_for_each_test() -> None:
    log: list[str] = []

    @mock_cognito
    class Case(unittest.TestCase):
        def setUp(self) -> None:
            assert pool_names() == []
            make_named_pool("from setUp")
            self.addCleanup(lambda: log.append(f"cleanup {pool_names()}"))

        def tearDown(self) -> None:
            log.append(f"tearDown {pool_names()}")

        def test_one(self) -> None:
            make_named_pool("one")

        def test_two(self) -> None:
            make_named_pool("two")

    run(Case)
    assert log == [
        "tearDown ['from setUp', 'one']",
        "cleanup ['from setUp', 'one']",
        "tearDown ['from setUp', 'two']",
        "cleanup ['from setUp', 'two']",
    ]


def test_tests_share_what_the_set_up_of_the_class_made() -> None:
    @mock_cognito
    class Case(unittest.TestCase):
        @classmethod
        def setUpClass(cls) -> None:
            super().setUpClass()
            make_named_pool("of class")

        @classmethod
        def tearDownClass(cls) -> None:
            assert "of class" in pool_names()

        def test_one(self) -> None:
            assert "of class" in pool_names()

        def test_two(self) -> None:
            assert "of class" in pool_names()

    run(Case)


def test_set_up_of_the_class_that_does_not_use_cognito() -> None:
    @mock_cognito
    class Case(unittest.TestCase):
        prepared: ClassVar[bool] = False

        @classmethod
        def setUpClass(cls) -> None:
            cls.prepared = True

        def test_one(self) -> None:
            assert self.prepared
            make_named_pool("one")

        def test_two(self) -> None:
            assert pool_names() == []

    run(Case)


def test_emulator_handed_out_in_set_up_of_the_class_is_that_of_the_tests() -> None:
    seen: list[Any] = []

    @mock_cognito
    class Case(unittest.TestCase):
        @classmethod
        def setUpClass(cls) -> None:
            with mock_cognito() as emulator:
                seen.append(emulator)

        def test_one(self) -> None:
            with mock_cognito() as emulator:
                seen.append(emulator)

    run(Case)
    assert seen[0] is seen[1]


def test_subclasses() -> None:
    @mock_cognito
    class Base(unittest.TestCase):
        def test_inherited(self) -> None:
            assert pool_names() == []
            make_named_pool("inherited")

    class Plain(Base):
        def test_own(self) -> None:
            assert pool_names() == []
            make_named_pool("own")

    @mock_cognito
    class Again(Base):
        @classmethod
        def setUpClass(cls) -> None:
            super().setUpClass()

        def test_own(self) -> None:
            assert pool_names() == []
            make_named_pool("own")

    run(Base, Plain, Again)


def test_isolated_asyncio_test_case() -> None:
    @mock_cognito
    class Case(unittest.IsolatedAsyncioTestCase):
        def setUp(self) -> None:
            make_named_pool("sync")

        async def asyncSetUp(self) -> None:
            assert pool_names() == ["sync"]
            make_named_pool("async")

        async def asyncTearDown(self) -> None:
            assert len(pool_names()) == 3

        async def test_one(self) -> None:
            assert pool_names() == ["async", "sync"]
            make_named_pool("test")

        async def test_two(self) -> None:
            assert pool_names() == ["async", "sync"]
            make_named_pool("test")

    run(Case)


def test_failures_leave_nothing_behind() -> None:
    @mock_cognito
    class InSetUpClass(unittest.TestCase):
        @classmethod
        def setUpClass(cls) -> None:
            raise ZeroDivisionError

        def test_one(self) -> None: ...

    @mock_cognito
    class InSetUp(unittest.TestCase):
        def setUp(self) -> None:
            raise ZeroDivisionError

        def test_one(self) -> None: ...

    @mock_cognito
    class InTest(unittest.TestCase):
        def test_one(self) -> None:
            raise ZeroDivisionError

        def tearDown(self) -> None:
            raise ZeroDivisionError

        @classmethod
        def tearDownClass(cls) -> None:
            raise ZeroDivisionError

    for case in (InSetUpClass, InSetUp, InTest):
        run_failing(case)


def test_method_of_an_undecorated_test_case() -> None:
    class Case(unittest.TestCase):
        @mock_cognito
        def test_one(self) -> None:
            assert pool_names() == []
            make_named_pool("one")

        @mock_cognito
        def test_two(self) -> None:
            assert pool_names() == []

    run(Case)


def test_start_in_set_up() -> None:
    class Case(unittest.TestCase):
        def setUp(self) -> None:
            mock = mock_cognito()
            self.emulator = mock.start()
            self.addCleanup(mock.stop)

        def test_one(self) -> None:
            make_named_pool("one")

    run(Case)


def test_debug_runs_inside_too() -> None:
    @mock_cognito
    class Case(unittest.TestCase):
        def test_one(self) -> None:
            make_named_pool("one")

    Case("test_one").debug()
    assert not is_active()


def test_options_on_a_class() -> None:
    @mock_cognito(region="eu-north-1", isolated=True)
    class Case(unittest.TestCase):
        @classmethod
        def setUpClass(cls) -> None:
            make_named_pool("of class")

        def test_one(self) -> None:
            with mock_cognito() as emulator:
                assert emulator.config.region == "eu-north-1"
            assert pool_names() == ["of class"]

    with mock_cognito():
        make_named_pool("outer")
        loader = unittest.TestLoader().loadTestsFromTestCase(Case)
        assert unittest.TextTestRunner(io.StringIO()).run(loader).wasSuccessful()
        assert pool_names() == ["outer"]


def test_class_inside_a_block_shares_it() -> None:
    @mock_cognito
    class Case(unittest.TestCase):
        def test_one(self) -> None:
            assert "outer" in pool_names()

    with mock_cognito():
        make_named_pool("outer")
        loader = unittest.TestLoader().loadTestsFromTestCase(Case)
        assert unittest.TextTestRunner(io.StringIO()).run(loader).wasSuccessful()
