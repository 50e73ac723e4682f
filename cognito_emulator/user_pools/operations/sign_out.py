"""Sign-out and revocation."""

from __future__ import annotations

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.user_pools import errors, repository
from cognito_emulator.user_pools.authentication import secret_hash
from cognito_emulator.user_pools.records import Client
from cognito_emulator.user_pools.service import operation
from cognito_emulator.user_pools.tokens import revocation
from cognito_emulator.user_pools.tokens.verify import bearer


@operation
def global_sign_out(call: Call, params: Params) -> Answer:
    """Revoke all tokens of the user who asks. Source: API reference, GlobalSignOut."""
    user = bearer(call, params["AccessToken"]).user
    call.transact(lambda tx: revocation.sign_out_everywhere(tx, user, call.now))
    return {}


@operation
def admin_user_global_sign_out(call: Call, params: Params) -> Answer:
    """Revoke all tokens of a user. Source: API reference, AdminUserGlobalSignOut."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    user = repository.user_for_admin(call.reader, pool, params["Username"])
    call.transact(lambda tx: revocation.sign_out_everywhere(tx, user, call.now))
    return {}


@operation
def revoke_token(call: Call, params: Params) -> Answer:
    """Revoke a refresh token and the tokens that came with it.

    Source: API reference, RevokeToken; reference auth-flows.md §12.
    """
    client = _authorized_client(call, params)
    if not client.revocation_enabled:
        raise errors.token_revocation_disabled()
    token = params["Token"]
    if token.count(".") == 2:
        # A signed JWT has three parts: an ID or access token. Refresh tokens are encrypted and have five.
        raise errors.unsupported_token_type()
    call.transact(lambda tx: revocation.revoke(tx, token, client.id))
    return {}


def _authorized_client(call: Call, params: Params) -> Client:
    """The client that asks. One that is not known, or whose secret is wrong, gets the only error for that which the
    operation declares. Source: `RevokeToken` in botocore's model.
    """
    try:
        client, _ = repository.client_and_pool(call, params["ClientId"])
        secret_hash.check_secret(client, params.get("ClientSecret"))
    except AwsError as failure:
        if failure.type not in ("ResourceNotFoundException", "NotAuthorizedException"):
            raise
        raise errors.unauthorized(str(failure.message)) from None
    return client
