"""Functions that are Python callables."""

from __future__ import annotations

import contextvars
import logging
import threading
import time
from itertools import count
from typing import Any

import boto3
import pytest

from cognito_emulator import Emulator, mock_cognito
from cognito_emulator.outside.functions import FunctionFailed, Functions, Limits, TimedOut

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:greet"
Json = dict[str, Any]


def functions(**given: Any) -> Functions:
    numbers = count(1)
    return Functions(given, new_id=lambda: f"request-{next(numbers)}")


def echo(event: Json, context: Any) -> Json:
    return event


@pytest.mark.parametrize(
    ("registered", "arn"),
    [
        (ARN, ARN),
        (ARN, ARN + ":live"),
        (ARN + ":live", ARN + ":live"),
        ("greet", ARN),
        ("greet", ARN + ":live"),
        ("greet:live", ARN + ":live"),
        ("greet", "greet"),
    ],
)
def test_a_function_is_found(registered: str, arn: str) -> None:
    asked = functions()
    asked.register(registered, echo)
    assert asked.invoke(arn, {"a": 1}) == b'{"a": 1}'


def test_the_most_exact_name_counts() -> None:
    asked = functions(greet=lambda event, context: "by name")
    asked.register(ARN, lambda event, context: "by ARN")
    asked.register(ARN + ":live", lambda event, context: "by alias")
    assert asked.invoke(ARN + ":live", {}) == b'"by alias"'
    assert asked.invoke(ARN + ":1", {}) == b'"by ARN"'
    assert asked.invoke(ARN.replace("eu-west-1", "us-east-1"), {}) == b'"by name"'


def test_context() -> None:
    seen: list[Any] = []
    asked = functions(greet=lambda event, context: seen.append(context))
    asked.invoke(ARN + ":live", {})
    (context,) = seen
    assert context.function_name == "greet"
    assert context.invoked_function_arn == ARN + ":live"
    assert context.aws_request_id == "request-1"
    assert context.log_group_name == "/aws/lambda/greet"
    assert 4000 < context.get_remaining_time_in_millis() <= 5000


def test_each_call_has_an_event_of_its_own() -> None:
    given: Json = {"request": {"list": [1]}}
    seen: list[Json] = []

    def change(event: Json, context: Any) -> Json:
        event["request"]["list"].append(2)
        seen.append(event)
        return event

    asked = functions(greet=change)
    asked.invoke(ARN, given)
    asked.invoke(ARN, given)
    assert given == {"request": {"list": [1]}}
    assert seen == [{"request": {"list": [1, 2]}}] * 2


async def test_async_handler_where_a_loop_runs() -> None:
    async def handler(event: Json, context: Any) -> Json:
        return {"thread": threading.current_thread().name}

    assert functions(greet=handler).invoke(ARN, {}) == b'{"thread": "function-greet"}'


def test_handler_sees_the_callers_context_variables() -> None:
    variable = contextvars.ContextVar("variable", default="unset")
    variable.set("set")
    assert functions(greet=lambda event, context: variable.get()).invoke(ARN, {}) == b'"set"'


def test_an_exception_is_a_function_error(caplog: pytest.LogCaptureFixture) -> None:
    def handler(event: Json, context: Any) -> Json:
        raise KeyError("email")

    with pytest.raises(FunctionFailed) as caught:
        functions(greet=handler).invoke(ARN, {})
    assert caught.value.message == "'email'"
    assert "KeyError: 'email'" in caplog.text, "the traceback is in the log"


def test_a_failing_test_is_no_function_error() -> None:
    def handler(event: Json, context: Any) -> None:
        pytest.fail("called")

    with pytest.raises(pytest.fail.Exception, match="called"):
        functions(greet=handler).invoke(ARN, {})


def test_slow_handler() -> None:
    tries: list[float] = []

    def handler(event: Json, context: Any) -> None:
        tries.append(context.get_remaining_time_in_millis())
        time.sleep(0.2)

    asked = functions(greet=handler)
    asked.limits = Limits(seconds=0.01, tries=3)
    with pytest.raises(TimedOut):
        asked.invoke(ARN, {})
    assert len(tries) == 3
    asked.limits = Limits(seconds=None)
    assert asked.invoke(ARN, {}) == b"null"


def test_limits_are_those_of_the_service() -> None:
    assert functions().limits == Limits(seconds=5.0, tries=3)


def test_post_waits_for_nobody(caplog: pytest.LogCaptureFixture) -> None:
    ended = threading.Event()

    def slow(event: Json, context: Any) -> None:
        time.sleep(0.1)
        ended.set()

    asked = functions(greet=slow, broken=lambda event, context: event["nothing"])
    asked.limits = Limits(seconds=0.01)
    asked.post(ARN, {})
    assert not ended.is_set()
    assert ended.wait(5), "it goes on by itself"
    asked.limits = Limits()
    caplog.set_level(logging.ERROR)
    asked.post("broken", {})
    assert "broken failed with error 'nothing'" in caplog.text


def test_unregister() -> None:
    asked = functions(greet=echo)
    asked.unregister("greet")
    asked.unregister("greet")
    asked.register("greet", lambda event, context: "new")
    assert asked.invoke(ARN, {}) == b'"new"'


def sign_up(endpoint_pool: Json, idp: Any) -> Json:
    client = idp.create_user_pool_client(UserPoolId=endpoint_pool["Id"], ClientName="c")["UserPoolClient"]
    answer: Json = idp.sign_up(ClientId=client["ClientId"], Username="alice", Password="Correct-Horse-1")
    return answer


def confirm(event: Json, context: Any) -> Json:
    event["response"]["autoConfirmUser"] = True
    return event


@mock_cognito(functions={"greet": confirm})
def test_mock_cognito_takes_functions() -> None:
    idp = boto3.client("cognito-idp", region_name="eu-west-1")
    pool = idp.create_user_pool(PoolName="p", LambdaConfig={"PreSignUp": ARN})["UserPool"]
    assert sign_up(pool, idp)["UserConfirmed"] is True


def test_nested_mocks_share_their_functions() -> None:
    given = {"greet": confirm}
    with mock_cognito(functions=given) as outer:
        with mock_cognito(functions=given) as inner:
            assert inner is outer
        with pytest.raises(RuntimeError, match="nested blocks share one emulator"), mock_cognito(functions={}):
            pytest.fail("entered")
        with mock_cognito(functions={}, isolated=True) as other:
            assert other.functions is not outer.functions


def test_emulator_takes_functions() -> None:
    emulator = Emulator(functions={"greet": echo})
    assert emulator.functions.invoke(ARN, {"a": 1}) == b'{"a": 1}'
    emulator.reset()
    assert emulator.functions.invoke(ARN, {"a": 1}) == b'{"a": 1}', "functions are settings, not state"
    emulator.close()
