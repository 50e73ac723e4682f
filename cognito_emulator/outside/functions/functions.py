"""The one interface to functions."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson

from cognito_emulator.outside.functions.callables import CallableRunner, Handler
from cognito_emulator.outside.functions.kinds import (
    CannotInvoke,
    FunctionFailed,
    Invocation,
    Limits,
    Runner,
    TimedOut,
    names_for,
)

logger = logging.getLogger(__name__)
_COGNITO = ("COGNITO_IDENTITY_PROVIDER", "COGNITO_IDENTITY", "COGNITO_SYNC")
Json = dict[str, Any]
Given = Mapping[str, "Handler | str"]


class Functions:
    """The functions of one emulator, by name or ARN.

    `given` are callables, or files as text (`path/handler.py:handler`, `path/index.mjs`, …). `new_id` makes request
    ids. `limits` may be replaced: `functions.limits = Limits(seconds=None)` lets a debugger stop inside a handler.
    """

    def __init__(self, given: Given | None = None, *, new_id: Callable[[], str], limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.given = dict(given or {})
        self.endpoint_url: str | None = None
        self.all_of_aws = False
        self._new_id = new_id
        self._lock = threading.Lock()
        self._runners: dict[str, Runner] = {}
        for name, function in self.given.items():
            self.register(name, function)

    def register(self, name_or_arn: str, function: Handler | str) -> None:
        """Run a function by a callable (`function(event, context)`, async too) or by a file.

        `name_or_arn` is a function's name (with `:version` or `:alias` if only that is meant) or its ARN. Takes the
        place of what was registered under the same name. Raises ValueError for a file that cannot be.
        """
        runner: Runner
        if callable(function):
            runner = CallableRunner(function)
        else:
            from cognito_emulator.outside.functions.files import FileRunner, HandlerFile

            runner = FileRunner(HandlerFile.parse(function), self.variables)
        with self._lock:
            replaced = self._runners.get(name_or_arn)
            self._runners[name_or_arn] = runner
        if replaced is not None:
            replaced.close()

    def variables(self) -> dict[str, str]:
        """Where AWS clients in functions are pointed, unless the user points them elsewhere: at this emulator.

        That goes for Cognito, and for all of AWS if the emulator serves it (`all_of_aws`).
        """
        if self.endpoint_url is None:
            return {}
        if self.all_of_aws:
            return {"AWS_ENDPOINT_URL": self.endpoint_url}
        return {f"AWS_ENDPOINT_URL_{service}": self.endpoint_url for service in _COGNITO}

    def unregister(self, name_or_arn: str) -> None:
        """Forget a function; it is looked for at the Lambda API again."""
        with self._lock:
            runner = self._runners.pop(name_or_arn, None)
        if runner is not None:
            runner.close()

    def invoke(self, arn: str, event: Json, *, tries: int | None = None) -> bytes:
        """The answer of a function, as JSON text (which may be anything: nobody has looked at it).

        A try that takes too long, or that fails on the side of the service, is repeated, as often as `limits` say or
        until there were `tries`. Raises `FunctionFailed`, `CannotInvoke` or `TimedOut`.
        """
        invocation = Invocation(arn, orjson.dumps(event), "", self.limits.seconds)
        runner = self._runner(arn)
        tries = max(1, tries or self.limits.tries)
        for number in range(1, tries + 1):
            try:
                return runner.run(replace(invocation, request_id=self._new_id()))
            except TimedOut:
                logger.warning("%s: no answer within %s s (try %d of %d)", arn, self.limits.seconds, number, tries)
                if number == tries:
                    raise
            except CannotInvoke as failure:
                if number == tries or not failure.again:
                    raise
        raise AssertionError("unreachable")

    def post(self, arn: str, event: Json) -> None:
        """Invoke a function whose answer nobody waits for; what goes wrong is logged.

        What runs here has its time before this returns, so that a test finds its traces; a slower one goes on by
        itself. Lambda is told to invoke asynchronously, and does its own retries.
        """
        invocation = Invocation(arn, orjson.dumps(event), self._new_id(), self.limits.seconds)
        runner = self._runner(arn)
        try:
            getattr(runner, "post", runner.run)(invocation)
        except FunctionFailed as failure:
            logger.error("%s failed with error %s", arn, failure.message)
        except CannotInvoke as failure:
            logger.error("%s could not be invoked: %s", arn, failure.code)
        except TimedOut:
            logger.warning("%s: no answer within %s s; its answer was not needed", arn, self.limits.seconds)

    def close(self) -> None:
        """End the processes of local files."""
        with self._lock:
            runners = list(self._runners.values())
        for runner in runners:
            runner.close()

    def _runner(self, arn: str) -> Runner:
        for name in names_for(arn):
            runner = self._runners.get(name)
            if runner is not None:
                return runner
        from cognito_emulator.outside.functions.lambda_api import LambdaApi

        return LambdaApi()


def functions_of(options: tuple[str, ...]) -> dict[str, str]:
    """Functions given as `NAME=FILE`. Raises ValueError."""
    found = {}
    for option in options:
        name, equals, file = option.partition("=")
        if not (name and equals and file):
            raise ValueError(f"{option}: a function is given as NAME=FILE[:HANDLER]")
        found[name] = file
    return found
