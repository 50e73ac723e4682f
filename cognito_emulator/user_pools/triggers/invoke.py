"""Asking a pool's function, and what happens when that goes wrong.

Source: reference lambda-triggers.md §1 and §2.
"""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from cognito_emulator.aws.call import Call
from cognito_emulator.outside.functions import CannotInvoke, FunctionFailed, TimedOut
from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.records import Pool
from cognito_emulator.user_pools.triggers.events import Json
from cognito_emulator.user_pools.triggers.responses import Response

# Members of LambdaConfig whose name in error texts is another one.
_NAMES = {"PreTokenGenerationConfig": "PreTokenGeneration"}


def arn_of(pool: Pool, trigger: str) -> str | None:
    """The function of a trigger, named as in `LambdaConfig`."""
    setting = pool.settings.get("LambdaConfig", {}).get(trigger)
    arn: str | None = setting["LambdaArn"] if isinstance(setting, dict) else setting
    return arn or None


def any_set(pool: Pool, triggers: Iterable[str]) -> bool:
    """Whether the pool has a function for any of these triggers."""
    return any(arn_of(pool, trigger) for trigger in triggers)


def run(call: Call, pool: Pool, trigger: str, event: Json, *, needs_response: bool = False) -> Response:
    """Invoke the function of a trigger (there must be one) and return the `response` of its answer.

    An answer may lack that unless the trigger `needs_response`. Raises `UserLambdaValidationException`,
    `UnexpectedLambdaException` or `InvalidLambdaResponseException`. Never called inside a transaction: the function may
    call back.
    """
    arn = arn_of(pool, trigger)
    assert arn is not None
    name = _NAMES.get(trigger, trigger)
    try:
        answer = call.emulator.functions.invoke(arn, event)
    except FunctionFailed as failure:
        raise errors.function_failed(name, failure.message) from failure
    except CannotInvoke as failure:
        raise errors.function_not_invoked(name, failure.code) from failure
    except TimedOut as failure:
        raise errors.function_timed_out(name) from failure
    return _response(answer, needs_response)


def post(call: Call, pool: Pool, trigger: str, event: Json) -> None:
    """Invoke the function of a trigger (there must be one) whose answer counts for nothing."""
    arn = arn_of(pool, trigger)
    assert arn is not None
    call.emulator.functions.post(arn, event)


def _response(answer: bytes, needed: bool) -> Response:
    try:
        output = orjson.loads(answer)
    except orjson.JSONDecodeError:
        raise errors.function_output_is_no_json() from None
    if output is None:
        raise errors.function_output_is_no_json()
    if not isinstance(output, dict):
        raise errors.unrecognizable_function_output()
    response = output.get("response")
    if not isinstance(response, dict if needed else dict | None):
        raise errors.unrecognizable_function_output()
    return Response(response or {})
