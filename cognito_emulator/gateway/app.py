"""The way of one request through the gateway, first to last. Read this file first.

request → (public keys, end of a sign-in) → route → its authorizer → the app → answer → access log
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from typing import TYPE_CHECKING, Any

import orjson

from cognito_emulator.gateway import proxy
from cognito_emulator.gateway.apis.answers import HttpApiAnswers, RestApiAnswers
from cognito_emulator.gateway.apis.http_api import HttpApi
from cognito_emulator.gateway.apis.rest_api import RestApi
from cognito_emulator.gateway.cognito import Cognito
from cognito_emulator.gateway.configuration import JwtAuthorizer, LoginAction, Route, UserPoolsAuthorizer
from cognito_emulator.gateway.login import answers as login_answers
from cognito_emulator.gateway.login import load_balancer
from cognito_emulator.gateway.messages import Answer, Decision, Forward, Request
from cognito_emulator.randomness import Randomness

if TYPE_CHECKING:
    from cognito_emulator.gateway.apis.cors import Cors
    from cognito_emulator.gateway.configuration import Configuration
    from cognito_emulator.gateway.proxy import Receive, Send

logger = logging.getLogger("cognito_emulator.access")
PUBLIC_KEYS = "/_gateway/public-keys/"
_KEYS_HOST = re.compile(r"public-keys\.auth\.elb\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|localhost)(?::\d+)?")
_HTTP_API_SECONDS, _REST_API_SECONDS = 30.0, 29.0


class Gateway:
    """The gateway as an ASGI application."""

    def __init__(self, configuration: Configuration, log_format: str = "text") -> None:
        randomness = Randomness()
        cognito = Cognito(configuration.endpoint)
        self._routes, self._cors = configuration.routes, configuration.cors
        self._log_format = log_format
        self._http_answers, self._rest_answers = HttpApiAnswers(randomness), RestApiAnswers(randomness)
        self._http_api = HttpApi(cognito, self._http_answers)
        self._rest_api = RestApi(cognito, self._rest_answers)
        self._load_balancer = load_balancer.LoadBalancer(configuration, cognito, randomness)
        self._proxy = proxy.Proxy(configuration.target, configuration.timeout)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        started = time.perf_counter()
        request = _read(scope)
        route = self._route(request)
        # Keys, tokens and claims are fetched meanwhile; other requests go on.
        decision = await asyncio.to_thread(self._decide, request, route)
        if isinstance(decision, Forward):
            try:
                seconds = _patience(route)
                status = await self._proxy.forward(request, decision, receive, send, seconds)
            except proxy.AppFailed as failure:
                decision = self._unavailable(route, failure)
                cors = self._cors_of(route)
                decision = cors.on(request, decision) if cors is not None else decision
            else:
                self._log(request, status, "", started)
                return
        await _send(decision, request, send)
        self._log(request, decision.status, decision.reason, started)

    async def close(self) -> None:
        """Close the connections to the app."""
        await self._proxy.close()

    async def _live(self, receive: Receive, send: Send) -> None:
        """From the server's start to its end."""
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.close()
        await send({"type": "lifespan.shutdown.complete"})

    def _route(self, request: Request) -> Route | None:
        return next((route for route in self._routes if route.pattern.fits(request.method, request.path)), None)

    def _decide(self, request: Request, route: Route | None) -> Decision:
        own = self._own_answer(request)
        if own is not None:
            return own
        cors = self._cors_of(route)
        if cors is None:
            return self._authorized(request, route)
        return cors.preflight(request) or cors.applied(request, self._authorized(request, route))

    def _authorized(self, request: Request, route: Route | None) -> Decision:
        if route is None:
            return self._not_found()
        authorizer = route.authorizer
        if isinstance(authorizer, JwtAuthorizer):
            return self._http_api.decide(request, route, authorizer)
        if isinstance(authorizer, UserPoolsAuthorizer):
            return self._rest_api.decide(request, route, authorizer)
        if isinstance(authorizer, LoginAction):
            return self._load_balancer.decide(request, authorizer)
        return Forward(changes=tuple((change.action, change.header, change.value({})) for change in route.changes))

    def _cors_of(self, route: Route | None) -> Cors | None:
        return self._cors if route is None or route.is_of_http_api else None

    def _own_answer(self, request: Request) -> Answer | None:
        """What the gateway answers whatever the routes are; None for all other requests."""
        if any(not 33 <= byte <= 126 for byte in request.target):
            return _plain(400, "The target of the request has characters that have to be encoded.")
        if request.climbs:
            return _plain(400, "Paths with . or .. as a segment are not proxied: routes could not tell what they mean.")
        if _KEYS_HOST.fullmatch(request.host):
            return self._public_key(request.path.removeprefix("/"))
        if request.path.startswith(PUBLIC_KEYS):
            return self._public_key(request.path.removeprefix(PUBLIC_KEYS))
        if self._load_balancer.is_used and request.path == load_balancer.CALLBACK:
            return self._load_balancer.finish(request)
        if "websocket" in (request.header("upgrade") or "").lower():
            return _plain(501, "This gateway does not proxy WebSockets; connect to the app itself.")
        return None

    def _public_key(self, key_id: str) -> Answer:
        key = self._load_balancer.signer.public_key(key_id)
        if key is None:
            return _plain(404, "There is no such key.")
        return Answer(200, (("content-type", "text/plain"),), key)

    def _not_found(self) -> Answer:
        """No route fits: an HTTP API says so, a REST API asks for a token that nobody has."""
        kinds = {type(route.authorizer) for route in self._routes}
        rest_only = UserPoolsAuthorizer in kinds and JwtAuthorizer not in kinds
        return self._rest_answers.not_found() if rest_only else self._http_answers.not_found()

    def _unavailable(self, route: Route | None, failure: proxy.AppFailed) -> Answer:
        authorizer = route.authorizer if route is not None else None
        if isinstance(authorizer, JwtAuthorizer):
            return self._http_answers.unavailable(str(failure), failure.timed_out)
        if isinstance(authorizer, UserPoolsAuthorizer):
            return self._rest_answers.unavailable(str(failure), failure.timed_out)
        return login_answers.unavailable(str(failure), failure.timed_out)

    def _log(self, request: Request, status: int, reason: str, started: float) -> None:
        """One line; queries may have codes and tokens, and do not appear."""
        if self._log_format == "off":
            return
        elapsed = (time.perf_counter() - started) * 1000
        if self._log_format == "json":
            fields: dict[str, object] = {"method": request.method, "path": request.path, "status": status}
            fields.update({"milliseconds": round(elapsed, 1), **({"reason": reason} if reason else {})})
            logger.info(orjson.dumps(fields).decode())
            return
        shown = f" ({reason})" if reason else ""
        logger.info("%s %s %s%s %.1f ms", request.method, request.path, status, shown, elapsed)


