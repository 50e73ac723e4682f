"""What the tests of relying parties share: a pool with a domain and a client, and a person at the sign-in page."""

from __future__ import annotations

from http.cookiejar import CookieJar
from typing import Any

import requests

from .support import PASSWORD, Server, idp_client

CALLBACK = "https://app.example.com/callback"
REGION = "eu-west-1"


def make_client(server: Server, **settings: Any) -> dict[str, Any]:
    """A pool with a domain, a user, a resource server and a client; the arguments of a script."""
    idp = idp_client(server.endpoint_url, REGION)
    pool = idp.create_user_pool(PoolName="pool")["UserPool"]["Id"]
    idp.create_user_pool_domain(Domain=f"rp-{pool.split('_')[1].lower()}", UserPoolId=pool)
    scopes = [{"ScopeName": "read", "ScopeDescription": "read"}]
    idp.create_resource_server(UserPoolId=pool, Identifier="api", Name="API", Scopes=scopes)
    wanted = {
        "ClientName": "app",
        "CallbackURLs": [CALLBACK],
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email"],
        "SupportedIdentityProviders": ["COGNITO"],
        **settings,
    }
    client = idp.create_user_pool_client(UserPoolId=pool, **wanted)["UserPoolClient"]
    attributes = [{"Name": "email", "Value": "jane@example.com"}, {"Name": "email_verified", "Value": "true"}]
    idp.admin_create_user(UserPoolId=pool, Username="jane", UserAttributes=attributes, MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool, Username="jane", Password=PASSWORD, Permanent=True)
    return {
        "endpoint": server.endpoint_url,
        "userPoolId": pool,
        "clientId": client["ClientId"],
        "clientSecret": client.get("ClientSecret"),
        "callback": CALLBACK,
        "username": "jane",
        "password": PASSWORD,
    }


def sign_in_at(url: str, username: str, password: str) -> str:
    """Through the sign-in page, as a person would; the URL that the browser comes back to."""
    session = requests.Session()
    assert isinstance(session.cookies, CookieJar)
    page = session.get(url)
    token = page.text.split('name="_csrf" value="')[1].split('"')[0]
    form = {"_csrf": token, "username": username, "password": password, "cognitoAsfData": ""}
    answer = session.post(page.url, data=form, allow_redirects=False)
    return str(answer.headers["Location"])
