"""`/oauth2/token`: grants, client authentication, what the tokens say."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from cognito_emulator.clock import Clock
from tests.builders import Idp, User, as_dict, attributes, claims, confirmed_user, header, refused, sign_in
from tests.oauth.browser import Page
from tests.oauth.conftest import CALLBACK, VERIFIER, Relying, basic, challenge_of, oauth_client

Rely = Callable[..., Relying]
API = {
    "Identifier": "api",
    "Name": "API",
    "Scopes": [
        {"ScopeName": "read", "ScopeDescription": "read"},
        {"ScopeName": "write", "ScopeDescription": "write"},
    ],
}


def error(page: Page, status: int = 400) -> str:
    """The error of an answer, which has no description."""
    assert page.status == status, page.html
    assert set(page.json) == {"error"}
    return str(page.json["error"])


@pytest.fixture
def machine(rely: Rely, idp: Idp) -> Relying:
    """A client that asks for tokens of its own."""
    app = rely()
    idp.create_resource_server(UserPoolId=app.app.pool_id, **API)
    client = oauth_client(
        idp,
        app.app.pool_id,
        GenerateSecret=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=["api/read", "api/write"],
    )
    return Relying(idp, app.emulator, client)


# ── code grant ───────────────────────────────────────────────────────────────────────────────────────────────


def test_tokens_for_a_code(app: Relying, alice: User) -> None:
    page = app.exchange(app.code(app.browser(), alice, scope="openid email"))
    assert page.status == 200
    assert set(page.json) == {"id_token", "access_token", "refresh_token", "expires_in", "token_type"}
    assert (page.json["expires_in"], page.json["token_type"]) == (3600, "Bearer")
    assert page.headers["content-type"] == "application/json;charset=UTF-8"
    assert page.headers["cache-control"] == "no-cache, no-store, max-age=0, must-revalidate"
    assert page.headers["access-control-allow-origin"] == "*"


def test_claims_of_the_access_token(app: Relying, alice: User, clock: Clock) -> None:
    tokens = app.tokens(alice, scope="openid email")
    now = int(clock.now())
    found = claims(tokens["access_token"])
    ids = {name: found.pop(name) for name in ("sub", "jti", "origin_jti")}
    assert all(ids.values())
    assert found == {
        "auth_time": now,
        "client_id": app.app.client_id,
        "exp": now + 3600,
        "iat": now,
        "iss": f"https://cognito-idp.us-east-1.amazonaws.com/{app.app.pool_id}",
        "scope": "openid email",
        "token_use": "access",
        "username": "alice",
        "version": 2,
    }


def test_claims_of_the_id_token(app: Relying, alice: User) -> None:
    tokens = app.tokens(alice, scope="openid email", nonce="n-0S6")
    found = claims(tokens["id_token"])
    assert {"at_hash", "sub", "jti", "origin_jti", "auth_time", "iat", "exp", "iss"} <= set(found)
    assert (found["aud"], found["nonce"], found["token_use"]) == (app.app.client_id, "n-0S6", "id")
    assert (found["email"], found["email_verified"]) == ("alice@example.com", True)
    assert "name" not in found
    assert found["event_id"]
    raw = base64.urlsafe_b64decode(tokens["id_token"].split(".")[1] + "==")
    assert rb'"iss":"https:\/\/cognito-idp.us-east-1.amazonaws.com\/' in raw
    assert header(tokens["id_token"])["kid"] != header(tokens["access_token"])["kid"]


@pytest.mark.parametrize(
    ("scope", "shown"),
    [
        ("openid", {"email", "email_verified", "name", "phone_number", "custom:team"}),
        ("openid email", {"email", "email_verified"}),
        ("openid phone", {"phone_number"}),
        ("openid profile", {"name", "custom:team"}),
        ("openid profile email", {"name", "custom:team", "email", "email_verified"}),
        ("openid aws.cognito.signin.user.admin", {"email", "email_verified", "name", "phone_number", "custom:team"}),
    ],
)
def test_scopes_decide_which_attributes_show(rely: Rely, idp: Idp, scope: str, shown: set[str]) -> None:
    app = rely(
        Schema=[{"Name": "team", "AttributeDataType": "String", "Mutable": True}],
        client={
            "ReadAttributes": [
                "email",
                "email_verified",
                "name",
                "phone_number",
                "phone_number_verified",
                "custom:team",
            ]
        },
    )
    user = confirmed_user(idp, app.app, email="a@example.com", email_verified="true", name="A", phone_number="+491")
    idp.admin_update_user_attributes(**user.key, UserAttributes=attributes(custom__team="red"))
    tokens = app.tokens(user, scope=scope)
    usual = {"email", "email_verified", "name", "phone_number", "phone_number_verified", "custom:team"}
    assert set(claims(tokens["id_token"])) & usual == shown
    info = app.browser().get("/oauth2/userInfo", Authorization=f"Bearer {tokens['access_token']}").json
    assert set(info) & usual == shown


def test_no_id_token_without_openid(app: Relying, alice: User) -> None:
    assert "id_token" not in app.tokens(alice, scope="aws.cognito.signin.user.admin")


def test_without_scope_all_scopes_of_the_client_are_granted(app: Relying, alice: User) -> None:
    scope = claims(app.tokens(alice)["access_token"])["scope"]
    assert set(scope.split()) == {"openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"}


@pytest.mark.parametrize("resource", ["https://api.example.com/", "http://localhost:3000/api", "app://api"])
def test_resource_becomes_the_audience_and_stays_it(rely: Rely, idp: Idp, resource: str) -> None:
    app = rely(version=2)
    user = confirmed_user(idp, app.app)
    implicit = app.sign_in(app.browser(), user, resource=resource, response_type="token").fragment
    assert claims(implicit["access_token"])["aud"] == resource
    tokens = app.tokens(user, resource=resource)
    assert claims(tokens["access_token"])["aud"] == resource
    again = app.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"]).json
    assert claims(again["access_token"])["aud"] == resource
    assert claims(again["id_token"])["aud"] == app.app.client_id


def test_classic_pages_bind_no_token_to_a_resource(app: Relying, alice: User) -> None:
    assert "aud" not in claims(app.tokens(alice, resource="https://api.example.com/")["access_token"])


def test_api_accepts_the_token_only_with_its_scope(app: Relying, alice: User, idp: Idp) -> None:
    allowed = app.tokens(alice, scope="openid aws.cognito.signin.user.admin")["access_token"]
    assert as_dict(idp.get_user(AccessToken=allowed)["UserAttributes"])["email"] == "alice@example.com"
    with refused("NotAuthorizedException", "Access Token does not have required scopes"):
        idp.get_user(AccessToken=app.tokens(alice, scope="openid")["access_token"])


def test_a_code_works_once_and_is_spent_by_a_failure(app: Relying, alice: User) -> None:
    code = app.code(app.browser(), alice)
    assert app.exchange(code).status == 200
    assert error(app.exchange(code)) == "invalid_grant"
    code = app.code(app.browser(), alice)
    assert error(app.token(grant_type="authorization_code", code=code, redirect_uri=f"{CALLBACK}/")) == (
        "unauthorized_client"
    )
    assert error(app.exchange(code)) == "invalid_grant"


def test_a_code_lives_five_minutes(app: Relying, alice: User, clock: Clock) -> None:
    code = app.code(app.browser(), alice)
    clock.advance(minutes=5)
    assert error(app.exchange(code)) == "invalid_grant"


def test_a_code_belongs_to_its_client(app: Relying, alice: User, idp: Idp) -> None:
    other = Relying(idp, app.emulator, oauth_client(idp, app.app.pool_id))
    assert error(other.exchange(app.code(app.browser(), alice))) == "invalid_grant"


def test_a_code_of_another_pool(app: Relying, alice: User, rely: Rely) -> None:
    other = rely(domain="other")
    other.host = "https://other.auth.us-east-1.amazoncognito.com"
    code = app.code(app.browser(), alice)
    assert error(other.exchange(code)) == "invalid_grant"
    assert app.exchange(code).status == 200


@pytest.mark.parametrize("change", ["disable", "delete"])
def test_a_code_of_a_user_who_is_gone(app: Relying, alice: User, idp: Idp, change: str) -> None:
    code = app.code(app.browser(), alice)
    getattr(idp, f"admin_{change}_user")(**alice.key)
    assert error(app.exchange(code)) == "invalid_grant"


def test_pkce(app: Relying, alice: User) -> None:
    asked = {"code_challenge": challenge_of(VERIFIER), "code_challenge_method": "S256"}
    assert app.exchange(app.code(app.browser(), alice, **asked), code_verifier=VERIFIER).status == 200
    assert error(app.exchange(app.code(app.browser(), alice, **asked), code_verifier="wrong" * 12)) == "invalid_grant"
    assert error(app.exchange(app.code(app.browser(), alice, **asked))) == "invalid_grant"
    # The downgrade: a verifier that is the challenge itself.
    assert error(app.exchange(app.code(app.browser(), alice, **asked), code_verifier=asked["code_challenge"])) == (
        "invalid_grant"
    )


def test_a_verifier_without_challenge_is_ignored(app: Relying, alice: User) -> None:
    assert app.exchange(app.code(app.browser(), alice), code_verifier=VERIFIER).status == 200


def test_a_scope_whose_attributes_the_client_may_not_read(rely: Rely, idp: Idp) -> None:
    app = rely(client={"ReadAttributes": ["email"]})
    user = confirmed_user(idp, app.app, email="a@example.com")
    assert error(app.exchange(app.code(app.browser(), user, scope="openid email"))) == "invalid_grant"
    assert app.exchange(app.code(app.browser(), user, scope="openid")).status == 200


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({}, "invalid_request"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password", "username": "alice", "password": "x"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "redirect_uri": CALLBACK}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "made-up"}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "made-up", "redirect_uri": CALLBACK}, "invalid_grant"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "made-up"}, "invalid_grant"),
        ({"grant_type": "client_credentials"}, "unauthorized_client"),
    ],
)
def test_requests_that_are_refused(app: Relying, form: dict[str, str], expected: str) -> None:
    assert error(app.token(**form)) == expected


def test_a_repeated_parameter(app: Relying) -> None:
    body = f"grant_type=refresh_token&grant_type=password&client_id={app.app.client_id}"
    page = app.browser().request(
        "POST", "/oauth2/token", body.encode(), **{"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert error(page) == "invalid_request"


def test_parameters_may_be_in_the_url(app: Relying, alice: User) -> None:
    code = app.code(app.browser(), alice)
    query = f"grant_type=authorization_code&code={code}&redirect_uri={CALLBACK}&client_id={app.app.client_id}"
    assert app.browser().post(f"/oauth2/token?{query}").status == 200


def test_json_is_not_a_form(app: Relying) -> None:
    page = app.browser().request(
        "POST", "/oauth2/token", b'{"grant_type": "refresh_token"}', **{"Content-Type": "application/json"}
    )
    assert error(page) == "invalid_request"


def test_only_post(app: Relying) -> None:
    assert app.browser().get("/oauth2/token").status == 405


# ── client authentication ────────────────────────────────────────────────────────────────────────────────────


def test_a_secret_by_header_or_in_the_body_and_a_second_secret(rely: Rely, idp: Idp) -> None:
    app = rely(client={"GenerateSecret": True})
    user = confirmed_user(idp, app.app)
    client, secret = app.app.client_id, str(app.app.secret)
    second = idp.add_user_pool_client_secret(UserPoolId=app.app.pool_id, ClientId=client)["ClientSecretDescriptor"]

    def post(**form: str) -> Page:
        given = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, **form}
        headers = {"Authorization": given.pop("Authorization")} if "Authorization" in given else {}
        return app.browser().post("/oauth2/token", {**given, "code": app.code(app.browser(), user)}, **headers)

    assert post(Authorization=basic(app.app)).status == 200
    assert post(Authorization=basic(app.app), client_id=client).status == 200
    assert post(client_id=client, client_secret=secret).status == 200
    assert post(client_id=client, client_secret=second["ClientSecretValue"]).status == 200
    assert error(post(client_id="unknown", client_secret=secret)) == "invalid_client"
    assert error(post(Authorization=basic(app.app), client_id="other")) == "invalid_client"
    assert error(post(Authorization="Basic !!!")) == "invalid_client"
    assert error(post()) == "invalid_request"
    for given in ({}, {"client_secret": ""}, {"client_secret": "wrong"}):
        wrong = post(client_id=client, **given)
        assert (wrong.status, wrong.json) == (
            400,
            {"error": "invalid_client", "error_description": "invalid_client_secret"},
        )


def test_a_secret_for_a_public_client(app: Relying) -> None:
    assert error(app.token(grant_type="refresh_token", refresh_token="x", client_secret="surplus")) == "invalid_client"


def test_an_empty_secret_is_none(app: Relying, alice: User) -> None:
    header = "Basic " + base64.b64encode(f"{app.app.client_id}:".encode()).decode()
    assert app.exchange(app.code(app.browser(), alice), Authorization=header).status == 200


# ── refresh ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_refresh(app: Relying, alice: User, clock: Clock) -> None:
    tokens = app.tokens(alice, scope="openid email", nonce="n-1")
    clock.advance(minutes=10)
    page = app.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert page.status == 200
    assert set(page.json) == {"id_token", "access_token", "expires_in", "token_type"}
    before, after = claims(tokens["access_token"]), claims(page.json["access_token"])
    for name in ("auth_time", "origin_jti", "sub", "scope", "version"):
        assert after[name] == before[name]
    assert after["iat"] == before["iat"] + 600
    assert after["jti"] != before["jti"]
    identity = claims(page.json["id_token"])
    assert identity["nonce"] == "n-1"
    assert "at_hash" in identity


def test_refresh_without_openid_gives_no_id_token(app: Relying, alice: User) -> None:
    tokens = app.tokens(alice, scope="aws.cognito.signin.user.admin")
    assert "id_token" not in app.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"]).json


def test_refresh_with_rotation(rely: Rely, idp: Idp, clock: Clock) -> None:
    flows = ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"]
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10}
    app = rely(client={"ExplicitAuthFlows": flows, "RefreshTokenRotation": rotation})
    user = confirmed_user(idp, app.app)
    first = app.tokens(user)["refresh_token"]
    second = app.token(grant_type="refresh_token", refresh_token=first).json["refresh_token"]
    assert second != first
    clock.advance(seconds=10)
    assert app.token(grant_type="refresh_token", refresh_token=first).status == 200
    clock.advance(seconds=1)
    assert error(app.token(grant_type="refresh_token", refresh_token=first)) == "invalid_grant"
    assert app.token(grant_type="refresh_token", refresh_token=second).status == 200


def test_a_refresh_token_belongs_to_its_client(app: Relying, alice: User, idp: Idp) -> None:
    other = Relying(idp, app.emulator, oauth_client(idp, app.app.pool_id))
    refresh = app.tokens(alice)["refresh_token"]
    assert error(other.token(grant_type="refresh_token", refresh_token=refresh)) == "invalid_grant"


def test_a_refresh_token_of_the_api_works_here(app: Relying, alice: User) -> None:
    refresh = sign_in(app.idp, alice)["RefreshToken"]
    tokens = app.token(grant_type="refresh_token", refresh_token=refresh).json
    assert "version" not in claims(tokens["access_token"])
    assert "id_token" in tokens


def test_a_refresh_token_of_the_domain_works_with_the_api(app: Relying, alice: User, idp: Idp) -> None:
    refresh = app.tokens(alice, scope="openid email")["refresh_token"]
    answer = idp.initiate_auth(
        ClientId=app.app.client_id, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": refresh}
    )
    assert claims(answer["AuthenticationResult"]["AccessToken"])["scope"] == "openid email"


# ── client credentials ───────────────────────────────────────────────────────────────────────────────────────


def test_client_credentials(machine: Relying, clock: Clock) -> None:
    page = machine.token(grant_type="client_credentials")
    assert page.status == 200
    assert set(page.json) == {"access_token", "expires_in", "token_type"}
    found = claims(page.json["access_token"])
    assert found.pop("jti")
    now = int(clock.now())
    assert found == {
        "auth_time": now,
        "client_id": machine.app.client_id,
        "exp": now + 3600,
        "iat": now,
        "iss": f"https://cognito-idp.us-east-1.amazonaws.com/{machine.app.pool_id}",
        "scope": "api/read api/write",
        "sub": machine.app.client_id,
        "token_use": "access",
        "version": 2,
    }


def test_client_credentials_for_one_scope(machine: Relying) -> None:
    page = machine.token(grant_type="client_credentials", scope="api/write")
    assert claims(page.json["access_token"])["scope"] == "api/write"


@pytest.mark.parametrize("scope", ["api/delete", "openid", "api/read nonsense"])
def test_client_credentials_with_other_scopes(machine: Relying, scope: str) -> None:
    assert error(machine.token(grant_type="client_credentials", scope=scope)) == "invalid_scope"


def test_a_scope_that_the_resource_server_lost_is_left_out(machine: Relying, idp: Idp) -> None:
    idp.update_resource_server(UserPoolId=machine.app.pool_id, Identifier="api", Name="API", Scopes=API["Scopes"][:1])
    page = machine.token(grant_type="client_credentials")
    assert claims(page.json["access_token"])["scope"] == "api/read"
    idp.delete_resource_server(UserPoolId=machine.app.pool_id, Identifier="api")
    assert error(machine.token(grant_type="client_credentials")) == "invalid_scope"


def test_client_credentials_without_the_secret(machine: Relying) -> None:
    page = machine.browser().post(
        "/oauth2/token", {"grant_type": "client_credentials", "client_id": machine.app.client_id}
    )
    assert (page.status, page.json["error"]) == (400, "invalid_client")


def test_client_metadata_has_to_be_json(machine: Relying) -> None:
    fine: dict[str, Any] = {"aws_client_metadata": '{"tenant": "1"}'}
    assert machine.token(grant_type="client_credentials", **fine).status == 200
    assert error(machine.token(grant_type="client_credentials", aws_client_metadata="{")) == "invalid_request"


def test_a_client_token_is_no_users(machine: Relying, idp: Idp) -> None:
    token = machine.token(grant_type="client_credentials").json["access_token"]
    with refused("NotAuthorizedException", "Access Token does not have required scopes"):
        idp.get_user(AccessToken=token)
    info = machine.browser().get("/oauth2/userInfo", Authorization=f"Bearer {token}")
    assert info.json["error_description"] == "Access token does not contain openid scope"
