"""Tokens for app clients themselves, and tokens in exchange for others."""

from __future__ import annotations

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.user_pools import domains, errors, repository
from cognito_emulator.user_pools.authentication import flows, secret_hash
from cognito_emulator.user_pools.records import Client, Pool
from cognito_emulator.user_pools.service import operation
from cognito_emulator.user_pools.tokens import exchange, issue

CLIENT_TOKEN = "CLIENT_TOKEN_AUTH"


@operation
def get_client_token(call: Call, params: Params) -> Answer:
    """An access token for an app client, with scopes of resource servers. Source: API reference, GetClientToken."""
    client, pool = repository.client_and_pool(call, params["ClientId"])
    secret_hash.check_secret(client, params["Secret"])
    _require_flow(client, CLIENT_TOKEN)
    existing = domains.custom_scopes(call.reader, pool)
    usable = [scope for scope in client.settings.get("AllowedOAuthScopes", []) if scope in existing]
    asked = params.get("Scopes") or usable
    for scope in asked:
        if scope not in usable:
            raise errors.invalid_scope_requested(scope)
    granted = [scope for scope in usable if scope in asked]
    result = issue.client_token(call, pool, client, granted, params.get("ClientMetadata"))
    return {"ClientAuthenticationResult": result}


@operation
def get_derived_token(call: Call, params: Params) -> Answer:
    """A token for a downstream service in exchange for one that the caller holds.

    Source: API reference, GetDerivedToken; reference user-pools.md §13.
    """
    client, pool = repository.client_and_pool(call, params["ClientId"])
    _require_credentials(call, pool, client, params.get("ClientSecret"))
    exchange.check_combinations(params)
    _require_flow(client, exchange.flow_of(params))
    return exchange.run(call, pool, client, params)


def _require_flow(client: Client, flow: str) -> None:
    if flow not in flows.enabled_flows(client):
        raise errors.flow_not_enabled(flow)


def _require_credentials(call: Call, pool: Pool, client: Client, secret: str | None) -> None:
    """A signature of the pool's account stands in for the client's secret; a secret that is given has to be right."""
    if secret is None and call.signed and call.account == pool.account:
        return
    secret_hash.check_secret(client, secret)
