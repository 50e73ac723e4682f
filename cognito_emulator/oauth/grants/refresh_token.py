"""The refresh token grant; with rotation it also gives the next refresh token.

Source: reference oauth-and-hosted-ui.md §6.2, "Refresh notes".
"""

from __future__ import annotations

from typing import Any

from cognito_emulator.oauth import errors
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.user_pools.records import Client
from cognito_emulator.user_pools.tokens import refresh


def exchange(visit: Visit, client: Client) -> dict[str, Any]:
    """Fresh tokens of a sign-in, whether it was at the domain or (without device tracking) through the API."""
    token = visit.given.get("refresh_token")
    if not token:
        raise errors.bad_request()
    refreshable = refresh.find(visit.call, client, token)
    if refreshable.family.oauth is None and visit.pool.settings.get("DeviceConfiguration"):
        raise errors.invalid_grant()
    return refresh.exchange(visit.call, visit.pool, client, refreshable)
