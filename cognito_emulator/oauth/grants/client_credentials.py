"""The client credentials grant: a token for the app itself, with scopes of resource servers.

Source: reference oauth-and-hosted-ui.md §6.2, "Client credentials".
"""

from __future__ import annotations

from typing import Any

import orjson

from cognito_emulator.oauth import errors
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.user_pools import domains
from cognito_emulator.user_pools.records import Client
from cognito_emulator.user_pools.tokens import issue


def exchange(visit: Visit, client: Client) -> dict[str, Any]:
    """An access token with the scopes that are asked for, or with all that the client has."""
    settings = client.settings
    flows = settings.get("AllowedOAuthFlows", [])
    if not settings["AllowedOAuthFlowsUserPoolClient"] or "client_credentials" not in flows:
        raise errors.unauthorized_client()
    metadata = client_metadata(visit)
    existing = domains.custom_scopes(visit.call.reader, visit.pool)
    usable = [scope for scope in settings.get("AllowedOAuthScopes", []) if scope in existing]
    asked = visit.given.get("scope", "").split()
    if any(scope not in usable for scope in asked):
        raise errors.invalid_scope()
    granted = [scope for scope in usable if not asked or scope in asked]
    if not granted:
        raise errors.invalid_scope()
    return issue.client_token(visit.call, visit.pool, client, granted, metadata)


def client_metadata(visit: Visit) -> dict[str, str] | None:
    """`aws_client_metadata`: what the pre token generation function gets. Raises `OAuthError` if it is no JSON."""
    text = visit.given.get("aws_client_metadata")
    if not text:
        return None
    try:
        metadata = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise errors.bad_request() from None
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise errors.bad_request()
    found: dict[str, str] = metadata
    return found
