"""Plays a recorded scenario: precondition → request → comparison, step by step."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from cognito_emulator.conformance import assertions
from cognito_emulator.conformance.cli_examples import CannotParse, parameters
from cognito_emulator.conformance.compare import compare
from cognito_emulator.conformance.endpoint import Endpoint, Reply
from cognito_emulator.conformance.preconditions import Changes, Given, Instead, find
from cognito_emulator.conformance.recordings import Recording
from cognito_emulator.conformance.world import UNUSABLE, NotThereYet, SetUpFailed, World

Json = dict[str, Any]


class Verdict(Enum):
    """What became of a step."""

    PASSED = "passed"
    FAILED = "failed"
    MISSING = "missing"
    """The endpoint has no such operation, or lacks what the precondition needs."""


@dataclass
class Result:
    """The result of one step."""

    id: str
    service: str
    operation: str
    verdict: Verdict
    reasons: list[str] = field(default_factory=list)
    evidence: str = ""

    @property
    def text(self) -> str:
        return "\n".join(self.reasons)


def play(steps: list[Recording], endpoint: Endpoint) -> list[Result]:
    """Play one scenario; a result for each step."""
    world = World(endpoint)
    try:
        return _Play(steps, world).run()
    finally:
        world.clean_up()


class _Play:
    """One scenario under way."""

    def __init__(self, steps: list[Recording], world: World) -> None:
        self._steps = steps
        self._world = world
        self._results: list[Result] = []
        self._generator: Generator[Given, Reply, None] | None = None

    def run(self) -> list[Result]:
        try:
            given = self._begin()
            for number, step in enumerate(self._steps):
                reply = self._request(step, given)
                self._judge(step, reply)
                if number + 1 < len(self._steps):
                    given = self._next(reply)
        except NotThereYet as missing:
            self._give_up(Verdict.MISSING, f"needs {missing}")
        except (SetUpFailed, CannotParse) as problem:
            self._give_up(Verdict.FAILED, str(problem))
        except UNUSABLE as problem:
            self._give_up(Verdict.FAILED, f"an answer lacks what the next step needs: {problem!r}")
        return self._results

    def _begin(self) -> Given:
        scenario = self._steps[0].scenario
        function = find(scenario)
        if function is None:
            raise SetUpFailed(f"no precondition is written for {scenario}")
        given = function(self._world)
        if isinstance(given, Generator):
            self._generator = given
            return next(given)
        return given

    def _next(self, reply: Reply) -> Given:
        if self._generator is None:
            return None
        with suppress(StopIteration):
            return self._generator.send(reply)
        raise SetUpFailed("the precondition says nothing about this step")

    def _request(self, step: Recording, given: Given) -> Reply:
        if isinstance(given, Reply):
            if given.not_there_yet:
                raise NotThereYet(f"oauth:{step.operation}")
            return given
        if step.service == "oauth":
            raise SetUpFailed("the precondition makes no request")
        changes = given if isinstance(given, Changes) else Changes(given or {})
        params = self._parameters(step, changes.params)
        how = dict(changes.how)
        headers = {**_headers(step), **how.pop("headers", {})}
        if headers.pop("authorization", "") is None:
            how["signed"] = False
        return self._world.send(step.operation, params, step.service, headers=headers, **how)

    def _parameters(self, step: Recording, changes: Json) -> Json:
        if "cli" in step.request:
            try:
                recorded = parameters(step.request["cli"])
            except CannotParse:
                if not changes:
                    raise
                recorded = {}
        else:
            recorded = step.request.get("params", {})
        params = _merged(self._bound(recorded), changes)
        left = _placeholders(params)
        if left:
            raise SetUpFailed(f"the precondition leaves {', '.join(left)} open")
        return params

    def _bound(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._bound(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self._bound(item) for item in value]
        if isinstance(value, str):
            for recorded, here in sorted(self._world.bindings.items(), key=lambda pair: -len(pair[0])):
                value = value.replace(recorded, here)
        return value

    def _judge(self, step: Recording, reply: Reply) -> None:
        world = self._world
        found = compare(step.response, reply, step.service, step.operation, world.bindings, world.unknown)
        reasons = [str(difference) for difference in found.differences]
        reasons += assertions.failed(step.response.get("assertions", []), self._world, reply)
        if step.operation in ("CreateUserPool", "CreateIdentityPool") and reply.status == 200:
            self._forget_later(step, reply)
        self._add(step, Verdict.FAILED if reasons else Verdict.PASSED, reasons)

    def _forget_later(self, step: Recording, reply: Reply) -> None:
        if step.operation == "CreateUserPool":
            self._world.delete_later("DeleteUserPool", UserPoolId=reply.body["UserPool"]["Id"])
        else:
            pool = reply.body["IdentityPoolId"]
            self._world.delete_later("DeleteIdentityPool", "cognito-identity", IdentityPoolId=pool)

    def _give_up(self, verdict: Verdict, reason: str) -> None:
        for step in self._steps[len(self._results) :]:
            self._add(step, verdict, [reason])

    def _add(self, step: Recording, verdict: Verdict, reasons: list[str]) -> None:
        result = Result(step.id, step.service, step.operation, verdict, reasons, step.evidence)
        self._results.append(result)


_OWN_HEADERS = {"method", "path", "x-amz-target", "content-type", "Content-Type"}


def _headers(step: Recording) -> dict[str, str | None]:
    """Recorded request headers that the call does not make by itself."""
    return {name: value for name, value in step.request.get("headers", {}).items() if name not in _OWN_HEADERS}


def _merged(recorded: Any, changes: Json) -> Json:
    """Parameters with changes: objects are merged, None removes a member, everything else replaces."""
    result = dict(recorded) if isinstance(recorded, dict) else {}
    for name, value in changes.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, Instead):
            result[name] = dict(value)
        elif isinstance(value, dict) and isinstance(result.get(name), dict):
            result[name] = _merged(result[name], value)
        elif isinstance(value, dict):
            result[name] = _merged({}, value)
        else:
            result[name] = value
    return result


def _placeholders(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [left for item in value.values() for left in _placeholders(item)]
    if isinstance(value, list):
        return [left for item in value for left in _placeholders(item)]
    if isinstance(value, str) and re.fullmatch(r"<[^<>]+>|…", value):
        return [value]
    return []
