"""Many writers at a time, over the wire: nothing acknowledged is lost, nothing happens twice."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from cognito_emulator.http.live import LiveServer
from tests.builders import ALL_FLOWS, PASSWORD, secret_hash
from tests.processes.conftest import SHARED, Start, new_url
from tests.processes.wire import Connection, Outcome

WRITERS = 16
# What a client of AWS has to expect under load; nothing else may come.
THROTTLED = {"TooManyRequestsException", "ConcurrentModificationException"}


@pytest.fixture(params=["memory", *SHARED])
def servers(request: pytest.FixtureRequest, tmp_path: Path, start: Start) -> list[LiveServer]:
    """The servers of one emulator: two where they can share a store."""
    url = new_url(request.param, request, tmp_path)
    return [start(url) for _ in range(1 if request.param == "memory" else 2)]


@pytest.fixture
def connections(servers: list[LiveServer]) -> Iterator[list[Connection]]:
    """A connection for each writer, over all servers in turn."""
    made = [Connection(servers[number % len(servers)]) for number in range(WRITERS)]
    yield made
    for connection in made:
        connection.close()


def new_app(connection: Connection, **settings: Any) -> tuple[str, str]:
    """Ids of a new pool and of a client of it."""
    pool_id = connection.ok("CreateUserPool", PoolName="pool", **settings)["UserPool"]["Id"]
    made = connection.ok("CreateUserPoolClient", UserPoolId=pool_id, ClientName="client", ExplicitAuthFlows=ALL_FLOWS)
    return pool_id, made["UserPoolClient"]["ClientId"]


def at_once(connections: list[Connection], work: Callable[[int, Connection], Any]) -> list[Any]:
    """`work(number, connection)` on all connections, begun at the same time."""
    barrier = threading.Barrier(len(connections))

    def begin(number: int) -> Any:
        barrier.wait()
        return work(number, connections[number])

    with ThreadPoolExecutor(len(connections)) as threads:
        return list(threads.map(begin, range(len(connections))))


def patiently(connection: Connection, operation: str, **parameters: Any) -> dict[str, Any]:
    """The answer of a call, tried again as an SDK does."""
    for attempt in range(8):
        outcome, answer = connection.call(operation, **parameters)
        if outcome not in THROTTLED:
            assert outcome == "OK", (operation, answer)
            return answer
        time.sleep(0.05 * 2**attempt)
    raise AssertionError(f"{operation} was throttled eight times")


def names_of(connection: Connection, pool_id: str) -> list[str]:
    """The usernames of a pool, page by page."""
    names: list[str] = []
    token: dict[str, str] = {}
    while True:
        page = connection.ok("ListUsers", UserPoolId=pool_id, Limit=60, **token)
        names += [user["Username"] for user in page["Users"]]
        if "PaginationToken" not in page:
            return names
        token = {"PaginationToken": page["PaginationToken"]}


def test_one_of_many_sign_ups_of_a_name_succeeds(connections: list[Connection]) -> None:
    pool_id, client_id = new_app(connections[0])

    def sign_up(number: int, connection: Connection) -> Outcome:
        return connection.call("SignUp", ClientId=client_id, Username="alice", Password=f"{PASSWORD}-{number}")

    outcomes = at_once(connections, sign_up)
    assert Counter(outcome for outcome, _ in outcomes) == {"OK": 1, "UsernameExistsException": WRITERS - 1}
    assert names_of(connections[1], pool_id) == ["alice"]
    # The one who got the name has the password.
    connections[0].ok("AdminConfirmSignUp", UserPoolId=pool_id, Username="alice")
    winner = [outcome for outcome, _ in outcomes].index("OK")
    parameters = {"USERNAME": "alice", "PASSWORD": f"{PASSWORD}-{winner}"}
    connections[1].ok("InitiateAuth", ClientId=client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)


def test_one_of_many_sign_ups_of_an_address_succeeds(connections: list[Connection]) -> None:
    pool_id, client_id = new_app(connections[0], UsernameAttributes=["email"])

    def sign_up(number: int, connection: Connection) -> str:
        name = "alice@example.com" if number % 2 else "ALICE@example.com"
        return connection.call("SignUp", ClientId=client_id, Username=name, Password=PASSWORD)[0]

    case_sensitive = "UsernameConfiguration" in connections[0].ok("DescribeUserPool", UserPoolId=pool_id)["UserPool"]
    outcomes = Counter(at_once(connections, sign_up))
    assert set(outcomes) == {"OK", "UsernameExistsException"}
    assert outcomes["OK"] == len(names_of(connections[0], pool_id)) == (1 if case_sensitive else 2)


def test_writers_lose_nothing(connections: list[Connection]) -> None:
    """Each writer has a user of its own and shares one with all; each adds what only it adds."""
    pool_id, client_id = new_app(connections[0])
    connections[0].ok(
        "AddCustomAttributes",
        UserPoolId=pool_id,
        CustomAttributes=[{"Name": f"w{n}", "AttributeDataType": "String", "Mutable": True} for n in range(WRITERS)],
    )
    shared = {"UserPoolId": pool_id, "Username": "shared"}
    connections[0].ok("AdminCreateUser", **shared, MessageAction="SUPPRESS")

    def write(number: int, connection: Connection) -> str:
        own = {"UserPoolId": pool_id, "Username": f"user{number:02}"}
        patiently(connection, "SignUp", ClientId=client_id, Username=own["Username"], Password=PASSWORD)
        patiently(connection, "AdminConfirmSignUp", **own)
        patiently(connection, "CreateGroup", UserPoolId=pool_id, GroupName=f"group{number:02}")
        for turn in range(3):
            changed = [{"Name": f"custom:w{number}", "Value": f"{number}-{turn}"}]
            patiently(connection, "AdminUpdateUserAttributes", **shared, UserAttributes=changed)
            patiently(connection, "AdminAddUserToGroup", **shared, GroupName=f"group{number:02}")
            patiently(connection, "AdminAddUserToGroup", **own, GroupName=f"group{number:02}")
            tags = {f"tag{number}": str(turn)}
            arn = f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{pool_id}"
            patiently(connection, "TagResource", ResourceArn=arn, Tags=tags)
        answer = patiently(
            connection,
            "InitiateAuth",
            ClientId=client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": own["Username"], "PASSWORD": PASSWORD},
        )
        return str(answer["AuthenticationResult"]["AccessToken"])

    tokens = at_once(connections, write)
    look = connections[-1]
    user = look.ok("AdminGetUser", **shared)
    kept = {a["Name"]: a["Value"] for a in user["UserAttributes"] if a["Name"].startswith("custom:")}
    assert kept == {f"custom:w{number}": f"{number}-2" for number in range(WRITERS)}
    groups = look.ok("AdminListGroupsForUser", **shared)["Groups"]
    assert [group["GroupName"] for group in groups] == [f"group{number:02}" for number in range(WRITERS)]
    tags = look.ok("DescribeUserPool", UserPoolId=pool_id)["UserPool"]["UserPoolTags"]
    assert tags == {f"tag{number}": "2" for number in range(WRITERS)}
    assert names_of(look, pool_id) == sorted(["shared", *(f"user{number:02}" for number in range(WRITERS))])
    for number, token in enumerate(tokens):
        assert look.ok("GetUser", AccessToken=token)["Username"] == f"user{number:02}"


def test_a_refresh_token_is_rotated_once(connections: list[Connection]) -> None:
    pool_id = connections[0].ok("CreateUserPool", PoolName="pool")["UserPool"]["Id"]
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}
    client = connections[0].ok(
        "CreateUserPoolClient",
        UserPoolId=pool_id,
        ClientName="client",
        GenerateSecret=True,
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
        RefreshTokenRotation=rotation,
    )["UserPoolClient"]
    secret = client["ClientSecret"]
    hashed = secret_hash(client["ClientId"], secret, "alice")
    connections[0].ok("SignUp", ClientId=client["ClientId"], Username="alice", Password=PASSWORD, SecretHash=hashed)
    connections[0].ok("AdminConfirmSignUp", UserPoolId=pool_id, Username="alice")
    signed_in = connections[0].ok(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "alice", "PASSWORD": PASSWORD, "SECRET_HASH": hashed},
    )["AuthenticationResult"]

    def rotate(number: int, connection: Connection) -> Outcome:
        return connection.call(
            "GetTokensFromRefreshToken",
            ClientId=client["ClientId"],
            ClientSecret=secret,
            RefreshToken=signed_in["RefreshToken"],
        )

    outcomes = Counter(outcome for outcome, _ in at_once(connections, rotate))
    assert outcomes == {"OK": 1, "RefreshTokenReuseException": WRITERS - 1}


def test_the_clock_loses_no_move(connections: list[Connection], servers: list[LiveServer]) -> None:
    at_once(connections, lambda _, connection: connection.move_clock(10))
    for server in servers:
        assert server.control("GET", "clock")["offsetSeconds"] == 10 * WRITERS


def test_a_rate_is_that_of_all_servers(connections: list[Connection], servers: list[LiveServer]) -> None:
    pool_id, _ = new_app(connections[0])
    rate = 50
    wanted = {"LimitClass": "API_CATEGORY", "Attributes": {"Category": "UserCreation"}}
    connections[0].ok("UpdateProvisionedLimit", LimitDefinition=wanted, RequestedLimitValue=rate)
    servers[0].clock.advance(5)  # servers ask for the limits that others set once in a second

    def create(number: int, connection: Connection) -> list[str]:
        names = [f"user-{number}-{turn}" for turn in range(8)]
        return [connection.call("AdminCreateUser", UserPoolId=pool_id, Username=name)[0] for name in names]

    began = time.monotonic()
    outcomes = Counter(outcome for listed in at_once(connections, create) for outcome in listed)
    elapsed = time.monotonic() - began
    assert set(outcomes) <= {"OK", "TooManyRequestsException"}
    assert rate <= outcomes["OK"] <= rate * (1 + elapsed) + 1


@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_server_loses_no_acknowledged_sign_up(url: str, workers: int) -> None:
    """`url`: SQLite and PostgreSQL. The server ends without a chance to write anything down."""
    acknowledged: list[tuple[str, str]] = []
    with LiveServer(store=url, workers=workers, log_format="off") as server:
        with closing(Connection(server)) as first:
            pool_id, client_id = new_app(first)

        def sign_up_for_ever(writer: int) -> None:
            with closing(Connection(server)) as connection:
                for number in count():
                    name = f"{writer}-{number}"
                    try:
                        outcome, answer = connection.call(
                            "SignUp", ClientId=client_id, Username=name, Password=PASSWORD
                        )
                    except OSError:
                        return
                    if outcome == "OK":
                        acknowledged.append((name, answer["UserSub"]))

        threads = [threading.Thread(target=sign_up_for_ever, args=(writer,)) for writer in range(WRITERS)]
        for thread in threads:
            thread.start()
        patience = time.monotonic() + 30
        while len(acknowledged) < 8 * WRITERS and time.monotonic() < patience:
            time.sleep(0.05)
        _kill(server)
        for thread in threads:
            thread.join(30)
    assert len(acknowledged) > WRITERS
    with LiveServer(store=url, log_format="off") as again, closing(Connection(again)) as connection:
        names = names_of(connection, pool_id)
        assert len(set(names)) == len(names) <= len(acknowledged) + WRITERS
        assert {name for name, _ in acknowledged} <= set(names)
        for name, sub in acknowledged[:: max(1, len(acknowledged) // 20)]:
            [found] = connection.ok("ListUsers", UserPoolId=pool_id, Filter=f'sub = "{sub}"')["Users"]
            assert found["Username"] == name
        connection.ok("SignUp", ClientId=client_id, Username="after", Password=PASSWORD)


def _kill(server: LiveServer) -> None:
    """The server and its workers, at once."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
    pids = [server.pid, *map(int, children.read_text().split())] if children.exists() else [server.pid]
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
