"""OpenID tokens of the service itself, the key that signs them, and the documents by which others check them.

Source: reference identity-pools.md §9.
"""

from __future__ import annotations

import base64
import threading
from typing import TYPE_CHECKING, Any

import orjson

from cognito_emulator.aws.call import Call, HttpRequest, HttpResponse
from cognito_emulator.identity_pools import errors
from cognito_emulator.identity_pools.records import SERVICE_KEYS, IdentityPool, ServiceKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    from cognito_emulator.emulator import Emulator
    from cognito_emulator.store.interface import Transaction

Claims = dict[str, Any]
LIFETIME = 600
DEVELOPER_LIFETIME = 900
ALGORITHM = "RS512"
POOL_ARN = "https://cognito-identity.amazonaws.com/identity-pool-arn"
TAGS = "https://aws.amazon.com/tags"
_NAME = "openid"


class ServiceKeys:
    """The signing key of one emulator, made when it is first needed.

    The store is asked for it each time: another process may have reset it.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._loaded: tuple[ServiceKey, RSAPrivateKey] | None = None
        self._lock = threading.Lock()
        # The region with a number at its end: opaque to clients.
        self.kid = f"{emulator.config.region}1"

    @property
    def private(self) -> RSAPrivateKey:
        with self._lock:
            kept = self._emulator.store.reader.get(SERVICE_KEYS, _NAME)
            if self._loaded is None or self._loaded[0] != kept:
                self._loaded = self._load(kept)
            return self._loaded[1]

    def close(self) -> None:
        """Give the key back to the supply; an emulator that comes later may use it."""
        loaded, self._loaded = self._loaded, None
        if loaded is not None and not self._emulator.store.shared:
            self._emulator.key_supply.recycle([loaded[1]])

    def _load(self, kept: ServiceKey | None) -> tuple[ServiceKey, RSAPrivateKey]:
        from cryptography.hazmat.primitives.serialization import (
            Encoding,
            NoEncryption,
            PrivateFormat,
            load_pem_private_key,
        )

        if kept is None:
            made = self._emulator.key_supply.take()
            pem = made.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
            kept = self._emulator.store.transact(lambda tx: _keep(tx, ServiceKey(_NAME, pem)))
            if kept.pem == pem:
                return kept, made
        private = load_pem_private_key(kept.pem.encode(), password=None, unsafe_skip_rsa_key_validation=True)
        return kept, private  # type: ignore[return-value]


def _keep(tx: Transaction, made: ServiceKey) -> ServiceKey:
    there = tx.get(SERVICE_KEYS, made.name)
    if there is None:
        tx.insert(SERVICE_KEYS, made)
    return there or made


def claims_for(
    call: Call, pool: IdentityPool, identity_id: str, amr: list[str], seconds: int, tags: dict[str, str]
) -> Claims:
    """What a token says: who somebody is and how they signed in."""
    claims: Claims = {
        "sub": identity_id,
        "aud": pool.id,
        "amr": amr,
        "iss": f"https://{pool.service_host}",
        POOL_ARN: pool.arn,
        "exp": int(call.now) + seconds,
        "iat": int(call.now),
    }
    if tags:
        claims[TAGS] = {"principal_tags": {name: [value] for name, value in tags.items()}}
    return claims


def sign(emulator: Emulator, claims: Claims) -> str:
    """The token that says so; STS takes it."""
    from jwt.api_jws import PyJWS

    keys = emulator.part(ServiceKeys)
    headers = {"kid": keys.kid, "typ": "JWS"}
    return PyJWS().encode(orjson.dumps(claims), keys.private, ALGORITHM, headers=headers)


def claims_of(emulator: Emulator, token: str) -> Claims | None:
    """The claims of one of the service's tokens, its signature checked; None for any other token."""
    import jwt

    options: Any = {"verify_exp": False, "verify_aud": False, "verify_iat": False}
    try:
        public = emulator.part(ServiceKeys).private.public_key()
        claims: Claims = jwt.decode(token, public, algorithms=[ALGORITHM], options=options)
    except jwt.InvalidTokenError:
        return None
    return claims


def is_of_service(token: str) -> bool:
    """Whether a token says that this service issued it. Nothing is verified."""
    import jwt

    try:
        issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
    except jwt.InvalidTokenError:
        return False
    return isinstance(issuer, str) and issuer.startswith("https://cognito-identity.")


def verify(call: Call, pool: IdentityPool, token: str) -> Claims:
    """The claims of a token that is shown as a login of this pool."""
    if not is_of_service(token):
        raise errors.no_cognito_token()
    claims = claims_of(call.emulator, token)
    if claims is None:
        raise errors.unverified_signature()
    if claims["aud"] != pool.id:
        raise errors.wrong_audience()
    if call.now >= claims["exp"]:
        raise errors.token_expired(call.now, claims["exp"])
    return claims


def document(emulator: Emulator, request: HttpRequest, name: str) -> HttpResponse:
    """`openid-configuration` or `jwks_uri`, which really is the path of the keys."""
    content = _keys(emulator) if name == "jwks_uri" else _configuration(request)
    headers = {"Content-Type": "application/json", "Cache-Control": "public, max-age=2592000"}
    return HttpResponse(200, {**headers, "Access-Control-Allow-Origin": "*"}, orjson.dumps(content))


def _keys(emulator: Emulator) -> dict[str, Any]:
    keys = emulator.part(ServiceKeys)
    numbers = keys.private.public_key().public_numbers()
    public = {"kty": "RSA", "alg": ALGORITHM, "use": "sig", "kid": keys.kid}
    return {"keys": [{**public, "n": _base64url(numbers.n), "e": _base64url(numbers.e)}]}


def _configuration(request: HttpRequest) -> dict[str, Any]:
    return {
        "issuer": "https://cognito-identity.amazonaws.com",
        "jwks_uri": f"{request.base_url}/.well-known/jwks_uri",
        "authorization_endpoint": f"{request.base_url}/authorize",
        "response_types_supported": ["none"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
    }


def _base64url(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
