"""JWT authorizers, as API Gateway's HTTP APIs have them, over the wire."""

from __future__ import annotations

import json
import re
from typing import Any

import jwt
import pytest
import requests

from .app import App
from .support import Pool


def get(url: str, token: str | None = None, **headers: str) -> requests.Response:
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return requests.get(url, headers=headers, timeout=30)


def context_of(answer: requests.Response) -> dict[str, Any]:
    """The request context that the app got."""
    assert answer.status_code == 200, answer.text
    (value,) = [value for name, value in answer.json()["headers"] if name == "x-amzn-request-context"]
    context: dict[str, Any] = json.loads(value)
    return context


def is_refused(answer: requests.Response, description: str) -> bool:
    """Whether an answer is API Gateway's for a token that is not good."""
    assert (answer.status_code, answer.content) == (401, b'{"message":"Unauthorized"}')
    assert answer.headers["content-type"] == "application/json"
    assert re.fullmatch(r"[\w+/-]{15}=", answer.headers["apigw-requestid"])
    expected = f'Bearer scope="" error="invalid_token" error_description="{description}"'
    assert answer.headers["www-authenticate"] == expected
    return True


def test_without_a_token(gateway: str, app: App) -> None:
    answer = get(f"{gateway}/http/x")
    assert (answer.status_code, answer.content) == (401, b'{"message":"Unauthorized"}')
    assert answer.headers["www-authenticate"] == "Bearer"
    assert app.seen == []


