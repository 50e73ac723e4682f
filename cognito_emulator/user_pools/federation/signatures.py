"""Tokens of OpenID Connect providers: by whom they are signed. Checked with PyJWT; keys are fetched for every token.

Source: reference federation.md §3, step 5.
"""

from __future__ import annotations

import base64
import hmac
from typing import Any, cast

from cognito_emulator.outside import http_fetch
from cognito_emulator.user_pools.federation.places import Endpoints
from cognito_emulator.user_pools.federation.records import IdentityProvider

Json = dict[str, Any]
_ASYMMETRIC = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
_SYMMETRIC = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}
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

    off = dict.fromkeys(("verify_exp", "verify_aud", "verify_iat", "verify_nbf", "verify_iss", "verify_sub"), False)
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") in _SYMMETRIC:
            _check_shared(token, header["alg"], provider.details.get("client_secret", ""))
            claims: Json = jwt.decode(token, options={"verify_signature": False})
        else:
            key = _key(there, header.get("kid"))
            claims = jwt.decode(token, key, algorithms=_ASYMMETRIC, options=cast("Any", off))
    except (jwt.PyJWTError, ValueError, TypeError):
        raise BadSignature from None
    return claims


def _check_shared(token: str, algorithm: str, secret: str) -> None:
    """A signature with the client's secret, however short that is; without one there is none. Raises `ValueError`."""
    signed, _, signature = token.rpartition(".")
    good = hmac.digest(secret.encode(), signed.encode(), _SYMMETRIC[algorithm])
    given = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    if not secret or not hmac.compare_digest(good, given):
        raise ValueError("signature")


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
