"""An OpenID Connect provider on a free port of this machine that says what a test wants."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

Json = dict[str, Any]


@dataclass
class Asked:
    """A request that came in."""

    method: str
    path: str
    headers: dict[str, str]
    query: dict[str, str]
    form: dict[str, str]


@dataclass
class Provider:
    """`claims` go into the ID token, `info` is what userInfo says; `answers` stand in for those, by path.

    The body of an answer with a status of 3xx is where it leads.
    """

    url: str
    key: rsa.RSAPrivateKey
    claims: Json = field(default_factory=dict)
    info: Json = field(default_factory=dict)
    more_tokens: Json = field(default_factory=dict)
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    signed_by: rsa.RSAPrivateKey | None = None

    @property
    def details(self) -> dict[str, str]:
        """ProviderDetails of type OIDC; the rest is discovered."""
        return {
            "client_id": "an-id",
            "client_secret": "a-secret",
            "authorize_scopes": "openid email",
            "attributes_request_method": "GET",
            "oidc_issuer": self.url,
        }

    def to(self, path: str) -> Asked:
        """The last request to a path."""
        return next(request for request in reversed(self.asked) if request.path == path)

    def answer(self, path: str) -> tuple[int, bytes]:
        if path in self.answers:
            return self.answers[path]
        documents: dict[str, Json] = {
            "/.well-known/openid-configuration": {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "jwks_uri": f"{self.url}/jwks",
            },
            "/jwks": {"keys": [self._jwk()]},
            "/token": {"access_token": "their-token", "token_type": "Bearer", "expires_in": 3600, **self.more_tokens},
            "/userinfo": self.info,
        }
        if path == "/token" and self.claims:
            token = jwt.encode(self.claims, self.signed_by or self.key, algorithm="RS256", headers={"kid": "1"})
            documents["/token"]["id_token"] = token
        found = documents.get(path)
        return (200, json.dumps(found).encode()) if found is not None else (404, b"")

    def _jwk(self) -> Json:
        numbers = self.key.public_key().public_numbers()
        modulus = base64.urlsafe_b64encode(numbers.n.to_bytes(256, "big")).rstrip(b"=").decode()
        return {"kty": "RSA", "kid": "1", "alg": "RS256", "use": "sig", "e": "AQAB", "n": modulus}


@contextmanager
def running(key: rsa.RSAPrivateKey) -> Iterator[Provider]:
    """A provider that serves as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            query, form = dict(parse_qsl(parts.query)), dict(parse_qsl(body))
            provider.asked.append(Asked(self.command, parts.path, headers, query, form))
            status, answer = provider.answer(parts.path)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            if 300 <= status < 400:
                self.send_header("Location", answer.decode())
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_GET

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_port}", key)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    server.server_close()
    thread.join()
