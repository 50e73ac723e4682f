"""ID tokens of providers: signature, issuer, audience, time and nonce. And the secret that Apple wants signed.

Source: reference federation.md §3, step 5. Checked with PyJWT.
"""

from __future__ import annotations

import base64
import hmac
from typing import Any, cast

from cognito_emulator.aws.call import Call
from cognito_emulator.oauth import errors
from cognito_emulator.oauth.federation.endpoints import Endpoints
from cognito_emulator.outside import http_fetch
from cognito_emulator.user_pools.federation.records import IdentityProvider

Json = dict[str, Any]
_ASYMMETRIC = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
_SYMMETRIC = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}
# Seconds by which the provider's clock may differ.
_GRACE = 60


def check(call: Call, provider: IdentityProvider, there: Endpoints, token: Any, nonce: str | None) -> Json:
    """The claims of an ID token that is good. Raises `RedirectError`."""
    if not isinstance(token, str):
        raise errors.bad_id_token("is missing")
    claims = _verified(provider, there, token)
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if claims.get("iss") != there.issuer:
        raise errors.bad_id_token(f"issuer {claims.get('iss')}")
    if provider.details["client_id"] not in audiences:
        raise errors.bad_id_token("audience")
    if claims.get("azp", provider.details["client_id"]) != provider.details["client_id"]:
        raise errors.bad_id_token("azp")
    expires = claims.get("exp")
    if not isinstance(expires, (int, float)) or expires <= call.now - _GRACE:
        raise errors.bad_id_token("expiration")
    if nonce is not None and claims.get("nonce") != nonce:
        raise errors.bad_id_token("nonce")
    return claims


def client_secret(call: Call, provider: IdentityProvider) -> str | None:
    """The secret for the token endpoint: Apple's is a token that the private key signs."""
    if provider.type != "SignInWithApple":
        return provider.details.get("client_secret")
    import jwt

    key = provider.hidden["private_key"].strip()
    if not key.startswith("-----"):
        key = f"-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----"
    claims = {
        "iss": provider.details["team_id"],
        "iat": int(call.now),
        "exp": int(call.now) + 300,
        "aud": "https://appleid.apple.com",
        "sub": provider.details["client_id"],
    }
    try:
        return jwt.encode(claims, key, algorithm="ES256", headers={"kid": provider.details["key_id"]})
    except (ValueError, TypeError, jwt.PyJWTError):
        raise errors.provider_error(provider.name, 400, "invalid_client", "the private key cannot be used") from None


def _verified(provider: IdentityProvider, there: Endpoints, token: str) -> Json:
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
        raise errors.bad_id_token("signature") from None
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
        raise errors.keys_unreachable()
    try:
        listed = http_fetch.get_json(there.keys)["keys"]
    except (http_fetch.Unreachable, KeyError, TypeError):
        raise errors.keys_unreachable() from None
    found = [one for one in listed if key_id is None or one.get("kid") == key_id]
    if not found:
        raise errors.bad_id_token("signature")
    return jwt.PyJWK(found[0]).key
