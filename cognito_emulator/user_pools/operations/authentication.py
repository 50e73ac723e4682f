"""Sign-in: the operations in front of the engine."""

from __future__ import annotations

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.user_pools import errors, repository
from cognito_emulator.user_pools.authentication import engine, flows, secret_hash
from cognito_emulator.user_pools.service import operation
from cognito_emulator.user_pools.tokens import refresh


@operation
def initiate_auth(call: Call, params: Params) -> Answer:
    """Begin a sign-in. Source: API reference, InitiateAuth; reference auth-flows.md §1."""
    client, pool = repository.client_and_pool(call, params["ClientId"])
    return engine.start(
        call,
        pool,
        client,
        params["AuthFlow"],
        params.get("AuthParameters", {}),
        admin=False,
        metadata=params.get("ClientMetadata"),
        session=params.get("Session"),
    )


@operation
def admin_initiate_auth(call: Call, params: Params) -> Answer:
    """Begin a sign-in on behalf of a user. Source: API reference, AdminInitiateAuth."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    client = repository.client_of_pool(call.reader, pool, params["ClientId"])
    return engine.start(
        call,
        pool,
        client,
        params["AuthFlow"],
        params.get("AuthParameters", {}),
        admin=True,
        metadata=params.get("ClientMetadata"),
        session=params.get("Session"),
    )


@operation
def respond_to_auth_challenge(call: Call, params: Params) -> Answer:
    """Answer a challenge. Source: API reference, RespondToAuthChallenge."""
    client, pool = repository.client_and_pool(call, params["ClientId"])
    return engine.answer(
        call,
        pool,
        client,
        params["ChallengeName"],
        params.get("ChallengeResponses", {}),
        params.get("Session"),
        admin=False,
        metadata=params.get("ClientMetadata"),
    )


@operation
def admin_respond_to_auth_challenge(call: Call, params: Params) -> Answer:
    """Answer a challenge on behalf of a user. Source: API reference, AdminRespondToAuthChallenge."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    client = repository.client_of_pool(call.reader, pool, params["ClientId"])
    return engine.answer(
        call,
        pool,
        client,
        params["ChallengeName"],
        params.get("ChallengeResponses", {}),
        params.get("Session"),
        admin=True,
        metadata=params.get("ClientMetadata"),
    )


@operation
def get_tokens_from_refresh_token(call: Call, params: Params) -> Answer:
    """Exchange a refresh token; a client with rotation also gets the next one.

    Source: API reference, GetTokensFromRefreshToken; reference auth-flows.md §11.
    """
    client, pool = repository.client_and_pool(call, params["ClientId"])
    secret_hash.check_secret(client, params.get("ClientSecret"))
    if client.rotation is None and engine.REFRESH not in flows.enabled_flows(client):
        raise errors.flow_not_enabled(engine.REFRESH)
    refreshable = refresh.find(call, client, params["RefreshToken"])
    refresh.check_device(call, pool, refreshable, params.get("DeviceKey"))
    return {"AuthenticationResult": refresh.exchange(call, pool, client, refreshable, params.get("ClientMetadata"))}
