"""The domain of the user pool, as a load balancer uses it: code → tokens → claims, and where browsers sign in.

With an `Endpoint` the gateway itself talks to that, and names the domain's host; browsers are sent to
`http://<prefix>.auth.<region>.localhost:<port>`, which is this machine in every browser. A `UserPoolDomain` that is an
address is used as it is. Without an `Endpoint` it is AWS.

Source: user guide of application load balancers, "Authentication flow".
"""

from __future__ import annotations

import base64
import json
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from cognito_emulator.gateway import tokens
from cognito_emulator.outside import aws_clients, http_fetch

if TYPE_CHECKING:
    from cognito_emulator.gateway.configuration import LoginAction


class Failed(Exception):
    """The domain answered with an error; the text says which."""


class Unreachable(Exception):
    """The domain does not answer, or the client cannot be used; the text says why."""


@dataclass(frozen=True)
class Tokens:
    """What the token endpoint gave."""

    access_token: str
    refresh_token: str | None
    seconds: float
    issuer: str


class Domain:
    """The domain of one action's user pool."""

    def __init__(self, action: LoginAction, endpoint: str | None) -> None:
        self._action = action
        self._endpoint = endpoint
        self._public = _public_address(action, endpoint)
        self._secret = action.client_secret
        self._lock = threading.Lock()

    def authorize_url(self, redirect_uri: str, state: str) -> str:
        """Where a browser signs in."""
        query = {
            "client_id": self._action.client_id,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": self._action.scope,
            "state": state,
            **self._action.extra,
        }
        return f"{self._public}/oauth2/authorize?{urlencode(query, quote_via=quote, safe='')}"

    def exchange(self, code: str, redirect_uri: str) -> Tokens:
        """The tokens for a code. Raises Failed, Unreachable."""
        return self._tokens({"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri})

    def refresh(self, refresh_token: str) -> Tokens:
        """New tokens. Raises Failed, Unreachable."""
        return self._tokens({"grant_type": "refresh_token", "refresh_token": refresh_token})

    def user_info(self, access_token: str) -> dict[str, Any]:
        """The user's claims. Raises Failed, Unreachable."""
        return self._call("GET", "/oauth2/userInfo", {"Authorization": f"Bearer {access_token}"})

    def _tokens(self, form: dict[str, str]) -> Tokens:
        credentials = f"{self._action.client_id}:{self._client_secret()}".encode()
        authorization = f"Basic {base64.b64encode(credentials).decode()}"
        headers = {"Authorization": authorization, "Content-Type": "application/x-www-form-urlencoded"}
        answer = self._call("POST", "/oauth2/token", headers, {**form, "client_id": self._action.client_id})
        access_token = str(answer.get("access_token", ""))
        _, claims = tokens.parts(access_token) or ({}, {})
        issuer = str(claims.get("iss", ""))
        if issuer.rpartition("/")[2] != self._action.pool.id:
            raise Unreachable(f"{self._public} is not a domain of {self._action.pool.id}: its issuer is {issuer}")
        return Tokens(access_token, answer.get("refresh_token"), float(answer.get("expires_in", 3600)), issuer)

    def _call(
        self, method: str, path: str, headers: dict[str, str], form: dict[str, str] | None = None
    ) -> dict[str, Any]:
        base, named = self._public, headers
        if self._endpoint is not None:
            base, named = self._endpoint, {**headers, "Host": urlsplit(self._public).netloc}
        try:
            reply = http_fetch.send(method, f"{base}{path}", named, form)
        except http_fetch.Unreachable as error:
            raise Unreachable(str(error)) from None
        if not reply.ok:
            raise Failed(f"{path} answers {reply.status}: {reply.text[:300]}")
        try:
            answer = json.loads(reply.body)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise Failed(f"{path} answers no JSON object")
        return answer

    def _client_secret(self) -> str:
        """The secret of the app client, which AWS's load balancer reads from the user pool too."""
        with self._lock:
            if self._secret is None:
                self._secret = self._described_secret()
            return self._secret

    def _described_secret(self) -> str:
        from botocore.exceptions import BotoCoreError, ClientError

        pool, client_id = self._action.pool, self._action.client_id
        try:
            client = aws_clients.client_at(self._endpoint, "cognito-idp", pool.region, pool.account)
            described = client.describe_user_pool_client(UserPoolId=pool.id, ClientId=client_id)["UserPoolClient"]
        except (BotoCoreError, ClientError) as error:
            raise Unreachable(f"app client {client_id} cannot be described: {error}") from None
        if "ClientSecret" not in described:
            raise Unreachable(f"app client {client_id} has no secret, which a load balancer needs")
        return str(described["ClientSecret"])


def _public_address(action: LoginAction, endpoint: str | None) -> str:
    """Where browsers find the domain."""
    domain = action.domain
    if "://" in domain:
        return domain
    if endpoint is None:
        return f"https://{domain}" if "." in domain else f"https://{domain}.auth.{action.pool.region}.amazoncognito.com"
    there = urlsplit(endpoint)
    port = f":{there.port}" if there.port else ""
    name = domain if "." in domain else f"{domain}.auth.{action.pool.region}.localhost"
    return f"{there.scheme}://{name}{port}"
