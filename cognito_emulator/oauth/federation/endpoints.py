"""Where a provider is: as its details say, or elsewhere by `Config.identity_providers`, or nowhere but here."""

from __future__ import annotations

from cognito_emulator.aws.call import Call
from cognito_emulator.oauth import errors
from cognito_emulator.oauth.federation import fake
from cognito_emulator.outside import http_fetch
from cognito_emulator.user_pools.federation import places
from cognito_emulator.user_pools.federation.places import Endpoints
from cognito_emulator.user_pools.federation.records import IdentityProvider


def of(call: Call, provider: IdentityProvider) -> Endpoints:
    """Where a provider is. Raises `RedirectError` if it cannot be found out."""
    try:
        found = places.elsewhere(call, provider)
    except http_fetch.Unreachable:
        raise errors.provider_unreachable() from None
    if found is not None:
        return found
    if call.emulator.config.fake_idp:
        return Endpoints(fake.PATH, "", "", "", "", fake=True)
    return places.of_details(provider)
