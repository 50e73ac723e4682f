"""Tracked sessions of users, and the configuration of tracking."""

from __future__ import annotations

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import errors, repository, user_sessions
from cognito_emulator.user_pools.records import Pool, User
from cognito_emulator.user_pools.schema import tiers
from cognito_emulator.user_pools.service import operation
from cognito_emulator.user_pools.tokens.verify import bearer


@operation
def list_user_sessions(call: Call, params: Params) -> Answer:
    """Show the sessions of the user who asks. Source: API reference, ListUserSessions."""
    who = bearer(call, params["AccessToken"])
    current = who.family.session_id if who.family else ""
    return _listed(call, params, who.user, current)


@operation
def admin_list_user_sessions(call: Call, params: Params) -> Answer:
    """Show the sessions of a user; none of them is the caller's own.

    Source: API reference, AdminListUserSessions; recording aws-model-examples/model-example-adminlistusersessions-1.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    return _listed(call, params, repository.user_for_admin(call.reader, pool, params["Username"]), "")


def _listed(call: Call, params: Params, user: User, current: str) -> Answer:
    """All sessions fit on one page, so that no token was ever given out."""
    if params.get("NextToken"):
        raise errors.invalid_pagination_token()
    found = user_sessions.of_user(call.reader, user, call.now)
    return {"Sessions": [user_sessions.shown(session, current=session.id == current) for session in found]}


@operation
def revoke_user_session(call: Call, params: Params) -> Answer:
    """End another session of the user who asks. Source: API reference, RevokeUserSession."""
    who = bearer(call, params["AccessToken"])
    if who.family is not None and who.family.session_id == params["SessionId"]:
        raise errors.current_session_revoked()
    _revoke(call, params, who.user)
    return {}


@operation
def admin_revoke_user_session(call: Call, params: Params) -> Answer:
    """End a session of a user. Source: API reference, AdminRevokeUserSession."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    _revoke(call, params, repository.user_for_admin(call.reader, pool, params["Username"]))
    return {}


def _revoke(call: Call, params: Params, user: User) -> None:
    linked = params.get("RevokeAssociatedSessions") == "LINKED"

    def step(tx: Transaction) -> None:
        user_sessions.revoke(tx, user_sessions.find(tx, user, params["SessionId"], call.now), linked=linked)

    call.transact(step)


@operation
def get_user_pool_session_configuration(call: Call, params: Params) -> Answer:
    """Show whether a pool tracks sessions. Source: API reference, GetUserPoolSessionConfiguration."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    return {"UserPoolId": pool.id, **user_sessions.configuration(call.reader, pool.id)}


@operation
def set_user_pool_session_configuration(call: Call, params: Params) -> Answer:
    """Turn tracking on or off, and limit the token sessions of a user.

    Source: API reference, SetUserPoolSessionConfiguration; recording
    aws-model-examples/model-example-setuserpoolsessionconfiguration-1.
    """
    settings = {name: params[name] for name in ("UserSessionTracking", "TokenSession")}

    def step(tx: Transaction) -> Pool:
        pool = repository.pool_of_caller(call, params["UserPoolId"], tx)
        tiers.require(pool.settings, [tiers.SESSION_TRACKING])
        user_sessions.configure(tx, pool.id, "", settings)
        return pool

    return {"UserPoolId": call.transact(step).id, **settings}


@operation
def get_user_pool_client_session_configuration(call: Call, params: Params) -> Answer:
    """Show how long a client goes on with a browser's session.

    Source: API reference, GetUserPoolClientSessionConfiguration; recording
    aws-model-examples/model-example-getuserpoolclientsessionconfiguration-1.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    client = repository.client_of_pool(call.reader, pool, params["ClientId"])
    configuration = user_sessions.configuration(call.reader, pool.id, client.id)
    return {"UserPoolId": pool.id, "ClientId": client.id, **configuration}


@operation
def set_user_pool_client_session_configuration(call: Call, params: Params) -> Answer:
    """Set how long a client goes on with a browser's session, in a pool that tracks sessions.

    Source: API reference, SetUserPoolClientSessionConfiguration; recording
    aws-model-examples/model-example-setuserpoolclientsessionconfiguration-1.
    """
    settings = {"SSOSession": params["SSOSession"]}

    def step(tx: Transaction) -> None:
        pool = repository.pool_of_caller(call, params["UserPoolId"], tx)
        client = repository.client_of_pool(tx, pool, params["ClientId"])
        tiers.require(pool.settings, [tiers.SESSION_TRACKING])
        if not user_sessions.is_tracking(tx, pool.id):
            raise errors.session_tracking_is_off()
        user_sessions.configure(tx, pool.id, client.id, settings)

    call.transact(step)
    return {"UserPoolId": params["UserPoolId"], "ClientId": params["ClientId"], **settings}
