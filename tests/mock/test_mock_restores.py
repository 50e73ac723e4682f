"""`mock_cognito` leaves nothing behind: after exceptions, in any order, in threads."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from typing import Any

import botocore.client
import botocore.endpoint
import botocore.hooks
import botocore.session
import botocore.signers
import pytest

from cognito_emulator import mock_cognito
from tests.mock.calls import idp, make_pool, pools

# --- leaving nothing behind -------------------------------------------------------------------------------------------

PATCHED: list[tuple[Any, str]] = [
    (botocore.client.ClientCreator, "_load_service_model"),
    (botocore.hooks.EventAliaser, "_alias_event_name"),
    (botocore.endpoint.Endpoint, "_send"),
    (botocore.session.Session, "get_credentials"),
    (botocore.signers.RequestSigner, "sign"),
]


def methods() -> list[Any]:
    return [vars(owner)[name] for owner, name in PATCHED] + [list(sys.meta_path), dict(os.environ)]


ORIGINALS = [vars(owner)[name] for owner, name in PATCHED]


def is_patched() -> bool:
    return [vars(owner)[name] for owner, name in PATCHED] != ORIGINALS


def test_everything_is_put_back() -> None:
    before = methods()
    with mock_cognito():
        assert is_patched()
        idp()
    assert methods() == before


def test_everything_is_put_back_after_an_exception() -> None:
    before = methods()
    with pytest.raises(ZeroDivisionError), mock_cognito(), mock_cognito():
        raise ZeroDivisionError

    @mock_cognito
    def fails() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert methods() == before


def test_emulator_that_cannot_be_made_leaves_nothing() -> None:
    before = methods()
    with pytest.raises(ValueError, match=r"."), mock_cognito(config=cognito_emulator_config("nonsense:")):
        pass
    assert methods() == before


def cognito_emulator_config(store: str) -> Any:
    from cognito_emulator.config import Config

    return Config(store=store)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 2, 0)])
@pytest.mark.parametrize("isolated", [False, True])
def test_blocks_may_end_in_any_order(order: tuple[int, ...], isolated: bool) -> None:
    before = methods()
    mocks = [mock_cognito(isolated=isolated) for _ in range(3)]
    for mock in mocks:
        mock.start()
    make_pool(idp())
    for index in order:
        pools(idp())
        mocks[index].stop()
    assert methods() == before


def test_somebody_elses_patch_on_top_of_ours() -> None:
    endpoint: Any = botocore.endpoint.Endpoint
    original = vars(endpoint)["_send"]
    mock = mock_cognito()
    mock.start()
    ours = vars(endpoint)["_send"]

    def theirs(self: Any, request: Any) -> Any:
        return ours(self, request)

    try:
        endpoint._send = theirs
        mock.stop()
        assert vars(endpoint)["_send"] is theirs
        with mock_cognito():
            assert make_pool(idp())
        assert vars(endpoint)["_send"] is theirs
        endpoint._send = ours  # they put back what they found
        with mock_cognito():
            assert make_pool(idp())
        assert vars(endpoint)["_send"] is original
    finally:
        endpoint._send = original


def test_threads() -> None:
    before = methods()
    failures: list[BaseException] = []

    @mock_cognito
    def body(number: int) -> None:
        client = idp(aws_access_key_id="a", aws_secret_access_key="b")
        pool_id = make_pool(client, f"pool-{number}")
        assert client.describe_user_pool(UserPoolId=pool_id)["UserPool"]["Name"] == f"pool-{number}"

    def run(number: int) -> None:
        try:
            for _ in range(3):
                body(number)
        except BaseException as failure:
            failures.append(failure)

    in_threads(run, 12)
    assert not failures
    assert methods() == before


def test_threads_started_inside_see_the_emulator() -> None:
    with mock_cognito():
        client = idp()
        in_threads(lambda number: make_pool(client, f"pool-{number}"), 8)
        assert len(pools(client)) == 8


def in_threads(target: Callable[[int], Any], count: int) -> None:
    threads = [threading.Thread(target=target, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
