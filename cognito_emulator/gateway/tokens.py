"""JSON Web Tokens: their parts, and whether a key signed them. What claims have to say is the authorizers' business."""

from __future__ import annotations

from typing import Any

import jwt

Claims = dict[str, Any]
RSA_ALGORITHMS = ("RS256", "RS384", "RS512")


def parts(token: str) -> tuple[Claims, Claims] | None:
    """Header and claims of a token, not verified; None if it is none."""
    try:
        header = jwt.get_unverified_header(token)
        claims = jwt.decode(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError):
        return None
    return header, claims


def is_signed(token: str, key: Any, algorithm: str) -> bool:
    """Whether a token is signed with an RSA key."""
    off = ("verify_exp", "verify_aud", "verify_iat", "verify_nbf", "verify_iss", "verify_sub", "verify_jti")
    options: Any = dict.fromkeys(off, False)
    try:
        jwt.decode(token, key, algorithms=[algorithm], options=options)
    except (jwt.PyJWTError, ValueError):
        return False
    return True


def moment(claims: Claims, name: str) -> float | None:
    """A claim that is a time; None if it is none."""
    value = claims.get(name)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def without_scheme(value: str) -> str:
    """A token as it stands in a header, without `Bearer` in front."""
    scheme, _, token = value.partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token else value
