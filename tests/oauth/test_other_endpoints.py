"""userInfo, revoke, logout, discovery, and who may call them from a page of another origin."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from cognito_emulator.clock import Clock
from tests.builders import Idp, User, claims, confirmed_user, refused, sign_in
from tests.oauth.browser import Browser
from tests.oauth.conftest import CALLBACK, HOST, SIGNED_OUT, Relying, basic

Rely = Callable[..., Relying]
INVALID_TOKEN = {
    "error": "invalid_token",
    "error_description": "Access token is expired, disabled, or deleted, or the user has globally signed out.",
}


# ── userInfo ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_user_info(app: Relying, alice: User) -> None:
    token = app.tokens(alice, scope="openid email")["access_token"]
    page = app.browser().get("/oauth2/userInfo", Authorization=f"Bearer {token}")
    assert page.json == {
        "sub": claims(token)["sub"],
        "username": "alice",
        "email": "alice@example.com",
        "email_verified": "true",
    }
    assert page.headers["content-type"] == "application/json;charset=UTF-8"
    posted = app.browser().post("/oauth2/userInfo", Authorization=f"Bearer {token}")
    assert posted.json == page.json


@pytest.mark.parametrize("authorization", [None, "Bearer", "Bearer ", "Token abc", "Basic YTpi"])
def test_user_info_without_token(app: Relying, authorization: str | None) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    page = app.browser().get("/oauth2/userInfo", **headers)
    assert page.status == 400
    assert page.json == {
        "error": "invalid_request",
        "error_description": "Bad OAuth2 request at UserInfo Endpoint",
    }
    assert page.headers["www-authenticate"] == (
        'error="invalid_request", error_description="Bad OAuth2 request at UserInfo Endpoint"'
    )


@pytest.mark.parametrize("why", ["garbage", "expired", "signed out", "revoked", "disabled", "deleted", "id token"])
def test_user_info_with_a_token_that_is_not_in_force(
    app: Relying, alice: User, idp: Idp, clock: Clock, why: str
) -> None:
    tokens = app.tokens(alice)
    token = tokens["access_token"]
    if why == "garbage":
        token = "x.y.z"
    elif why == "expired":
        clock.advance(hours=1)
    elif why == "signed out":
        idp.admin_user_global_sign_out(**alice.key)
    elif why == "revoked":
        app.browser().post("/oauth2/revoke", {"token": tokens["refresh_token"], "client_id": app.app.client_id})
    elif why == "disabled":
        idp.admin_disable_user(**alice.key)
    elif why == "deleted":
        idp.admin_delete_user(**alice.key)
    else:
        token = tokens["id_token"]
    page = app.browser().get("/oauth2/userInfo", Authorization=f"Bearer {token}")
    assert (page.status, page.json) == (401, INVALID_TOKEN)
    assert page.headers["www-authenticate"].startswith('error="invalid_token", error_description="Access token is')


def test_user_info_with_a_token_of_the_api(app: Relying, alice: User) -> None:
    token = sign_in(app.idp, alice)["AccessToken"]
    page = app.browser().get("/oauth2/userInfo", Authorization=f"Bearer {token}")
    assert (page.status, page.json["error_description"]) == (401, "Access token does not contain openid scope")


def test_user_info_at_another_pools_domain(app: Relying, alice: User, rely: Rely) -> None:
    rely(domain="other")
    token = app.tokens(alice)["access_token"]
    other = Browser(app.emulator, "https://other.auth.us-east-1.amazoncognito.com")
    assert other.get("/oauth2/userInfo", Authorization=f"Bearer {token}").json == INVALID_TOKEN


# ── revoke ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_revoke(app: Relying, alice: User, idp: Idp) -> None:
    tokens = app.tokens(alice)
    page = app.browser().post("/oauth2/revoke", {"token": tokens["refresh_token"], "client_id": app.app.client_id})
    assert (page.status, page.body) == (200, b"")
    again = app.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert again.json == {"error": "invalid_grant"}
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        idp.get_user(AccessToken=tokens["access_token"])


def test_revoke_again_or_garbage_is_a_success(app: Relying, alice: User) -> None:
    token = app.tokens(alice)["refresh_token"]
    for value in (token, token, "garbage"):
        page = app.browser().post("/oauth2/revoke", {"token": value, "client_id": app.app.client_id})
        assert (page.status, page.body) == (200, b"")


def test_revoke_leaves_the_browser_signed_in(app: Relying, alice: User) -> None:
    browser = app.browser()
    token = app.exchange(app.code(browser, alice)).json["refresh_token"]
    browser.post("/oauth2/revoke", {"token": token, "client_id": app.app.client_id})
    assert app.authorize(browser).location.startswith(CALLBACK)


def test_revoke_refuses(app: Relying, alice: User) -> None:
    tokens = app.tokens(alice)

    def post(**form: str) -> tuple[int, dict[str, str]]:
        page = app.browser().post("/oauth2/revoke", form)
        return page.status, page.json

    client = app.app.client_id
    assert post(client_id=client) == (400, {"error": "invalid_request"})
    assert post(client_id=client, token=tokens["access_token"]) == (400, {"error": "unsupported_token_type"})
    assert post(client_id=client, token=tokens["id_token"]) == (400, {"error": "unsupported_token_type"})
    assert post(client_id="unknown", token=tokens["refresh_token"]) == (401, {"error": "invalid_client"})
    assert post(client_id=client, client_secret="x", token="y") == (401, {"error": "invalid_client"})


def test_revoke_needs_the_secret_and_revocation(rely: Rely, idp: Idp) -> None:
    app = rely(client={"GenerateSecret": True, "EnableTokenRevocation": False})
    confirmed_user(idp, app.app)
    browser = app.browser()
    page = browser.post("/oauth2/revoke", {"token": "x", "client_id": app.app.client_id})
    assert (page.status, page.json) == (401, {"error": "invalid_client"})
    page = browser.post("/oauth2/revoke", {"token": "x"}, Authorization=basic(app.app))
    assert (page.status, page.json) == (400, {"error": "invalid_request"})


# ── logout ───────────────────────────────────────────────────────────────────────────────────────────────────


def logout(browser: Browser, **query: str) -> str:
    page = browser.get(f"/logout?{urlencode(query)}")
    assert page.status == 302
    return page.location


def test_logout_to_the_app(app: Relying, alice: User) -> None:
    browser = app.browser()
    app.code(browser, alice)
    client = app.app.client_id
    assert logout(browser, client_id=client, logout_uri=SIGNED_OUT, state="s") == SIGNED_OUT
    assert app.authorize(browser).location.startswith(f"{HOST}/login")


def test_logout_also_ends_a_copied_session(app: Relying, alice: User) -> None:
    browser, thief = app.browser(), app.browser()
    app.code(browser, alice)
    thief.cookies = {host: dict(jar) for host, jar in browser.cookies.items()}
    logout(browser, client_id=app.app.client_id, logout_uri=SIGNED_OUT)
    assert app.authorize(thief).location.startswith(f"{HOST}/login")


def test_logout_to_the_sign_in_page(app: Relying, alice: User) -> None:
    browser = app.browser()
    app.code(browser, alice)
    client = app.app.client_id
    location = logout(browser, client_id=client, redirect_uri=CALLBACK, response_type="code", state="s")
    scopes = "openid+email+phone+profile+aws.cognito.signin.user.admin"
    assert location == (
        f"{HOST}/login?response_type=code&client_id={client}"
        f"&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback&state=s&scope={scopes}"
    )
    page = browser.get(location)
    assert page.status == 200
    assert "Sign in as" not in page.text


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"logout_uri": "https://evil.example.com"},
        {"logout_uri": f"{SIGNED_OUT}/"},
        {"logout_uri": "https://evil.example.com", "redirect_uri": CALLBACK, "response_type": "code"},
        {"post_logout_redirect_uri": SIGNED_OUT, "id_token_hint": "x.y.z"},
    ],
)
def test_logout_without_a_registered_uri(app: Relying, alice: User, query: dict[str, str]) -> None:
    browser = app.browser()
    app.code(browser, alice)
    client = app.app.client_id
    page = browser.get(f"/logout?{urlencode({'client_id': client, **query})}")
    assert page.query == {
        "error": "Required String parameter 'redirect_uri' is not present",
        "client_id": client,
    }
    assert app.authorize(browser).location.startswith(f"{HOST}/login")


def test_logout_does_not_redirect_to_an_unregistered_callback(app: Relying) -> None:
    location = logout(
        app.browser(), client_id=app.app.client_id, redirect_uri="https://evil.example.com", response_type="code"
    )
    assert location == f"{HOST}/error?error=redirect_mismatch&client_id={app.app.client_id}"


def test_logout_is_get_only(app: Relying) -> None:
    assert app.browser().post("/logout").status == 405


def test_logout_leaves_tokens(app: Relying, alice: User) -> None:
    browser = app.browser()
    token = app.exchange(app.code(browser, alice)).json["refresh_token"]
    logout(browser, client_id=app.app.client_id, logout_uri=SIGNED_OUT)
    assert app.token(grant_type="refresh_token", refresh_token=token).status == 200


# ── CORS ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["/oauth2/token", "/oauth2/revoke", "/oauth2/userInfo"])
def test_scripts_of_any_origin_may_call(app: Relying, path: str) -> None:
    page = app.browser().request("OPTIONS", path, Origin="https://app.example.com")
    assert page.status == 200
    assert page.headers["access-control-allow-origin"] == "*"
    assert app.browser().post(path, Origin="https://x.example.com").headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", ["/oauth2/authorize", "/login", "/logout", "/signup", "/forgotPassword", "/error"])
def test_scripts_may_not_read_pages(app: Relying, path: str) -> None:
    for method in ("OPTIONS", "GET"):
        page = app.browser().request(method, f"{path}?{app.query()}", Origin="https://app.example.com")
        assert "access-control-allow-origin" not in page.headers


# ── hosts ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "host",
    [
        "http://acme.auth.us-east-1.localhost:9229",
        "http://127.0.0.1:9229",
        "http://localhost:4000",
        "http://cognito.test:9229",
        "https://login.acme.example",
    ],
)
def test_a_domain_answers_on_every_host(app: Relying, alice: User, idp: Idp, host: str) -> None:
    certificate = "arn:aws:acm:us-east-1:123456789012:certificate/1"
    idp.create_user_pool_domain(
        Domain="login.acme.example",
        UserPoolId=app.app.pool_id,
        CustomDomainConfig={"CertificateArn": certificate},
    )
    app.host = host
    tokens = app.tokens(alice)
    info = app.browser().get("/oauth2/userInfo", Authorization=f"Bearer {tokens['access_token']}")
    assert info.json["username"] == "alice"
    page = app.browser().post("/oauth2/revoke", {"token": tokens["refresh_token"], "client_id": app.app.client_id})
    assert page.status == 200


def test_behind_a_proxy_that_ends_tls(app: Relying) -> None:
    browser = Browser(app.emulator, "http://acme.auth.us-east-1.localhost:9229")
    forwarded = {"X-Forwarded-Proto": "https"}
    page = browser.get(f"/oauth2/authorize?{app.query()}", **forwarded)
    assert page.headers["location"].startswith("https://acme.auth.us-east-1.localhost:9229/login?")
    page = browser.get(f"/login?{app.query()}", **forwarded)
    assert all("; Secure; " in line for line in page.set_cookies)


def test_two_pools_on_the_plain_host_keep_their_sessions_apart(app: Relying, alice: User, rely: Rely, idp: Idp) -> None:
    other = rely(domain="other")
    user = confirmed_user(idp, other.app, "bob")
    app.host = other.host = "http://localhost:9229"
    browser = app.browser()
    app.code(browser, alice)
    other.code(browser, user)
    for each, name in ((app, "alice"), (other, "bob")):
        tokens = each.exchange(each.authorize(browser).query["code"]).json
        assert claims(tokens["access_token"])["username"] == name


def test_a_pool_without_domain_has_no_endpoints(rely: Rely, idp: Idp) -> None:
    app = rely(domain=None)
    app.host = "http://localhost:9229"
    assert "has no domain" in app.authorize(app.browser()).query["error"]
    assert app.token(grant_type="client_credentials").json == {"error": "invalid_client"}


def test_an_unknown_prefix_answers_nothing(app: Relying) -> None:
    browser = Browser(app.emulator, "https://nobody.auth.us-east-1.amazoncognito.com")
    assert browser.get(f"/login?{app.query()}").status == 404
    elsewhere = Browser(app.emulator, "https://acme.auth.eu-west-1.amazoncognito.com")
    assert elsewhere.get(f"/login?{app.query()}").status == 404


def test_the_domain_does_not_serve_the_issuers_documents(app: Relying) -> None:
    path = f"/{app.app.pool_id}/.well-known/openid-configuration"
    assert app.browser().get(path).status == 404


def test_plain_host_errors(app: Relying) -> None:
    browser = Browser(app.emulator, "http://localhost:9229")
    page = browser.get("/login")
    assert page.query["error"] == "Missing required parameter client_id in request URL"
    assert browser.get("/login?client_id=unknown").query["error"] == "Client does not exist"
    assert browser.get("/oauth2/authorize").query == {"error": "Required parameters missing"}
    page = browser.get("/oauth2/authorize?client_id=unknown")
    assert page.query == {"error": "Client does not exist", "client_id": "unknown"}
    assert browser.post("/oauth2/token", {"grant_type": "x"}).json == {"error": "invalid_request"}
    assert browser.post("/oauth2/token", {"client_id": "x"}).json == {"error": "invalid_client"}
    assert browser.post("/oauth2/revoke", {"client_id": "x"}).status == 401
    assert browser.get("/oauth2/userInfo").status == 400
    assert browser.get("/oauth2/userInfo", Authorization="Bearer x").json == INVALID_TOKEN


# ── discovery ────────────────────────────────────────────────────────────────────────────────────────────────


def discovery(app: Relying, host: str = "https://cognito-idp.us-east-1.amazonaws.com") -> dict[str, object]:
    page = Browser(app.emulator, host).get(f"/{app.app.pool_id}/.well-known/openid-configuration")
    found: dict[str, object] = page.json
    return found


def test_discovery_of_a_pool_with_a_domain(app: Relying) -> None:
    issuer = f"https://cognito-idp.us-east-1.amazonaws.com/{app.app.pool_id}"
    found = discovery(app)
    assert list(found) == sorted(found)
    assert found == {
        "authorization_endpoint": f"{HOST}/oauth2/authorize",
        "end_session_endpoint": f"{HOST}/logout",
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": issuer,
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "response_types_supported": ["code", "token"],
        "revocation_endpoint": f"{HOST}/oauth2/revoke",
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "token_endpoint": f"{HOST}/oauth2/token",
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "userinfo_endpoint": f"{HOST}/oauth2/userInfo",
    }


def test_discovery_names_only_the_custom_domain(app: Relying, idp: Idp) -> None:
    certificate = "arn:aws:acm:us-east-1:123456789012:certificate/1"
    idp.create_user_pool_domain(
        Domain="login.acme.example",
        UserPoolId=app.app.pool_id,
        CustomDomainConfig={"CertificateArn": certificate},
    )
    assert discovery(app)["token_endpoint"] == "https://login.acme.example/oauth2/token"


def test_discovery_without_domain(rely: Rely) -> None:
    app = rely(domain=None)
    issuer = f"https://cognito-idp.us-east-1.amazonaws.com/{app.app.pool_id}"
    found = discovery(app)
    assert found["token_endpoint"] == f"{issuer}/token"
    assert "end_session_endpoint" not in found
