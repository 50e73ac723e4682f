"""ID tokens of providers: signature, issuer, audience, time and nonce. And the secret that Apple wants signed.

Source: reference federation.md §3, step 5.
"""

from __future__ import annotations

from typing import Any

from cognito_emulator.aws.call import Call
from cognito_emulator.oauth import errors
from cognito_emulator.user_pools.federation import signatures
from cognito_emulator.user_pools.federation.places import Endpoints
from cognito_emulator.user_pools.federation.records import IdentityProvider

Json = dict[str, Any]


def check(call: Call, provider: IdentityProvider, there: Endpoints, token: Any, nonce: str | None) -> Json:
    """The claims of an ID token that is good. Raises `RedirectError`."""
    if not isinstance(token, str):
        raise errors.bad_id_token("is missing")
    try:
        claims = signatures.claims_of(provider, there, token)
    except signatures.BadSignature:
        raise errors.bad_id_token("signature") from None
    except signatures.KeysUnreachable:
        raise errors.keys_unreachable() from None
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if claims.get("iss") != there.issuer:
        raise errors.bad_id_token(f"issuer {claims.get('iss')}")
    if provider.details["client_id"] not in audiences:
        raise errors.bad_id_token("audience")
    if claims.get("azp", provider.details["client_id"]) != provider.details["client_id"]:
        raise errors.bad_id_token("azp")
    expires = claims.get("exp")
    if not isinstance(expires, (int, float)) or expires <= call.now - signatures.GRACE:
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
