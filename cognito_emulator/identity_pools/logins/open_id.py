"""ID tokens of Google, Apple and the OpenID Connect providers of IAM.

Keys come from the provider's discovery document. A provider that is no longer, or not yet, on the internet can be
anywhere: `Config.login_providers` says where.

Source: reference identity-pools.md §5; developer guide, "OIDC providers as identity pool IdPs".
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

from cognito_emulator.aws.call import Call
from cognito_emulator.identity_pools import errors, iam
from cognito_emulator.identity_pools.logins import id_tokens
from cognito_emulator.identity_pools.logins.verified import Claims, Verified
from cognito_emulator.identity_pools.records import IdentityPool
from cognito_emulator.outside import http_fetch
from cognito_emulator.user_pools import is_signed_id_token, login_provider_of

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator

logger = logging.getLogger(__name__)
GRACE = 300.0
"""Seconds by which the clocks of provider and service may differ."""


def arn_of(pool: IdentityPool, name: str) -> str | None:
    """The ARN of the pool's OpenID Connect provider with that host and path."""
    return next((arn for arn in pool.open_id_arns if arn.partition(":oidc-provider/")[2] == name), None)


def verify(call: Call, pool: IdentityPool, name: str, token: str, claims: Claims) -> Verified:
    """The user behind an ID token."""
    issuer = id_tokens.required(claims, "iss")
    id_tokens.required(claims, "aud")
    subject = id_tokens.required(claims, "sub")
    if issuer.removeprefix("https://") != name:
        raise errors.issuer_mismatch()
    arn = arn_of(pool, name)
    audience = _audience(call, pool, name, arn, claims)
    # A user pool may be a provider of IAM, as any other; its keys are here.
    is_own = login_provider_of(call, issuer) is not None
    if not (is_signed_id_token(call, token) if is_own else _is_signed(call.emulator, name, token)):
        raise errors.unverified_signature()
    id_tokens.check_expiry(claims, call.now, GRACE)
    if arn is not None:
        return Verified(name, subject, f"{arn}:OIDC:{subject}", claims, mapping=arn, tag_provider=arn)
    return Verified(name, subject, f"{name}:{audience}:{subject}", claims, mapping=name, tag_provider=name)


def _audience(call: Call, pool: IdentityPool, name: str, arn: str | None, claims: Claims) -> str:
    """The client that the token is for: `azp` counts more than `aud`."""
    audiences = [claims["azp"]] if claims.get("azp") else claims["aud"]
    audiences = audiences if isinstance(audiences, list) else [audiences]
    if name in pool.social_providers:
        clients = [pool.social_providers[name]]
    elif arn is not None:
        clients = iam.open_id_clients(call, arn)
    else:
        raise errors.unsupported_provider()
    found = next((audience for audience in audiences if audience in clients), None)
    if found is None:
        raise errors.wrong_audience()
    return str(found)


def _is_signed(emulator: Emulator, name: str, token: str) -> bool:
    import jwt

    try:
        key_id = jwt.get_unverified_header(token).get("kid")
    except jwt.InvalidTokenError:
        return False
    keys = emulator.part(ProviderKeys).of(name, key_id)
    return any(id_tokens.is_signed(token, key) for key in keys)


class ProviderKeys:
    """Public keys of providers, fetched once, and again when a token names a key that is not among them."""

    def __init__(self, emulator: Emulator) -> None:
        self._places = provider_places(emulator.config.login_providers)
        self._keys: dict[str, dict[str | None, Any]] = {}
        self._lock = threading.Lock()

    def of(self, name: str, key_id: str | None) -> list[Any]:
        """The keys that may have signed a token: the one it names, or all if it names none.

        Raises `ExternalServiceException` if the provider cannot be asked.
        """
        with self._lock:
            keys = self._keys.get(name)
        if keys is None or (key_id is not None and key_id not in keys):
            keys = self._fetch(name)
            with self._lock:
                self._keys[name] = keys
        if key_id is None:
            return list(keys.values())
        return [keys[key_id]] if key_id in keys else []

    def _fetch(self, name: str) -> dict[str | None, Any]:
        import jwt

        base = self._places.get(name, f"https://{name}")
        try:
            discovery = http_fetch.get_json(f"{base}/.well-known/openid-configuration")
            found = http_fetch.get_json(discovery["jwks_uri"])
            listed = [jwt.PyJWK(key) for key in found["keys"] if key.get("kty") == "RSA"]
        except (http_fetch.Unreachable, KeyError, TypeError, jwt.PyJWTError) as error:
            logger.warning("The keys of %s cannot be had: %s", name, error)
            raise errors.provider_unreachable(name) from None
        return {key.key_id or str(number): key.key for number, key in enumerate(listed)}


def provider_places(option: str) -> dict[str, str]:
    """`Config.login_providers` by provider: base URLs without a slash at the end."""
    pairs = (pair.partition("=") for pair in option.split(",") if pair.strip())
    return {name.strip(): place.strip().rstrip("/") for name, _, place in pairs}
