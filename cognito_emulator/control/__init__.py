"""The control API under `/_emulator/`: health, reset, messages, clock, for tests and scripts in any language."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import orjson

from cognito_emulator.aws.call import HttpRequest, HttpResponse
from cognito_emulator.clock import iso

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator

Json = dict[str, Any]
LONGEST_WAIT = 60.0


class BadRequest(Exception):
    """A control request that cannot be understood; its text is the answer."""


def answer(emulator: Emulator, request: HttpRequest) -> HttpResponse:
    """Answer a request under `/_emulator/`."""
    name = request.path.removeprefix("/_emulator/").strip("/")
    methods = _ROUTES.get(name)
    if methods is None:
        return _json({"message": f"No such control: {name}. There are: {', '.join(sorted(_ROUTES))}."}, 404)
    handler = methods.get("GET" if request.method == "HEAD" else request.method)  # health checks often send HEAD
    if handler is None:
        return _json({"message": f"{name} answers {', '.join(methods)}."}, 405)
    try:
        return _json(handler(emulator, request))
    except BadRequest as problem:
        return _json({"message": str(problem)}, 400)


def _health(emulator: Emulator, request: HttpRequest) -> Json:
    from cognito_emulator import __version__

    return {"status": "ok", "version": __version__, "ignored": emulator.ignored}


def _reset(emulator: Emulator, request: HttpRequest) -> Json:
    emulator.reset()
    return {}


def _messages(emulator: Emulator, request: HttpRequest) -> Json:
    query = _query(request)
    wanted = _wanted(query)
    if "wait" in query:
        try:
            emulator.messages.wait(**wanted, timeout=_seconds(query["wait"]))
        except TimeoutError:
            return {"messages": []}
    return {"messages": [message.as_json() for message in emulator.messages.find(**wanted)]}


def _clear_messages(emulator: Emulator, request: HttpRequest) -> Json:
    emulator.messages.clear(**_wanted(_query(request)))
    return {}


def _query(request: HttpRequest) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(request.query).items()}


def _wanted(query: dict[str, str]) -> dict[str, Any]:
    """Which messages are meant; a `+` that was not escaped (phone numbers) is a `+` all the same."""
    destination = query.get("destination")
    if destination is not None and destination.startswith(" "):
        destination = "+" + destination[1:]
    return {
        "user_pool_id": query.get("userPoolId"),
        "username": query.get("username"),
        "destination": destination,
    }


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if math.isnan(seconds):
        raise BadRequest("wait is a number of seconds")
    return min(seconds, LONGEST_WAIT)


def _clock(emulator: Emulator, request: HttpRequest) -> Json:
    return {"time": iso(emulator.clock.now()), "offsetSeconds": round(emulator.clock.offset, 3)}


def _move_clock(emulator: Emulator, request: HttpRequest) -> Json:
    body = _body(request)
    if "advanceSeconds" in body:
        seconds = body["advanceSeconds"]
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
            raise BadRequest("advanceSeconds is a number")
        _move(lambda: emulator.clock.advance(seconds))
    elif "time" in body:
        try:
            moment = None if body["time"] is None else datetime.fromisoformat(body["time"].replace("Z", "+00:00"))
        except (AttributeError, ValueError):
            raise BadRequest("time is ISO 8601 text, or null for system time") from None
        _move(lambda: emulator.clock.set(moment))
    else:
        raise BadRequest('give {"advanceSeconds": n} or {"time": "<ISO 8601>" or null}')
    return _clock(emulator, request)


def _move(move: Callable[[], None]) -> None:
    try:
        move()
    except (OverflowError, ValueError) as problem:
        raise BadRequest(str(problem)) from None


def _risk(emulator: Emulator, request: HttpRequest) -> Json:
    body = _body(request)
    if not isinstance(body.get("userPoolId"), str) or "decision" not in body:
        raise BadRequest('give {"userPoolId": …, "username": … or null, "decision": … or null}')
    if not isinstance(body.get("username"), (str, type(None))):
        raise BadRequest("username is text, or null")
    try:
        emulator.risk.set(body["userPoolId"], body["decision"], body.get("username"))
    except (LookupError, ValueError) as problem:
        raise BadRequest(str(problem.args[0])) from None
    return {}


def _auth_event_feedback(emulator: Emulator, request: HttpRequest) -> Json:
    """Where the one-click links of notifications lead: the word of the user who has the message."""
    from cognito_emulator.aws.errors import AwsError
    from cognito_emulator.user_pools.risk import feedback

    query = _query(request)
    names = ("userPoolId", "username", "eventId", "feedbackToken", "feedbackValue")
    if any(name not in query for name in names) or query["feedbackValue"] not in ("Valid", "Invalid"):
        raise BadRequest(f"give {', '.join(names)}; feedbackValue is Valid or Invalid")
    try:
        feedback.by_link(emulator, *(query[name] for name in names))
    except AwsError as failure:
        raise BadRequest(failure.message or failure.type) from None
    return {"feedbackValue": query["feedbackValue"]}


def _body(request: HttpRequest) -> Json:
    try:
        body = orjson.loads(request.body or b"{}")
    except orjson.JSONDecodeError:
        raise BadRequest("the body is not JSON") from None
    if not isinstance(body, dict):
        raise BadRequest("the body is no JSON object")
    return body


def _json(content: Json, status: int = 200) -> HttpResponse:
    return HttpResponse(status, {"Content-Type": "application/json"}, orjson.dumps(content))


_ROUTES: dict[str, dict[str, Callable[[Emulator, HttpRequest], Json]]] = {
    "health": {"GET": _health},
    "reset": {"POST": _reset},
    "messages": {"GET": _messages, "DELETE": _clear_messages},
    "risk": {"POST": _risk},
    "auth-event-feedback": {"GET": _auth_event_feedback},
    "clock": {"GET": _clock, "POST": _move_clock},
}
