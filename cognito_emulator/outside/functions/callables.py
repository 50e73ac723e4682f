"""Functions that are Python callables of this process."""

from __future__ import annotations

import contextvars
import inspect
import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cognito_emulator.outside.functions.kinds import FunctionFailed, Invocation, TimedOut

logger = logging.getLogger(__name__)
Handler = Callable[..., Any]


@dataclass
class Context:
    """What Lambda gives a Python handler as its second argument.

    Source: AWS Lambda developer guide, "Using the Lambda context object to retrieve Python function information".
    """

    function_name: str
    invoked_function_arn: str
    aws_request_id: str
    log_group_name: str
    deadline: float | None
    function_version: str = "$LATEST"
    memory_limit_in_mb: str = "128"
    log_stream_name: str = "local"
    identity: Any = None
    client_context: Any = None
    _unlimited: int = field(default=900_000, repr=False)

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Cognito stops waiting."""
        if self.deadline is None:
            return self._unlimited
        return max(0, int((self.deadline - time.monotonic()) * 1000))


class CallableRunner:
    """Calls a handler as Lambda's Python runtime would: with an event of its own, and JSON as the answer.

    The handler runs in a thread of its own: a slow one can be left behind, and an async one has its own event loop
    even where the caller runs in one.
    """

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def run(self, invocation: Invocation) -> bytes:
        """Call the handler; what is no `Exception` (such as `pytest.fail`) goes through to the caller."""
        outcome: list[bytes] = []
        failure: list[BaseException] = []

        def work() -> None:
            try:
                outcome.append(self._call(invocation))
            except BaseException as error:
                failure.append(error)

        name = f"function-{invocation.function_name}"
        thread = threading.Thread(target=contextvars.copy_context().run, args=(work,), name=name, daemon=True)
        thread.start()
        thread.join(invocation.seconds)
        if thread.is_alive():
            raise TimedOut
        if not failure:
            return outcome[0]
        error = failure[0]
        if isinstance(error, FunctionFailed) or not isinstance(error, Exception):
            raise error
        logger.error("function %s raised", invocation.function_name, exc_info=error)
        raise FunctionFailed(str(error)) from error

    def close(self) -> None:
        pass

    def _call(self, invocation: Invocation) -> bytes:
        answer = self._handler(json.loads(invocation.event), _context(invocation))
        if inspect.isawaitable(answer):
            import asyncio

            answer = asyncio.run(_result_of(answer))
        if isinstance(answer, bytes):
            return answer
        try:
            return json.dumps(answer).encode()
        except (TypeError, ValueError) as error:
            raise FunctionFailed(f"Unable to marshal response: {error}") from error


async def _result_of(answer: Any) -> Any:
    return await answer


def _context(invocation: Invocation) -> Context:
    return Context(
        function_name=invocation.function_name,
        invoked_function_arn=invocation.arn,
        aws_request_id=invocation.request_id,
        log_group_name=f"/aws/lambda/{invocation.function_name}",
        deadline=None if invocation.seconds is None else time.monotonic() + invocation.seconds,
    )
