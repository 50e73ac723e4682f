"""The browser's part: sign-in at a user pool domain, and an OpenID Connect provider for federated users.

The provider is a small server of this process; an endpoint elsewhere cannot reach it, and scenarios that need it are
left out there.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
import urllib.parse
from collections.abc import Mapping
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cognito_emulator.conformance.endpoint import Reply
from cognito_emulator.conformance.world import PASSWORD, NotThereYet, SetUpFailed, World

Json = dict[str, Any]
CALLBACK = "https://app.example.com/callback"
_ANSWERS = dict[str, tuple[int, bytes, str]]


def add_social_provider(w: World, kind: str) -> None:
    """Add Google or Facebook to the pool."""
    details = {"client_id": "an-id", "client_secret": "a-secret", "authorize_scopes": "email"}
    w.call("CreateIdentityProvider", UserPoolId=w.pool, ProviderName=kind, ProviderType=kind, ProviderDetails=details)


def hosted_client(
    w: World,
    *,
    recorded: tuple[str, ...] = (),
    new_pool: bool = True,
    providers: tuple[str, ...] = ("COGNITO",),
    **s: Any,
) -> str:
    """A pool with a prefix domain and an app client for the code grant; returns the host of the domain."""
    flows = s.pop("ExplicitAuthFlows", None)
    if new_pool:
        w.make_pool(*recorded, **s)
        prefix = w.unique("conformance")
        w.call("CreateUserPoolDomain", UserPoolId=w.pool, Domain=prefix)
        w.delete_later("DeleteUserPoolDomain", UserPoolId=w.pool, Domain=prefix)
        w.facts["host"] = f"{prefix}.auth.{w.region or w.endpoint.region}.amazoncognito.com"
    w.make_client(
        SupportedIdentityProviders=list(providers),
        CallbackURLs=[CALLBACK],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email", "phone"],
        **({"ExplicitAuthFlows": flows} if flows else {}),
    )
    return str(w.facts["host"])


class Browser:
    """Follows a sign-in at one host, with cookies."""

    def __init__(self, w: World, host: str, user_agent: str = "conformance") -> None:
        self._world = w
        self._user_agent = user_agent
        self._host = host
        self._cookies: dict[str, str] = {}
        self.address = ""

    def get(self, target: str) -> Reply:
        return self._send("GET", target, {}, b"")

    def post(self, target: str, form: Mapping[str, str]) -> Reply:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._send("POST", target, headers, urllib.parse.urlencode(form).encode())

    def _send(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Reply:
        parts = urllib.parse.urlsplit(target)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        self.address = target
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        sent = {
            **headers,
            "User-Agent": self._user_agent,
            "Host": self._host,
            **({"Cookie": cookies} if cookies else {}),
        }
        reply = self._world.endpoint.transport.send(method, target, sent, body)
        if reply.not_there_yet:
            raise NotThereYet("oauth:Authorize")
        for name, value in re.findall(r"(?:^|, )([\w!#$%&'*+.^`|~-]+)=([^;,]*)", reply.headers.get("set-cookie", "")):
            if name.lower() not in ("expires", "path", "max-age", "domain", "samesite"):
                self._cookies[name] = value
        return reply

    def follow(self, reply: Reply) -> Reply:
        """Follow redirects while they stay at the host."""
        for _ in range(10):
            location = reply.headers.get("location")
            if reply.status not in (301, 302, 303) or not location:
                return reply
            host = urllib.parse.urlsplit(location).netloc
            if host and host != self._host:
                return reply
            reply = self.get(location)
        raise SetUpFailed("the sign-in page redirects without end")


def code_sign_in(
    w: World,
    host: str,
    username: str,
    password: str = PASSWORD,
    scope: str = "openid email",
    user_agent: str = "conformance",
) -> Reply:
    """Sign in with the code grant, through the page; the answer of /oauth2/token."""
    query = {"response_type": "code", "scope": scope, "state": "here"}
    landed = page_sign_in(w, host, username, query, password, user_agent)
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(landed).query).get("code")
    if not code:
        raise SetUpFailed(f"no code came from the sign-in page: {landed}")
    grant = {"grant_type": "authorization_code", "client_id": w.client, "code": code[0], "redirect_uri": CALLBACK}
    return w.endpoint.post_form("/oauth2/token", grant, {"Host": host, "User-Agent": user_agent})


def page_sign_in(
    w: World,
    host: str,
    username: str,
    query: Mapping[str, str],
    password: str = PASSWORD,
    user_agent: str = "conformance",
) -> str:
    """Sign in on the page that an authorization request leads to; where the browser is sent in the end."""
    browser = Browser(w, host, user_agent)
    asked = urllib.parse.urlencode({"client_id": w.client, "redirect_uri": CALLBACK, **query})
    page = browser.follow(browser.get(f"/oauth2/authorize?{asked}"))
    text = page.raw.decode("utf-8", "replace")
    hidden = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]*)"[^>]*value="([^"]*)"', text))
    form = {name: unescape(value) for name, value in hidden.items()}
    action = re.search(r'<form[^>]*action="([^"]*)"', text)
    target = unescape(action.group(1)) if action else browser.address
    landed = browser.follow(browser.post(target, {**form, "username": username, "password": password}))
    return landed.headers.get("location") or browser.address


class Provider:
    """An OpenID Connect provider on a free port of this machine."""

    def __init__(self, answers: _ANSWERS) -> None:
        owner = self
        self.answers = answers

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner.serve(self)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                owner.serve(self)

            def log_message(self, format: str, *args: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        status, body, kind = self.answers.get(handler.path.partition("?")[0], (404, b"", "text/plain"))
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _signing_key() -> tuple[Any, Json]:
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, 2048)
    public = key.public_key().public_numbers()
    modulus = base64.urlsafe_b64encode(public.n.to_bytes(256, "big")).rstrip(b"=").decode()
    return key, {"kty": "RSA", "kid": "1", "alg": "RS256", "use": "sig", "e": "AQAB", "n": modulus}


def sign_in(w: World, *, subject: str = "10158", token_answer: tuple[int, bytes, str] | None = None) -> list[Reply]:
    """Sign in through an OpenID Connect provider; the answers of the endpoint, in order."""
    if not w.endpoint.has_control:
        raise NotThereYet("a provider that the endpoint can reach")
    answers: _ANSWERS = {}
    provider = Provider(answers)
    try:
        return _sign_in(w, provider, subject, token_answer)
    finally:
        provider.close()


def _add_provider(w: World, name: str, provider: Provider) -> None:
    """Make the provider one of the pool's."""
    details = {
        "client_id": "an-id",
        "client_secret": "a-secret",
        "authorize_scopes": "openid",
        "attributes_request_method": "GET",
        "oidc_issuer": provider.url,
        "authorize_url": f"{provider.url}/authorize",
        "token_url": f"{provider.url}/token",
        "attributes_url": f"{provider.url}/userinfo",
        "jwks_uri": f"{provider.url}/jwks",
    }
    w.call("CreateIdentityProvider", UserPoolId=w.pool, ProviderName=name, ProviderType="OIDC", ProviderDetails=details)


