"""The steps of a case that are no operation: codes, the clock, pages, proofs, functions, other services.

Each is a method named as the step; `docs/conformance.md` describes them for authors of cases.
"""

from __future__ import annotations

import base64
import json
import os
import re
import urllib.parse
from collections.abc import Callable
from typing import Any

from cognito_emulator.conformance import federation
from cognito_emulator.conformance.endpoint import HttpTransport, Reply
from cognito_emulator.conformance.expectations import differences
from cognito_emulator.conformance.functions import Function
from cognito_emulator.conformance.srp_client import SrpClient
from cognito_emulator.conformance.world import NotThereYet, SetUpFailed, World
from cognito_emulator.user_pools.credentials import srp

Json = dict[str, Any]
_DEVICE_PASSWORD = "made-by-the-device"
_FORM = "application/x-www-form-urlencoded"


class SpecialSteps:
    """Special steps of one case. `values` are what references mean; steps put theirs there.

    `run(name, params, expect)` plays a step; a step that is a request returns its answer.
    """

    def __init__(self, world: World, values: Json) -> None:
        self._world = world
        self._values = values
        self._authenticator: Any = None

    def find(self, name: str) -> Callable[[Any, Json], Reply | None] | None:
        """The step of that name, if there is one."""
        found: Callable[[Any, Json], Reply | None] | None = getattr(self, f"_do_{name}", None)
        return found

    def _do_advance(self, seconds: float, expect: Json) -> None:
        self._world.advance(seconds)

    def _do_code(self, username: str, expect: Json) -> None:
        self._values[expect.get("as", "code")] = self._world.code(username)

    def _do_message(self, username: str, expect: Json) -> None:
        self._values[expect.get("as", "message")] = self._world.message(username)

    def _do_control(self, given: Json, expect: Json) -> None:
        """POST to the control API: `{risk: {…}}`."""
        if not self._world.endpoint.has_control:
            raise NotThereYet("the control API")
        ((path, content),) = given.items()
        self._world.endpoint.control("POST", path, content)

    def _do_remember(self, values: Json, expect: Json) -> None:
        self._values.update(values)

    def _do_extract(self, given: Json, expect: Json) -> None:
        found = re.search(given["pattern"], given["text"])
        if found is None:
            raise SetUpFailed(f"nothing in {given['text']!r} fits {given['pattern']}")
        self._values[str(expect["as"])] = found.group(1)

    # -- sign-in -------------------------------------------------------------------------------------------------

    def _do_sign_in(self, given: Json, expect: Json) -> None:
        self._values[expect.get("as", "tokens")] = self._world.sign_in(**given)

    def _do_srp(self, given: Json, expect: Json) -> None:
        if "begin" in given:
            self._values["srp_a"] = self._world.srp_begin(given["begin"])
        else:
            self._values["srp"] = self._world.srp_finish(given["finish"])

    def _do_login_page(self, given: Json, expect: Json) -> None:
        """Sign in on the pages: `$oauth` is what the token endpoint gave for the code, or, with `query` (members of
        the authorization request), `$landed` the address that the browser was sent to.
        """
        if "query" in given:
            self._values["landed"] = federation.page_sign_in(self._world, self._values["host"], **given)
            return
        self._values["oauth"] = federation.code_sign_in(self._world, self._values["host"], **given).body

    def _do_device(self, given: Json, expect: Json) -> None:
        """`{verifier: <NewDeviceMetadata>}` or `{proof: <ChallengeParameters>}`, with `group` the group's key."""
        if "verifier" in given:
            key, group = given["verifier"]["DeviceKey"], given["verifier"]["DeviceGroupKey"]
            salt = int.from_bytes(os.urandom(16), "big")
            numbers = (srp.verifier(group, key, _DEVICE_PASSWORD, salt), salt)
            verifier, salted = (base64.b64encode(srp.pad(number)).decode() for number in numbers)
            self._values["verifier"] = {"PasswordVerifier": verifier, "Salt": salted}
            self._values["device_key"] = key
            self._values["device_client"] = SrpClient(group)
            self._values["srp_a"] = self._values["device_client"].public_hex
            return
        asked, key = given["proof"], self._values["device_key"]
        moment = self._world.srp_timestamp()
        client: SrpClient = self._values["device_client"]
        claim = client.claim(key, _DEVICE_PASSWORD, asked["SALT"], asked["SRP_B"], asked["SECRET_BLOCK"], moment)
        self._values["srp"] = {
            "USERNAME": asked["USERNAME"],
            "DEVICE_KEY": key,
            "PASSWORD_CLAIM_SECRET_BLOCK": asked["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": claim,
            "TIMESTAMP": moment,
        }

    def _do_passkey(self, given: Json, expect: Json) -> None:
        """`{create: <CredentialCreationOptions>, origin: …}` or `{get: <text of the request options>}`."""
        from cognito_emulator.conformance.authenticator import Authenticator

        if "create" in given:
            self._authenticator = Authenticator(origin=given["origin"])
            self._values["credential"] = self._authenticator.create(given["create"])
        else:
            asked = self._authenticator.get(json.loads(given["get"]))
            self._values["credential"] = json.dumps(asked)

    # -- requests that are no operations -------------------------------------------------------------------------

    def _do_get(self, target: str, expect: Json) -> Reply:
        return self._fetch("GET", target, {}, b"", expect)

    def _do_post(self, given: Json, expect: Json) -> Reply:
        body = given["body"] if "body" in given else urllib.parse.urlencode(given.get("form", {}))
        headers = {"Content-Type": _FORM, **given.get("headers", {})}
        return self._fetch("POST", given["path"], headers, body.encode(), expect)

    def _do_put(self, given: Json, expect: Json) -> Reply:
        """Upload a body to an address that an answer gave, which may be at another host."""
        parts = urllib.parse.urlsplit(given["url"])
        origin = f"{parts.scheme}://{parts.netloc}"
        ours = self._world.endpoint.transport
        transport = ours if origin == ours.base_url else HttpTransport(origin)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        return transport.send("PUT", target, given.get("headers", {}), str(given["body"]).encode())

    def _fetch(self, method: str, target: str, headers: Json, body: bytes, expect: Json) -> Reply:
        sent = {**headers, **expect.get("request_headers", {})}
        host = expect.get("host", self._values.get("host"))
        if host:
            sent["Host"] = host
        reply = self._world.endpoint.transport.send(method, target, sent, body)
        if reply.not_there_yet:
            raise NotThereYet(f"oauth:{target.partition('?')[0]}")
        return reply

    # -- what an endpoint calls ----------------------------------------------------------------------------------

    def _do_function(self, given: Json, expect: Json) -> None:
        """A function for a trigger: the first of `answers` whose `when` fits the event is merged into it.

        `{name: …, answers: [{when: …, response: …}, …]}`; `fails: text` in place of a response raises. `as` is its ARN.
        """
        name = self._world.unique(given["name"])
        self._values[str(expect.get("as", given["name"]))] = self._world.function(name, _scripted(given["answers"]))

    def _do_role(self, given: Json, expect: Json) -> None:
        """A role of IAM: `{name: Guest, trusts: <service>, allows: [<action>, …]}`; `as` is its ARN."""
        options = {name: given[name] for name in ("trusts", "allows") if name in given}
        self._values[str(expect.get("as", "role"))] = self._world.role(given["name"], **options)

    def _do_aws(self, given: Json, expect: Json) -> None:
        """Call another service of AWS beside the endpoint: `{service: sns, CreateTopic: {…}}`; `as` is its answer."""
        from botocore import xform_name
        from botocore.exceptions import BotoCoreError, ClientError

        maker = self._world.endpoint.other_aws
        if maker is None:
            raise NotThereYet("another AWS beside the endpoint (SNS, Kinesis, IAM, …)")
        (operation,) = given.keys() - {"service"}
        client = maker(given["service"], self._world.region or self._world.endpoint.region)
        try:
            answer = getattr(client, xform_name(operation))(**(given[operation] or {}))
        except (BotoCoreError, ClientError) as failure:
            raise SetUpFailed(f"{given['service']}:{operation}: {failure}") from failure
        self._values[expect.get("as", "aws")] = answer


def _scripted(answers: list[Json]) -> Function:
    def function(event: Json) -> Any:
        for answer in answers:
            if differences(answer.get("when", {}), event):
                continue
            if "fails" in answer:
                raise RuntimeError(answer["fails"])
            return _merged(event, {name: value for name, value in answer.items() if name != "when"})
        return event

    return function


def _merged(event: Any, changes: Any) -> Any:
    if not isinstance(event, dict) or not isinstance(changes, dict):
        return changes
    return {**event, **{name: _merged(event.get(name), value) for name, value in changes.items()}}
