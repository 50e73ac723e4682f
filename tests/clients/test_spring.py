"""A client that follows the rules of Spring Security's `oauth2Login` and OIDC logout, in Python.

Spring itself needs a JDK and a hundred megabytes: test_spring_boot.py has it (`make spring`). This one runs everywhere.
The rules are those of Spring Security's reference ("OAuth2 Login", "OIDC Logout") and of what its classes check:

- `issuer-uri`: the discovery document lies under it, and its `issuer` is that text (`ClientRegistrations`);
- the authorization request has a state of 32 bytes in base64 with padding, and the hash of a nonce;
- `client_secret_basic`, id and secret form-encoded before they are joined (RFC 6749, section 2.3.1);
- the token type is Bearer; the ID token is signed with RS256 by a key of `jwks_uri`, has the issuer, the client among
  its audience, times within 60 seconds, and the nonce (`OidcIdTokenValidator`);
- userInfo is asked where a scope is about it, is about the same subject, and has the `user-name-attribute`;
- after the logout, `OidcClientInitiatedLogoutSuccessHandler` sends the browser to `end_session_endpoint`.
"""

from __future__ import annotations

import time
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlencode, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import KeySet

from .relying import make_client, sign_in_at
from .support import PASSWORD, Server

BASE = "http://localhost:8080"
REDIRECT = f"{BASE}/login/oauth2/code/cognito"
SKEW = 60
SCOPES_ABOUT_USERS = {"profile", "email", "address", "phone"}
STATE = urlsafe_b64encode(bytes(range(32))).decode()
NONCE = "a-nonce-in-the-session"
Json = dict[str, Any]


class Refused(Exception):
    """The client does not let the person in."""


