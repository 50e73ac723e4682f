"""Recordings as others keep them: VCR cassettes (vcrpy, Ruby VCR), HAR, placebo, botocore's debug log, JSON lines.

Each is read into exchanges: an operation, its parameters, and what was answered.
"""

from __future__ import annotations

import ast
import base64
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from cognito_emulator.aws.models import service_model

Json = dict[str, Any]
_TARGETS = {
    "AWSCognitoIdentityProviderService": "cognito-idp",
    "AWSCognitoIdentityService": "cognito-identity",
}
_SERVICES = (*_TARGETS.values(), "cognito-sync")


class NotARecording(ValueError):
    """A file that is none of the known forms; the text says why."""


@dataclass
class Exchange:
    """One call and its answer. `params` is None where the form does not keep requests (placebo)."""

    service: str
    operation: str
    params: Json | None
    status: int
    headers: Json = field(default_factory=dict)
    body: Any = None


def read(path: Path) -> list[Exchange]:
    """The exchanges of a file (or, for placebo, a folder or archive). Raises `NotARecording`."""
    found = _read(path)
    if not found:
        raise NotARecording(f"{path.name} holds no call of Cognito")
    return found


def _read(path: Path) -> list[Exchange]:
    if path.is_dir() or path.suffix == ".zip":
        return list(_placebo(path))
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix == ".jsonl":
        return list(_json_lines(text))
    if path.suffix in (".yaml", ".yml", ".json", ".har"):
        return list(_structured(path, text))
    if "Making request for OperationModel" in text:
        return list(_botocore_log(text))
    raise NotARecording(f"{path.name} is no cassette, HAR, placebo folder, JSON lines or botocore debug log")


def _structured(path: Path, text: str) -> Iterator[Exchange]:
    content: Any
    if path.suffix in (".yaml", ".yml"):
        import yaml

        content = yaml.safe_load(text)
    else:
        content = json.loads(text)
    if not isinstance(content, dict):
        raise NotARecording(f"{path.name} holds no object")
    if "log" in content:
        yield from _har(content["log"])
    elif "http_interactions" in content:
        yield from _ruby_vcr(content["http_interactions"])
    elif "interactions" in content:
        yield from _vcrpy(content["interactions"])
    elif "status_code" in content and "data" in content:
        found = _placebo_file(path.name, content)
        if found:
            yield found
    else:
        raise NotARecording(f"{path.name} is neither a cassette nor HAR nor placebo")


def _vcrpy(interactions: list[Json]) -> Iterator[Exchange]:
    for item in interactions:
        request, response = item["request"], item["response"]
        answered = (
            response["body"].get("string", "") if isinstance(response.get("body"), dict) else response.get("body")
        )
        yield from exchanges(
            request["method"],
            request["uri"],
            _flat(request.get("headers", {})),
            _text(request.get("body")),
            response["status"]["code"],
            _flat(response.get("headers", {})),
            _text(answered),
        )


def _ruby_vcr(interactions: list[Json]) -> Iterator[Exchange]:
    for item in interactions:
        request, response = item["request"], item["response"]
        yield from exchanges(
            request["method"],
            request["uri"],
            _flat(request.get("headers", {})),
            _ruby_body(request.get("body")),
            response["status"]["code"],
            _flat(response.get("headers", {})),
            _ruby_body(response.get("body")),
        )


def _ruby_body(body: Any) -> str:
    if isinstance(body, dict):
        if "base64_string" in body:
            return base64.b64decode(body["base64_string"]).decode("utf-8", "replace")
        return _text(body.get("string"))
    return _text(body)


def _har(log: Json) -> Iterator[Exchange]:
    for entry in log["entries"]:
        request, response = entry["request"], entry["response"]
        content = response.get("content", {})
        text = content.get("text", "")
        if content.get("encoding") == "base64":
            text = base64.b64decode(text).decode("utf-8", "replace")
        yield from exchanges(
            request["method"],
            request["url"],
            {header["name"].lower(): header["value"] for header in request.get("headers", [])},
            request.get("postData", {}).get("text", ""),
            response["status"],
            {header["name"].lower(): header["value"] for header in response.get("headers", [])},
            text,
        )


def _placebo(path: Path) -> Iterator[Exchange]:
    """The files in the order of the calls: by the answers' dates; in one second what makes things comes first and what
    deletes them last; then as the files were written, and by number.
    """
    files: dict[str, tuple[float, str]] = {}
    if path.is_dir():
        for file in path.rglob("*.json"):
            files[str(file.relative_to(path))] = (file.stat().st_mtime, file.read_text(encoding="utf-8"))
    else:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if entry.filename.endswith(".json"):
                    # A local time, which is good enough for an order.
                    moment = datetime(*entry.date_time, tzinfo=timezone.utc).timestamp()
                    files[entry.filename] = (moment, archive.read(entry).decode("utf-8"))

    def place(item: tuple[str, float, Json]) -> tuple[float, int, float, int, str]:
        name, written, content = item
        stem, _, count = Path(name).stem.rpartition("_")
        rank = next(rank for rank, form in enumerate(_ORDER) if form.search(stem))
        return _answered(content), rank, written, int(count) if count.isdigit() else 0, stem

    read_in = [(name, written, json.loads(text)) for name, (written, text) in files.items()]
    for name, _, content in sorted(read_in, key=place):
        found = _placebo_file(Path(name).name, content)
        if found:
            yield found


