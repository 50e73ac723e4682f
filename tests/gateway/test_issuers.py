"""The emulator's three issuer modes, a gateway without a file, and one that serves HTTPS."""

from __future__ import annotations

import json
import ssl
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
import requests

from cognito_emulator.http.live import LiveServer
from tests.tls import certificate_in

from .app import App
from .support import Pool, gateway_client, gateway_process, jwt_authorizer, make_pool, running_gateway


async def statuses(document: dict[str, Any], *paths: str, token: str) -> list[int]:
    """What a gateway in this process answers to requests with a token."""
    headers = {"Authorization": f"Bearer {token}"}
    async with gateway_client(document) as client:
        return [(await client.get(path, headers=headers)).status_code for path in paths]


@pytest.mark.parametrize("issuer", ["aws", "https://login.example.com"])
async def test_issuers_that_are_elsewhere(app: App, issuer: str) -> None:
    """Keys come from the endpoint, whatever the issuer is called; the issuer has to be the right one all the same."""
    with LiveServer(issuer=issuer) as server:
        pool = make_pool(server)
        base = "https://cognito-idp.us-east-1.amazonaws.com" if issuer == "aws" else issuer
        document = {
            "Target": app.url,
            "Endpoint": server.endpoint_url,
            "Authorizers": {
                "jwt": jwt_authorizer(f"{base}/{pool.id}", pool.app_client),
                "local": jwt_authorizer(pool.issuer, pool.app_client),
                "pools": {"AuthorizerType": "COGNITO_USER_POOLS", "ProviderARNs": [pool.arn]},
            },
            "Routes": [{"RouteKey": f"GET /{name}", "Authorizer": name} for name in ("jwt", "local", "pools")],
        }
        token = pool.tokens()["IdToken"]
        assert await statuses(document, "/jwt", "/local", "/pools", token=token) == [200, 401, 200]


async def test_without_an_endpoint_the_issuer_is_asked(app: App, pool: Pool) -> None:
    document = {
        "Target": app.url,
        "Authorizers": {"jwt": jwt_authorizer(pool.issuer, pool.app_client)},
        "Routes": [{"RouteKey": "$default", "Authorizer": "jwt"}],
    }
    assert await statuses(document, "/", "/", token=pool.tokens()["IdToken"]) == [200, 200]


async def test_keys_that_cannot_be_had(app: App, pool: Pool) -> None:
    document = {
        "Target": app.url,
        "Endpoint": f"{pool.server.endpoint_url}/nothing",
        "Authorizers": {
            "jwt": jwt_authorizer(pool.issuer, pool.app_client),
            "pools": {"AuthorizerType": "COGNITO_USER_POOLS", "ProviderARNs": [pool.arn]},
        },
        "Routes": [{"RouteKey": f"GET /{name}", "Authorizer": name} for name in ("jwt", "pools")],
    }
    assert await statuses(document, "/jwt", "/pools", token=pool.tokens()["IdToken"]) == [401, 401]


def logged(file: Path, count: int) -> list[str]:
    """The lines of a log, which come a moment after the answers."""
    end = time.monotonic() + 30
    while len(lines := file.read_text().splitlines()) < count:
        assert time.monotonic() < end, lines
        time.sleep(0.02)
    return lines


def test_without_a_file_one_authorizer_is_in_front_of_everything(app: App, pool: Pool, tmp_path: Path) -> None:
    arguments = ["--target", app.url, "--issuer", pool.issuer, "--audience", "x", "--audience", pool.machine_client]
    headers = {"Authorization": pool.machine_token()}
    other = {"Authorization": pool.machine_token("api/write")}
    with running_gateway(tmp_path, *arguments, "--scope", "api/read", "--log-format", "json") as url:
        assert requests.get(f"{url}/any/path", headers=headers, timeout=30).status_code == 200
        assert requests.get(f"{url}/?secret=1", headers=other, timeout=30).status_code == 403
        assert requests.get(url, timeout=30).status_code == 401
        lines = [json.loads(line) for line in logged(tmp_path / "log.txt", 3)]
    lines.sort(key=lambda line: line["status"])  # a line is written after its answer, when the next may be under way
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("GET", "/any/path", 200),
        ("GET", "/", 401),
        ("GET", "/", 403),
    ]
    assert [line.get("reason") for line in lines] == [
        None,
        "no token",
        "the token does not have a valid scope: api/read",
    ]


def test_https(app: App, tmp_path: Path) -> None:
    made = certificate_in(tmp_path)
    document = {"Target": app.url, "Routes": [{"RouteKey": "GET /open/{proxy+}"}]}
    with gateway_process(document, tmp_path, "--tls-certificate", made.certificate, "--tls-key", made.key) as url:
        assert url.startswith("https://127.0.0.1:")
        context = ssl.create_default_context(cafile=made.certificate)
        with urlopen(f"https://localhost:{urlsplit(url).port}/open/x", timeout=30, context=context) as answer:
            headers = dict(json.load(answer)["headers"])
    assert headers["x-forwarded-proto"] == "https"
    assert headers["x-forwarded-port"] == str(urlsplit(url).port)
