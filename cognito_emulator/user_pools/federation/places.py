"""Where a provider is: as its details say, or elsewhere by `Config.identity_providers`, which tests and developers set.

Discovery documents are read once.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cognito_emulator.aws.call import Call
from cognito_emulator.outside import http_fetch
from cognito_emulator.user_pools.federation.records import IdentityProvider

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator

_GOOGLE_KEYS = "https://www.googleapis.com/oauth2/v3/certs"
_APPLE_KEYS = "https://appleid.apple.com/auth/keys"
_KEYS = {"https://accounts.google.com": _GOOGLE_KEYS, "https://appleid.apple.com": _APPLE_KEYS}


@dataclass(frozen=True)
class Endpoints:
    """The addresses of a provider; those that it has not are empty. `issuer` is whom its ID tokens are from."""

    authorize: str
    token: str
    attributes: str
    keys: str
    issuer: str
    elsewhere: bool = False
    fake: bool = False


def elsewhere(call: Call, provider: IdentityProvider) -> Endpoints | None:
    """Where the configuration says that a provider is. Raises `Unreachable` if its discovery document cannot be had."""
    places = call.emulator.part(Places)
    base = places.base(provider.name)
    return places.discover(base) if base is not None else None


def of_details(provider: IdentityProvider) -> Endpoints:
    """Where a provider is by its own details."""
    details = provider.details
    issuer = details.get("oidc_issuer", "")
    return Endpoints(
        authorize=details["authorize_url"],
        token=details["token_url"],
        attributes=details.get("attributes_url", ""),
        keys=details.get("jwks_uri") or _KEYS.get(issuer, ""),
        issuer=issuer,
    )


class Places:
    """Providers that are elsewhere, and what their discovery documents say."""

    def __init__(self, emulator: Emulator) -> None:
        pairs = (pair.partition("=") for pair in emulator.config.identity_providers.split(",") if pair.strip())
        self._bases = {name.strip(): base.strip().rstrip("/") for name, _, base in pairs}
        self._found: dict[str, Endpoints] = {}
        self._lock = threading.Lock()

    def base(self, name: str) -> str | None:
        return self._bases.get(name)

    def discover(self, base: str) -> Endpoints:
        with self._lock:
            found = self._found.get(base)
        if found is None:
            found = _discovered(base)
            with self._lock:
                self._found[base] = found
        return found


def _discovered(base: str) -> Endpoints:
    url = f"{base}/.well-known/openid-configuration"
    document: dict[str, Any] = http_fetch.get_json(url)
    try:
        return Endpoints(
            authorize=document["authorization_endpoint"],
            token=document["token_endpoint"],
            attributes=document.get("userinfo_endpoint", ""),
            keys=document["jwks_uri"],
            issuer=document["issuer"],
            elsewhere=True,
        )
    except (AttributeError, KeyError, TypeError):
        raise http_fetch.Unreachable(f"{url} is no discovery document") from None
