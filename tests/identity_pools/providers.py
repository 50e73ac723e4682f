"""Login providers on a local port: they answer as Google, Facebook, Amazon and Twitter do, for known tokens."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey


class Providers:
    """The answers of all providers. `asked` are the requests that came."""

    def __init__(self, key: RSAPrivateKey) -> None:
        self._key = key
        self.key_id = "key-1"
        self.asked: list[str] = []
        self.authorizations: list[str] = []
        self.is_down = False
        self.url = ""

    def id_token(self, issuer: str, audience: Any, subject: str, now: float, **claims: Any) -> str:
        """An ID token of an OpenID Connect provider."""
        said = {"iss": issuer, "aud": audience, "sub": subject, "exp": int(now) + 600, "iat": int(now), **claims}
        return jwt.encode(said, self._key, "RS256", headers={"kid": self.key_id})

    def answer(self, url: str, authorization: str) -> tuple[int, Any]:
        self.asked.append(url)
        path, query = urlsplit(url).path, parse_qs(urlsplit(url).query)
        if self.is_down:
            return 503, {}
        if path.endswith("/.well-known/openid-configuration"):
            return 200, {"jwks_uri": f"{self.url}/keys"}
        if path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
            return 200, {"keys": [{**public, "kid": self.key_id}]}
        token = query.get("access_token", [""])[0]
        if path in ("/1.1/account/verify_credentials.json", "/1.1/sdk/account.json"):
            self.authorizations.append(authorization)
            known = 'oauth_token="good"' in authorization
            return (200, {"id_str": "t-1"}) if known else (401, {"errors": []})
        if token == "old":
            return 400, {"error": {"message": "Session has expired.", "code": 190, "error_subcode": 463}}
        if token != "good":
            return 400, {"error": {"message": "Invalid OAuth access token."}}
        return 200, {
            "/app": {"id": "fb-app"},
            "/me": {"id": "fb-1"},
            "/auth/o2/tokeninfo": {"aud": "amzn-client", "app_id": "amzn-app", "user_id": "amzn-1", "exp": 3600},
        }[path]


@contextmanager
def running(key: RSAPrivateKey) -> Iterator[Providers]:
    """The providers, on a free port."""
    providers = Providers(key)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, content = providers.answer(self.path, self.headers.get("Authorization", ""))
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        providers.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield providers
        server.shutdown()
