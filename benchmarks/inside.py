"""The emulator without a socket: how cost grows, where the time of a sign-in goes, what SRP costs."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from benchmarks.world import FLOWS, PASSWORD, headers, name
from cognito_emulator.aws.call import HttpRequest
from cognito_emulator.emulator import Emulator
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import records
from cognito_emulator.user_pools.records import User

Json = dict[str, Any]
BATCH = 1000


class Inside:
    """An emulator in this process, asked as the server asks it."""

    def __init__(self, store: str = "memory:") -> None:
        self.emulator = Emulator(store=store, log_format="off")
        self.pool_id = self("CreateUserPool", PoolName="pool")["UserPool"]["Id"]
        made = self("CreateUserPoolClient", UserPoolId=self.pool_id, ClientName="c", ExplicitAuthFlows=FLOWS)
        self.client_id = made["UserPoolClient"]["ClientId"]
        key = {"UserPoolId": self.pool_id, "Username": name(0)}
        attributes = [{"Name": "email", "Value": name(0)}]
        self("AdminCreateUser", **key, MessageAction="SUPPRESS", UserAttributes=attributes)
        self("AdminSetUserPassword", **key, Password=PASSWORD, Permanent=True)
        self.token = self("InitiateAuth", **self.sign_in)["AuthenticationResult"]["AccessToken"]

    @property
    def sign_in(self) -> Json:
        parameters = {"USERNAME": name(0), "PASSWORD": PASSWORD}
        return {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": self.client_id, "AuthParameters": parameters}

    def __call__(self, operation: str, **parameters: Any) -> Json:
        answer: Json = json.loads(self.prepared(operation, **parameters)() or b"{}")
        return answer

    def prepared(self, operation: str, **parameters: Any) -> Callable[[], bytes]:
        """A call that can be made again and again."""
        lower = {key.lower(): value for key, value in headers(operation).items()}
        request = HttpRequest("POST", "/", "", lower, json.dumps(parameters).encode(), "http://127.0.0.1:9229")
        handle = self.emulator.wsgi_app.handle

        def call() -> bytes:
            response = handle(request)
            assert response.status == 200, response.body
            return response.body

        return call

    def calls(self) -> dict[str, Callable[[], bytes]]:
        """The calls whose cost must not depend on how much there is."""
        pool = {"UserPoolId": self.pool_id}
        return {
            "sign-in with a password": self.prepared("InitiateAuth", **self.sign_in),
            "GetUser": self.prepared("GetUser", AccessToken=self.token),
            "ListUsers by e-mail": self.prepared("ListUsers", **pool, Filter=f'email = "{name(0)}"'),
            "AdminGetUser": self.prepared("AdminGetUser", **pool, Username=name(0)),
            "ListUsers, a page": self.prepared("ListUsers", **pool, Limit=10),
        }

    def add_users(self, first: int, last: int) -> None:
        """Users by number, written straight to the store: copies of the first one under other names."""
        model = self.emulator.store.reader.get(records.USERS, self.pool_id, name(0))
        assert model is not None

        def copy(number: int, model: User = model) -> User:
            sub = f"{number:08x}-0000-4000-8000-000000000000"
            own = {**model.attributes, "sub": sub, "email": name(number)}
            return replace(model, key=name(number), username=name(number), sub=sub, attributes=own)

        self._write(records.USERS, copy, first, last)

    def add_pools(self, first: int, last: int) -> None:
        model = self.emulator.store.reader.get(records.POOLS, self.pool_id)
        assert model is not None
        self._write(records.POOLS, lambda number: replace(model, id=f"us-east-1_{number:09d}"), first, last)

    def add_groups(self, first: int, last: int) -> None:
        """Groups of the pool; the user who signs in is in ten of them, however many there are."""
        for number in range(first, min(last, 10)):
            self("CreateGroup", UserPoolId=self.pool_id, GroupName=f"own{number}")
            self("AdminAddUserToGroup", UserPoolId=self.pool_id, Username=name(0), GroupName=f"own{number}")

        def copy(number: int) -> records.Group:
            return records.Group(self.pool_id, f"group{number}", 0.0, 0.0)

        self._write(records.GROUPS, copy, first, last)

    def add_sessions(self, first: int, last: int) -> None:
        """Sign-ins that are in force, of the user who signs in."""
        model = self.emulator.store.reader.page(records.FAMILIES, None, (), limit=1).records[0]
        self._write(records.FAMILIES, lambda number: replace(model, origin_jti=f"{number:036d}"), first, last)

    def _write(self, table: Any, make: Callable[[int], Any], first: int, last: int) -> None:
        for start in range(max(first, 1), last, BATCH):

            def step(tx: Transaction, start: int = start) -> None:
                for number in range(start, min(start + BATCH, last)):
                    tx.insert(table, make(number))

            self.emulator.store.transact(step)


def in_turns(calls: list[Callable[[], Any]], times: int, turns: int = 8) -> list[float]:
    """What each call costs in milliseconds: of the medians of all its turns the smallest, of the quietest moment."""
    best = [float("inf")] * len(calls)
    for _ in range(turns):
        for at, call in enumerate(calls):
            found = []
            for _ in range(max(1, times // turns)):
                begun = time.perf_counter()
                call()
                found.append(time.perf_counter() - begun)
            best[at] = min(best[at], statistics.median(found) * 1000)
    return best


def milliseconds(call: Callable[[], Any], times: int) -> float:
    """What one call costs."""
    return in_turns([call], times)[0]


# ── growth ───────────────────────────────────────────────────────────────────────────────────────────────────

ADD: dict[str, Callable[[Inside, int, int], None]] = {
    "users": Inside.add_users,
    "pools": Inside.add_pools,
    "groups": Inside.add_groups,
    "sessions": Inside.add_sessions,
}


def growth(kind: str, sizes: list[int], times: int, store: str = "memory:") -> dict[str, list[float]]:
    """Milliseconds of each call at each size: an emulator for each, asked in turns. `store` takes the size."""
    with ExitStack() as stack:
        emulators = []
        for size in sizes:
            inside = Inside(store.format(size))
            stack.callback(inside.emulator.close)
            ADD[kind](inside, 1, size)
            emulators.append(inside.calls())
        found: dict[str, list[float]] = {}
        for call_name in emulators[0]:
            found[call_name] = in_turns([calls[call_name] for calls in emulators], times)
        return found


# ── one sign-in ──────────────────────────────────────────────────────────────────────────────────────────────


def signature_pair() -> float:
    """Milliseconds of two RSA-2048 signatures."""
    from cognito_emulator.randomness import KeySupply
    from cognito_emulator.user_pools.tokens.keys import Key

    key = Key("kid", KeySupply().take())
    return 2 * milliseconds(lambda: key.signature(b"x" * 700), 500)


def stages(times: int = 1000) -> dict[str, float]:
    """Milliseconds of one sign-in by stage. The rest is parsing, validation, claims and the engine's own steps."""
    from cognito_emulator.store import memory
    from cognito_emulator.user_pools.credentials import passwords
    from cognito_emulator.user_pools.tokens import issue, keys

    spent: dict[str, float] = {}
    under_way: list[float] = []

    def watched(stage: str, function: Any) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            under_way.append(0.0)
            begun = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                elapsed = time.perf_counter() - begun
                spent[stage] = spent.get(stage, 0.0) + elapsed - under_way.pop()
                if under_way:
                    under_way[-1] += elapsed

        return call

    inside = Inside()
    sign_in = inside.calls()["sign-in with a password"]
    whole = milliseconds(sign_in, times)
    watch = [
        (keys.Key, "signature", "two RSA-2048 signatures"),
        (passwords, "_hash", "password check (PBKDF2)"),
        (issue, "new_refresh_token", "refresh token (1 KB of randomness)"),
        (memory.MemoryStore, "transact", "store: one transaction"),
        (memory._MemoryReader, "get", "store: reads"),
        (memory._MemoryReader, "page", "store: reads"),
    ]
    kept = [(owner, attribute, getattr(owner, attribute)) for owner, attribute, _ in watch]
    for (owner, attribute, stage), (_, _, original) in zip(watch, kept, strict=True):
        setattr(owner, attribute, watched(stage, original))
    try:
        for _ in range(times):
            sign_in()
    finally:
        for owner, attribute, original in kept:
            setattr(owner, attribute, original)
    found = {stage: seconds / times * 1000 for stage, seconds in spent.items()}
    found["everything else"] = max(0.0, whole - sum(found.values()))
    inside.emulator.close()
    return found


