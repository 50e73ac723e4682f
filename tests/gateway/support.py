"""A user pool, an app and a gateway between them: what the gateway's tests share."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import requests

from cognito_emulator.gateway.app import Gateway
from cognito_emulator.gateway.configuration import read
from cognito_emulator.http.live import LiveServer

PASSWORD = "Correct-horse-7"
REGION = "us-east-1"
ACCOUNT = "123456789012"


@dataclass(frozen=True)
class Pool:
    """A user pool with a domain, an app client for each purpose, and a user."""

    server: LiveServer
    id: str
    domain: str
    app_client: str
    web_client: str
    web_secret: str
    machine_client: str
    machine_secret: str

    @property
    def arn(self) -> str:
        return f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{self.id}"

    @property
    def issuer(self) -> str:
        return f"{self.server.endpoint_url}/{self.id}"

    @property
    def idp(self) -> Any:
        return self.server.client("cognito-idp")

    def tokens(self, username: str = "jane") -> dict[str, str]:
        """Tokens of a user who signed in with a password."""
        parameters = {"USERNAME": username, "PASSWORD": PASSWORD}
        answer = self.idp.initiate_auth(
            ClientId=self.app_client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
        )
        result: dict[str, str] = answer["AuthenticationResult"]
        return result

    def machine_token(self, scope: str = "api/read") -> str:
        """An access token with a scope, for a machine."""
        answer = requests.post(
            f"{self.server.endpoint_url}/oauth2/token",
            data={"grant_type": "client_credentials", "scope": scope},
            auth=(self.machine_client, self.machine_secret),
            timeout=30,
        )
        token: str = answer.json()["access_token"]
        return token

    def user(self, username: str, **attributes: str) -> None:
        """A confirmed user with a password."""
        given = [{"Name": name, "Value": value} for name, value in attributes.items()]
        self.idp.admin_create_user(
            UserPoolId=self.id, Username=username, UserAttributes=given, MessageAction="SUPPRESS"
        )
        self.idp.admin_set_user_password(UserPoolId=self.id, Username=username, Password=PASSWORD, Permanent=True)

    def allow_callback(self, *urls: str) -> None:
        """Let the web client's sign-ins end at these addresses."""
        self.idp.update_user_pool_client(
            UserPoolId=self.id, ClientId=self.web_client, **{**WEB_CLIENT, "CallbackURLs": list(urls)}
        )


WEB_CLIENT: dict[str, Any] = {
    "ClientName": "web",
    "CallbackURLs": ["http://localhost/oauth2/idpresponse"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", "email", "profile"],
    "SupportedIdentityProviders": ["COGNITO"],
}


def make_pool(server: LiveServer) -> Pool:
    """A new pool with everything the tests need."""
    idp = server.client("cognito-idp")
    pool = idp.create_user_pool(PoolName="gateway")["UserPool"]["Id"]
    domain = f"gw-{pool.split('_')[1].lower()}"
    idp.create_user_pool_domain(Domain=domain, UserPoolId=pool)
    scopes = [{"ScopeName": name, "ScopeDescription": name} for name in ("read", "write")]
    idp.create_resource_server(UserPoolId=pool, Identifier="api", Name="API", Scopes=scopes)
    app = idp.create_user_pool_client(
        UserPoolId=pool, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    )["UserPoolClient"]
    web = idp.create_user_pool_client(UserPoolId=pool, GenerateSecret=True, **WEB_CLIENT)["UserPoolClient"]
    machine = idp.create_user_pool_client(
        UserPoolId=pool,
        ClientName="machine",
        GenerateSecret=True,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=["api/read", "api/write"],
    )["UserPoolClient"]
    made = Pool(
        server,
        pool,
        domain,
        app["ClientId"],
        web["ClientId"],
        web["ClientSecret"],
        machine["ClientId"],
        machine["ClientSecret"],
    )
    made.user("jane", email="jane@example.com", email_verified="true")
    return made


def jwt_authorizer(issuer: str, *audience: str) -> dict[str, Any]:
    """A JWT authorizer."""
    return {"AuthorizerType": "JWT", "JwtConfiguration": {"Issuer": issuer, "Audience": list(audience)}}


def login_action(pool: Pool, **settings: Any) -> dict[str, Any]:
    """An `authenticate-cognito` action for a pool's web client."""
    config = {
        "UserPoolArn": pool.arn,
        "UserPoolClientId": pool.web_client,
        "UserPoolDomain": pool.domain,
        **settings,
    }
    return {"AuthorizerType": "authenticate-cognito", "AuthenticateCognitoConfig": config}


@contextmanager
def gateway_process(document: dict[str, Any], directory: Path, *arguments: str) -> Iterator[str]:
    """A gateway in a process of its own; its address."""
    path = directory / "gateway.yaml"
    path.write_text(json.dumps(document))
    with running_gateway(directory, "--config", str(path), *arguments) as url:
        yield url


@contextmanager
def running_gateway(directory: Path, *arguments: str) -> Iterator[str]:
    """A gateway with these arguments; its address. What it logs is in the directory."""
    command = [sys.executable, "-m", "cognito_emulator", "gateway", "--port", "0"]
    log = (directory / "log.txt").open("w")
    with (
        log,
        subprocess.Popen(
            [*command, "--exit-with-stdin", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, "PYTHONWARNINGS": "default"},
        ) as process,
    ):
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"listening on (https?://\S+)", line)
        assert found, f"the gateway did not start: {line}{(directory / 'log.txt').read_text()}"
        try:
            yield found[1]
        finally:
            process.terminate()
    assert "Traceback" not in (text := (directory / "log.txt").read_text()), text


@asynccontextmanager
async def gateway_client(document: dict[str, Any]) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a gateway in this process."""
    gateway = Gateway(read(document), log_format="off")
    transport = httpx.ASGITransport(gateway, client=("127.0.0.1", 1))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as client:
        try:
            yield client
        finally:
            await gateway.close()


class Visitor:
    """A browser without JavaScript. Names under `localhost` are this machine to it, as to all browsers."""

    def __init__(self) -> None:
        self.session = requests.Session()

    def get(self, url: str, **options: Any) -> requests.Response:
        """One request; redirects are not followed."""
        with _localhost():
            return self.session.get(url, allow_redirects=False, timeout=30, **options)

    def follow(self, url: str) -> requests.Response:
        """The page at the end of all redirects."""
        for _ in range(10):
            answer = self.get(url)
            if answer.status_code not in (302, 303):
                return answer
            url = urljoin(url, answer.headers["Location"])
        raise AssertionError(f"too many redirects, the last to {url}")

    def sign_in(self, page: requests.Response, username: str = "jane") -> str:
        """Fill in the sign-in page; the address it sends the browser to."""
        assert urlsplit(page.url).path == "/login", page.text
        token = page.text.split('name="_csrf" value="')[1].split('"')[0]
        form = {"_csrf": token, "username": username, "password": PASSWORD, "cognitoAsfData": ""}
        with _localhost():
            answer = self.session.post(page.url, data=form, allow_redirects=False, timeout=30)
        return urljoin(page.url, answer.headers["Location"])


_resolve = socket.getaddrinfo


@contextmanager
def _localhost() -> Iterator[None]:
    def resolve(host: Any, *arguments: Any, **options: Any) -> Any:
        here = isinstance(host, str) and host.endswith(".localhost")
        return _resolve("127.0.0.1" if here else host, *arguments, **options)

    socket.getaddrinfo = resolve  # type: ignore[assignment]
    try:
        yield
    finally:
        socket.getaddrinfo = _resolve
