"""Auth.js (NextAuth) with its Cognito provider: a confidential client that compares issuers as texts."""

from __future__ import annotations

from typing import Any

from .relying import make_client
from .support import NodeClients, Server

SCRIPT = "auth_js.mjs"
APP = "http://localhost:3000"


def make(server: Server) -> dict[str, Any]:
    config = make_client(
        server,
        GenerateSecret=True,
        CallbackURLs=[f"{APP}/api/auth/callback/cognito"],
        LogoutURLs=[f"{APP}/"],
        AllowedOAuthScopes=["openid", "email", "profile"],
    )
    return {**config, "issuer": f"{config['endpoint']}/{config['userPoolId']}"}


def test_sign_in_and_out(cognito_server: Server, node_clients: NodeClients) -> None:
    config = make(cognito_server)
    result = node_clients.run(SCRIPT, {**config, "flow": "signIn"})
    asked = result["asked"]
    assert asked["scope"] == "openid profile email"
    assert asked["code_challenge_method"] == "S256"
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    assert result["home"] == f"{APP}/home"
    assert result["user"]["email"] == "jane@example.com"
    assert result["profile"]["cognito:username"] == "jane"
    assert result["id"]["iss"] == config["issuer"]
    assert result["id"]["nonce"] == asked["nonce"]
    assert result["account"]["token_type"] == "bearer"
    assert result["account"]["refresh_token"]
    assert result["after"] is None
    assert result["replayed"] == "/api/auth/error?error=Configuration"
    assert result["errors"] == ["InvalidCheck"]
    assert result["out"] == f"{APP}/"
    assert result["again"] == "/login"


def test_the_browser_may_know_the_emulator_by_another_name(cognito_server: Server, node_clients: NodeClients) -> None:
    config = make(cognito_server)
    browser = config["endpoint"].replace("127.0.0.1", "localhost")
    result = node_clients.run(SCRIPT, {**config, "flow": "twoNames", "browserEndpoint": browser})
    assert result == {"left": browser, "home": f"{APP}/home", "issuer": config["issuer"]}


def test_the_issuer_of_aws(aws_issuer_server: Server, node_clients: NodeClients) -> None:
    config = make(aws_issuer_server)
    issuer = f"https://cognito-idp.eu-west-1.amazonaws.com/{config['userPoolId']}"
    result = node_clients.run(SCRIPT, {**config, "issuer": issuer, "flow": "awsIssuer"})
    assert result == {"home": f"{APP}/home", "issuer": issuer}


def test_what_does_not_fit_is_refused(cognito_server: Server, node_clients: NodeClients) -> None:
    config = make(cognito_server)
    result = node_clients.run(SCRIPT, {**config, "flow": "refusals", "otherPoolId": "eu-west-1_none"})
    assert [result[name] for name in ("state", "nonce")] == ["?error=Configuration"] * 2
    assert result["unknown"] == "?error=Configuration"
    problems = ['unexpected "state" response parameter value', 'unexpected ID Token "nonce" claim value']
    assert result["errors"] == problems
