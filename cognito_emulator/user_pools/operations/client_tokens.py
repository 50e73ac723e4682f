"""Tokens for app clients themselves, and tokens in exchange for others."""

from __future__ import annotations

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.user_pools import domains, errors, repository
from cognito_emulator.user_pools.authentication import flows, secret_hash
from cognito_emulator.user_pools.records import Client, Pool
from cognito_emulator.user_pools.service import operation
from cognito_emulator.user_pools.tokens import exchange, issue

CLIENT_TOKEN, IMPERSONATION, DELEGATION = (
    "CLIENT_TOKEN_AUTH",
    "TOKEN_EXCHANGE_IMPERSONATION",
    "TOKEN_EXCHANGE_DELEGATION",
)


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
    _check_combinations(params)
    has_actor = "ActorToken" in params
    _require_flow(client, DELEGATION if has_actor else IMPERSONATION)
    if params.get("Resources"):
        domains.resource_server(call.reader, pool, params["Resources"][0])
    subject = _presented(call, pool, params, "Subject")
    actor = _presented(call, pool, params, "Actor") if has_actor else None
    if subject.user is None:
        raise errors.invalid_exchange_token("Subject")
    wanted = exchange.Wanted(
        type=params.get("RequestedTokenType", exchange.ACCESS_TOKEN),
        scopes=exchange.granted(client, subject, params.get("Scopes", [])),
        audience=next(iter(params.get("Audiences") or params.get("Resources") or []), None),
        act=exchange.actor_claim(subject, actor),
    )
    return exchange.derive(call, pool, client, subject, subject.user, wanted)


def _require_flow(client: Client, flow: str) -> None:
    if flow not in flows.enabled_flows(client):
        raise errors.flow_not_enabled(flow)


def _require_credentials(call: Call, pool: Pool, client: Client, secret: str | None) -> None:
    """A signature of the pool's account stands in for the client's secret; a secret that is given has to be right."""
    if secret is None and call.signed and call.account == pool.account:
        return
    secret_hash.check_secret(client, secret)


def _check_combinations(params: Params) -> None:
    if params.get("Audiences") and params.get("Resources"):
        raise errors.audiences_and_resources()
    if ("ActorToken" in params) != ("ActorTokenType" in params):
        raise errors.token_and_type_go_together("Actor")
    if "ActorTokenProviderName" in params and "ActorToken" not in params:
        raise errors.provider_of_missing_token("Actor")


def _presented(call: Call, pool: Pool, params: Params, name: str) -> exchange.Presented:
    provider = params.get(f"{name}TokenProviderName")
    return exchange.present(call, pool, name, params[f"{name}Token"], params[f"{name}TokenType"], provider)
