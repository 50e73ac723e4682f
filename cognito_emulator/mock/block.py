"""`mock_cognito`: decorator and context manager."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from dataclasses import fields
from types import TracebackType
from typing import Any, ClassVar, TypeVar, cast, overload

from cognito_emulator.config import Config
from cognito_emulator.emulator import Emulator
from cognito_emulator.mock import classes
from cognito_emulator.mock.stage import INJECTED, Scene, Stage

T = TypeVar("T", bound=Callable[..., Any])

_OPTIONS = INJECTED | {option.name for option in fields(Config)}


class MockCognito:
    """What `mock_cognito(...)` makes: a block in which Cognito is an emulator in this process.

    `start` and `stop` are for frameworks that can use neither a `with` statement nor a decorator.
    """

    # The exception to "no module-level state": what is patched (botocore's classes) belongs to the process, so its
    # bookkeeping does too. Between blocks it holds RSA keys, which carry no state and take 100 ms to make.
    _stage: ClassVar[Stage] = Stage()

    def __init__(self, *, isolated: bool = False, fake_credentials: bool = True, **options: Any) -> None:
        unknown = sorted(options.keys() - _OPTIONS)
        if unknown:
            raise TypeError(f"mock_cognito has no option {', '.join(unknown)}; it has {', '.join(sorted(_OPTIONS))}")
        self._isolated = isolated
        self._fake_credentials = fake_credentials
        self._options = options
        self._entered: list[Scene] = []

    def start(self) -> Emulator:
        """Begin the block; returns the emulator."""
        scene = self.push()
        scene.used = True
        return scene.emulator

    def stop(self) -> None:
        """End the block that was begun last."""
        if not self._entered:
            raise RuntimeError("mock_cognito: stop() without start()")
        self._stage.leave(self._entered.pop())

    def push(self) -> Scene:
        """Begin the block for somebody who is not given the emulator; `stop` ends it."""
        scene = self._enter()
        self._entered.append(scene)
        return scene

    @contextlib.contextmanager
    def block(self) -> Iterator[None]:
        """One run of the block, whatever other runs there are in other threads."""
        scene = self._enter()
        try:
            yield
        finally:
            self._stage.leave(scene)

    def nested(self) -> MockCognito:
        """The same for blocks inside this one, whose emulator they share even if this one is isolated."""
        return MockCognito(fake_credentials=self._fake_credentials, **self._options)

    def _enter(self) -> Scene:
        return self._stage.enter(self._options, isolated=self._isolated, fake_credentials=self._fake_credentials)

    def __enter__(self) -> Emulator:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Emulator:
        return self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def __call__(self, target: T) -> T:
        """Decorate a function, an async function, a generator (a pytest fixture) or a class of tests."""
        if isinstance(target, type):
            classes.decorate(target, self)
            return target
        return cast(T, self.decorate_function(target))

    def decorate_function(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function of the same kind that runs in a block of its own."""
        if inspect.iscoroutinefunction(function):

            async def run_async(*args: Any, **kwargs: Any) -> Any:
                with self.block():
                    return await function(*args, **kwargs)

            return functools.wraps(function)(run_async)
        if inspect.isasyncgenfunction(function):
            return functools.wraps(function)(self._async_generator(function))
        if inspect.isgeneratorfunction(function):

            def generate(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
                with self.block():
                    return (yield from function(*args, **kwargs))

            return functools.wraps(function)(generate)

        def run(*args: Any, **kwargs: Any) -> Any:
            with self.block():
                return function(*args, **kwargs)

        return functools.wraps(function)(run)

    def _async_generator(self, function: Callable[..., AsyncGenerator[Any, Any]]) -> Callable[..., Any]:
        async def generate(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
            with self.block():
                async with contextlib.aclosing(function(*args, **kwargs)) as items:
                    async for item in items:
                        yield item

        return generate


@overload
def mock_cognito(target: T, /) -> T: ...


@overload
def mock_cognito(*, isolated: bool = ..., fake_credentials: bool = ..., **options: Any) -> MockCognito: ...


def mock_cognito(
    target: Any = None, /, *, isolated: bool = False, fake_credentials: bool = True, **options: Any
) -> Any:
    """Put an emulator of Cognito in place of AWS.

    Used as `@mock_cognito`, `@mock_cognito(...)`, `with mock_cognito() as emulator:` or `async with`.

    Inside, calls of boto3, botocore and aiobotocore clients to cognito-idp, cognito-identity and cognito-sync,
    whether the client was made before or inside, and requests by requests, urllib, urllib3, httpx and aiohttp to the
    issuers and domains of user pools are answered in this process, in every thread of it. No socket is opened.
    Everything else goes where it always goes: to moto's `mock_aws` if that is active (entered earlier or later), or
    to the network; so does a client with an `endpoint_url` of its own. At the end all state is dropped and every
    patch put back.

    Nested blocks share the state of the outermost one, as those of moto's `mock_aws` do: a fixture or a class can set
    up what a test uses, and a helper can be decorated without cutting its caller off. So `with mock_cognito() as
    emulator:` inside a decorated test is also the way to its emulator (`emulator.messages`, `emulator.clock`).
    `isolated=True` asks for an emulator of its own; without it, options that differ from the outer block's are refused.

    On a class, every test method has a fresh emulator, which is there for set-up and tear-down too (`setUp`,
    `asyncSetUp`, `setup_method`, fixtures of the class). If `setUpClass` or `setup_class` (or a class-scoped fixture)
    uses Cognito, the tests of the class share what it made.

    `options` are those of `Emulator`: `region`, `strict`, `check_responses`, `seed`, `clock`, …; the issuer of tokens
    is AWS's unless `issuer` says otherwise. Clients without credentials are given fake ones, unless
    `fake_credentials=False`; keys in the environment, of a client or of a named profile are left alone.
    """
    block = MockCognito(isolated=isolated, fake_credentials=fake_credentials, **options)
    return block if target is None else block(target)
