"""Scenarios over HTTP: every server gets the same requests, in turns, so that a noisy machine is noisy for all."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import jwt

from benchmarks import world
from benchmarks.load import Refused, load
from benchmarks.peers import Peer, Running, running
from benchmarks.world import PASSWORD, App, NotSupported
from tests.srp_client import srp_client

Results = dict[str, dict[str, float]]
SIGN_IN_8 = "sign-in with a password, 8 connections"
SIGN_IN_1 = "sign-in with a password, 1 connection"
SIGN_IN_MANY = "sign-in with a password, 8 connections, many users"
SRP = "sign-in with SRP, time in the server"
GET_USER = "GetUser, 8 connections"
LIST_USERS = "ListUsers by e-mail, 8 connections, many users"
START = "start to first answer"
MEMORY = "memory when idle"


@dataclass(frozen=True)
class Scale:
    """How long everything takes."""

    seconds: float = 3.0
    rounds: int = 3
    starts: int = 5
    users: int = 2000


@dataclass
class Served:
    """What was measured: scenario → peer → rate, milliseconds or MB. `signs`: whose tokens have a real signature."""

    results: Results = field(default_factory=dict)
    signs: dict[str, bool] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Remember, once, what a server does not do."""
        if text not in self.notes:
            self.notes.append(text)

    def add(self, scenario: str, peer: Peer, value: float) -> None:
        self.results.setdefault(scenario, {})[peer.name] = value
        print(f"  {peer.name:32} {value:10.1f}", file=sys.stderr)


def list_pools(url: str) -> bytes:
    """The request whose answer ends a start."""
    return world.request(url, "ListUserPools", {"MaxResults": 1})


def measure(peers: list[Peer], scale: Scale, wanted: Callable[[str], bool]) -> Served:
    """All scenarios that are wanted, for all peers."""
    served = Served()
    if wanted(START) or wanted(MEMORY):
        _starts(served, peers, scale, wanted)
    with ExitStack() as stack:
        apps: dict[Peer, App] = {}
        for peer in peers:
            server = stack.enter_context(running(peer, list_pools))
            try:
                apps[peer] = world.new_app(server.url)
                served.signs[peer.name] = _signs(apps[peer])
            except (NotSupported, OSError) as error:
                served.note(f"{peer.name}: {error}")
        with_one_user: list[tuple[str, int, Callable[[App], bytes]]] = [
            (SIGN_IN_8, 8, _sign_in_request),
            (SIGN_IN_1, 1, _sign_in_request),
            (GET_USER, 8, _get_user_request),
        ]
        for name, connections, request in with_one_user:
            if wanted(name):
                _rates(served, name, apps, connections, request, scale)
        if wanted(SRP):
            _srp(served, apps, scale)
        with_many_users = [(LIST_USERS, 8, _list_users_request), (SIGN_IN_MANY, 8, _sign_in_request)]
        if any(wanted(name) for name, _, _ in with_many_users):
            _fill(apps, scale.users)
        for name, connections, request in with_many_users:
            if wanted(name):
                _rates(served, name, apps, connections, request, scale)
    return served


# ── start and memory ─────────────────────────────────────────────────────────────────────────────────────────


def _starts(served: Served, peers: list[Peer], scale: Scale, wanted: Callable[[str], bool]) -> None:
    seconds: dict[Peer, list[float]] = {peer: [] for peer in peers}
    memory: dict[Peer, float] = {}
    for turn in range(scale.starts):
        for peer in peers:
            with running(peer, list_pools) as server:
                seconds[peer].append(server.seconds_to_first_answer)
                if turn == 0 and wanted(MEMORY):
                    memory[peer] = _idle_memory(server)
    if wanted(START):
        with _titled(START):
            for peer in peers:
                served.add(START, peer, statistics.median(seconds[peer]) * 1000)
    if wanted(MEMORY):
        with _titled(MEMORY):
            for peer in peers:
                served.add(MEMORY, peer, memory[peer])


