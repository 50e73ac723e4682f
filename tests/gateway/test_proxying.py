"""The way to the app and back: what goes through untouched, what does not, and an app that does not answer."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import requests

from .app import App
from .conftest import authorizers
from .support import Pool, gateway_client


def address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return "127.0.0.1", parts.port or 0


def raw(url: str, request: bytes) -> bytes:
    """The whole answer to bytes, from a connection that is closed afterwards."""
    with closing(socket.create_connection(address(url), timeout=30)) as connection:
        connection.sendall(request)
        answer = b""
        while data := connection.recv(65_536):
            answer += data
        return answer


def sent(gateway: str, method: str, target: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
    """What the app got."""
    with closing(http.client.HTTPConnection(*address(gateway), timeout=30)) as connection:
        connection.request(method, target, body, headers or {})
        answer = connection.getresponse()
        assert answer.status == 200
        return json.loads(answer.read())


@pytest.mark.parametrize(
    "target",
    [
        "/open/a%2Fb%20c/%c3%a4/~x?q=%20a+b&q=&%5B%5D=[1]&e",
        "/open/x?",
        "/open//double//x?a=//",
        "/open/!$&'()*+,;=:@%zz%?|{}'",
    ],
)
def test_targets_are_untouched(gateway: str, target: str) -> None:
    request = f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    answer = raw(gateway, request)
    assert answer.startswith(b"HTTP/1.1 200 "), answer
    expected = target.removesuffix("?").encode().decode("latin-1")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["target"] == expected


def test_targets_that_no_request_may_have(gateway: str, app: App) -> None:
    answer = raw(gateway, "GET /open/é HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert app.seen == []


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
def test_methods_and_bodies(gateway: str, method: str) -> None:
    body = b"" if method == "GET" else bytes(range(256)) * 40
    got = sent(gateway, method, "/open/x", body or None)
    assert got["method"] == method
    assert got["body"].encode("latin-1") == body


def test_large_bodies_go_through_in_both_framings(gateway: str) -> None:
    body = b"0123456789abcdef" * 65_536
    assert sent(gateway, "POST", "/open/x", body)["body"].encode() == body
    chunks = (body[start : start + 50_000] for start in range(0, len(body), 50_000))
    got = sent(gateway, "POST", "/open/x", chunks)
    assert got["body"].encode() == body
    headers = dict(got["headers"])
    assert headers["transfer-encoding"] == "chunked"
    assert "content-length" not in headers


def test_headers_to_the_app(gateway: str) -> None:
    given = {
        "Host": "app.example.com:8443",
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Port": "1",
        "Connection": "keep-alive, X-Private",
        "X-Private": "1",
        "Keep-Alive": "timeout=5",
        "TE": "trailers",
        "Upgrade": "h2c",
        "Proxy-Authorization": "Basic x",
        "Cookie": "a=1; b=2",
        "Authorization": "Basic abc",
        "User-Agent": "test",
    }
    headers = dict(sent(gateway, "GET", "/open/x", headers=given)["headers"])
    assert headers == {
        "host": "app.example.com:8443",
        "accept-encoding": "identity",
        "cookie": "a=1; b=2",
        "authorization": "Basic abc",
        "user-agent": "test",
        "x-forwarded-for": "203.0.113.7, 127.0.0.1",
        "x-forwarded-proto": "http",
        "x-forwarded-port": "8443",
    }


def test_headers_that_come_twice_stay_two(gateway: str) -> None:
    request = b"GET /open/x HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nX-A: 2\r\nX_B: 3\r\nConnection: close\r\n\r\n"
    got = json.loads(raw(gateway, request).partition(b"\r\n\r\n")[2])["headers"]
    assert [pair for pair in got if pair[0] in ("x-a", "x_b")] == [["x-a", "1"], ["x-a", "2"], ["x_b", "3"]]


@pytest.mark.parametrize("lengths", [b"Content-Length: 5\r\n", b"Content-Length: 60\r\n", b"Content-Length: 5, 60\r\n"])
def test_no_request_hides_in_another(gateway: str, app: App, lengths: bytes) -> None:
    """A body in chunks that also has a length: whoever counts differently would see a second request."""
    head = b"POST /open/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n" + lengths
    raw(gateway, head + b"\r\n0\r\n\r\nGET /http/hidden HTTP/1.1\r\nHost: x\r\n\r\n")
    assert app.seen in ([], ["/open/x"])


def test_answers_come_back_as_they_are(gateway: str) -> None:
    redirect = requests.get(f"{gateway}/open/redirect", allow_redirects=False, timeout=30)
    assert (redirect.status_code, redirect.headers["Location"]) == (302, "/elsewhere?a=%2F")
    cookies = requests.get(f"{gateway}/open/cookies", timeout=30)
    assert cookies.raw.headers.getlist("Set-Cookie") == ["a=1; Path=/", "b=2"]
    assert cookies.headers["X-Powered-By"] == "app"
    assert requests.get(f"{gateway}/open/nothing", timeout=30).status_code == 204
    hop = requests.get(f"{gateway}/open/hop", timeout=30)
    assert hop.text == "x"
    assert "X-Secret" not in hop.headers
    with closing(http.client.HTTPConnection(*address(gateway), timeout=30)) as connection:
        connection.request("GET", "/open/compressed")
        answer = connection.getresponse()
        assert (answer.headers["Content-Encoding"], answer.read()) == ("gzip", b"not really gzip")
        connection.request("HEAD", "/open/x")
        head = connection.getresponse()
        assert int(head.headers["Content-Length"]) > 50
        assert head.read() == b""


def test_answers_stream(gateway: str, app: App) -> None:
    with closing(http.client.HTTPConnection(*address(gateway), timeout=30)) as connection:
        connection.request("GET", "/open/events")
        answer = connection.getresponse()
        assert answer.readline() == b"data: 1\n"
        assert answer.readline() == b"\n"
        app.go.set()
        assert answer.read() == b"data: 2\n\n"


def test_the_app_hears_when_a_client_goes_away(gateway: str, app: App) -> None:
    with closing(http.client.HTTPConnection(*address(gateway), timeout=30)) as connection:
        connection.request("GET", "/open/endless")
        assert connection.getresponse().read(100_000)
    assert app.client_left.wait(30)


def test_web_sockets_are_refused(gateway: str, app: App) -> None:
    headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    answer = requests.get(f"{gateway}/open/x", headers=headers, timeout=30)
    assert (answer.status_code, app.seen) == (501, [])
    assert answer.text == "This gateway does not proxy WebSockets; connect to the app itself.\n"


def test_an_app_that_hangs_up(gateway: str) -> None:
    answer = requests.get(f"{gateway}/open/drop", timeout=30)
    assert answer.status_code == 502
    assert "<h1>502 Bad Gateway</h1>" in answer.text


@pytest.mark.parametrize("framing", ["length", "chunks"])
def test_an_answer_that_breaks_off_is_no_whole_answer(gateway: str, framing: str) -> None:
    with closing(http.client.HTTPConnection(*address(gateway), timeout=30)) as connection:
        connection.request("GET", f"/open/cut/{framing}")
        answer = connection.getresponse()
        with pytest.raises(http.client.IncompleteRead):
            answer.read()


@asynccontextmanager
async def in_process(pool: Pool, target: str, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a gateway in this process, with a route `/slow/KIND` for each kind of authorizer."""
    given = authorizers(pool)
    routes = [
        {"RouteKey": "ANY /slow/none"},
        {"RouteKey": "ANY /slow/http", "Authorizer": "jwt"},
        {"RouteKey": "ANY /slow/rest", "Authorizer": "pools"},
    ]
    document = {
        "Target": target,
        "Endpoint": pool.server.endpoint_url,
        "Authorizers": {"jwt": given["jwt"], "pools": given["pools"]},
        "Routes": routes,
        **settings,
    }
    async with gateway_client(document) as client:
        yield client