# ── SRP ──────────────────────────────────────────────────────────────────────────────────────────────────────


def srp_cost() -> dict[str, dict[str, float]]:
    """With and without gmpy2: milliseconds of one modular exponentiation, of the server's arithmetic in one sign-in."""
    return {label: _srp_in_child(label == "without gmpy2") for label in ("with gmpy2", "without gmpy2")}


def _srp_in_child(without: bool) -> dict[str, float]:
    hide = "import sys; sys.modules['gmpy2'] = None\n" if without else "import gmpy2\n"
    script = hide + "from benchmarks.inside import print_srp_cost; print_srp_cost()"
    finished = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={**os.environ}
    )
    found: dict[str, float] = json.loads(finished.stdout)
    return found


def print_srp_cost() -> None:
    """What a child prints."""
    from cognito_emulator.user_pools.credentials import srp

    exponent, base = 2**255 + 12345, pow(3, 2**200, srp.N)
    verifier = srp.verifier("pool", "user", PASSWORD, exponent)

    def sign_in() -> None:
        keys = srp.server_keys(verifier, exponent)
        srp.session_key(base, keys, verifier)

    one, whole = in_turns([lambda: srp.power(base, exponent), sign_in], 80)
    print(json.dumps({"exponentiation": one, "sign-in": whole}))
