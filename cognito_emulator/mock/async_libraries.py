"""aiohttp and aiobotocore, turned to the emulator. As in `libraries`, what is not ours goes to the original.

The emulator answers on the event loop: it waits for nothing.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cognito_emulator.mock.exchange import ask

if TYPE_CHECKING:
    from cognito_emulator.mock.libraries import Switchboard

Method = Callable[..., Any]
FAKE_ACCESS_KEY = "testing"
FAKE_SECRET_KEY = "testing"


# ── aiobotocore ──────────────────────────────────────────────────────────────────────────────────────────────


class _AsyncBody(io.BytesIO):
    """The raw body of an answer as aiobotocore reads it."""

    async def read(self, amount: int | None = -1) -> bytes:  # type: ignore[override]
        return super().read(-1 if amount is None else amount)


def aiobotocore_send(switchboard: Switchboard, original: Method) -> Method:
    """aiobotocore, below all of its events, as botocore."""

    async def _send(endpoint: Any, request: Any) -> Any:
        emulator = switchboard.emulator_for_call(request)
        if emulator is None:
            return await original(endpoint, request)
        from aiobotocore.awsrequest import AioAWSResponse
        from botocore.awsrequest import HeadersDict

        answer = ask(emulator, request.method, request.url, request.headers.items(), request.body)
        return AioAWSResponse(request.url, answer.status, HeadersDict(answer.headers), _AsyncBody(answer.body))

    return _send


def aiobotocore_get_credentials(switchboard: Switchboard, original: Method) -> Method:
    """Sessions without keys of their own or in the environment get fake ones, as those of botocore."""

    async def get_credentials(session: Any, *args: Any, **kwargs: Any) -> Any:
        own = session._credentials is not None or session.instance_variables().get("profile") is not None
        if own or not switchboard.fakes_credentials:
            return await original(session, *args, **kwargs)
        from botocore.credentials import EnvProvider

        return await original(session, *args, **kwargs) if EnvProvider().load() else _fake_credentials()

    return get_credentials


def aiobotocore_sign(switchboard: Switchboard, original: Method) -> Method:
    """A client that was made without credentials, before the mock, can sign what goes to the emulator."""

    async def sign(signer: Any, operation_name: str, request: Any, *args: Any, **kwargs: Any) -> Any:
        bare = signer._credentials is None and switchboard.fakes_credentials
        if bare and switchboard.emulator_for(request.url) is not None:
            signing = request.context.get("signing", {})
            request.context["signing"] = {"request_credentials": _fake_credentials(), **signing}
        return await original(signer, operation_name, request, *args, **kwargs)

    return sign


def _fake_credentials() -> Any:
    from aiobotocore.credentials import AioCredentials

    return AioCredentials(FAKE_ACCESS_KEY, FAKE_SECRET_KEY, method="mock_cognito")


# ── aiohttp ──────────────────────────────────────────────────────────────────────────────────────────────────


def aiohttp_create_connection(switchboard: Switchboard, original: Method) -> Method:
    """aiohttp, where its standard connector would connect; other connectors are the caller's own choice."""

    async def _create_connection(connector: Any, req: Any, *args: Any, **kwargs: Any) -> Any:
        emulator = switchboard.emulator_for(str(req.url))
        if emulator is None:
            return await original(connector, req, *args, **kwargs)
        from cognito_emulator.mock.aiohttp_transport import Transport

        protocol = connector._factory()
        protocol.connection_made(Transport(protocol, emulator, str(req.url.origin())))
        return protocol

    return _create_connection
