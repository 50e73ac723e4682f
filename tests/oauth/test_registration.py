"""Apps that register themselves. Sources: botocore's model, DcrConfigurationType; RFC 7591."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from cognito_emulator.clock import Clock
from cognito_emulator.emulator import Emulator
from tests.builders import Idp, claims, confirmed_user, everything_in, pool, refused
from tests.oauth.browser import Browser, Page
from tests.oauth.conftest import CALLBACK, HOST, Relying, basic, challenge_of, relying
from tests.wire import Clients

Rely = Callable[..., Relying]
REGISTER = "aws.cognito/dcr/register"
PUBLIC = {"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none"}


def post(emulator: Emulator, given: Any, host: str = HOST, path: str = "/oauth2/register", **headers: str) -> Page:
    body = given if isinstance(given, bytes) else json.dumps(given).encode()
    return Browser(emulator, host).request("POST", path, body, **{"Content-Type": "application/json", **headers})


def registrar(idp: Idp, app: Relying, scope: str = REGISTER) -> Relying:
    """An app client of the same pool that may register others."""
    if scope != REGISTER:
        server, name = scope.split("/")
        wanted = [{"ScopeName": name, "ScopeDescription": "-"}]
        idp.create_resource_server(UserPoolId=app.app.pool_id, Identifier=server, Name=server, Scopes=wanted)
    created = idp.create_user_pool_client(
        UserPoolId=app.app.pool_id,
        ClientName="registrar",
        GenerateSecret=True,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=[scope],
    )["UserPoolClient"]
    known = type(app.app)(app.app.pool_id, created["ClientId"], created["ClientSecret"])
    return Relying(idp, app.emulator, known)


def initial_token(who: Relying) -> str:
    answer = who.token(grant_type="client_credentials").json
    assert claims(answer["access_token"])["client_id"] == who.app.client_id
    return str(answer["access_token"])


@pytest.fixture
def open_app(rely: Rely) -> Relying:
    """A pool where every app may register."""
    return rely(DcrConfiguration={"OpenDcrEnabled": True})


def discovered(app: Relying, host: str = "https://cognito-idp.us-east-1.amazonaws.com") -> dict[str, Any]:
    found: dict[str, Any] = Browser(app.emulator, host).get(f"/{app.app.pool_id}/.well-known/openid-configuration").json
    return found


def described(idp: Idp, app: Relying, client_id: str) -> dict[str, Any]:
    found: dict[str, Any] = idp.describe_user_pool_client(UserPoolId=app.app.pool_id, ClientId=client_id)
    return dict(found["UserPoolClient"])


# ── the settings ─────────────────────────────────────────────────────────────────────────────────────────────


def test_settings_are_on_once_they_are_given(idp: Idp) -> None:
    pool_id = pool(idp, DcrConfiguration={"AllowedScopes": ["aws.cognito.signin.user.admin"]})

    def shown() -> Any:
        return idp.describe_user_pool(UserPoolId=pool_id)["UserPool"].get("DcrConfiguration")

    expected = {"EnableStatus": "Enabled", "OpenDcrEnabled": False, "AllowedScopes": ["aws.cognito.signin.user.admin"]}
    assert shown() == expected
    idp.update_user_pool(UserPoolId=pool_id)
    assert shown() == expected
    idp.update_user_pool(UserPoolId=pool_id, DcrConfiguration={"OpenDcrGrantTypes": []})
    assert shown() == {"EnableStatus": "Enabled", "OpenDcrEnabled": False, "OpenDcrGrantTypes": []}
    assert "DcrConfiguration" not in idp.describe_user_pool(UserPoolId=pool(idp))["UserPool"]


def test_the_plan_lite_has_no_registration(idp: Idp) -> None:
    pool_id = pool(idp, DcrConfiguration={})
    text = (
        "The following features need to be disabled for the LITE pricing tier configured: Dynamic Client Registration"
    )
    with refused("FeatureUnavailableInTierException", text):
        idp.update_user_pool(UserPoolId=pool_id, UserPoolTier="LITE")
    idp.update_user_pool(UserPoolId=pool_id, UserPoolTier="LITE", DcrConfiguration={"EnableStatus": "Disabled"})
    assert idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]["UserPoolTier"] == "LITE"


def test_discovery_names_the_endpoint_while_registration_is_on(idp: Idp, open_app: Relying) -> None:
    assert discovered(open_app)["registration_endpoint"] == f"{HOST}/oauth2/register"
    off = {"EnableStatus": "Disabled", "OpenDcrEnabled": True}
    idp.update_user_pool(UserPoolId=open_app.app.pool_id, DcrConfiguration=off)
    assert "registration_endpoint" not in discovered(open_app)
    assert post(open_app.emulator, PUBLIC).status == 400


def test_on_the_host_of_all_pools_the_endpoint_names_the_pool(key_supply: Any) -> None:
    clients = Clients()
    clients.emulator = emulator = Emulator(issuer="local", key_supply=key_supply, log_format="off")
    app = relying(clients(), emulator, DcrConfiguration={"OpenDcrEnabled": True})
    here = "http://localhost:9229"
    endpoint = discovered(app, here)["registration_endpoint"]
    assert endpoint == f"{here}/{app.app.pool_id}/oauth2/register"
    answer = post(emulator, PUBLIC, here, endpoint, Origin="https://elsewhere.example")
    assert answer.status == 201
    assert "access-control-allow-origin" not in answer.headers
    assert post(emulator, PUBLIC, here, "/us-east-1_nowhere/oauth2/register").status == 400
    emulator.close()


def test_the_path_with_a_pool_is_not_for_the_hosts_of_domains(open_app: Relying, rely: Rely) -> None:
    other = rely(domain="other")
    page = post(open_app.emulator, PUBLIC, path=f"/{other.app.pool_id}/oauth2/register")
    assert page.status == 404


# ── open registration ────────────────────────────────────────────────────────────────────────────────────────


def test_a_public_app_registers_and_signs_people_in(idp: Idp, open_app: Relying, clock: Clock) -> None:
    page = post(open_app.emulator, {**PUBLIC, "client_name": "An agent", "logo_uri": "https://a.example/logo.png"})
    assert page.status == 201
    answer = page.json
    assert answer == {
        "client_id": answer["client_id"],
        "client_id_issued_at": int(clock.now()),
        "client_name": "An agent",
        "redirect_uris": [CALLBACK],
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
        "scope": "openid email phone profile",
    }
    assert page.headers["cache-control"] == "no-cache, no-store, max-age=0, must-revalidate"
    assert "access-control-allow-origin" not in page.headers
    shown = described(idp, open_app, answer["client_id"])
    assert shown["ClientType"] == "DCR"
    assert shown["AllowedOAuthFlows"] == ["code"]
    assert "ClientSecret" not in shown
    user = confirmed_user(idp, open_app.app)
    mine = Relying(idp, open_app.emulator, type(open_app.app)(open_app.app.pool_id, answer["client_id"], None))
    verifier = "v" * 43
    code = mine.code(
        mine.browser(), user, code_challenge=challenge_of(verifier), code_challenge_method="S256", scope="openid email"
    )
    tokens = mine.exchange(code, code_verifier=verifier).json
    assert claims(tokens["access_token"])["client_id"] == answer["client_id"]
    assert claims(tokens["id_token"])["aud"] == answer["client_id"]


@pytest.mark.parametrize("method", [None, "client_secret_basic", "client_secret_post"])
def test_a_confidential_app_is_given_a_secret(open_app: Relying, idp: Idp, method: str | None) -> None:
    given: dict[str, Any] = {"redirect_uris": [CALLBACK], "grant_types": ["authorization_code", "refresh_token"]}
    answer = post(open_app.emulator, {**given, **({"token_endpoint_auth_method": method} if method else {})}).json
    assert answer["token_endpoint_auth_method"] == (method or "client_secret_basic")
    assert answer["client_secret_expires_at"] == 0
    assert answer["grant_types"] == ["authorization_code", "refresh_token"]
    assert described(idp, open_app, answer["client_id"])["ClientSecret"] == answer["client_secret"]


@pytest.mark.parametrize(
    ("given", "error", "description"),
    [
        ({"redirect_uris": []}, "invalid_redirect_uri", "redirect_uris is required"),
        ({}, "invalid_redirect_uri", "redirect_uris is required"),
        ({"redirect_uris": "https://a.example"}, "invalid_redirect_uri", "redirect_uris is required"),
        (
            {"redirect_uris": ["http://evil.example/cb"]},
            "invalid_redirect_uri",
            "http://evil.example/cb cannot use the HTTP protocol.",
        ),
        (
            {"redirect_uris": ["https://a.example/#x"]},
            "invalid_redirect_uri",
            "https://a.example/#x cannot use fragment",
        ),
        ({"grant_types": ["implicit"]}, "invalid_client_metadata", "grant_types implicit is not allowed"),
        ({"grant_types": ["password"]}, "invalid_client_metadata", "grant_types password is not allowed"),
        (
            {"grant_types": ["client_credentials"]},
            "invalid_client_metadata",
            "grant_types client_credentials is not allowed",
        ),
        ({"grant_types": "authorization_code"}, "invalid_client_metadata", "grant_types is not a list of strings"),
        (
            {"grant_types": ["refresh_token"]},
            "invalid_client_metadata",
            "grant_types needs one of authorization_code and client_credentials",
        ),
        ({"response_types": ["token"]}, "invalid_client_metadata", "response_types does not go with grant_types"),
        (
            {"token_endpoint_auth_method": "private_key_jwt"},
            "invalid_client_metadata",
            "token_endpoint_auth_method private_key_jwt is not allowed",
        ),
        ({"scope": "openid api/read"}, "invalid_client_metadata", "scope api/read is not allowed"),
        ({"scope": REGISTER}, "invalid_client_metadata", f"scope {REGISTER} is not allowed"),
        ({"scope": ["openid"]}, "invalid_client_metadata", "scope is not a string"),
        (
            {"client_name": "<script>"},
            "invalid_client_metadata",
            "1 validation error detected: Value '<script>' at 'clientName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [\\w\\s+=,.@-]+",
        ),
    ],
)
def test_what_is_refused_leaves_nothing_behind(rely: Rely, given: dict[str, Any], error: str, description: str) -> None:
    app = rely(DcrConfiguration={"OpenDcrEnabled": True, "AllowedScopes": [REGISTER, "api/read"]})
    asked = given if not given or "redirect_uris" in given else {**PUBLIC, **given}
    before = everything_in(app.emulator)
    page = post(app.emulator, asked)
    assert (page.status, page.json) == (400, {"error": error, "error_description": description})
    assert everything_in(app.emulator) == before


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"client_name=a"])
def test_only_json_objects_are_taken(open_app: Relying, body: bytes) -> None:
    page = post(open_app.emulator, body)
    expected = {"error": "invalid_client_metadata", "error_description": "The body is not a JSON object"}
    assert (page.status, page.json) == (400, expected)
    form = post(open_app.emulator, PUBLIC, **{"Content-Type": "application/x-www-form-urlencoded"})
    assert (form.status, form.json) == (400, expected)


def test_only_post(open_app: Relying) -> None:
    page = open_app.browser().get("/oauth2/register")
    assert (page.status, page.headers["allow"]) == (405, "POST")


def test_an_empty_list_of_grants_lets_nobody_register(rely: Rely) -> None:
    app = rely(DcrConfiguration={"OpenDcrEnabled": True, "OpenDcrGrantTypes": []})
    page = post(app.emulator, PUBLIC)
    assert page.json == {
        "error": "invalid_client_metadata",
        "error_description": "grant_types authorization_code is not allowed",
    }


# ── who may register ─────────────────────────────────────────────────────────────────────────────────────────


def test_registration_is_off_by_default(rely: Rely) -> None:
    expected = {
        "error": "invalid_request",
        "error_description": "Dynamic client registration is not enabled for the user pool",
    }
    page = post(rely().emulator, PUBLIC)
    assert (page.status, page.json) == (400, expected)


def test_an_app_with_the_scope_registers_others(idp: Idp, rely: Rely) -> None:
    app = rely(DcrConfiguration={"AllowedScopes": ["api/read"]})
    first = registrar(idp, app)
    registrar(idp, app, "api/read")
    token = initial_token(first)
    assert claims(token)["scope"] == REGISTER
    given = {"client_name": "worker", "grant_types": ["client_credentials"]}
    answer = post(app.emulator, given, Authorization=f"Bearer {token}").json
    assert (answer["scope"], answer["response_types"], answer["redirect_uris"]) == ("api/read", [], [])
    known = type(app.app)(app.app.pool_id, answer["client_id"], answer["client_secret"])
    worker = Relying(idp, app.emulator, known)
    own = worker.token(grant_type="client_credentials").json["access_token"]
    assert claims(own)["scope"] == "api/read"
    assert basic(known).startswith("Basic ")
    page = post(app.emulator, PUBLIC, Authorization=f"Bearer {own}")
    assert (page.status, page.json["error"]) == (403, "insufficient_scope")


def test_a_user_with_the_scope_registers_apps(idp: Idp, rely: Rely) -> None:
    app = rely(DcrConfiguration={}, client={"AllowedOAuthScopes": ["openid", REGISTER]})
    tokens = app.tokens(confirmed_user(idp, app.app))
    assert post(app.emulator, PUBLIC, Authorization=f"Bearer {tokens['access_token']}").status == 201
    idp.admin_user_global_sign_out(UserPoolId=app.app.pool_id, Username="alice")
    assert post(app.emulator, PUBLIC, Authorization=f"Bearer {tokens['access_token']}").status == 401


def test_without_a_good_token_nobody_registers(idp: Idp, rely: Rely, clock: Clock) -> None:
    app = rely(DcrConfiguration={"OpenDcrEnabled": False})
    token = initial_token(registrar(idp, app))
    other = rely(domain="other", DcrConfiguration={})
    foreign = initial_token(
        Relying(idp, other.emulator, registrar(idp, other).app, "https://other.auth.us-east-1.amazoncognito.com")
    )
    before = everything_in(app.emulator)
    page = post(app.emulator, PUBLIC)
    required = 'error="invalid_token", error_description="An initial access token is required"'
    assert (page.status, page.headers["www-authenticate"]) == (401, required)
    for bad in (token[:-4] + "AAAA", foreign, "x", ""):
        page = post(app.emulator, PUBLIC, Authorization=f"Bearer {bad}")
        assert (page.status, page.json["error"]) == (401, "invalid_token"), bad
    clock.advance(3601)
    assert post(app.emulator, PUBLIC, Authorization=f"Bearer {token}").status == 401
    assert everything_in(app.emulator) == before


def test_a_bad_token_does_not_make_the_registration_an_open_one(open_app: Relying) -> None:
    page = post(open_app.emulator, PUBLIC, Authorization="Bearer nonsense")
    assert (page.status, page.json["error"]) == (401, "invalid_token")


# ── what such clients may ────────────────────────────────────────────────────────────────────────────────────


def test_clients_are_listed_by_type(idp: Idp, open_app: Relying) -> None:
    client_id = post(open_app.emulator, PUBLIC).json["client_id"]
    pool_id = open_app.app.pool_id

    def listed(**given: Any) -> set[str]:
        return {one["ClientId"] for one in idp.list_user_pool_clients(UserPoolId=pool_id, **given)["UserPoolClients"]}

    assert listed(ClientType="DCR") == {client_id}
    assert listed(ClientType="REGULAR") == {open_app.app.client_id}
    assert listed() == {client_id, open_app.app.client_id}
    pages = idp.list_user_pool_clients(UserPoolId=pool_id, MaxResults=1, ClientType="REGULAR")
    assert "NextToken" in pages
    assert described(idp, open_app, open_app.app.client_id)["ClientType"] == "REGULAR"


def test_registered_clients_keep_their_secret_and_never_register_others(idp: Idp, open_app: Relying) -> None:
    client_id = post(open_app.emulator, {"redirect_uris": [CALLBACK]}).json["client_id"]
    whom = {"UserPoolId": open_app.app.pool_id, "ClientId": client_id}
    text = "Client secret operations are not supported for dynamically registered clients."
    with refused("InvalidParameterException", text):
        idp.add_user_pool_client_secret(**whom)
    with refused("InvalidParameterException", text):
        idp.list_user_pool_client_secrets(**whom)
    with refused("InvalidParameterException", text):
        idp.delete_user_pool_client_secret(**whom, ClientSecretId=f"{client_id}--1")
    with refused(
        "InvalidParameterException", "aws.cognito/dcr/register is not allowed for dynamically registered clients."
    ):
        idp.update_user_pool_client(
            **whom,
            AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthFlows=["code"],
            AllowedOAuthScopes=[REGISTER],
            CallbackURLs=[CALLBACK],
        )
    updated = idp.update_user_pool_client(**whom, ClientName="renamed")["UserPoolClient"]
    assert (updated["ClientName"], updated["ClientType"]) == ("renamed", "DCR")


def test_registered_clients_know_the_pools_providers(idp: Idp, emulator: Emulator) -> None:
    pool_id = pool(idp, DcrConfiguration={"OpenDcrEnabled": True})
    idp.create_identity_provider(
        UserPoolId=pool_id,
        ProviderName="Google",
        ProviderType="Google",
        ProviderDetails={"client_id": "a", "client_secret": "b", "authorize_scopes": "openid"},
    )
    app = relying(idp, emulator, pool_id=pool_id)
    client_id = post(emulator, PUBLIC).json["client_id"]
    assert described(idp, app, client_id)["SupportedIdentityProviders"] == ["COGNITO", "Google"]
