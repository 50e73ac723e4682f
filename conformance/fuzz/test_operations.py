"""Every implemented operation, with inputs generated from the models.

Whatever comes: no 5xx, an answer of the model's shape, an error that the operation declares, and a refused request
changes nothing.
"""

from __future__ import annotations

import gc
import os
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given, note

from cognito_emulator.aws.models import service_model
from cognito_emulator.conformance.world import World
from cognito_emulator.services import SERVICES
from conformance.fuzz.figures import FIGURES
from conformance.fuzz.inputs import inputs
from conformance.fuzz.world import Fuzzed, broken_rules, inhabited

pytestmark = pytest.mark.fuzz
OPERATIONS = [(service.name, name) for service in SERVICES for name in sorted(service.functions)]


@pytest.fixture(scope="module")
def fuzzed() -> Iterator[Fuzzed]:
    world = inhabited()
    yield world
    world.emulator.close()


@pytest.mark.parametrize(("service", "name"), OPERATIONS)
def test_operation_keeps_the_rules(service: str, name: str) -> None:
    operation = service_model(service).operation(name)
    assert operation is not None
    world = inhabited()

    @given(inputs(operation, world.known))
    def keeps_the_rules(params: dict[str, object]) -> None:
        before = world.snapshot()
        reply = world.endpoint.call(service, name, params)
        FIGURES.count(f"{service}:{name}", reply.status)
        note(f"{reply.status} {reply.error_type}: {reply.message}")
        assert broken_rules(operation, reply) == []
        if reply.status >= 400:
            assert world.snapshot() == before

    try:
        keeps_the_rules()
    finally:
        world.emulator.close()


def test_refused_requests_leave_no_memory_behind(fuzzed: Fuzzed) -> None:
    refused = {"ClientId": fuzzed.known["ClientId"][0], "Username": "nobody", "ConfirmationCode": "123456"}
    for _ in range(200):
        fuzzed.endpoint.call("cognito-idp", "ConfirmSignUp", refused)
    records = fuzzed.records()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(1000):
        reply = fuzzed.endpoint.call("cognito-idp", "ConfirmSignUp", {**refused, "Username": f"nobody{number}"})
        assert reply.error_type == "UserNotFoundException"
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert fuzzed.records() <= records + 1
    assert grown < 500_000


def test_what_is_deleted_leaves_no_memory_behind() -> None:
    """Pools with all that is in them, made and deleted over and over (each takes two RSA keys, which cost time)."""
    lives = 100 if os.environ.get("FUZZ_PROFILE") == "long" else 8
    world = inhabited()
    try:
        for _ in range(max(2, lives // 5)):
            _pool_life(world)
        records = world.records()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(lives):
            _pool_life(world)
        # What only waits to be collected is not kept.
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        assert world.records() == records
        # Other threads of the test run may have kept something meanwhile; what a life leaves would be more.
        assert grown < 200_000 + lives * 500
    finally:
        world.emulator.close()


def _pool_life(fuzzed: Fuzzed) -> None:
    w = World(fuzzed.endpoint)
    w.make_pool(AutoVerifiedAttributes=["email"])
    w.make_client(ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    w.call("CreateGroup", UserPoolId=w.pool, GroupName="staff")
    w.sign_up("dave", email="dave@example.com")
    w.call("AdminConfirmSignUp", UserPoolId=w.pool, Username="dave")
    w.call("AdminAddUserToGroup", UserPoolId=w.pool, Username="dave", GroupName="staff")
    w.sign_in("dave")
    w.call("DeleteUserPool", UserPoolId=w.pool)
    fuzzed.emulator.messages.clear()
