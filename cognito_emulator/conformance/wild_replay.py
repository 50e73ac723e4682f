"""Replays recordings that state no preconditions: ids are bound as they appear, codes and hashes are made anew.

A call is played with the ids of here for those that earlier answers brought. What cannot be known (a pool that was
there before, the proof of an SRP sign-in) leaves its step out, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cognito_emulator.aws.models import service_model
from cognito_emulator.conformance.compare import VARYING, compare
from cognito_emulator.conformance.endpoint import Endpoint
from cognito_emulator.conformance.replay import Result, Verdict
from cognito_emulator.conformance.wild import Exchange, read
from cognito_emulator.conformance.wild_secrets import Secrets
from cognito_emulator.conformance.world import UNUSABLE, NotThereYet, SetUpFailed, World

Json = dict[str, Any]
_ID_MEMBERS = {*VARYING, "Id", "Arn", "UserSub", "Username", "UserPoolId", "IdentityPoolId", "Value", "kid"}
_READS = re.compile(r"(Admin)?(Get|List|Describe|Lookup)")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def replay(path: Path, endpoint: Endpoint) -> list[Result]:
    """Replay a file. Raises `NotARecording`."""
    world = World(endpoint)
    run = _Replay(path.name, world)
    try:
        return [run.play(number, exchange) for number, exchange in enumerate(read(path), 1)]
    finally:
        world.clean_up()


class _Replay:
    def __init__(self, name: str, world: World) -> None:
        self._name = name
        self._world = world
        self._secrets = Secrets(world)
        self._left_out = ""
        self._only: dict[str, str] = {}
        """Ids of the pool, client or identity pool that the recording made last."""
        self._told: dict[str, str] = {}
        """Names that answers told."""

    def play(self, number: int, exchange: Exchange) -> Result:
        result = Result(f"{self._name}/{number}", exchange.service, exchange.operation, Verdict.PASSED, [], "recording")
        try:
            params = self._params(exchange)
            reply = self._world.send(exchange.operation, params, exchange.service)
        except (NotThereYet, SetUpFailed) as missing:
            result.verdict, result.reasons = Verdict.MISSING, [f"needs {missing}"]
            if not _READS.match(exchange.operation):
                self._left_out = exchange.operation
            return result
        except UNUSABLE as problem:
            result.verdict, result.reasons = Verdict.FAILED, [repr(problem)]
            return result
        expected = {"status": exchange.status, "headers": _telling(exchange.headers), "body": exchange.body}
        self._bind(exchange.body, reply.body)
        self._remember(exchange, reply.body)
        self._secrets.learn(exchange, params, reply.body)
        found = compare(expected, reply, exchange.service, exchange.operation, self._world.bindings)
        result.reasons = [str(difference) for difference in found.differences]
        result.verdict = Verdict.FAILED if result.reasons else Verdict.PASSED
        if exchange.params is None and self._left_out and result.verdict is Verdict.FAILED:
            result.verdict = Verdict.MISSING
            result.reasons.insert(0, f"needs what {self._left_out} did, which was left out")
        return result

    def _params(self, exchange: Exchange) -> Json:
        if exchange.params is None:
            return self._inferred(exchange)
        params: Json = self._here(exchange.params)
        for name in ("UserPoolId", "ClientId", "IdentityPoolId", "IdentityId"):
            recorded = exchange.params.get(name)
            told = exchange.status != 200 and str(recorded) in str(exchange.body)
            if recorded and not told and self._world.bindings.get(recorded) is None:
                raise NotThereYet(f"{name} {recorded}, which was there before the recording")
        self._secrets.renew(exchange, params)
        return params

    def _inferred(self, exchange: Exchange) -> Json:
        """Parameters where none were kept: the required ones, as the answer or what is there tells."""
        operation = service_model(exchange.service).operation(exchange.operation)
        required = operation.input.required if operation and operation.input else ()
        params: Json = {"MaxResults": 60} if "MaxResults" in required else {}
        answered = {**dict(_members(exchange.body)), "UserPoolId": _nested(exchange.body, "UserPool", "Id")}
        answered.setdefault("PoolName", _nested(exchange.body, "UserPool", "Name"))
        makes = exchange.operation.startswith(("Create", "AdminCreate"))
        for name in required:
            value = answered.get(name)
            if name in params:
                continue
            if isinstance(value, str) and value in self._world.bindings:
                params[name] = self._world.bindings[value]
            elif isinstance(value, str) and (makes or (name in self._told and value == self._told[name])):
                params[name] = value
            elif name in self._only:
                params[name] = self._only[name]
            else:
                raise NotThereYet(f"{name}, which the recording does not keep")
        if makes and operation and operation.input:
            self._as_answered(exchange.body, set(operation.input.members) - VARYING.keys() - params.keys(), params)
        return params

    def _as_answered(self, body: Any, optional: set[str], params: Json) -> None:
        """Settings of what a call made, as its answer shows them."""
        made = next((value for value in body.values() if isinstance(value, dict)), {}) if isinstance(body, dict) else {}
        params.update({name: self._here(made[name]) for name in optional & made.keys()})
        if "ClientSecret" in made:
            params["GenerateSecret"] = True

    def _here(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {self._here(name): self._here(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self._here(item) for item in value]
        if isinstance(value, str):
            for recorded in sorted(self._world.bindings, key=len, reverse=True):
                value = value.replace(recorded, self._world.bindings[recorded])
        return value

    def _bind(self, recorded: Any, here: Any, name: str = "") -> None:
        """Walk both answers; where an id stands in both, the one stands for the other from now on."""
        if isinstance(recorded, dict) and isinstance(here, dict):
            for key in recorded.keys() & here.keys():
                self._bind(recorded[key], here[key], key)
        elif isinstance(recorded, list) and isinstance(here, list):
            if all(isinstance(item, dict) and "Name" in item for item in [*recorded, *here]):
                ours = {item["Name"]: item for item in here}
                for item in recorded:
                    self._bind(item, ours.get(item["Name"]), name)
            else:
                for first, second in zip(recorded, here, strict=False):
                    self._bind(first, second, name)
        elif isinstance(recorded, str) and isinstance(here, str) and recorded != here and name in _ID_MEMBERS:
            both_ids = _UUID.fullmatch(recorded) and _UUID.fullmatch(here)
            if both_ids or name not in ("Value", "Username"):
                self._world.bindings.setdefault(recorded, here)

    def _remember(self, exchange: Exchange, body: Any) -> None:
        if not isinstance(body, dict):
            return
        client, user = body.get("UserPoolClient"), body.get("User")
        if isinstance(client, dict) and "ClientId" in client:
            self._only["ClientId"] = client["ClientId"]
        if isinstance(user, dict) and "Username" in user:
            self._told["Username"] = user["Username"]
        pool = body.get("UserPool")
        if exchange.operation == "CreateUserPool" and isinstance(pool, dict):
            self._world.pool = self._only["UserPoolId"] = pool["Id"]
            self._world.delete_later("DeleteUserPool", UserPoolId=pool["Id"])
        if exchange.operation == "CreateIdentityPool" and "IdentityPoolId" in body:
            pool_id = self._only["IdentityPoolId"] = body["IdentityPoolId"]
            self._world.delete_later("DeleteIdentityPool", "cognito-identity", IdentityPoolId=pool_id)


def _telling(headers: Json) -> Json:
    """The headers of an answer that say something about the service."""
    return {
        name.lower(): value
        for name, value in headers.items()
        if name.lower().startswith(("x-amzn-error", "content-type"))
    }


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield name, item
            yield from _members(item)
    elif isinstance(value, list):
        for item in value:
            yield from _members(item)


def _nested(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value