@pytest.mark.parametrize("kind", ["IdToken", "AccessToken"])
def test_tokens_of_both_kinds_are_good(gateway: str, pool: Pool, kind: str) -> None:
    token = pool.tokens()[kind]
    context = context_of(get(f"{gateway}/http/x?a=1", token))
    claims = jwt.decode(token, options={"verify_signature": False})
    shown = context["authorizer"]["jwt"]
    assert shown["scopes"] is None
    assert shown["claims"] == {
        name: {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
        for name, value in claims.items()
    }
    assert context["http"]["method"] == "GET"
    assert context["http"]["path"] == "/http/x"
    assert context["http"]["sourceIp"] == "127.0.0.1"
    assert context["routeKey"] == "ANY /http/{proxy+}"


def test_a_token_without_bearer_is_good(gateway: str, pool: Pool) -> None:
    assert get(f"{gateway}/http/x", Authorization=pool.tokens()["IdToken"]).status_code == 200


def test_lists_are_written_as_go_writes_them(gateway: str, pool: Pool) -> None:
    pool.user("gopher")
    for group in ("admins", "staff"):
        pool.idp.create_group(UserPoolId=pool.id, GroupName=group)
        pool.idp.admin_add_user_to_group(UserPoolId=pool.id, Username="gopher", GroupName=group)
    claims = context_of(get(f"{gateway}/http/x", pool.tokens("gopher")["IdToken"]))["authorizer"]["jwt"]["claims"]
    assert claims["cognito:groups"] in ("[admins staff]", "[staff admins]")


def test_one_of_the_scopes_is_enough(gateway: str, pool: Pool) -> None:
    context = context_of(get(f"{gateway}/http/read/7", pool.machine_token()))
    assert context["authorizer"]["jwt"]["scopes"] == ["api/read", "api/all"]
    assert context["authorizer"]["jwt"]["claims"]["client_id"] == pool.machine_client


@pytest.mark.parametrize("scope", ["api/write", None])
def test_a_token_without_the_scopes_is_forbidden(gateway: str, pool: Pool, app: App, scope: str | None) -> None:
    token = pool.machine_token(scope) if scope else pool.tokens()["IdToken"]
    answer = get(f"{gateway}/http/read/7", token)
    assert (answer.status_code, answer.content) == (403, b'{"message":"Forbidden"}')
    assert answer.headers["www-authenticate"].startswith('Bearer scope="api/read api/all" error="insufficient_scope"')
    assert app.seen == []


def test_the_token_may_be_in_the_query(gateway: str, pool: Pool) -> None:
    token = pool.tokens()["IdToken"]
    assert get(f"{gateway}/http/query?token={token}").status_code == 200
    assert get(f"{gateway}/http/query", token).headers["www-authenticate"] == "Bearer"


def test_an_expired_token(gateway: str, pool: Pool, clock: Any) -> None:
    token = pool.tokens()["IdToken"]
    clock.advance(3500)
    assert get(f"{gateway}/http/x", token).status_code == 200
    clock.advance(101)
    assert is_refused(get(f"{gateway}/http/x", token), "the token has expired")


def test_a_token_of_the_future(gateway: str, pool: Pool, clock: Any) -> None:
    clock.advance(3600)
    token = pool.tokens()["IdToken"]
    clock.set(None)
    assert is_refused(get(f"{gateway}/http/x", token), "the token is not valid yet")


def test_another_audience_and_another_issuer(gateway: str, pool: Pool) -> None:
    token = pool.tokens()["IdToken"]
    description = "the token does not have a valid audience"
    assert is_refused(get(f"{gateway}/http/other-audience", token), description)
    assert is_refused(get(f"{gateway}/http/other-issuer", token), "the token does not have a valid issuer")


def test_what_is_no_token(gateway: str) -> None:
    segments = "token contains an invalid number of segments"
    assert is_refused(get(f"{gateway}/http/x", "not-a-token"), segments)
    assert is_refused(get(f"{gateway}/http/x", Authorization="Basic abc"), segments)
    assert is_refused(
        get(f"{gateway}/http/x", Authorization="Bearer Bearer a.b.c"), "tokenstring should not contain 'bearer '"
    )
    assert is_refused(get(f"{gateway}/http/x", "a.b.c"), "token is malformed")


def test_tokens_that_the_pool_did_not_sign(gateway: str, pool: Pool, app: App) -> None:
    token = pool.tokens()["IdToken"]
    header, payload, signature = token.split(".")
    claims = jwt.decode(token, options={"verify_signature": False})
    kid = jwt.get_unverified_header(token)["kid"]
    changed = signature[:-6] + ("AAAAAA" if signature[-6:] != "AAAAAA" else "BBBBBB")
    assert is_refused(get(f"{gateway}/http/x", f"{header}.{payload}.{changed}"), "crypto/rsa: verification error")
    symmetric = jwt.encode(claims, "k" * 32, "HS256", {"kid": kid})
    assert is_refused(get(f"{gateway}/http/x", symmetric), "signing method HS256 is invalid")
    unsigned = jwt.encode(claims, None, "none", {"kid": kid})  # type: ignore[arg-type]
    assert is_refused(get(f"{gateway}/http/x", unsigned), "signing method none is invalid")
    other = pool.idp.create_user_pool(PoolName="other")["UserPool"]["Id"]
    keys = requests.get(f"{pool.server.endpoint_url}/{other}/.well-known/jwks.json", timeout=30).json()["keys"]
    foreign = jwt.api_jws.base64url_encode(json.dumps({"kid": keys[0]["kid"], "alg": "RS256"}).encode()).decode()
    assert is_refused(
        get(f"{gateway}/http/x", f"{foreign}.{payload}.{signature}"), "the token does not have a valid kid"
    )
    assert app.seen == []


def test_claims_become_headers(gateway: str, pool: Pool) -> None:
    token = pool.tokens()["IdToken"]
    forged = {"X-User": "root", "x_user": "root", "X-Tenant": "root", "X-Via": "client"}
    headers = dict(get(f"{gateway}/http/mapped", token, **forged).json()["headers"])
    assert headers["x-user"] == jwt.decode(token, options={"verify_signature": False})["sub"]
    assert headers["x-via"] == "client,gateway"
    assert not {"x_user", "x-tenant", "authorization"} & set(headers)


@pytest.mark.parametrize(
    "name", ["x-amzn-request-context", "X-Amzn_Request-Context", "x-amzn-oidc-data", "x_amzn_oidc_identity"]
)
def test_headers_of_the_gateway_cannot_be_forged(gateway: str, pool: Pool, name: str) -> None:
    forged = {name: '{"authorizer":{"jwt":{"claims":{"sub":"root"}}}}'}
    names = [found for found, _ in get(f"{gateway}/open/x", **forged).json()["headers"]]
    assert not [found for found in names if "amzn" in found]
    claims = context_of(get(f"{gateway}/http/x", pool.tokens()["IdToken"], **forged))["authorizer"]["jwt"]["claims"]
    assert claims["sub"] != "root"


def test_a_route_that_is_not_there(gateway: str, app: App) -> None:
    answer = get(f"{gateway}/nothing")
    assert (answer.status_code, answer.content) == (404, b'{"message":"Not Found"}')
    assert app.seen == []


@pytest.mark.parametrize(
    "path", ["//http/x", "/%68ttp/x", "/open//../http/x", "/open/%2e%2e/http/x", "/open/..%2fhttp/x"]
)
def test_no_spelling_of_a_path_leads_around_its_authorizer(gateway: str, app: App, path: str) -> None:
    """Apps may decode paths, and take several slashes for one."""
    request = requests.Request("GET", gateway).prepare()
    request.url = f"{gateway}{path}"
    with requests.Session() as session:
        answer = session.send(request, timeout=30)
    assert answer.status_code == (400 if ".." in path or "%2e" in path else 401)
    assert app.seen == []
