"""`mock_cognito` as decorator and context manager: begin, end, nesting, options."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from cryptography.hazmat.primitives.asymmetric import rsa

import cognito_emulator
from cognito_emulator import Emulator, mock_cognito
from tests.mock.calls import idp, make_pool, pools, sign_in

# --- the block --------------------------------------------------------------------------------------------------------


def test_public_name() -> None:
    assert "mock_cognito" in cognito_emulator.__all__


def test_with_yields_the_emulator(attempts: list[Any]) -> None:
    with mock_cognito() as emulator:
        assert isinstance(emulator, Emulator)
        sign_in(idp())
        assert emulator.messages is not None
        emulator.clock.advance(hours=1)
    assert not attempts


def test_async_with() -> None:
    async def run() -> list[str]:
        async with mock_cognito() as emulator:
            assert isinstance(emulator, Emulator)
            make_pool(idp())
            return pools(idp())

    assert asyncio.run(run()) == ["pool"]


def test_bare_decorator() -> None:
    @mock_cognito
    def body(name: str, *, answer: int) -> tuple[list[str], int]:
        """Doc."""
        make_pool(idp(), name)
        return pools(idp()), answer

    assert body("first", answer=42) == (["first"], 42)
    assert body("second", answer=43) == (["second"], 43)
    assert body.__name__ == "body"
    assert body.__doc__ == "Doc."
    assert list(inspect.signature(body).parameters) == ["name", "answer"]


def test_decorator_with_options() -> None:
    @mock_cognito(account_id="999999999999")
    def body() -> str:
        arn: str = idp().create_user_pool(PoolName="p")["UserPool"]["Arn"]
        return arn

    assert ":999999999999:" in body()


def test_async_function() -> None:
    @mock_cognito
    async def body() -> list[str]:
        make_pool(idp())
        await asyncio.sleep(0)
        return pools(idp())

    assert inspect.iscoroutinefunction(body)
    assert asyncio.run(body()) == ["pool"]
    assert asyncio.run(body()) == ["pool"]


@mock_cognito
async def test_async_test_function() -> None:
    make_pool(idp())
    await asyncio.sleep(0)
    assert pools(idp()) == ["pool"]


def test_generator_function_stays_inside_until_it_ends() -> None:
    @mock_cognito
    def fixture() -> Iterator[str]:
        yield make_pool(idp())

    assert inspect.isgeneratorfunction(fixture)
    for _ in fixture():
        assert pools(idp()) == ["pool"]
    with mock_cognito():
        assert pools(idp()) == []


def test_async_generator_function() -> None:
    @mock_cognito
    async def fixture() -> AsyncIterator[str]:
        yield make_pool(idp())

    async def run() -> None:
        async for _ in fixture():
            assert pools(idp()) == ["pool"]

    asyncio.run(run())
    with mock_cognito():
        assert pools(idp()) == []


@pytest.fixture
@mock_cognito
def decorated_fixture() -> Iterator[str]:
    yield make_pool(idp(), "of fixture")
    assert pools(idp()) == ["of fixture"]


def test_decorated_fixture(decorated_fixture: str) -> None:
    assert pools(idp()) == ["of fixture"]


def test_start_and_stop() -> None:
    mock = mock_cognito()
    emulator = mock.start()
    assert isinstance(emulator, Emulator)
    make_pool(idp())
    mock.stop()
    with pytest.raises(RuntimeError, match="without start"):
        mock.stop()


def test_client_made_before(attempts: list[Any]) -> None:
    client = idp(aws_access_key_id="a", aws_secret_access_key="b")
    with mock_cognito():
        make_pool(client)
        assert pools(client) == pools(idp()) == ["pool"]
    with pytest.raises(EndpointConnectionError):
        client.list_user_pools(MaxResults=1)
    assert attempts


def test_state_ends_with_the_block() -> None:
    mock = mock_cognito()
    with mock as first:
        make_pool(idp())
    with mock as second:
        assert pools(idp()) == []
    assert first is not second


def test_options_are_checked_where_they_are_given() -> None:
    with pytest.raises(TypeError, match="no option colour"):
        mock_cognito(colour="green")


def test_issuer_is_aws_by_default() -> None:
    import jwt

    with mock_cognito():
        tokens = sign_in(idp("eu-west-1"))
        claims = jwt.decode(tokens["IdToken"], options={"verify_signature": False})
        assert claims["iss"] == f"https://cognito-idp.eu-west-1.amazonaws.com/{tokens['UserPoolId']}"
    with mock_cognito(issuer="https://issuer.example"):
        tokens = sign_in(idp("eu-west-1"))
        claims = jwt.decode(tokens["IdToken"], options={"verify_signature": False})
        assert claims["iss"] == f"https://issuer.example/{tokens['UserPoolId']}"


def test_options_reach_the_emulator() -> None:
    with mock_cognito(check_responses=True, strict=True) as emulator:
        assert emulator.config.check_responses
        assert emulator.config.strict
        assert emulator.config.issuer == "aws"


# --- nesting ----------------------------------------------------------------------------------------------------------


def test_nested_blocks_share_the_outer_emulator() -> None:
    with mock_cognito() as outer:
        make_pool(idp())
        with mock_cognito() as inner:
            assert inner is outer
            assert pools(idp()) == ["pool"]
            make_pool(idp(), "inner")
        assert sorted(pools(idp())) == ["inner", "pool"]


def test_nested_isolated_block_has_its_own() -> None:
    with mock_cognito() as outer:
        make_pool(idp())
        with mock_cognito(isolated=True) as inner:
            assert inner is not outer
            assert pools(idp()) == []
        assert pools(idp()) == ["pool"]


def test_the_same_block_again_inside_itself() -> None:
    mock = mock_cognito()
    with mock, mock as inner:
        make_pool(idp())
        with mock:
            assert pools(idp()) == ["pool"]
        assert inner is not None
        assert pools(idp()) == ["pool"]

    @mock_cognito
    def recursive(depth: int) -> int:
        make_pool(idp(), str(depth))
        return recursive(depth - 1) if depth else len(pools(idp()))

    assert recursive(3) == 4


def test_nested_options_must_be_those_of_the_outer_block() -> None:
    with mock_cognito(region="eu-west-1"):
        with mock_cognito(region="eu-west-1"):
            pass
        with (
            pytest.raises(RuntimeError, match=r"region='eu-north-1'.*isolated=True"),
            mock_cognito(region="eu-north-1"),
        ):
            pass
        with mock_cognito(region="eu-north-1", isolated=True) as emulator:
            assert emulator.config.region == "eu-north-1"
        make_pool(idp())


# --- speed ------------------------------------------------------------------------------------------------------------


def test_keys_are_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    generate = rsa.generate_private_key

    def counted(*args: Any, **kwargs: Any) -> Any:
        made.append(1)
        return generate(*args, **kwargs)

    monkeypatch.setattr(rsa, "generate_private_key", counted)
    kids = []
    for _ in range(5):
        with mock_cognito():
            kids.append(sign_in(idp())["IdToken"].split(".")[0])
    assert len(made) <= 4


def test_clients_share_what_was_read_of_the_models() -> None:
    session = boto3.Session("a", "b", region_name="eu-west-1")
    before = session.client("cognito-idp")
    with mock_cognito():
        first, second = session.client("cognito-idp"), session.client("cognito-idp")
        assert first.meta.service_model is second.meta.service_model
        assert before.meta.service_model is not first.meta.service_model
        other = boto3.Session(region_name="eu-west-1").client("cognito-idp")
        assert other.meta.service_model is not first.meta.service_model
        make_pool(first)
        assert pools(second) == ["pool"]
    after = session.client("cognito-idp")
    assert after.meta.service_model is not first.meta.service_model


def test_events_of_clients_stay_their_own() -> None:
    seen: list[str] = []
    with mock_cognito():
        first, second = idp(), idp()
        first.meta.events.register("before-call.cognito-idp", lambda model, **_: seen.append(model.name))
        make_pool(first)
        assert pools(second) == ["pool"]
    assert seen == ["CreateUserPool"]
