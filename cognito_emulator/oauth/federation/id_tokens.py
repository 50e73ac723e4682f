"""ID tokens of providers: signature, issuer, audience, time and nonce. And the secret that Apple wants signed.

Source: reference federation.md §3, step 5. Checked with PyJWT.
"""

from __future__ import annotations

from typing import Any

from cognito_emulator.aws.call import Call
from cognito_emulator.oauth import errors
from cognito_emulator.oauth.federation.endpoints import Endpoints
from cognito_emulator.outside import http_fetch
from cognito_emulator.user_pools.federation.records import IdentityProvider

Json = dict[str, Any]
_ASYMMETRIC = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
_SYMMETRIC = ["HS256", "HS384", "HS512"]
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
        raise errors.bad_id_token("signature") from None
    return claims


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
