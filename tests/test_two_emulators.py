"""Two emulators in one process never see each other."""

from __future__ import annotations

import threading
from typing import Any

import boto3

from cognito_emulator import Emulator, mock_cognito
from cognito_emulator.aws.call import HttpRequest


def call(emulator: Emulator, operation: str, body: str) -> tuple[int, bytes]:
    request = HttpRequest(
        method="POST",
        path="/",
        query="",
        headers={
            "x-amz-target": f"AWSCognitoIdentityProviderService.{operation}",
            "content-type": "application/x-amz-json-1.1",
            "authorization": "AWS4-HMAC-SHA256 Credential=a/20300101/eu-west-1/cognito-idp/aws4_request, "
            "SignedHeaders=host;x-amz-date, Signature=00",
            "x-amz-date": "20300101T000000Z",
        },
        body=body.encode(),
        base_url="https://cognito-idp.eu-west-1.amazonaws.com",
    )
    response = emulator.wsgi_app.handle(request)
    return response.status, response.body


def test_state_is_apart() -> None:
    first, second = Emulator(), Emulator()
    assert call(first, "CreateUserPool", '{"PoolName": "mine"}')[0] == 200
    assert b"mine" in call(first, "ListUserPools", '{"MaxResults": 10}')[1]
    assert b"mine" not in call(second, "ListUserPools", '{"MaxResults": 10}')[1]
    first.reset()
    assert b"mine" not in call(first, "ListUserPools", '{"MaxResults": 10}')[1]


def test_reset_and_close_leave_the_other_alone() -> None:
    first, second = Emulator(), Emulator()
    call(second, "CreateUserPool", '{"PoolName": "mine"}')
    first.reset()
    first.close()
    assert b"mine" in call(second, "ListUserPools", '{"MaxResults": 10}')[1]


def test_clocks_are_apart() -> None:
    first, second = Emulator(), Emulator()
    first.clock.advance(days=400)
    assert first.clock.now() - second.clock.now() > 399 * 86400


def test_seeds_are_apart() -> None:
    def pool_of(emulator: Emulator) -> bytes:
        return call(emulator, "CreateUserPool", '{"PoolName": "p"}')[1].split(b'"Id":"')[1][:19]

    assert pool_of(Emulator(seed=1)) == pool_of(Emulator(seed=1))
    assert pool_of(Emulator(seed=1)) != pool_of(Emulator(seed=2))


def test_in_threads_at_the_same_time() -> None:
    emulators = [Emulator() for _ in range(6)]

    def work(number: int) -> None:
        for index in range(10):
            call(emulators[number], "CreateUserPool", f'{{"PoolName": "pool-{number}-{index}"}}')

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, emulator in enumerate(emulators):
        body = call(emulator, "ListUserPools", '{"MaxResults": 60}')[1]
        assert body.count(b"pool-") == body.count(f"pool-{number}-".encode()) == 10


def test_a_mock_and_an_emulator_of_ones_own() -> None:
    mine = Emulator()
    with mock_cognito() as active:
        client: Any = boto3.client("cognito-idp", "eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
        client.create_user_pool(PoolName="mocked")
        assert active is not mine
        assert b"mocked" not in call(mine, "ListUserPools", '{"MaxResults": 10}')[1]
        assert b"mocked" in call(active, "ListUserPools", '{"MaxResults": 10}')[1]