def _idle_memory(server: Running) -> float:
    time.sleep(1)
    return server.memory


# ── rates ────────────────────────────────────────────────────────────────────────────────────────────────────


def _rates(
    served: Served,
    name: str,
    apps: dict[Peer, App],
    connections: int,
    request: Callable[[App], bytes],
    scale: Scale,
) -> None:
    rates: dict[Peer, list[float]] = {}
    with _titled(name):
        for _ in range(scale.rounds):
            for peer, app in apps.items():
                try:
                    found = load(app.api.url, request(app), connections, scale.seconds)
                    rates.setdefault(peer, []).append(found.rate)
                except (NotSupported, Refused, OSError) as error:
                    served.note(f"{peer.name}, {name}: {error}")
        for peer, found_rates in rates.items():
            served.add(name, peer, statistics.median(found_rates))


def _sign_in_request(app: App) -> bytes:
    return world.request(app.api.url, "InitiateAuth", app.sign_in_parameters(), signed=False)


def _get_user_request(app: App) -> bytes:
    return world.request(app.api.url, "GetUser", {"AccessToken": app.sign_in()["AccessToken"]}, signed=False)


def _list_users_request(app: App) -> bytes:
    parameters = {"UserPoolId": app.pool_id, "Filter": f'email = "{world.name(7)}"'}
    [found] = app.api("ListUsers", **parameters)["Users"]
    assert {"Name": "email", "Value": world.name(7)} in found["Attributes"]
    return world.request(app.api.url, "ListUsers", parameters)


def _fill(apps: dict[Peer, App], users: int) -> None:
    for peer, app in apps.items():
        print(f"making {users} users in {peer.name} …", file=sys.stderr)
        for number in range(1, users):
            app.add_user(number)


def _srp(served: Served, apps: dict[Peer, App], scale: Scale) -> None:
    times: dict[Peer, list[float]] = {}
    with _titled(SRP):
        for _ in range(scale.rounds * 5):
            for peer, app in apps.items():
                try:
                    times.setdefault(peer, []).append(_srp_sign_in(app))
                except (NotSupported, KeyError) as error:
                    served.note(f"{peer.name}, {SRP}: {error}")
                    times.pop(peer)
        for peer, seconds in times.items():
            served.add(SRP, peer, statistics.median(seconds) * 1000)


def _srp_sign_in(app: App) -> float:
    """Seconds that the two calls of a sign-in take, without what the client computes between them."""
    client = srp_client(app.pool_id, PASSWORD)
    parameters = {"USERNAME": world.name(0), "SRP_A": client.srp_a}
    begun = time.perf_counter()
    asked = app.api("InitiateAuth", AuthFlow="USER_SRP_AUTH", ClientId=app.client_id, AuthParameters=parameters)
    first = time.perf_counter() - begun
    responses = {**client.responses(asked["ChallengeParameters"]), "USERNAME": world.name(0)}
    more = {"Session": asked["Session"]} if "Session" in asked else {}
    begun = time.perf_counter()
    answer = app.api(
        "RespondToAuthChallenge",
        ClientId=app.client_id,
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses=responses,
        **more,
    )
    second = time.perf_counter() - begun
    assert answer["AuthenticationResult"]["AccessToken"]
    return first + second


def _signs(app: App) -> bool:
    """Whether tokens have a signature that the server's own JWKS verify."""
    token = app.sign_in()["IdToken"]
    options: Any = {"verify_aud": False, "verify_exp": False, "verify_iat": False}
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        keys = app.api.get(f"/{app.pool_id}/.well-known/jwks.json")["keys"]
        [key] = [key for key in keys if key.get("kid") == kid]
        jwt.decode(token, jwt.PyJWK(key).key, algorithms=["RS256"], options=options)
    except (jwt.PyJWTError, NotSupported, ValueError):
        return False
    return True


@contextmanager
def _titled(name: str) -> Iterator[None]:
    print(f"{name}:", file=sys.stderr)
    yield
