"""Sign-in: the operations in front of the engine."""

from __future__ import annotations

from functools import partial

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.user_pools import analytics, errors, repository
from cognito_emulator.user_pools.authentication import engine, flows, secret_hash
from cognito_emulator.user_pools.records import Client, Pool
from cognito_emulator.user_pools.service import operation
from cognito_emulator.user_pools.tokens import refresh


@operation
def initiate_auth(call: Call, params: Params) -> Answer:
    """Begin a sign-in. Source: API reference, InitiateAuth; reference auth-flows.md §1."""
    client, pool = repository.client_and_pool(call, params["ClientId"])
    return _start(call, pool, client, params, admin=False)


@operation
def admin_initiate_auth(call: Call, params: Params) -> Answer:
    """Begin a sign-in on behalf of a user. Source: API reference, AdminInitiateAuth."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    client = repository.client_of_pool(call.reader, pool, params["ClientId"])
    return _start(call, pool, client, params, admin=True)


@operation
def respond_to_auth_challenge(call: Call, params: Params) -> Answer:
    """Answer a challenge. Source: API reference, RespondToAuthChallenge."""
    client, pool = repository.client_and_pool(call, params["ClientId"])
    return _answer(call, pool, client, params, admin=False)


@operation
def admin_respond_to_auth_challenge(call: Call, params: Params) -> Answer:
    """Answer a challenge on behalf of a user. Source: API reference, AdminRespondToAuthChallenge."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    client = repository.client_of_pool(call.reader, pool, params["ClientId"])
    return _answer(call, pool, client, params, admin=True)


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


def _start(call: Call, pool: Pool, client: Client, params: Params, *, admin: bool) -> Answer:
    parameters = params.get("AuthParameters", {})
    step = partial(
        engine.start,
        call,
        pool,
        client,
        params["AuthFlow"],
        parameters,
        admin=admin,
        metadata=params.get("ClientMetadata"),
        session=params.get("Session"),
    )
    return analytics.of_sign_in(call, pool, client, parameters, step)


def _answer(call: Call, pool: Pool, client: Client, params: Params, *, admin: bool) -> Answer:
    responses = params.get("ChallengeResponses", {})
    step = partial(
        engine.answer,
        call,
        pool,
        client,
        params["ChallengeName"],
        responses,
        params.get("Session"),
        admin=admin,
        metadata=params.get("ClientMetadata"),
    )
    return analytics.of_sign_in(call, pool, client, responses, step)
