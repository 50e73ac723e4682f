"""`mock_cognito` on a class of tests: where unittest and pytest begin and end a class and a test.

There is one block for the class, from before `setUpClass` to after `tearDownClass`, and in it one for each test, from
before `setUp` to after the last clean-up. A test has an emulator of its own, unless the class's set-up used Cognito:
what it made is meant for the tests, so they share it, as nested blocks do.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cognito_emulator.mock.block import MockCognito


def decorate(cls: type[Any], mock: MockCognito) -> None:
    """Let the tests of a class run in blocks of `mock`."""
    unittest = sys.modules.get("unittest")
    if unittest is not None and issubclass(cls, unittest.TestCase):
        _decorate_test_case(cls, mock)
    else:
        _decorate_plain(cls, mock)


def _decorate_test_case(cls: type[Any], mock: MockCognito) -> None:
    """For unittest: `run` is set-up, test, tear-down and clean-ups in one, also of an IsolatedAsyncioTestCase."""
    set_up_class = _original(cls, "setUpClass")

    def setUpClass(klass: Any) -> None:
        with _ClassSetUp(mock):
            klass.addClassCleanup(mock.stop)
            set_up_class(klass)

    cls.setUpClass = classmethod(setUpClass)
    for name in ("run", "debug"):
        setattr(cls, name, _in_block(_original(cls, name), mock.nested()))


def _in_block(method: Callable[..., Any], mock: MockCognito) -> Callable[..., Any]:
    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        with mock.block():
            return method(self, *args, **kwargs)

    return run


def _decorate_plain(cls: type[Any], mock: MockCognito) -> None:
    """For pytest: its hooks of a class and of a method, which it runs before the fixtures of the class.

    The test methods are wrapped as well, for whoever calls them without pytest.
    """
    nested = mock.nested()
    for name, value in list(vars(cls).items()):
        if isinstance(value, type) and _has_tests(value):
            decorate(value, mock)
        elif name.startswith("test"):
            _wrap_test(cls, name, value, nested)
    hooks = ("setup_class", "teardown_class", "setup_method", "teardown_method")
    if all(isinstance(vars(cls).get(name, _nothing), (FunctionType, classmethod, staticmethod)) for name in hooks):
        _install_class_hooks(cls, mock)
        _install_method_hooks(cls, nested)


def _has_tests(cls: type[Any]) -> bool:
    return cls.__name__.startswith("Test") or any(name.startswith("test") for name in vars(cls))


def _wrap_test(cls: type[Any], name: str, value: Any, mock: MockCognito) -> None:
    if isinstance(value, FunctionType):
        setattr(cls, name, mock.decorate_function(value))
    elif isinstance(value, (staticmethod, classmethod)):
        setattr(cls, name, type(value)(mock.decorate_function(value.__func__)))


def _install_class_hooks(cls: Any, mock: MockCognito) -> None:
    set_up, tear_down = _original(cls, "setup_class"), _original(cls, "teardown_class")

    def setup_class(klass: Any) -> None:
        with _ClassSetUp(mock):
            try:
                set_up(klass)
            except BaseException:
                mock.stop()  # pytest does not call teardown_class then
                raise

    def teardown_class(klass: Any) -> None:
        try:
            tear_down(klass)
        finally:
            mock.stop()

    cls.setup_class, cls.teardown_class = classmethod(setup_class), classmethod(teardown_class)


def _install_method_hooks(cls: Any, mock: MockCognito) -> None:
    set_up, tear_down = _original(cls, "setup_method"), _original(cls, "teardown_method")

    def setup_method(self: Any, method: Any) -> None:
        mock.push()
        try:
            set_up(self, method)
        except BaseException:
            mock.stop()  # pytest does not call teardown_method then
            raise

    def teardown_method(self: Any, method: Any) -> None:
        try:
            tear_down(self, method)
        finally:
            mock.stop()

    cls.setup_method, cls.teardown_method = setup_method, teardown_method


class _ClassSetUp:
    """The set-up of a class, in the block of the class; the block goes on after it."""

    def __init__(self, mock: MockCognito) -> None:
        self._mock = mock

    def __enter__(self) -> None:
        self._scene = self._mock.push()
        self._is_new = self._scene.blocks == 1

    def __exit__(self, *error: object) -> None:
        self._scene.of_class = self._is_new


def _original(cls: type[Any], name: str) -> Callable[..., Any]:
    """What `cls` has by this name: a function of the instance (or class) and, where it takes one, an argument."""
    raw = vars(cls).get(name)

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if raw is None:
            # pytest runs the class hooks for a nested class too, which is no subclass.
            owner = cls if isinstance(self, type) and not issubclass(self, cls) else self
            method = getattr(super(cls, owner), name, _nothing)
        elif isinstance(raw, (classmethod, staticmethod)):
            method = raw.__get__(None, self)
        else:
            method = raw.__get__(self)
        return method(*args, **kwargs) if _takes_argument(method) else method()

    return call


def _takes_argument(method: Callable[..., Any]) -> bool:
    return bool(inspect.signature(method).parameters)


def _nothing() -> None:
    """A hook that a class does not have."""
