"""To the app and back, with bodies that stream both ways. Targets go on byte by byte, redirects are not followed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import httpcore

from cognito_emulator.gateway import headers
from cognito_emulator.gateway.messages import Forward, Request

logger = logging.getLogger(__name__)
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
CONNECT_SECONDS = 10.0
DEFAULT_SECONDS = 60.0
_MOST_CONNECTIONS = 1000
# Shorter than apps keep idle connections: Node's five seconds are the least of the usual ones.
_IDLE_SECONDS = 4


class AppFailed(Exception):
    """The app did not answer; the text says why."""

    def __init__(self, text: str, timed_out: bool = False) -> None:
        super().__init__(text)
        self.timed_out = timed_out


class Proxy:
    """One app, and the connections to it."""

    def __init__(self, target: str, timeout: float | None) -> None:
        parts = urlsplit(target)
        self._target = target
        self._scheme, self._host = parts.scheme.encode(), (parts.hostname or "").encode("idna")
        self._port = parts.port
        self._timeout = timeout
        self._pool = httpcore.AsyncConnectionPool(max_connections=_MOST_CONNECTIONS, keepalive_expiry=_IDLE_SECONDS)

    async def forward(self, request: Request, leave: Forward, receive: Receive, send: Send, seconds: float) -> int:
        """Send a request on and its answer back; the status. Raises AppFailed while nothing was sent back."""
        body = _Body(receive)
        patience = self._timeout or seconds
        outgoing = httpcore.Request(
            request.method.encode(),
            httpcore.URL(scheme=self._scheme, host=self._host, port=self._port, target=request.target),
            headers=headers.to_app(request, leave),
            content=body if _has_body(request) else None,
            extensions={
                "timeout": dict.fromkeys(("read", "write", "pool"), patience)
                | {"connect": min(CONNECT_SECONDS, patience)}
            },
        )
        response = await self._ask(outgoing)
        try:
            await send(
                {
                    "type": "http.response.start",
                    "status": response.status,
                    "headers": headers.from_app(list(response.headers), leave),
                }
            )
            await _while_connected(body, _send_body(response, send))
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            # Without an end the answer is none to the client, as it is none here.
            logger.warning("The answer of %s to %s breaks off: %s", self._target, request.path, error)
        finally:
            await response.aclose()
        return response.status

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.aclose()

    async def _ask(self, outgoing: httpcore.Request) -> httpcore.Response:
        try:
            return await self._pool.handle_async_request(outgoing)
        except httpcore.TimeoutException as error:
            reason = f"{self._target} does not answer in time ({type(error).__name__})"
            raise AppFailed(reason, timed_out=True) from None
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise AppFailed(f"{self._target}: {error or type(error).__name__}") from None


class _Body:
    """The request's body as it comes in; afterwards, whether the client is still there."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._ended = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while not self._ended:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise httpcore.ReadError("the client went away")
            self._ended = not message.get("more_body", False)
            if message.get("body"):
                yield message["body"]

    async def gone(self) -> None:
        """Return when the client has gone away."""
        while (await self._receive())["type"] != "http.disconnect":
            pass


async def _while_connected(body: _Body, task: Any) -> None:
    """Run a task until it ends, or until the client goes away."""
    sending, watching = asyncio.ensure_future(task), asyncio.ensure_future(body.gone())
    try:
        await asyncio.wait({sending, watching}, return_when=asyncio.FIRST_COMPLETED)
        if sending.done():
            sending.result()
    finally:
        for one in (sending, watching):
            one.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await one


async def _send_body(response: httpcore.Response, send: Send) -> None:
    stream: Any = response.stream
    async for chunk in stream:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _has_body(request: Request) -> bool:
    length = request.header("content-length")
    return request.header("transfer-encoding") is not None or (length is not None and length != "0")
