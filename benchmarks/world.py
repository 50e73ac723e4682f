"""Pools and users in a server, made with plain HTTP: what every emulator understands, and no SDK's time in between."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from benchmarks.load import http_request

PASSWORD = "Correct-Horse-1"
TARGET = "AWSCognitoIdentityProviderService"
# Signed calls: nobody here verifies the signature, but all look at its form.
SIGNED = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/cognito-idp/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=" + "0" * 64,
    "X-Amz-Date": "20260101T000000Z",
}
FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
Json = dict[str, Any]


class NotSupported(Exception):
    """The server does not do what was asked."""


def headers(operation: str, signed: bool = True) -> dict[str, str]:
    content = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"{TARGET}.{operation}"}
    return {**content, **SIGNED} if signed else content


def request(url: str, operation: str, parameters: Json, signed: bool = True) -> bytes:
    """A call as the load generator sends it."""
    return http_request(url, headers(operation, signed), json.dumps(parameters).encode())


class Api:
    """Calls over one connection."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self.url = url
        self._http = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)

    def __call__(self, operation: str, **parameters: Any) -> Json:
        """The answer. Raises NotSupported for any error."""
        status, body = self._send("POST", "/", json.dumps(parameters), headers(operation))
        if status != 200:
            raise NotSupported(f"{operation}: {status} {body[:300].decode('utf-8', 'replace')}")
        answer: Json = json.loads(body) if body else {}
        return answer

    def get(self, path: str) -> Json:
        """A document."""
        status, body = self._send("GET", path, None, {})
        if status != 200:
            raise NotSupported(f"GET {path}: {status}")
        answer: Json = json.loads(body)
        return answer

    def _send(self, method: str, path: str, content: str | None, given: dict[str, str]) -> tuple[int, bytes]:
        """Status and body. A connection that the server closed while it was idle is made anew."""
        for attempt in range(2):
            try:
                self._http.request(method, path, content, given)
                response = self._http.getresponse()
                return response.status, response.read()
            except (OSError, http.client.HTTPException):
                self._http.close()
                if attempt:
                    raise
        raise AssertionError

    def close(self) -> None:
        self._http.close()


@dataclass(frozen=True)
class App:
    """A pool with a client, and `user0`, who can sign in."""

    api: Api
    pool_id: str
    client_id: str

    def sign_in_parameters(self, number: int = 0) -> Json:
        return {
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": self.client_id,
            "AuthParameters": {"USERNAME": name(number), "PASSWORD": PASSWORD},
        }

    def sign_in(self) -> Json:
        """The tokens of `user0`."""
        result: Json = self.api("InitiateAuth", **self.sign_in_parameters())["AuthenticationResult"]
        return result

    def add_user(self, number: int) -> None:
        """A confirmed user with an e-mail address and a password."""
        key = {"UserPoolId": self.pool_id, "Username": name(number)}
        attributes = [{"Name": "email", "Value": name(number)}, {"Name": "email_verified", "Value": "true"}]
        self.api("AdminCreateUser", **key, UserAttributes=attributes, MessageAction="SUPPRESS")
        if number == 0:
            self.api("AdminSetUserPassword", **key, Password=PASSWORD, Permanent=True)


def name(number: int) -> str:
    """Usernames are e-mail addresses: some servers take no others."""
    return f"user{number}@example.com"


def new_app(url: str, users: int = 1) -> App:
    """A pool with a client and some users."""
    api = Api(url)
    pool_id = api("CreateUserPool", PoolName="benchmark")["UserPool"]["Id"]
    made = api("CreateUserPoolClient", UserPoolId=pool_id, ClientName="client", ExplicitAuthFlows=FLOWS)
    app = App(api, pool_id, made["UserPoolClient"]["ClientId"])
    for number in range(users):
        app.add_user(number)
    return app
