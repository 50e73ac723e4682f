"""What runs in the interpreter of one emulator, ours or moto: `python child.py ours|moto|floor <what> <times>`.

Prints one JSON number per line. Imports nothing but the emulator and boto3, so that it runs where only those are.
"""

from __future__ import annotations

import itertools
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

WHO, WHAT, TIMES = sys.argv[1], sys.argv[2], int(sys.argv[3])
PASSWORD = "Correct-Horse-1"
os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing", AWS_DEFAULT_REGION="us-east-1")
os.environ.pop("AWS_PROFILE", None)


def mock() -> Any:
    """The decorator of the emulator."""
    if WHO == "moto":
        from moto import mock_aws  # type: ignore[import-not-found,unused-ignore]

        return mock_aws()
    from cognito_emulator import mock_cognito

    return mock_cognito()


def one_test() -> None:
    """What a test of a sign-in costs."""
    import boto3

    with mock():
        client = boto3.client("cognito-idp")
        _sign_in(client)


def _sign_in(client: Any) -> None:
    pool = client.create_user_pool(PoolName="pool")["UserPool"]["Id"]
    app = client.create_user_pool_client(
        UserPoolId=pool, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    client.admin_create_user(UserPoolId=pool, Username="alice", MessageAction="SUPPRESS")
    client.admin_set_user_password(UserPoolId=pool, Username="alice", Password=PASSWORD, Permanent=True)
    answer = client.initiate_auth(
        ClientId=app,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "alice", "PASSWORD": PASSWORD},
    )
    assert answer["AuthenticationResult"]["IdToken"]


def tests() -> None:
    """Milliseconds of one test, after the first ones, which import and make what is kept."""
    for _ in range(3):
        one_test()
    print(_median(one_test, TIMES))


def bare_tests() -> None:
    """Milliseconds of what botocore alone costs of one test: the same calls, answered at once."""
    import boto3

    with mock():
        client = boto3.client("cognito-idp")
        answers = _kept(client, lambda: _sign_in(client))

    def one() -> None:
        _sign_in(_answered_at_once(boto3.client("cognito-idp"), answers))

    for _ in range(3):
        one()
    print(_median(one, TIMES))


def calls() -> None:
    """Milliseconds of `list_user_pools`, and of what botocore alone costs: the same answer, given at once."""
    import boto3

    with mock():
        client, stub = boto3.client("cognito-idp"), boto3.client("cognito-idp")
        client.create_user_pool(PoolName="pool")
        answers = _kept(client, lambda: client.list_user_pools(MaxResults=10))
        _answered_at_once(stub, answers)
        real, floor = [], []
        for _ in range(8):
            real.append(_median(lambda: client.list_user_pools(MaxResults=10), TIMES))
            floor.append(_median(lambda: stub.list_user_pools(MaxResults=10), TIMES))
    print(min(real))
    print(min(floor))


def _kept(client: Any, action: Callable[[], Any]) -> list[Any]:
    """The answers that a client gets to the calls of an action."""
    seen: list[Any] = []

    def keep(response_dict: Any, **_: Any) -> None:
        seen.append((response_dict["status_code"], dict(response_dict["headers"]), response_dict["body"]))

    client.meta.events.register("before-parse", keep)
    action()
    client.meta.events.unregister("before-parse", keep)
    return seen


def _answered_at_once(client: Any, answers: list[Any]) -> Any:
    """A client that gets these answers, over and over."""
    from botocore.awsrequest import AWSResponse

    turns = itertools.cycle(answers)

    def answer(request: Any, **_: Any) -> Any:
        status, headers, body = next(turns)
        return AWSResponse(request.url, status, headers, _Body(body))

    client.meta.events.register_first("before-send", answer)
    return client


def first_answer() -> None:
    """Milliseconds from the first import to the first answer, boto3's import and a client included."""
    begun = time.perf_counter()
    with mock():
        import boto3

        client = boto3.client("cognito-idp")
        assert client.create_user_pool(PoolName="pool")["UserPool"]["Id"]
    print((time.perf_counter() - begun) * 1000)


class _Body:
    """The body of an answer as botocore reads it."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> list[bytes]:
        return [self._body]


def _median(action: Callable[[], Any], times: int) -> float:
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        action()
        found.append(time.perf_counter() - begun)
    return statistics.median(found) * 1000


if __name__ == "__main__":
    {"tests": tests, "bare": bare_tests, "calls": calls, "first": first_answer}[WHAT]()
