"""Tokens of OpenID Connect providers: by whom they are signed. Checked with PyJWT; keys are fetched for every token.

Source: reference federation.md §3, step 5.
"""

from __future__ import annotations

from typing import Any

from cognito_emulator.outside import http_fetch
from cognito_emulator.user_pools.federation.places import Endpoints
from cognito_emulator.user_pools.federation.records import IdentityProvider

Json = dict[str, Any]
_ASYMMETRIC = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
_SYMMETRIC = ["HS256", "HS384", "HS512"]
# Seconds by which the provider's clock may differ.
GRACE = 60


class BadSignature(Exception):
    """The provider has not signed this."""


class KeysUnreachable(Exception):
    """The provider's keys cannot be had."""


def claims_of(provider: IdentityProvider, there: Endpoints, token: str) -> Json:
    """What a token says that the provider signed. Issuer, audience and times are not checked.

    Raises `BadSignature` and `KeysUnreachable`.
    """
    import jwt

    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") in _SYMMETRIC:
            key: Any = provider.details.get("client_secret") or ""
        else:
            key = _key(there, header.get("kid"))
        off = {"verify_exp": False, "verify_aud": False, "verify_iat": False, "verify_nbf": False}
        options: Any = {**off, "verify_iss": False, "verify_sub": False, "enforce_minimum_key_length": False}
        algorithms = _SYMMETRIC if header.get("alg") in _SYMMETRIC else _ASYMMETRIC
        claims: Json = jwt.decode(token, key, algorithms=algorithms, options=options)
    except (jwt.PyJWTError, ValueError, TypeError):
        raise BadSignature from None
    return claims


def _key(there: Endpoints, key_id: str | None) -> Any:
    import jwt

    if not there.keys:
        raise KeysUnreachable
    try:
        listed = http_fetch.get_json(there.keys)["keys"]
    except (http_fetch.Unreachable, KeyError, TypeError):
        raise KeysUnreachable from None
    found = [one for one in listed if key_id is None or one.get("kid") == key_id]
    if not found:
        raise BadSignature
    return jwt.PyJWK(found[0]).key
