"""Compares an answer with a recorded one.

Only what is recorded is compared. What must differ from run to run (ids, tokens, dates) is compared by type and
form; error types and texts, sets of keys, JSON types and the way numbers are written are compared exactly.
Source of the rules: `conformance/recordings/README.md`.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from cognito_emulator.aws.models import Shape, service_model
from cognito_emulator.aws.timestamps import java_double
from cognito_emulator.conformance.endpoint import Reply

Json = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """One thing that is not as recorded."""

    path: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.path}: expected {self.expected}, got {self.got}"


class _Float(float):
    """A number with its text on the wire."""

    text = ""


def _parse_float(text: str) -> _Float:
    number = _Float(text)
    number.text = text
    return number


def parse(raw: bytes) -> Any:
    """JSON whose fractions remember how they were written. None for an empty body or none that is JSON."""
    try:
        return json.loads(raw, parse_float=_parse_float) if raw else None
    except ValueError:
        return None


_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_POOL_ID = re.compile(r"\b([a-z]{2}(?:-[a-z]+)+-\d)_[0-9A-Za-z]{9}\b")
_JWT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+")
_PLACEHOLDER = re.compile(r"<[^<>]+>")
_MARKUP = re.compile(r"</|<!DOCTYPE|<md:")
_EDITED = re.compile(r"EXAMPLE|\[[^\]]+\]|\.\.\.$|^[A-Z]+_TOKEN$|^CLIENT_SECRET$")
_SHOWN_TIMESTAMP = "$timestamp"

# Members whose value is another one each time; each with the form it has.
_OPAQUE = re.compile(r".+", re.DOTALL)
VARYING: dict[str, re.Pattern[str]] = {
    "AccessToken": _JWT,
    "IdToken": _JWT,
    "RefreshToken": _OPAQUE,
    "Session": re.compile(r"[\w\-=+/]{20,}"),
    "SecretCode": re.compile(r"[A-Z2-7]{16,}"),
    "ClientSecret": re.compile(r"[a-z0-9]{40,64}"),
    "ClientId": re.compile(r"[a-z0-9]{20,}"),
    "NextToken": _OPAQUE,
    "PaginationToken": _OPAQUE,
    "DeviceKey": re.compile(r"[\w-]+_[0-9a-f-]{36}"),
    "DeviceGroupKey": re.compile(r"[\w-]{9}"),
    "IdentityId": re.compile(r"[\w-]+:[0-9a-f-]{36}"),
    "IdentityPoolId": re.compile(r"[\w-]+:[0-9a-f-]{36}"),
    "CloudFrontDomain": _OPAQUE,
    "CloudFrontDistribution": _OPAQUE,
    "S3Bucket": _OPAQUE,
    "Version": re.compile(r"\d{14}"),
    "AWSAccountId": re.compile(r"\d{12}"),
    "PreSignedUrl": re.compile(r"https?://.+", re.DOTALL),
    "JobId": re.compile(r"import-[\w-]+"),
    "ImageUrl": re.compile(r"https?://.+"),
    "CSSVersion": _OPAQUE,
    "Certificate": _OPAQUE,
    "ActiveEncryptionCertificate": _OPAQUE,
    "SyncSessionToken": _OPAQUE,
    "EventId": _OPAQUE,
    "SessionId": _OPAQUE,
    "OriginSessionId": _OPAQUE,
    "ManagedLoginBrandingId": _UUID,
}
# Lists that have no order of their own on AWS: documentation and wire show them in any.
_SETS = {
    "ReadAttributes",
    "WriteAttributes",
    "ExplicitAuthFlows",
    "SupportedIdentityProviders",
    "CallbackURLs",
    "LogoutURLs",
    "AllowedOAuthFlows",
    "AllowedOAuthScopes",
    "IdpIdentifiers",
    "UserPools",
    "Users",
    "Sessions",
    "IdentityPools",
    "UserPoolClients",
    "Scopes",
}


class Comparison:
    """Collects the differences of one answer. `bindings`: what stands here for a recorded value."""

    def __init__(self, bindings: Mapping[str, str], unknown: Collection[str] = ()) -> None:
        self._unknown = unknown
        self._bindings = sorted(bindings.items(), key=lambda pair: -len(pair[0]))
        self.differences: list[Difference] = []

    def note(self, path: str, expected: Any, got: Any) -> None:
        self.differences.append(Difference(path, _show(expected), _show(got)))

    def bound(self, text: str) -> str:
        """A recorded text with the ids of here."""
        for recorded, here in self._bindings:
            text = text.replace(recorded, here)
        return text

    def value(self, expected: Any, got: Any, path: str, shape: Shape | None = None) -> None:
        """Compare any value."""
        shown_date = isinstance(expected, dict) and _SHOWN_TIMESTAMP in expected
        if shown_date or (shape is not None and shape.type == "timestamp"):
            self._timestamp(got, path)
        elif isinstance(expected, dict):
            self._object(expected, got, path, shape)
        elif isinstance(expected, list):
            self._list(expected, got, path, shape)
        elif isinstance(expected, str):
            self._text(expected, got, path)
        elif not _same_type(expected, got) or expected != got:
            self.note(path, expected, got)

    def _timestamp(self, got: Any, path: str) -> None:
        if not isinstance(got, float):
            self.note(path, "a date as a number with a fraction", got)
        elif isinstance(got, _Float) and got.text != java_double(got):
            self.note(path, f"a date written {java_double(got)}", got.text)

    def _object(self, expected: Json, got: Any, path: str, shape: Shape | None) -> None:
        if not isinstance(got, dict):
            self.note(path, "an object", got)
            return
        for name, value in expected.items():
            member = _member(shape, name)
            if f"{path}.{name}" in self._unknown:
                continue
            if name not in got:
                self.note(f"{path}.{name}", value, "nothing")
            else:
                self._named(name, value, got[name], f"{path}.{name}", member)

    def _named(self, name: str, expected: Any, got: Any, path: str, shape: Shape | None) -> None:
        form = VARYING.get(name)
        if form is not None and isinstance(expected, str):
            if self.bound(expected) == got:
                return
            if not isinstance(got, str) or not form.fullmatch(got):
                self.note(path, f"the form {form.pattern}", got)
        elif name in _SETS and isinstance(expected, list) and isinstance(got, list):
            self._set(expected, got, path, shape)
        else:
            self.value(expected, got, path, shape)

    def _list(self, expected: list[Any], got: Any, path: str, shape: Shape | None) -> None:
        if not isinstance(got, list):
            self.note(path, "a list", got)
            return
        if expected and all(isinstance(item, dict) and set(item) == {"Name", "Value"} for item in expected):
            ours = {item.get("Name"): item.get("Value") for item in got if isinstance(item, dict)}
            theirs = {item["Name"]: item["Value"] for item in expected}
            self._object(theirs, ours, path, None)
            for name in ours.keys() - theirs.keys():
                self.note(f"{path}.{name}", "nothing", ours[name])
            return
        element = shape.element if shape is not None and shape.type == "list" else None
        for number, item in enumerate(expected):
            if isinstance(item, str) and item.startswith("<rest "):
                return
            if number >= len(got):
                self.note(f"{path}[{number}]", item, "nothing")
            else:
                self.value(item, got[number], f"{path}[{number}]", element)
        if len(got) > len(expected) and f"{path}.length" not in self._unknown:
            self.note(path, f"{len(expected)} items", f"{len(got)} items")

    def _set(self, expected: list[Any], got: list[Any], path: str, shape: Shape | None) -> None:
        element = shape.element if shape is not None and shape.type == "list" else None
        left = list(got)
        for item in expected:
            for candidate in left:
                trial = Comparison(dict(self._bindings), self._unknown)
                trial.value(item, candidate, path, element)
                if not trial.differences:
                    left.remove(candidate)
                    break
            else:
                self.note(path, item, f"only {_show(got)}")
        if left:
            self.note(path, "no more items", left)

    def _text(self, expected: str, got: Any, path: str) -> None:
        wanted = self.bound(expected)
        if _PLACEHOLDER.fullmatch(wanted) and not wanted.startswith("<user>"):
            self._placeholder(wanted, got, path)
        elif not isinstance(got, str):
            self.note(path, wanted, got)
        elif _same_text(wanted, got) or (wanted == expected and _with_any_pool(wanted) == _with_any_pool(got)):
            return
        elif _PLACEHOLDER.search(wanted) and not _MARKUP.search(wanted):
            parts = [re.escape(part) for part in _PLACEHOLDER.split(wanted)]
            if not re.fullmatch(".+".join(parts), got, re.DOTALL):
                self.note(path, wanted, got)
        else:
            self.note(path, wanted, got)

    def _placeholder(self, wanted: str, got: Any, path: str) -> None:
        form = _PLACEHOLDER_FORMS.get(wanted)
        fits = isinstance(got, str) and form.fullmatch(got) if form else got not in (None, "", {}, [])
        if not fits:
            self.note(path, wanted, got)


_PLACEHOLDER_FORMS: dict[str, re.Pattern[str]] = {
    "<uuid>": _UUID,
    "<jwt>": _JWT,
    "<opaque>": _OPAQUE,
    "<session>": VARYING["Session"],
    "<new session>": VARYING["Session"],
    "<base32>": VARYING["SecretCode"],
}
_HEADER_FORMS: dict[str, re.Pattern[str]] = {"x-amzn-requestid": _UUID}
_HEADERS_THAT_VARY = {"content-length", "connection", "date"}


def compare(
    expected: Json,
    reply: Reply,
    service: str,
    operation: str,
    bindings: Mapping[str, str],
    unknown: Collection[str] = (),
) -> Comparison:
    """Compare status, headers, body and token claims of an answer with the recorded `response`."""
    comparison = Comparison(bindings, unknown)
    if "status" in expected and expected["status"] != reply.status:
        comparison.note("status", expected["status"], f"{reply.status} {reply.error_type}: {reply.message}")
    for name, value in expected.get("headers", {}).items():
        _compare_header(comparison, name, value, reply)
    if "body" in expected:
        _compare_body(comparison, expected["body"], reply, service, operation)
    if "decoded" in expected:
        _compare_tokens(comparison, expected["decoded"], parse(reply.raw))
    return comparison


def _compare_header(comparison: Comparison, name: str, value: str, reply: Reply) -> None:
    got = reply.headers.get(name)
    if name in _HEADERS_THAT_VARY:
        return
    if got is None:
        comparison.note(f"header {name}", value, "nothing")
    elif form := _HEADER_FORMS.get(name):
        if not form.fullmatch(got):
            comparison.note(f"header {name}", value, got)
    elif name == "content-type":
        if got.partition(";")[0] != value.partition(";")[0]:
            comparison.note(f"header {name}", value, got)
    else:
        comparison.value(value, got, f"header {name}")


def _compare_body(comparison: Comparison, body: Any, reply: Reply, service: str, operation: str) -> None:
    found = service_model(service).operation(operation) if service != "oauth" else None
    got = parse(reply.raw)
    if found is not None and found.output is None and reply.status == 200:
        if reply.raw:
            comparison.note("body", "empty", reply.raw.decode(errors="replace"))
        return
    output = found.output if found is not None and reply.status == 200 else None
    comparison.value(body, got, "body", output)


def _compare_tokens(comparison: Comparison, decoded: Json, body: Any) -> None:
    result = body.get("AuthenticationResult", body) if isinstance(body, dict) else {}
    names = {"IdToken": "id_token", "AccessToken": "access_token"}
    for token, parts in decoded.items():
        text = result.get(token) or result.get(names.get(token, ""))
        if not isinstance(text, str) or not _JWT.fullmatch(text):
            comparison.note(token, "a JWT", text)
            continue
        header, claims = decode(text)
        for part, got in (("header", header), ("claims", claims)):
            for claim, value in parts.get(part, {}).items():
                _compare_claim(comparison, f"{token}.{part}.{claim}", value, got.get(claim))


_TIMES = {"auth_time", "exp", "iat"}
_HASHES = {"at_hash", "kid"}


def _compare_claim(comparison: Comparison, path: str, expected: Any, got: Any) -> None:
    name = path.rpartition(".")[2]
    if name in _TIMES:
        if not isinstance(got, int) or isinstance(got, bool):
            comparison.note(path, "a whole number", got)
    elif name == "iss" and isinstance(got, str):
        # The scheme is the endpoint's: an emulator is called without TLS.
        comparison.value(expected.partition("://")[2], got.partition("://")[2], path)
    elif name in _HASHES:
        if not isinstance(got, str) or len(got) != len(expected):
            comparison.note(path, expected, got)
    else:
        comparison.value(expected, got, path)


def decode(token: str) -> tuple[Json, Json]:
    """Header and claims of a JWT, unverified."""
    header, claims = (
        json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in token.split(".")[:2]
    )
    return header, claims


def _same_text(wanted: str, got: str) -> bool:
    """Whether two texts say the same, but for ids, edited examples and a line feed at the end."""
    if wanted.rstrip("\n") == got.rstrip("\n") or (_UUID.fullmatch(wanted) and _UUID.fullmatch(got)):
        return True
    return bool(_EDITED.search(wanted)) and not _MARKUP.search(wanted)


def _same_type(expected: Any, got: Any) -> bool:
    """Whether both are the same kind of JSON value, whole numbers and fractions told apart."""
    return type(expected) is type(got) or (isinstance(expected, float) and isinstance(got, float))


def _with_any_pool(text: str) -> str:
    """The text with the pool ids in it, and their regions, as one."""
    return _POOL_ID.sub(r"\1_<pool>", text)


def _member(shape: Shape | None, name: str) -> Shape | None:
    if shape is None:
        return None
    if shape.type == "structure":
        return shape.members.get(name)
    return shape.value if shape.type == "map" else None


def _show(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 400 else f"{text[:400]}…"
