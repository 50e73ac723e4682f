"""COGNITO_USER_POOLS authorizers, as API Gateway's REST APIs have them, over the wire."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests

from .app import App
from .support import Pool
from .test_http_api import context_of, get


def is_unauthorized(answer: requests.Response, message: str = "Unauthorized") -> bool:
    """Whether an answer is a REST API's for a token that is not good."""
    assert (answer.status_code, answer.content) == (401, b'{"message":"%s"}' % message.encode())
    assert answer.headers["x-amzn-errortype"] == "UnauthorizedException"
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["x-amzn-requestid"])
    assert answer.headers["x-amz-apigw-id"].endswith("=")
    return True


def test_a_route_without_scopes_wants_an_id_token(gateway: str, pool: Pool, app: App) -> None:
    tokens = pool.tokens()
    assert is_unauthorized(get(f"{gateway}/rest/x"))
    assert is_unauthorized(get(f"{gateway}/rest/x", tokens["AccessToken"]))
    assert is_unauthorized(get(f"{gateway}/rest/x", "x"))
    assert app.seen == []
    for value in (tokens["IdToken"], f"Bearer {tokens['IdToken']}"):
        context = context_of(get(f"{gateway}/rest/x", Authorization=value))
        claims = context["authorizer"]["claims"]
        assert (claims["cognito:username"], claims["email_verified"]) == ("jane", "true")
        assert re.fullmatch(r"\w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4}", claims["exp"])
        assert claims["auth_time"].isdigit()
        assert (context["httpMethod"], context["resourcePath"]) == ("GET", "/rest/{proxy+}")


def test_groups_are_written_with_commas(gateway: str, pool: Pool) -> None:
    pool.user("member")
    for group in ("red", "blue"):
        pool.idp.create_group(UserPoolId=pool.id, GroupName=group)
        pool.idp.admin_add_user_to_group(UserPoolId=pool.id, Username="member", GroupName=group)
    claims = context_of(get(f"{gateway}/rest/x", pool.tokens("member")["IdToken"]))["authorizer"]["claims"]
    assert set(claims["cognito:groups"].split(",")) == {"red", "blue"}


def test_a_route_with_scopes_wants_an_access_token_with_one(gateway: str, pool: Pool, app: App) -> None:
    assert is_unauthorized(get(f"{gateway}/rest/read", pool.tokens()["IdToken"]))
    denied = get(f"{gateway}/rest/read", pool.machine_token("api/write"))
    assert (denied.status_code, denied.json()) == (403, {"Message": "User is not authorized to access this resource"})
    assert denied.headers["x-amzn-errortype"] == "AccessDeniedException"
    assert app.seen == []
    context = context_of(get(f"{gateway}/rest/read", pool.machine_token()))
    assert context["authorizer"]["claims"]["scope"] == "api/read"


def test_an_expired_token(gateway: str, pool: Pool, clock: Any) -> None:
    token = pool.tokens()["IdToken"]
    clock.advance(3601)
    assert is_unauthorized(get(f"{gateway}/rest/x", token), "The incoming token has expired")


def test_a_header_of_another_name_and_an_expression(gateway: str, pool: Pool) -> None:
    token = pool.tokens()["IdToken"]
    assert is_unauthorized(get(f"{gateway}/rest/x-token", token))
    assert (
        context_of(get(f"{gateway}/rest/x-token", **{"X-Token": token}))["authorizer"]["claims"]["aud"]
        == pool.app_client
    )
    assert is_unauthorized(get(f"{gateway}/rest/wrong-client", token))


def test_a_token_of_another_pool(gateway: str, pool: Pool) -> None:
    idp = pool.idp
    other = idp.create_user_pool(PoolName="other")["UserPool"]["Id"]
    flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    client = idp.create_user_pool_client(UserPoolId=other, ClientName="c", ExplicitAuthFlows=flows)["UserPoolClient"]
    idp.admin_create_user(UserPoolId=other, Username="eve", MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=other, Username="eve", Password="Correct-horse-7", Permanent=True)
    tokens = idp.admin_initiate_auth(
        UserPoolId=other,
        ClientId=client["ClientId"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "eve", "PASSWORD": "Correct-horse-7"},
    )["AuthenticationResult"]
    assert is_unauthorized(get(f"{gateway}/rest/x", tokens["IdToken"]))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_route_with_the_method_counts_more(gateway: str, pool: Pool, method: str) -> None:
    """`GET /rest/read` has scopes; all other methods there are `ANY /rest/{proxy+}`."""
    headers = {"Authorization": pool.tokens()["IdToken"]}
    answer = requests.request(method, f"{gateway}/rest/read", headers=headers, timeout=30)
    assert answer.status_code == (401 if method == "GET" else 200)