def _read(scope: dict[str, Any]) -> Request:
    target: bytes = scope["raw_path"]
    if scope["query_string"]:
        target += b"?" + scope["query_string"]
    headers = tuple((name.lower(), value) for name, value in scope["headers"])
    proto = next((value for name, value in headers if name == b"x-forwarded-proto"), b"").lower()
    return Request(
        method=scope["method"],
        target=target,
        headers=headers,
        scheme=proto.decode() if proto in (b"http", b"https") else scope["scheme"],
        client=scope["client"][0],
    )


def _patience(route: Route | None) -> float:
    """How long the app may take, as AWS has it: an API's integrations, and a load balancer's idle timeout."""
    kinds: dict[type, float] = {JwtAuthorizer: _HTTP_API_SECONDS, UserPoolsAuthorizer: _REST_API_SECONDS}
    return kinds.get(type(route.authorizer) if route is not None else type(None), proxy.DEFAULT_SECONDS)


def _plain(status: int, text: str) -> Answer:
    return Answer(status, (("content-type", "text/plain; charset=utf-8"),), f"{text}\n".encode(), text)


async def _send(answer: Answer, request: Request, send: Send) -> None:
    headers = [(name.encode(), value.encode("latin-1", "replace")) for name, value in answer.headers]
    if answer.status != 204:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else answer.body})
