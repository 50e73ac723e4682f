"""Functions behind a Lambda API, reached through boto3 as its endpoint variables say."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import pytest

from cognito_emulator.emulator import Emulator
from cognito_emulator.outside.functions import CannotInvoke, FunctionFailed, Functions, Limits, TimedOut
from tests.builders import PASSWORD, Idp, app, refused

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:greet"
Json = dict[str, Any]


class Answer:
    """What the stand-in for Lambda answers."""

    def __init__(self, status: int = 200, body: bytes = b"{}", function_error: str = "", error: str = "") -> None:
        self.status, self.body, self.function_error, self.error = status, body, function_error, error


class Lambda:
    """A stand-in for the Lambda API: remembers invocations, answers what the test says."""

    def __init__(self) -> None:
        self.answer: Callable[[Json], Answer] = lambda event: Answer(body=json.dumps(event).encode())
        self.calls: list[tuple[str, str, Json]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                kind = self.headers.get("X-Amz-Invocation-Type", "")
                outer.calls.append((unquote(self.path), kind, event))
                given = outer.answer(event)
                self.send_response(given.status)
                if given.function_error:
                    self.send_header("X-Amz-Function-Error", given.function_error)
                if given.error:
                    self.send_header("X-Amzn-ErrorType", given.error)
                self.send_header("Content-Length", str(len(given.body)))
                self.end_headers()
                self.wfile.write(given.body)

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_: Any) -> None:
                """Clients that time out go away."""

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambda]:
    stand_in = Lambda()
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", f"http://127.0.0.1:{stand_in.server.server_port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    yield stand_in
    stand_in.server.shutdown()
    stand_in.server.server_close()


@pytest.fixture
def functions() -> Functions:
    return Functions(new_id=lambda: "request")


def test_invocation(aws: Lambda, functions: Functions) -> None:
    assert functions.invoke(ARN, {"a": "ä"}) == b'{"a": "\\u00e4"}'
    assert aws.calls == [(f"/2015-03-31/functions/{ARN}/invocations", "RequestResponse", {"a": "ä"})]


def test_qualified_arn(aws: Lambda, functions: Functions) -> None:
    functions.invoke(ARN + ":live", {})
    assert aws.calls[0][0] == f"/2015-03-31/functions/{ARN}:live/invocations"


def test_registered_functions_come_first(aws: Lambda, functions: Functions) -> None:
    functions.register("greet", lambda event, context: "here")
    assert functions.invoke(ARN, {}) == b'"here"'
    assert aws.calls == []


@pytest.mark.parametrize("kind", ["Unhandled", "Handled"])
@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"errorMessage": "No!", "errorType": "Error", "trace": []}', "No!"),
        (b'{"errorMessage": "2026-01-01T00:00:00Z 1 Task timed out after 3.00 seconds"}', None),
        (b'{"errorType": "Error"}', None),
        (b"no json", None),
    ],
)
def test_function_error(aws: Lambda, functions: Functions, kind: str, body: bytes, message: str | None) -> None:
    aws.answer = lambda event: Answer(body=body, function_error=kind)
    with pytest.raises(FunctionFailed) as caught:
        functions.invoke(ARN, {})
    if b"Task timed out" in body:
        message = "2026-01-01T00:00:00Z 1 Task timed out after 3.00 seconds"
    assert caught.value.message == message
    assert len(aws.calls) == 1, "not tried again"


@pytest.mark.parametrize(
    ("status", "code", "tries"),
    [
        (403, "AccessDeniedException", 1),
        (404, "ResourceNotFoundException", 1),
        (409, "ResourceConflictException", 1),
        (429, "TooManyRequestsException", 1),
        (500, "ServiceException", 3),
        (502, "ENILimitReachedException", 3),
    ],
)
def test_refused_invocation(aws: Lambda, functions: Functions, status: int, code: str, tries: int) -> None:
    aws.answer = lambda event: Answer(status, b'{"Message": "refused"}', error=code)
    with pytest.raises(CannotInvoke) as caught:
        functions.invoke(ARN, {})
    assert caught.value.code == code
    assert len(aws.calls) == tries


def test_service_that_recovers(aws: Lambda, functions: Functions) -> None:
    answers = [Answer(500, b"{}", error="ServiceException"), Answer(body=b'"fine"')]
    aws.answer = lambda event: answers.pop(0)
    assert functions.invoke(ARN, {}) == b'"fine"'


def test_slow_function(aws: Lambda, functions: Functions) -> None:
    def slow(event: Json) -> Answer:
        time.sleep(0.5)
        return Answer()

    aws.answer = slow
    functions.limits = Limits(seconds=0.05)
    with pytest.raises(TimedOut):
        functions.invoke(ARN, {})
    assert len(aws.calls) == 3


def test_asynchronous_invocation(aws: Lambda, functions: Functions) -> None:
    aws.answer = lambda event: Answer(202, b"")
    functions.post(ARN, {"a": 1})
    assert [(kind, event) for _, kind, event in aws.calls] == [("Event", {"a": 1})]


def test_nobody_there(functions: Functions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with pytest.raises(CannotInvoke) as caught:
        functions.invoke(ARN, {})
    assert caught.value.code == "ServiceException"


def test_what_a_client_of_the_pool_hears(aws: Lambda, idp: Idp, emulator: Emulator) -> None:
    made = app(idp, LambdaConfig={"PreSignUp": ARN.replace("eu-west-1", "us-east-1")})
    sign_up = {"ClientId": made.client_id, "Username": "alice", "Password": PASSWORD}
    aws.answer = lambda event: Answer(404, b'{"Message": "Function not found"}', error="ResourceNotFoundException")
    with refused("UnexpectedLambdaException", "PreSignUp invocation failed due to error ResourceNotFoundException."):
        idp.sign_up(**sign_up)
    aws.answer = lambda event: Answer(body=b'{"errorMessage": "No!"}', function_error="Unhandled")
    with refused("UserLambdaValidationException", "PreSignUp failed with error No!."):
        idp.sign_up(**sign_up)
    aws.answer = lambda event: Answer(body=b'{"response": {"autoConfirmUser": true}}')
    assert idp.sign_up(**sign_up)["UserConfirmed"] is True
    assert aws.calls[-1][2]["triggerSource"] == "PreSignUp_SignUp"
