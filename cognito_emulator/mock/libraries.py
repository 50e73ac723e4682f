"""How each library is turned to the emulator, and how it wants its answer.

Every replacement asks first whether the URL is ours; otherwise it is the original. Libraries are imported here only
inside functions that these libraries call themselves.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

from cognito_emulator.mock import async_libraries
from cognito_emulator.mock.exchange import as_http_client, ask, header_pairs, reason
from cognito_emulator.mock.kept import Kept
from cognito_emulator.mock.patches import Patch
from cognito_emulator.outside.moto_iam import PATCHES, Decider

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator
    from cognito_emulator.outside.moto_iam import Access

Method = Callable[..., Any]


class Switchboard(Protocol):
    """Who answers at the moment."""

    def emulator_for_call(self, request: Any) -> Emulator | None:
        """The same as `emulator_for`, for a call of botocore."""
        ...

    def is_allowed(self, access_key: str, access: Access) -> bool | None:
        """Whether moto's IAM is to let credentials do something; None if they are not from the emulator."""
        ...

    def emulator_for(self, url: str) -> Emulator | None:
        """The emulator that answers this URL; None if the request is to go out."""
        ...

    @property
    def fakes_credentials(self) -> bool:
        """Whether clients without credentials are given some."""
        ...


def all_patches(switchboard: Switchboard) -> tuple[Patch, ...]:
    """What is replaced, in which library."""

    def patch(module: str, owner: str, attribute: str, replace: Callable[[Switchboard, Method], Method]) -> Patch:
        def replacement_of(original: Method) -> Method:
            return functools.wraps(original)(replace(switchboard, original))

        return Patch(module, owner, attribute, replacement_of)

    kept = Kept()
    return (
        patch("botocore.client", "ClientCreator", "_load_service_model", kept.load_service_model),
        patch("botocore.hooks", "EventAliaser", "_alias_event_name", kept.alias_event_name),
        patch("botocore.endpoint", "Endpoint", "_send", _botocore_send),
        patch("botocore.session", "Session", "get_credentials", _botocore_get_credentials),
        patch("botocore.signers", "RequestSigner", "sign", _botocore_sign),
        patch("moto.core.botocore_stubber", "BotocoreStubber", "__call__", _moto_before_send),
        patch("requests.sessions", "Session", "get_adapter", _requests_get_adapter),
        patch("urllib3.connectionpool", "HTTPConnectionPool", "urlopen", _urllib3_urlopen),
        patch("urllib.request", "AbstractHTTPHandler", "do_open", _urllib_do_open),
        patch("httpx._transports.default", "HTTPTransport", "handle_request", _httpx_handle),
        patch("httpx._transports.default", "AsyncHTTPTransport", "handle_async_request", _httpx_handle_async),
        patch("aiohttp.connector", "TCPConnector", "_create_connection", async_libraries.aiohttp_create_connection),
        patch("aiobotocore.endpoint", "AioEndpoint", "_send", async_libraries.aiobotocore_send),
        patch("aiobotocore.session", "AioSession", "get_credentials", async_libraries.aiobotocore_get_credentials),
        patch("aiobotocore.signers", "AioRequestSigner", "sign", async_libraries.aiobotocore_sign),
        *(patch(module, owner, attribute, _moto_iam(replace)) for module, owner, attribute, replace in PATCHES),
    )


def _moto_iam(replace: Callable[[Decider, Method], Method]) -> Callable[[Switchboard, Method], Method]:
    """moto's IAM enforcement, which asks the emulator about credentials of its identities."""
    return lambda switchboard, original: replace(switchboard.is_allowed, original)


class _Body(io.BytesIO):
    """The raw body of an answer, with the part of urllib3's interface that botocore uses."""

    def stream(self, amt: int | None = None, decode_content: bool | None = None) -> Iterator[bytes]:
        while chunk := self.read(amt if amt is not None else -1):
            yield chunk


def _botocore_send(switchboard: Switchboard, original: Method) -> Method:
    """botocore, below all of its events: handlers of before-send, retries and parsing work as always."""

    def _send(endpoint: Any, request: Any) -> Any:
        emulator = switchboard.emulator_for_call(request)
        if emulator is None:
            return original(endpoint, request)
        from botocore.awsrequest import AWSResponse

        answer = ask(emulator, request.method, request.url, request.headers.items(), request.body)
        headers: Any = answer.headers
        return AWSResponse(request.url, answer.status, headers, _Body(answer.body))

    return _send


def _botocore_get_credentials(switchboard: Switchboard, original: Method) -> Method:
    """Sessions without keys of their own or in the environment get fake ones, as moto does by the environment.

    The session does not keep them, so one that outlives the mock (boto3's default session) is as it was. Profiles
    are not looked at, unless one was asked for by name: resolving one may need the network, or a role.
    """

    def get_credentials(session: Any, *args: Any, **kwargs: Any) -> Any:
        own = session._credentials is not None or session.instance_variables().get("profile") is not None
        if own or not switchboard.fakes_credentials:
            return original(session, *args, **kwargs)
        from botocore.credentials import EnvProvider

        return original(session, *args, **kwargs) if EnvProvider().load() else _fake_credentials()

    return get_credentials


