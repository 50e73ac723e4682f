"""One pool, one app and one gateway with routes of every kind, for all tests of the gateway."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cognito_emulator.http.live import LiveServer

from .app import App, running_app
from .support import Pool, gateway_process, jwt_authorizer, login_action, make_pool


@pytest.fixture(scope="session")
def app_server() -> Iterator[App]:
    with running_app() as server:
        yield server


@pytest.fixture
def app(app_server: App) -> App:
    """The app, as new."""
    app_server.go.clear()
    app_server.client_left.clear()
    app_server.seen.clear()
    return app_server


@pytest.fixture(scope="session")
def pool(cognito_server: LiveServer) -> Pool:
    return make_pool(cognito_server)


@pytest.fixture
def clock(cognito_server: LiveServer) -> Iterator[Any]:
    """The emulator's clock, which goes back to system time."""
    yield cognito_server.clock
    cognito_server.clock.set(None)


def authorizers(pool: Pool) -> dict[str, Any]:
    """Authorizers of every kind."""
    jwt = jwt_authorizer(pool.issuer, pool.app_client, pool.machine_client)
    pools = {"AuthorizerType": "COGNITO_USER_POOLS", "ProviderARNs": [pool.arn]}
    x_token = {"IdentitySource": "method.request.header.X-Token", "IdentityValidationExpression": pool.app_client}
    extra = {"lang": "de", "prompt": "login"}
    return {
        "jwt": jwt,
        "query": {**jwt, "IdentitySource": ["$request.querystring.token"]},
        "other-audience": jwt_authorizer(pool.issuer, "somebody"),
        "other-issuer": jwt_authorizer(f"https://x.example/{pool.id}", pool.app_client),
        "pools": pools,
        "x-token": {**pools, **x_token},
        "wrong-client": {**pools, "IdentityValidationExpression": "nobody"},
        "web": login_action(pool, Scope="openid email", AuthenticationRequestExtraParams=extra),
        "again": login_action(
            pool, UserPoolDomain=pool.server.endpoint_url, SessionTimeout="7200", SessionCookieName="Again"
        ),
        "allow": login_action(pool, OnUnauthenticatedRequest="allow"),
        "deny": login_action(pool, OnUnauthenticatedRequest="deny"),
        "wrong-secret": login_action(pool, UserPoolClientSecret="wrong"),
        "no-secret": login_action(pool, UserPoolClientId=pool.app_client),
    }


def document(pool: Pool, target: str) -> dict[str, Any]:
    """Routes of every kind, by their first segment."""
    return {
        "Target": target,
        "Endpoint": pool.server.endpoint_url,
        "Authorizers": authorizers(pool),
        "Routes": [
            {"PathPattern": ["/app", "/app/*"], "Authorizer": "web"},
            {"PathPattern": "/again/*", "Authorizer": "again"},
            {"PathPattern": "/allow/*", "HttpRequestMethod": "GET", "Authorizer": "allow"},
            {"PathPattern": "/deny/*", "Authorizer": "deny"},
            {"PathPattern": "/no-secret/*", "Authorizer": "no-secret"},
            {"PathPattern": "/wrong-secret/*", "Authorizer": "wrong-secret"},
            {"RouteKey": "ANY /open/{proxy+}"},
            {"RouteKey": "ANY /http/{proxy+}", "Authorizer": "jwt"},
            {"RouteKey": "GET /http/read/{id}", "Authorizer": "jwt", "AuthorizationScopes": ["api/read", "api/all"]},
            {"RouteKey": "GET /http/query", "Authorizer": "query"},
            {"RouteKey": "GET /http/other-audience", "Authorizer": "other-audience"},
            {"RouteKey": "GET /http/other-issuer", "Authorizer": "other-issuer"},
            {
                "RouteKey": "GET /http/mapped",
                "Authorizer": "jwt",
                "RequestParameters": {
                    "overwrite:header.X-User": "$context.authorizer.claims.sub",
                    "overwrite:header.X-Tenant": "$context.authorizer.claims.custom:tenant",
                    "append:header.X-Via": "gateway",
                    "remove:header.Authorization": "''",
                },
            },
            {"RouteKey": "ANY /rest/{proxy+}", "Authorizer": "pools"},
            {"RouteKey": "GET /rest/read", "Authorizer": "pools", "AuthorizationScopes": ["api/read"]},
            {"RouteKey": "GET /rest/x-token", "Authorizer": "x-token"},
            {"RouteKey": "GET /rest/wrong-client", "Authorizer": "wrong-client"},
        ],
    }


@pytest.fixture(scope="session")
def gateway(pool: Pool, app_server: App, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The gateway's address, under a name that browsers have cookies for."""
    with gateway_process(document(pool, app_server.url), tmp_path_factory.mktemp("gateway")) as url:
        url = url.replace("127.0.0.1", "localhost")
        pool.allow_callback(f"{url}/oauth2/idpresponse")
        yield url
