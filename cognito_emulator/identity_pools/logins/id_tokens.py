"""What all ID tokens have in common."""

from __future__ import annotations

from typing import Any

from cognito_emulator.identity_pools import errors
from cognito_emulator.identity_pools.logins.verified import Claims


def claims_of(token: str) -> Claims | None:
    """The claims of a JWT, not verified; None if it is none."""
    import jwt

    try:
        claims: Claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return None
    return claims


def required(claims: Claims, name: str) -> str:
    """A claim that has to be there."""
    value = claims.get(name)
    if value is None or value == "":
        raise errors.missing_claim(name)
    return str(value[0] if isinstance(value, list) and value else value)


def check_expiry(claims: Claims, now: float, grace: float = 0.0) -> None:
    """Refuse a token whose time is over."""
    expires = claims.get("exp")
    if expires is None:
        raise errors.missing_claim("exp")
    if not isinstance(expires, (int, float)) or now >= expires + grace:
        raise errors.token_expired(now, float(expires))


def is_signed(token: str, key: Any) -> bool:
    """Whether a token is signed with an RSA key. Times and audience are checked elsewhere."""
    import jwt

    options: Any = {"verify_exp": False, "verify_aud": False, "verify_iat": False, "verify_nbf": False}
    try:
        jwt.decode(token, key, algorithms=["RS256", "RS384", "RS512"], options=options)
    except jwt.InvalidTokenError:
        return False
    return True