def _sign_in(w: World, provider: Provider, subject: str, token_answer: tuple[int, bytes, str] | None) -> list[Reply]:
    import jwt

    name = "Federated"
    if not w.pool:
        w.make_pool()
    _add_provider(w, name, provider)
    prefix = w.unique("federated")
    w.call("CreateUserPoolDomain", UserPoolId=w.pool, Domain=prefix)
    host = w.facts["host"] = f"{prefix}.auth.{w.region or w.endpoint.region}.amazoncognito.com"
    client, secret = w.client, w.secret
    hosted_client(w, new_pool=False, providers=(name,))
    browser = Browser(w, host)
    query = {
        "client_id": w.client,
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "openid",
        "identity_provider": name,
    }
    left = browser.follow(browser.get(f"/oauth2/authorize?{urllib.parse.urlencode(query)}"))
    asked = urllib.parse.parse_qs(urllib.parse.urlsplit(left.headers.get("location", "")).query)
    if "state" not in asked:
        raise SetUpFailed(f"no redirect to the provider: {left.status} {left.headers.get('location')}")
    key, public = _signing_key()
    now = int(w.now())
    claims = {"iss": provider.url, "aud": "an-id", "sub": subject, "iat": now, "exp": now + 600}
    if "nonce" in asked:
        claims["nonce"] = asked["nonce"][0]
    token = jwt.encode(claims, key, algorithm="RS256", headers={"kid": "1"})
    tokens = {"access_token": "an-access-token", "id_token": token, "token_type": "Bearer", "expires_in": 600}
    provider.answers.update(
        {
            "/token": token_answer or (200, json.dumps(tokens).encode(), "application/json"),
            "/jwks": (200, json.dumps({"keys": [public]}).encode(), "application/json"),
            "/userinfo": (200, json.dumps({"sub": subject}).encode(), "application/json"),
        }
    )
    answer = {"code": "a-code", "state": asked["state"][0]}
    returned = browser.follow(browser.get(f"/oauth2/idpresponse?{urllib.parse.urlencode(answer)}"))
    w.bind("<redirect_uri>", CALLBACK)
    w.client, w.secret = client or w.client, secret
    return [left, returned]


def federated_user(w: World, subject: str = "10158") -> str:
    """A user that a federated sign-in made; its username."""
    sign_in(w, subject=subject)
    users = w.call("ListUsers", UserPoolId=w.pool, Filter='cognito:user_status = "EXTERNAL_PROVIDER"')["Users"]
    if not users:
        raise SetUpFailed("the federated sign-in left no user")
    return str(users[0]["Username"])


def challenge_of(verifier: str) -> str:
    """code_challenge (S256) of a PKCE verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
