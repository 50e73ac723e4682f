"""`CorsConfiguration`, as HTTP APIs have it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from cognito_emulator.gateway.configuration import BadConfiguration, read

from .app import App
from .conftest import authorizers
from .support import Pool, gateway_client

ORIGIN = "http://localhost:5173"
CORS = {
    "AllowOrigins": [ORIGIN, "https://*"],
    "AllowMethods": ["GET", "POST"],
    "AllowHeaders": ["authorization", "content-type"],
    "ExposeHeaders": ["x-total"],
    "MaxAge": 600,
    "AllowCredentials": True,
}
ALLOWED = {"access-control-allow-origin": ORIGIN, "access-control-allow-credentials": "true"}


def document(pool: Pool, target: str, **cors: Any) -> dict[str, Any]:
    given = authorizers(pool)
    return {
        "Target": target,
        "Endpoint": pool.server.endpoint_url,
        "CorsConfiguration": {**CORS, **cors},
        "Authorizers": {"jwt": given["jwt"], "pools": given["pools"]},
        "Routes": [
            {"RouteKey": "ANY /http/{proxy+}", "Authorizer": "jwt"},
            {"RouteKey": "GET /open/{proxy+}"},
            {"RouteKey": "ANY /rest/{proxy+}", "Authorizer": "pools"},
        ],
    }


def cors_headers(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}


async def test_preflight_requests_need_no_token(pool: Pool, app: App) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    async with gateway_client(document(pool, app.url)) as client:
        for path in ("/http/x", "/open/x", "/nothing"):
            answer = await client.options(path, headers=asked)
            assert (answer.status_code, answer.content) == (204, b"")
            assert cors_headers(answer) == {
                **ALLOWED,
                "access-control-allow-methods": "GET,POST",
                "access-control-allow-headers": "authorization,content-type",
                "access-control-max-age": "600",
            }
        refused = await client.options("/http/x", headers={**asked, "Origin": "http://elsewhere.example"})
        assert (refused.status_code, cors_headers(refused)) == (204, {})
        assert (await client.options("/rest/x", headers=asked)).status_code == 401
        assert (await client.options("/http/x", headers={"Origin": ORIGIN})).status_code == 401
    assert app.seen == []


async def test_answers_have_the_headers_of_the_gateway_and_not_the_apps(pool: Pool, app: App) -> None:
    shown = {**ALLOWED, "access-control-expose-headers": "x-total"}
    async with gateway_client(document(pool, app.url)) as client:
        assert cors_headers(await client.get("/http/x", headers={"Origin": ORIGIN})) == shown
        assert cors_headers(await client.get("/open/cors", headers={"Origin": ORIGIN})) == shown
        other = await client.get("/open/cors", headers={"Origin": "https://app.example"})
        assert other.headers["access-control-allow-origin"] == "https://app.example"
        assert cors_headers(await client.get("/open/cors", headers={"Origin": "http://elsewhere.example"})) == {}
        assert cors_headers(await client.get("/open/cors")) == {}
        token = {"Authorization": pool.tokens()["IdToken"], "Origin": ORIGIN}
        assert cors_headers(await client.get("/rest/x", headers=token)) == {}


async def test_without_the_setting_the_app_says_it(pool: Pool, app: App) -> None:
    given = {name: value for name, value in document(pool, app.url).items() if name != "CorsConfiguration"}
    async with gateway_client(given) as client:
        answer = await client.get("/open/cors", headers={"Origin": ORIGIN})
    assert cors_headers(answer) == {"access-control-allow-origin": "http://app.example"}


async def test_all_origins(pool: Pool, app: App) -> None:
    given = document(pool, app.url, AllowOrigins=["*"], AllowCredentials=False, ExposeHeaders=[])
    async with gateway_client(given) as client:
        answer = await client.get("/open/x", headers={"Origin": "http://elsewhere.example"})
    assert cors_headers(answer) == {"access-control-allow-origin": "*"}


@pytest.mark.parametrize(
    ("cors", "text"),
    [
        ({"AllowOrigins": ["*"]}, "CorsConfiguration.AllowCredentials: is not possible with the origin *"),
        ({"MaxAge": 86_401}, "CorsConfiguration.MaxAge: a number from -1 to 86400 is expected"),
        ({"AllowCredentials": "yes"}, "CorsConfiguration.AllowCredentials: true or false is expected, not a text"),
        ({"AllowOrigin": "*"}, "CorsConfiguration.AllowOrigin: unknown setting; did you mean AllowOrigins?"),
    ],
)
def test_what_cannot_be(pool: Pool, cors: dict[str, Any], text: str) -> None:
    with pytest.raises(BadConfiguration) as raised:
        read(document(pool, "http://app", **cors))
    assert str(raised.value) == text