_ORDER = [
    re.compile(form)
    for form in (
        r"\.Create(User|Identity)Pool$",
        r"\.Create",
        r"\.(AdminCreate|SignUp)",
        r"\.(?!Delete)",
        r"\.Delete(?!(User|Identity)Pool$)",
        r"",
    )
]


def _answered(content: Json) -> float:
    """When an answer was given, as its Date header says; 0 if it says nothing."""
    metadata = content.get("data", {}).get("ResponseMetadata", {})
    text = metadata.get("HTTPHeaders", {}).get("date", "")
    try:
        return parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError):
        return 0.0


def _placebo_file(name: str, content: Json) -> Exchange | None:
    service, _, rest = name.partition(".")
    operation = re.sub(r"_\d+$", "", rest.rpartition(".")[0])
    if service not in _SERVICES or service_model(service).operation(operation) is None:
        return None
    data = _without_classes(content["data"])
    metadata = data.pop("ResponseMetadata", {})
    body: Any = data
    if "Error" in data:
        body = {"__type": data["Error"]["Code"], "message": data["Error"]["Message"]}
    return Exchange(service, operation, None, content["status_code"], metadata.get("HTTPHeaders", {}), body)


def _without_classes(value: Any) -> Any:
    """placebo's dates as the marker of the recordings' format."""
    if isinstance(value, dict):
        if value.get("__class__") == "datetime":
            return {"$timestamp": "parsed by the SDK"}
        return {name: _without_classes(item) for name, item in value.items()}
    return [_without_classes(item) for item in value] if isinstance(value, list) else value


_REQUEST = re.compile(r"Making request for OperationModel\(name=(\w+)\).*?with params: (\{.*)", re.DOTALL)
_RESPONSE_HEADERS = re.compile(r"Response headers: (\{.*?\})(?:\n|$)", re.DOTALL)
_RESPONSE_BODY = re.compile(r"Response body:\s*(b?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))", re.DOTALL)
_STATUS = re.compile(r'"(?:POST|GET|PUT|DELETE)[^"]*" (\d{3})')


def _botocore_log(text: str) -> Iterator[Exchange]:
    """Requests and what was answered before the next request."""
    starts = [found.start() for found in re.finditer("Making request for OperationModel", text)]
    for begin, end in zip(starts, [*starts[1:], len(text)], strict=True):
        part = text[begin:end]
        found = _REQUEST.match(part)
        if found is None:
            continue
        request = _literal(found.group(2))
        if request is None:
            continue
        headers = {name.lower(): str(value) for name, value in request.get("headers", {}).items()}
        answered = _RESPONSE_BODY.search(part)
        answer_headers = _RESPONSE_HEADERS.search(part)
        status = _STATUS.search(part)
        body = _text(ast.literal_eval(answered.group(1))) if answered else ""
        code = int(status.group(1)) if status else (400 if '"__type"' in body else 200)
        yield from exchanges(
            str(request.get("method", "POST")),
            str(request.get("url") or request.get("url_path", "/")),
            headers,
            _text(request.get("body")),
            code,
            {k.lower(): v for k, v in (_literal(answer_headers.group(1)) or {}).items()} if answer_headers else {},
            body,
        )


def _literal(text: str) -> Json | None:
    """The dictionary at the beginning of a text; what is no literal in it (objects shown as <…>) becomes None."""
    line = re.sub(r"<[^<>]*(?:<[^<>]*>[^<>]*)*>", "None", text.partition("\n")[0])
    for end in range(len(line), 0, -1):
        if line[end - 1] != "}":
            continue
        try:
            value = ast.literal_eval(line[:end])
        except (SyntaxError, ValueError):
            continue
        return value if isinstance(value, dict) else None
    return None


def _json_lines(text: str) -> Iterator[Exchange]:
    for line in text.splitlines():
        if line.strip():
            data = json.loads(line)
            request, response = data.get("request", {}), data.get("response", {})
            yield Exchange(
                data["service"],
                data["operation"],
                request.get("params", {}),
                response.get("status", 200),
                response.get("headers", {}),
                response.get("body"),
            )


def exchanges(
    method: str, url: str, headers: Mapping[str, str], body: str, status: int, answered: Json, text: str
) -> Iterator[Exchange]:
    """An exchange with one of the three services; nothing for any other request."""
    content = _json(body) or {}
    prefix, _, operation = headers.get("x-amz-target", "").rpartition(".")
    if prefix in _TARGETS:
        yield Exchange(_TARGETS[prefix], operation, content, status, answered, _json(text))
        return
    parts = urlsplit(url)
    if not parts.path.startswith("/identitypools"):
        return
    model = service_model("cognito-sync")
    for name in model.operation_names:
        found = model.operation(name)
        assert found is not None
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(found.path))
        match = re.fullmatch(pattern, parts.path.rstrip("/"))
        if match and found.method == method.upper():
            labels = {label: unquote(unquote(value)) for label, value in match.groupdict().items()}
            query = dict(parse_qsl(parts.query))
            yield Exchange("cognito-sync", name, {**content, **labels, **query}, status, answered, _json(text))
            return


def _flat(headers: Mapping[str, Any]) -> dict[str, str]:
    """Header names in lower case, the first value of each. vcrpy keeps what botocore sends as bytes."""
    firsts = {name: value[0] if isinstance(value, list) and value else value for name, value in headers.items()}
    return {name.lower(): _text(value) for name, value in firsts.items()}


def _text(body: Any) -> str:
    if isinstance(body, bytes):
        return body.decode("utf-8", "replace")
    return "" if body is None else str(body)


def _json(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None
