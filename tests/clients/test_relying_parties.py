"""Relying parties of a user pool domain: openid-client, oidc-client-ts in a browser, and Authlib."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import KeySet

from .relying import CALLBACK, REGION, make_client, sign_in_at
from .support import PASSWORD, NodeClients, Server, claims_of, idp_client
from .web import Answer, Request, serving

OPENID_CLIENT = "openid_client.mjs"


@pytest.mark.parametrize("authentication", ["basic", "post", "none"])
def test_openid_client(cognito_server: Server, node_clients: NodeClients, authentication: str) -> None:
    config = make_client(cognito_server, GenerateSecret=authentication != "none")
    result = node_clients.run(OPENID_CLIENT, {**config, "flow": "code", "authentication": authentication})
    claims = result["claims"]
    assert claims["iss"] == f"{config['endpoint']}/{config['userPoolId']}"
    assert (claims["cognito:username"], claims["email_verified"]) == ("jane", True)
    assert result["user"] == {
        "sub": claims["sub"],
        "username": "jane",
        "email": "jane@example.com",
        "email_verified": "true",
    }
    assert result["refreshed"]["sub"] == claims["sub"]
    assert result["revoked"] == result["replayed"] == {"error": "invalid_grant", "status": 400}
    assert result["supportsPkce"] is False
    assert result["logout"].startswith(f"{config['endpoint']}/logout?")


def test_openid_client_asks_for_a_level_and_a_fresh_sign_in(cognito_server: Server, node_clients: NodeClients) -> None:
    """The client checks `auth_time` against the age that it asked for."""
    config = make_client(cognito_server)
    wanted = {"flow": "level", "authentication": "none", "levels": "urn:cognito:loa:4 urn:cognito:loa:1"}
    claims = node_clients.run(OPENID_CLIENT, {**config, **wanted})
    assert (claims["acr"], claims["amr"]) == ("urn:cognito:loa:1", ["pwd"])


def test_openid_client_for_a_machine(cognito_server: Server, node_clients: NodeClients) -> None:
    config = make_client(
        cognito_server,
        GenerateSecret=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=["api/read"],
    )
    result = node_clients.run(OPENID_CLIENT, {**config, "flow": "machine", "authentication": "basic"})
    assert sorted(result["members"]) == ["access_token", "expires_in", "token_type"]
    assert claims_of(result["token"])["scope"] == "api/read"
    assert result["refused"] == "invalid_scope"


def test_openid_client_hears_a_refusal(cognito_server: Server, node_clients: NodeClients) -> None:
    config = make_client(cognito_server)
    result = node_clients.run(OPENID_CLIENT, {**config, "flow": "refusal", "authentication": "none"})
    assert result == {"error": "invalid_scope"}


@pytest.mark.parametrize("method", ["none", "client_secret_basic"])
def test_openid_client_registers_itself(cognito_server: Server, node_clients: NodeClients, method: str) -> None:
    """Without a client of its own in the pool: by discovery, registration and the code grant, in an open pool."""
    config = make_client(cognito_server)
    idp = idp_client(cognito_server.endpoint_url, REGION)
    idp.update_user_pool(UserPoolId=config["userPoolId"], DcrConfiguration={"OpenDcrEnabled": True})
    metadata = {"token_endpoint_auth_method": method}
    result = node_clients.run(OPENID_CLIENT, {**config, "flow": "register", "metadata": metadata})
    client = result["client"]
    assert result["claims"]["aud"] == client["client_id"] != config["clientId"]
    assert ("client_secret" in client) == (method != "none")
    listed = idp.list_user_pool_clients(UserPoolId=config["userPoolId"], ClientType="DCR")["UserPoolClients"]
    assert [(one["ClientId"], one["ClientName"]) for one in listed] == [(client["client_id"], "agent")]


def test_openid_client_needs_a_token_to_register(cognito_server: Server, node_clients: NodeClients) -> None:
    scope = "aws.cognito/dcr/register"
    config = make_client(
        cognito_server, GenerateSecret=True, AllowedOAuthFlows=["client_credentials"], AllowedOAuthScopes=[scope]
    )
    idp = idp_client(cognito_server.endpoint_url, REGION)
    idp.update_user_pool(UserPoolId=config["userPoolId"], DcrConfiguration={})
    asking = {**config, "flow": "register", "metadata": {"token_endpoint_auth_method": "none"}}
    assert node_clients.run(OPENID_CLIENT, {**asking, "refused": True})["status"] == 401
    token = requests.post(
        f"{config['endpoint']}/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=(config["clientId"], config["clientSecret"]),
        timeout=30,
    ).json()["access_token"]
    result = node_clients.run(OPENID_CLIENT, {**asking, "initialAccessToken": token})
    assert result["claims"]["cognito:username"] == "jane"
    asking["metadata"] = {"grant_types": ["urn:ietf:params:oauth:grant-type:device_code"]}
    assert node_clients.run(OPENID_CLIENT, {**asking, "initialAccessToken": token, "refused": True}) == {
        "error": "invalid_client_metadata",
        "status": 400,
        "description": "grant_types urn:ietf:params:oauth:grant-type:device_code is not allowed",
    }


# ── Authlib ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_authlib(cognito_server: Server) -> None:
    authlib = pytest.importorskip("authlib.integrations.requests_client", reason="Authlib is not installed")
    config = make_client(cognito_server, GenerateSecret=True)
    issuer = f"{config['endpoint']}/{config['userPoolId']}"
    metadata = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=30).json()
    client = authlib.OAuth2Session(
        config["clientId"],
        config["clientSecret"],
        scope="openid email",
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic",
    )
    verifier = "v" * 64
    url, state = client.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=verifier, nonce="n-1"
    )
    back = sign_in_at(url, "jane", PASSWORD)
    tokens = client.fetch_token(
        metadata["token_endpoint"], authorization_response=back, state=state, code_verifier=verifier
    )
    keys = KeySet.import_key_set(requests.get(metadata["jwks_uri"], timeout=30).json())
    token = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"])
    required = {"iss": issuer, "aud": config["clientId"], "nonce": "n-1"}
    wanted: dict[str, Any] = {name: {"essential": True, "value": value} for name, value in required.items()}
    jwt.JWTClaimsRegistry(**wanted).validate(token.claims)
    half = sha256(tokens["access_token"].encode()).digest()[:16]
    assert token.claims["at_hash"] == urlsafe_b64encode(half).rstrip(b"=").decode()
    assert client.get(metadata["userinfo_endpoint"]).json()["email"] == "jane@example.com"
    refreshed = client.refresh_token(metadata["token_endpoint"], refresh_token=tokens["refresh_token"])
    assert claims_of(refreshed["access_token"])["username"] == "jane"
    revoked = client.revoke_token(metadata["revocation_endpoint"], token=tokens["refresh_token"])
    assert revoked.status_code == 200


# ── oidc-client-ts in a browser ──────────────────────────────────────────────────────────────────────────────

PAGE = """<!doctype html><title>App</title><link rel="icon" href="data:,"><script src="/oidc.js"></script>"""
MANAGER = """
(settings) => {
    globalThis.manager = new oidc.UserManager(
        { ...settings, userStore: new oidc.WebStorageStateStore({ store: localStorage }) }
    );
}
"""


@pytest.fixture
def web_app(node_clients: NodeClients) -> Iterator[str]:
    """An app in the browser, on a free port: one page with oidc-client-ts."""
    script = node_clients.scripts.parent / "node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js"
    library = Answer(script.read_bytes(), "text/javascript")

    def answer(request: Request) -> Answer:
        return library if request.path == "/oidc.js" else Answer(PAGE)

    with serving(answer) as url:
        yield url


def test_oidc_client_ts(cognito_server: Server, web_app: str, chromium: Any) -> None:
    callback = f"{web_app}/callback"
    config = make_client(cognito_server, CallbackURLs=[callback], LogoutURLs=[f"{web_app}/"])
    endpoint = config["endpoint"].replace("127.0.0.1", "localhost")
    settings = {
        "authority": f"{endpoint}/{config['userPoolId']}",
        "client_id": config["clientId"],
        "redirect_uri": callback,
        "scope": "openid email",
        "loadUserInfo": True,
        "revokeTokenTypes": ["refresh_token"],
    }
    page = chromium.new_page()
    page.goto(web_app)
    page.evaluate(MANAGER, settings)
    page.evaluate("void setTimeout(() => manager.signinRedirect({ state: { page: 'a' } }))")
    page.wait_for_url("**/login?**")
    page.locator("input[name=username]:visible").fill("jane")
    page.locator("input[name=password]:visible").fill(PASSWORD)
    page.locator("input[name=signInSubmitButton]:visible").click()
    page.wait_for_url(f"{callback}**")
    page.evaluate(MANAGER, settings)
    user = page.evaluate("manager.signinRedirectCallback()")
    assert user["profile"]["email"] == "jane@example.com"
    assert user["profile"]["iss"] == settings["authority"]
    assert user["state"] == {"page": "a"}
    renewed = page.evaluate("manager.signinSilent()")
    assert renewed["access_token"] != user["access_token"]
    page.evaluate("manager.revokeTokens()")
    refused = page.evaluate(
        "token => fetch(token.url, token.init).then(answer => answer.json())",
        {
            "url": f"{endpoint}/oauth2/token",
            "init": {
                "method": "POST",
                "headers": {"Content-Type": "application/x-www-form-urlencoded"},
                "body": urlencode(
                    {
                        "grant_type": "refresh_token",
                        "client_id": config["clientId"],
                        "refresh_token": user["refresh_token"],
                    }
                ),
            },
        },
    )
    assert refused == {"error": "invalid_grant"}
    query = urlencode({"client_id": config["clientId"], "logout_uri": f"{web_app}/"})
    page.goto(f"{endpoint}/logout?{query}")
    assert page.url == f"{web_app}/"
    page.goto(
        f"{endpoint}/oauth2/authorize?"
        + urlencode(
            {
                "client_id": config["clientId"],
                "response_type": "code",
                "redirect_uri": callback,
            }
        )
    )
    assert urlsplit(page.url).path == "/login"
    assert parse_qs(urlsplit(page.url).query)["redirect_uri"] == [callback]
    page.close()
