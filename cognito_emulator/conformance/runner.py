"""Runs a case against an endpoint: the given state, then step by step; a result for each step that expects."""

from __future__ import annotations

import json
import re
import threading
from typing import Any

from cognito_emulator.conformance.cases import Case, Step
from cognito_emulator.conformance.compare import decode, parse
from cognito_emulator.conformance.endpoint import Credentials, Endpoint, Reply
from cognito_emulator.conformance.expectations import differences
from cognito_emulator.conformance.replay import Result, Verdict
from cognito_emulator.conformance.special_steps import SpecialSteps
from cognito_emulator.conformance.srp_client import secret_hash, totp
from cognito_emulator.conformance.world import PASSWORD, UNUSABLE, NotThereYet, SetUpFailed, World

Json = dict[str, Any]
_WHOLE = re.compile(r"\$(?:\{([^{}]+)\}|(\w[\w.]*))")
_INSIDE = re.compile(r"\$\{([^{}]+)\}")
_PAUSE = 0.05


def run(case: Case, endpoint: Endpoint) -> list[Result]:
    """Run one case."""
    world = World(endpoint)
    try:
        return _Run(case, world).results()
    finally:
        world.clean_up()


class _Run:
    """One case under way. `values` are what references mean: the given state and earlier answers."""

    def __init__(self, case: Case, world: World) -> None:
        self._case = case
        self._world = world
        self._results: list[Result] = []
        self._values: Json = {"password": PASSWORD, "region": world.endpoint.region}
        self._special = SpecialSteps(world, self._values)

    def results(self) -> list[Result]:
        reached = 0
        try:
            if "control" in self._case.needs and not self._world.endpoint.has_control:
                raise NotThereYet("the control API (codes of messages, a clock that moves)")
            if "aws" in self._case.needs and self._world.endpoint.other_aws is None:
                raise NotThereYet("another AWS beside the endpoint (SNS, Kinesis, IAM, …)")
            self._prepare(self._resolved(self._case.given))
            for step in self._case.steps:
                self._step(step)
                reached += 1
        except NotThereYet as missing:
            self._give_up(reached, Verdict.MISSING, f"needs {missing}")
        except SetUpFailed as problem:
            self._give_up(reached, Verdict.FAILED, f"not reached: {problem}")
        except UNUSABLE as problem:
            self._give_up(reached, Verdict.FAILED, f"not reached: an earlier answer lacks what it needs: {problem!r}")
        return self._results

    def _prepare(self, given: Json) -> None:
        world = self._world
        if "region" in given:
            world.region = self._values["region"] = given["region"]
        if "pool" in given:
            self._values["pool"] = world.make_pool(**given["pool"])
        if "mfa" in given:
            world.call("SetUserPoolMfaConfig", UserPoolId=world.pool, **given["mfa"])
        if "domain" in given:
            prefix = self._values["domain"] = world.unique("conformance")
            world.call("CreateUserPoolDomain", UserPoolId=world.pool, Domain=prefix, **given["domain"])
            world.delete_later("DeleteUserPoolDomain", UserPoolId=world.pool, Domain=prefix)
            host = f"{prefix}.auth.{world.region or world.endpoint.region}.amazoncognito.com"
            self._values["host"] = world.facts["host"] = host
        if "client" in given:
            self._values["client"] = world.make_client(**given["client"])
            self._values["secret"] = world.secret
        for user in given.get("users", [given["user"]] if "user" in given else []):
            attributes: Json = {name: str(value) for name, value in user.get("attributes", {}).items()}
            options = {name: value for name, value in user.items() if name not in ("name", "attributes")}
            self._values["user"] = world.make_user(user.get("name", "user"), **options, **attributes)
            self._values["sub"] = world.bindings["<sub>"]
        if "signed_in" in given:
            self._values["tokens"] = world.sign_in(**given["signed_in"])

    def _step(self, step: Step) -> None:
        patience = int(step.expect.get("within", 0) / _PAUSE)
        while True:
            reply = self._play(step, self._resolved(step.params))
            if reply is None:
                return
            reasons = self._judge(step, reply) if step.checks else []
            if not reasons or patience <= 0:
                break
            patience -= 1
            threading.Event().wait(_PAUSE)
        if step.checks:
            verdict = Verdict.FAILED if reasons else Verdict.PASSED
            self._add(step, verdict, reasons)
        elif reply.status >= 400:
            raise SetUpFailed(f"{step.operation}: {reply.status} {reply.error_type}: {reply.message}")
        self._remember(step, reply)

    def _remember(self, step: Step, reply: Reply) -> None:
        body = reply.body if isinstance(reply.body, (dict, list)) else {"text": reply.raw.decode("utf-8", "replace")}
        self._values["last"] = body
        self._values["location"] = reply.headers.get("location", "")
        if "as" in step.expect:
            self._values[step.expect["as"]] = body
        if reply.status != 200 or not isinstance(body, dict):
            return
        if step.operation == "CreateUserPool":
            self._world.delete_later("DeleteUserPool", UserPoolId=body["UserPool"]["Id"])
        elif step.operation == "CreateIdentityPool":
            pool = body["IdentityPoolId"]
            self._world.delete_later("DeleteIdentityPool", "cognito-identity", IdentityPoolId=pool)
        if body.get("ChallengeName") == "PASSWORD_VERIFIER":
            self._world.srp_take(body)
        if "AuthenticationResult" in body:
            self._values["tokens"] = body["AuthenticationResult"]

    def _play(self, step: Step, params: Any) -> Reply | None:
        special = self._special.find(step.operation)
        if special is not None:
            options = {name: step.expect[name] for name in ("as", "host", "request_headers") if name in step.expect}
            return special(params, self._resolved(options))
        how: Json = {name: step.expect[name] for name in ("signed", "region") if name in step.expect}
        if "request_headers" in step.expect:
            how["headers"] = self._resolved(step.expect["request_headers"])
        if "credentials" in step.expect:
            keys = self._resolved(step.expect["credentials"])
            how["credentials"] = Credentials(keys["AccessKeyId"], keys["SecretKey"], keys["SessionToken"])
        if "raw" in step.expect:
            params = str(step.expect["raw"]).encode()
        return self._world.send(step.operation, params or {}, step.service, **how)

    # -- expectations --------------------------------------------------------------------------------------------

    def _judge(self, step: Step, reply: Reply) -> list[str]:
        expect = self._resolved({name: value for name, value in step.expect.items() if name != "as"})
        status = expect.get("status", 400 if "fails" in expect else 200)
        if reply.status != status:
            seen = f"{reply.status} {reply.error_type}: {reply.message}"
            wanted = f"{status} {expect.get('fails', '')} {expect.get('text', '')}".strip()
            return [f"status: expected {wanted}, got {seen}"]
        found: list[str] = []
        if "fails" in expect:
            found += differences(expect["fails"], reply.error_type, "type")
            if "text" in expect:
                found += differences(_trimmed(expect["text"]), _trimmed(reply.message), "text")
        body = parse(reply.raw)
        if "exactly" in expect:
            if expect["exactly"] == "":
                found += [] if not reply.raw else [f"body: expected none, got {reply.raw.decode(errors='replace')}"]
            else:
                found += differences({"~exactly": expect["exactly"]}, body)
        if "gives" in expect:
            found += differences(expect["gives"], body)
        found += _headers(expect.get("headers", {}), reply)
        for token, claims in expect.get("claims", {}).items():
            found += _claims(token, claims, body)
        return found

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {self._resolved(name): self._resolved(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self._resolved(item) for item in value]
        if not isinstance(value, str):
            return value
        whole = _WHOLE.fullmatch(value)
        if whole:
            return self._value(whole.group(1) or whole.group(2))
        return _INSIDE.sub(lambda found: str(self._value(found.group(1))), value)

    def _value(self, expression: str) -> Any:
        """What a reference means: `name`, `name.member.0`, `hash:<username>`, `totp:<name>`, `now`."""
        function, _, argument = expression.partition(":")
        if function == "hash":
            return secret_hash(str(self._argument(argument)), self._values["client"], self._values["secret"])
        if function == "totp":
            return totp(str(self._argument(argument)), self._world.now())
        if function == "unique":
            return self._world.unique(argument)
        if function == "repeat":
            text, _, times = argument.rpartition("*")
            return text * int(times)
        if function == "json":
            return json.dumps(self._argument(argument))
        return self._argument(expression, strict=True)

    def _argument(self, path: str, strict: bool = False) -> Any:
        names = path.split(".")
        if names[0] not in self._values:
            if strict:
                raise KeyError(path)
            return path
        value = self._values[names[0]]
        for name in names[1:]:
            value = value[int(name)] if isinstance(value, list) else value[name]
        return value

    # -- results -------------------------------------------------------------------------------------------------

    def _give_up(self, reached: int, verdict: Verdict, reason: str) -> None:
        for step in self._case.steps[reached:]:
            if step.checks:
                self._add(step, verdict, [reason])

    def _add(self, step: Step, verdict: Verdict, reasons: list[str]) -> None:
        name = step.operation if step.service != "oauth" else f"{step.operation} {_path(step)}"
        id = f"cases/{self._case.id}/{step.number}"
        self._results.append(Result(id, step.service, name, verdict, reasons, step.evidence))


def _path(step: Step) -> str:
    target = step.params if isinstance(step.params, str) else step.params.get("path", "")
    return str(target).partition("?")[0].replace("/${pool}", "").replace("/$pool", "")


def _trimmed(text: Any) -> Any:
    return text.rstrip("\n") if isinstance(text, str) else text


def _headers(expected: Json, reply: Reply) -> list[str]:
    found: list[str] = []
    for name, value in expected.items():
        got = reply.headers.get(name.lower())
        if value == "~absent":
            found += [] if got is None else [f"header {name}: expected none, got {got}"]
        else:
            found += differences(value, got, f"header {name}")
    return found


def _claims(token: str, expected: Json, body: Any) -> list[str]:
    result = body.get("AuthenticationResult", body) if isinstance(body, dict) else {}
    text = result.get({"id": "IdToken", "access": "AccessToken"}[token]) or result.get(f"{token}_token")
    if not isinstance(text, str) or text.count(".") != 2:
        return [f"{token} token: expected a JWT, got {text}"]
    header, claims = decode(text)
    return differences(expected.get("claims", expected), claims, f"{token} token") + differences(
        expected.get("header", {}), header, f"{token} token header"
    )
