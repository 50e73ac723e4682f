"""`POST /oauth2/revoke`. Source: reference oauth-and-hosted-ui.md §8."""

from __future__ import annotations

from cognito_emulator.aws.call import HttpResponse
from cognito_emulator.oauth import errors, responses
from cognito_emulator.oauth.client_authentication import authenticate
from cognito_emulator.oauth.errors import OAuthError
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.user_pools.tokens import revocation


def revoke(visit: Visit) -> HttpResponse:
    """Revoke a refresh token and what came with it. Unknown tokens are a success: they are as good as revoked."""
    try:
        client = authenticate(visit)
    except OAuthError as failure:
        if failure.error == "invalid_client":
            raise errors.revocation_by_unknown_client() from None
        raise
    token = visit.given.get("token")
    if not token or not client.revocation_enabled:
        raise errors.bad_request()
    if token.count(".") == 2:
        raise errors.unsupported_token_type()
    visit.call.transact(lambda tx: revocation.revoke(tx, token, client.id))
    return responses.empty()