def _botocore_sign(switchboard: Switchboard, original: Method) -> Method:
    """A client that was made without credentials, before the mock, can sign what goes to the emulator."""

    def sign(signer: Any, operation_name: str, request: Any, *args: Any, **kwargs: Any) -> Any:
        bare = signer._credentials is None and switchboard.fakes_credentials
        if bare and switchboard.emulator_for(request.url) is not None:
            signing = request.context.get("signing", {})
            request.context["signing"] = {"request_credentials": _fake_credentials(), **signing}
        return original(signer, operation_name, request, *args, **kwargs)

    return sign


def _fake_credentials() -> Any:
    from botocore.credentials import Credentials

    return Credentials(async_libraries.FAKE_ACCESS_KEY, async_libraries.FAKE_SECRET_KEY, method="mock_cognito")


def _moto_before_send(switchboard: Switchboard, original: Method) -> Method:
    """moto answers in botocore's before-send event: it must not see what is ours, in whichever order we came."""

    def __call__(stubber: Any, event_name: str, request: Any, **kwargs: Any) -> Any:
        if switchboard.emulator_for_call(request) is not None:
            return None
        return original(stubber, event_name, request, **kwargs)

    return __call__


def _requests_get_adapter(switchboard: Switchboard, original: Method) -> Method:
    """requests, above `HTTPAdapter.send`, which moto (by the library `responses`) replaces."""

    def get_adapter(session: Any, url: str) -> Any:
        emulator = switchboard.emulator_for(url)
        return original(session, url) if emulator is None else _RequestsAdapter(emulator)

    return get_adapter


class _RequestsAdapter:
    """A transport adapter of requests."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def send(self, request: Any, **kwargs: Any) -> Any:
        from requests.adapters import HTTPAdapter

        raw = _urllib3_response(self._emulator, request.method, request.url, request.headers, request.body)
        return HTTPAdapter().build_response(request, raw)

    def close(self) -> None:
        """Nothing is held."""


def _urllib3_urlopen(switchboard: Switchboard, original: Method) -> Method:
    """urllib3, where a connection pool is asked for a response."""

    def urlopen(pool: Any, method: str, url: str, body: Any = None, headers: Any = None, *args: Any, **kw: Any) -> Any:
        origin = f"{pool.scheme}://{pool.host}"
        emulator = switchboard.emulator_for(origin)
        if emulator is None:
            return original(pool, method, url, body, headers, *args, **kw)
        absolute = url if "://" in url else origin + url
        given = headers if headers is not None else pool.headers
        preload, decode = kw.get("preload_content", True), kw.get("decode_content", True)
        return _urllib3_response(emulator, method, absolute, given, body, preload=preload, decode=decode)

    return urlopen


def _urllib3_response(
    emulator: Emulator, method: str, url: str, headers: Any, body: Any, preload: bool = False, decode: bool = False
) -> Any:
    from urllib3._collections import HTTPHeaderDict
    from urllib3.response import HTTPResponse

    answer = ask(emulator, method, url, headers.items(), body)
    wire = as_http_client(answer, method)
    return HTTPResponse(
        body=wire,
        headers=HTTPHeaderDict(header_pairs(answer)),
        status=answer.status,
        version=11,
        reason=reason(answer),
        preload_content=preload,
        decode_content=decode,
        original_response=wire,
        request_method=method,
        request_url=url,
    )


def _urllib_do_open(switchboard: Switchboard, original: Method) -> Method:
    """urllib.request, where a handler would connect: redirects, cookies and errors are handled above."""

    def do_open(handler: Any, http_class: Any, req: Any, **arguments: Any) -> Any:
        emulator = switchboard.emulator_for(req.full_url)
        if emulator is None:
            return original(handler, http_class, req, **arguments)
        method = req.get_method()
        answer = as_http_client(ask(emulator, method, req.full_url, req.header_items(), req.data), method)
        answer.url = req.full_url
        answer.msg = answer.reason  # type: ignore[assignment]  # as the original does
        return answer

    return do_open


def _httpx_handle(switchboard: Switchboard, original: Method) -> Method:
    """httpx, where its standard transport takes over; other transports are the caller's own choice."""

    def handle_request(transport: Any, request: Any) -> Any:
        emulator = switchboard.emulator_for(str(request.url))
        return original(transport, request) if emulator is None else _httpx_answer(emulator, request, request.read())

    return handle_request


def _httpx_handle_async(switchboard: Switchboard, original: Method) -> Method:
    """The same for httpx.AsyncClient. The emulator answers on the event loop: it waits for nothing."""

    async def handle_async_request(transport: Any, request: Any) -> Any:
        emulator = switchboard.emulator_for(str(request.url))
        if emulator is None:
            return await original(transport, request)
        return _httpx_answer(emulator, request, await request.aread())

    return handle_async_request


def _httpx_answer(emulator: Emulator, request: Any, body: bytes) -> Any:
    import httpx

    answer = ask(emulator, request.method, str(request.url), request.headers.multi_items(), body)
    return httpx.Response(answer.status, headers=header_pairs(answer), stream=httpx.ByteStream(answer.body))