@dataclass
class SpringClient:
    """One `spring.security.oauth2.client.registration`, with its provider's `issuer-uri`."""

    client_id: str
    client_secret: str
    issuer_uri: str
    scope: tuple[str, ...] = ("openid", "email")
    user_name_attribute: str = "username"
    metadata: Json = field(init=False)

    def __post_init__(self) -> None:
        answer = requests.get(f"{self.issuer_uri}/.well-known/openid-configuration", timeout=30)
        if not answer.ok:
            raise Refused(f'Unable to resolve Configuration with the provided Issuer of "{self.issuer_uri}"')
        self.metadata = answer.json()
        if self.metadata["issuer"] != self.issuer_uri:
            raise Refused(f"The Issuer {self.metadata['issuer']} did not match the requested issuer {self.issuer_uri}")
        # Without these the document does not count as one.
        needed = {"authorization_endpoint", "token_endpoint", "jwks_uri", "subject_types_supported"}
        if not needed <= set(self.metadata):
            raise Refused(f"missing {needed - set(self.metadata)}")
        methods = self.metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        assert "client_secret_basic" in methods

    def authorization_request(self) -> str:
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "scope": " ".join(self.scope),
            "state": STATE,
            "redirect_uri": REDIRECT,
            "nonce": self._hash(NONCE),
        }
        return f"{self.metadata['authorization_endpoint']}?{urlencode(query, quote_via=quote_plus)}"

    def come_back(self, url: str) -> tuple[Json, str]:
        """The callback: the user's attributes, and the ID token."""
        given = {name: values[0] for name, values in parse_qs(urlsplit(url).query, strict_parsing=True).items()}
        if given.get("state") != STATE:
            raise Refused("authorization_request_not_found")
        if "error" in given:
            raise Refused(given["error"])
        tokens = self._tokens(given["code"])
        identity = self._identity(tokens["id_token"])
        attributes = dict(identity)
        if "userinfo_endpoint" in self.metadata and SCOPES_ABOUT_USERS & set(self.scope):
            attributes |= self._user_info(tokens["access_token"], identity["sub"])
        if self.user_name_attribute not in attributes:
            raise Refused(f"Missing attribute '{self.user_name_attribute}' in attributes")
        return attributes, tokens["id_token"]

    def logout_of_oidc(self, id_token: str) -> str:
        """Where `OidcClientInitiatedLogoutSuccessHandler` sends the browser."""
        query = urlencode({"id_token_hint": id_token, "post_logout_redirect_uri": f"{BASE}/"})
        return f"{self.metadata['end_session_endpoint']}?{query}"

    def logout_of_cognito(self) -> str:
        """Where the handler that AWS documents for Cognito sends the browser."""
        query = urlencode({"client_id": self.client_id, "logout_uri": f"{BASE}/"})
        return f"{self.metadata['end_session_endpoint']}?{query}"

    def _tokens(self, code: str) -> Json:
        secret = f"{quote_plus(self.client_id)}:{quote_plus(self.client_secret)}"
        answer = requests.post(
            self.metadata["token_endpoint"],
            data={"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT},
            headers={
                "Accept": "application/json;charset=UTF-8",
                "Authorization": f"Basic {b64encode(secret.encode()).decode()}",
            },
            timeout=30,
        )
        body: Json = answer.json()
        if not answer.ok:
            raise Refused(body["error"])
        if body["token_type"].lower() != "bearer" or not answer.headers["Content-Type"].startswith("application/json"):
            raise Refused("invalid_token_response")
        return body

    def _identity(self, token: str) -> Json:
        keys = KeySet.import_key_set(requests.get(self.metadata["jwks_uri"], timeout=30).json())
        claims: Json = jwt.decode(token, keys, algorithms=["RS256"]).claims
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        now = time.time()
        problems = {
            "iss": claims["iss"] != self.metadata["issuer"],
            "aud": self.client_id not in audience,
            "azp": len(audience) > 1 or claims.get("azp", self.client_id) != self.client_id,
            "exp": claims["exp"] <= now - SKEW,
            "iat": claims["iat"] > now + SKEW,
            "sub": not claims.get("sub"),
            "nonce": claims.get("nonce") != self._hash(NONCE),
        }
        if any(problems.values()):
            raise Refused(f"The ID Token contains invalid claims: {[name for name, bad in problems.items() if bad]}")
        return claims

    def _user_info(self, token: str, subject: str) -> Json:
        headers = {"Accept": "application/json", "Authorization": f"Bearer {token}"}
        answer = requests.get(self.metadata["userinfo_endpoint"], headers=headers, timeout=30)
        body: Json = answer.json()
        if not answer.ok or body["sub"] != subject:
            raise Refused("invalid_user_info_response")
        return body

    @staticmethod
    def _hash(nonce: str) -> str:
        return urlsafe_b64encode(sha256(nonce.encode()).digest()).rstrip(b"=").decode()


def make_spring(server: Server, issuer: str | None = None) -> SpringClient:
    config = make_client(server, GenerateSecret=True, CallbackURLs=[REDIRECT], LogoutURLs=[f"{BASE}/"])
    found = issuer or f"{config['endpoint']}/{config['userPoolId']}"
    return SpringClient(config["clientId"], config["clientSecret"], found)


def test_login(cognito_server: Server) -> None:
    client = make_spring(cognito_server)
    url = client.authorization_request()
    back = sign_in_at(url, "jane", PASSWORD)
    assert back.startswith(f"{REDIRECT}?")
    attributes, _ = client.come_back(back)
    assert attributes["username"] == attributes["cognito:username"] == "jane"
    assert attributes["email"] == "jane@example.com"
    with pytest.raises(Refused, match="invalid_grant"):
        client.come_back(back)


def test_an_issuer_is_compared_as_a_text(cognito_server: Server) -> None:
    client = make_spring(cognito_server)
    with pytest.raises(Refused, match="Unable to resolve Configuration"):
        SpringClient(client.client_id, client.client_secret, f"{client.issuer_uri}/")
    # Another name of the same machine is another issuer, which the client never mixes up with the first.
    other = SpringClient(client.client_id, client.client_secret, client.issuer_uri.replace("127.0.0.1", "localhost"))
    assert other.metadata["token_endpoint"].startswith("http://localhost:")
    attributes, _ = other.come_back(sign_in_at(other.authorization_request(), "jane", PASSWORD))
    assert attributes["iss"] == other.issuer_uri


def test_the_issuer_of_aws_is_not_the_address_that_was_asked(aws_issuer_server: Server) -> None:
    with pytest.raises(Refused, match=r"The Issuer https://cognito-idp\.eu-west-1\.amazonaws\.com/eu-west-1_\w+ did"):
        make_spring(aws_issuer_server)


def test_a_wrong_secret(cognito_server: Server) -> None:
    client = make_spring(cognito_server)
    client.client_secret += "x"
    with pytest.raises(Refused, match="invalid_client"):
        client.come_back(sign_in_at(client.authorization_request(), "jane", PASSWORD))


def test_logout(cognito_server: Server) -> None:
    """AWS's logout endpoint knows `logout_uri` only: the plain OIDC handler ends at an error page there, and here."""
    client = make_spring(cognito_server)
    _, id_token = client.come_back(sign_in_at(client.authorization_request(), "jane", PASSWORD))
    plain = requests.get(client.logout_of_oidc(id_token), timeout=30)
    assert plain.status_code == 400
    assert urlsplit(plain.url).path == "/error"
    done = requests.get(client.logout_of_cognito(), allow_redirects=False, timeout=30)
    assert done.headers["Location"] == f"{BASE}/"
