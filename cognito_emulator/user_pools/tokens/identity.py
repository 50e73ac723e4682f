"""ID tokens that users show to an identity pool.

Source: reference identity-pools.md §5.
"""

from __future__ import annotations

from typing import Any

from cognito_emulator.aws.call import Call
from cognito_emulator.user_pools import records
from cognito_emulator.user_pools.records import Pool
from cognito_emulator.user_pools.tokens.issuer import issuers_of
from cognito_emulator.user_pools.tokens.keys import KeyRing
from cognito_emulator.user_pools.tokens.verify import is_revoked

Claims = dict[str, Any]


def provider_of(call: Call, issuer: str) -> str | None:
    """The provider name of the user pool whose tokens have that issuer; None if it is no pool here.

    What the issuer looks like depends on the emulator's issuer mode; the provider name is always AWS's.
    """
    pool = _pool_of_issuer(call, issuer)
    return provider_name(pool) if pool is not None else None


def provider_name(pool: Pool) -> str:
    """The name that identity pools have for a user pool."""
    suffix = ".cn" if pool.region.startswith("cn-") else ""
    return f"cognito-idp.{pool.region}.amazonaws.com{suffix}/{pool.id}"


def is_signed(call: Call, token: str) -> bool:
    """Whether an ID token is signed by the key of the pool that its issuer names."""
    import jwt

    try:
        header = jwt.get_unverified_header(token)
        claims: Claims = jwt.decode(token, options={"verify_signature": False})
        pool = _pool_of_issuer(call, str(claims.get("iss")))
        if pool is None or claims.get("token_use") != "id":
            return False
        key = call.emulator.part(KeyRing).of(pool.id).id
        if header.get("kid") != key.kid:
            return False
        options: Any = {"verify_exp": False, "verify_aud": False, "verify_iat": False}
        jwt.decode(token, key.public, algorithms=["RS256"], options=options)
    except jwt.InvalidTokenError:
        return False
    return True


def is_in_force(call: Call, claims: Claims) -> bool:
    """What ServerSideTokenCheck asks: the user is there and enabled, and has not signed out since."""
    reader = call.reader
    pool = _pool_of_issuer(call, claims["iss"])
    client = reader.get(records.CLIENTS, claims["aud"])
    if pool is None or client is None:
        return False
    user = reader.get(records.USERS, pool.id, pool.fold(claims.get("cognito:username", "")))
    if user is None or user.sub != claims["sub"] or not user.enabled:
        return False
    origin = claims.get("origin_jti")
    family = reader.get(records.FAMILIES, origin) if origin else None
    return not is_revoked(client, user, claims, family)


def _pool_of_issuer(call: Call, issuer: str) -> Pool | None:
    host, _, pool_id = issuer.rpartition("/")
    pool = call.reader.get(records.POOLS, pool_id) if host else None
    if pool is None:
        return None
    if call.emulator.config.issuer == "local":
        return pool  # the host is the one that the client called, whatever it was; the signature decides
    return pool if issuer in issuers_of(call.emulator.config, pool) else None