@pytest.fixture
def nobody() -> Iterator[str]:
    """The address of an app that does not run: a port that is taken, and on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


KINDS = {
    "none": ("<h1>502 Bad Gateway</h1>", 502, "<h1>504 Gateway Time-out</h1>", 504),
    "http": ('{"message":"Service Unavailable"}', 503, '{"message":"Service Unavailable"}', 503),
    "rest": (
        '{"message":"Network error communicating with endpoint"}',
        504,
        '{"message":"Endpoint request timed out"}',
        504,
    ),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_an_app_that_is_not_there(pool: Pool, nobody: str, kind: str) -> None:
    headers = {"Authorization": pool.tokens()["IdToken"]}
    async with in_process(pool, nobody) as client:
        answer = await client.get(f"/slow/{kind}", headers=headers)
    text, status, _, _ = KINDS[kind]
    assert answer.status_code == status
    assert text in answer.text


@pytest.mark.parametrize("kind", KINDS)
async def test_an_app_that_takes_too_long(pool: Pool, app: App, kind: str) -> None:
    headers = {"Authorization": pool.tokens()["IdToken"]}
    async with in_process(pool, app.url, TimeoutInSeconds=0.1) as client:
        answer = await client.get(f"/slow/{kind}", headers=headers)
    _, _, text, status = KINDS[kind]
    assert answer.status_code == status
    assert text in answer.text


async def test_a_gateway_of_a_rest_api_asks_for_a_token_where_no_route_is(pool: Pool, app: App) -> None:
    given = {"pools": authorizers(pool)["pools"]}
    async with in_process(
        pool, app.url, Authorizers=given, Routes=[{"RouteKey": "GET /rest", "Authorizer": "pools"}]
    ) as client:
        answer = await client.get("/nothing")
    assert (answer.status_code, answer.json()) == (403, {"message": "Missing Authentication Token"})
    assert answer.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"
