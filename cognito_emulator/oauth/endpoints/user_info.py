"""`GET /oauth2/userInfo`. Source: reference oauth-and-hosted-ui.md §9."""

from __future__ import annotations

from cognito_emulator.aws.call import HttpResponse
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.oauth import errors, responses
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.user_pools.errors import access_token_scopes
from cognito_emulator.user_pools.schema import attributes
from cognito_emulator.user_pools.tokens import scopes
from cognito_emulator.user_pools.tokens.verify import bearer


def user_info(visit: Visit) -> HttpResponse:
    """The user's attributes that the token's scopes show, all as text; always `sub` and `username`."""
    token = bearer_token(visit.request.headers.get("authorization"))
    if token is None:
        raise errors.bad_user_info_request()
    try:
        who = bearer(visit.call, token, scope=scopes.OPENID)
    except AwsError as failure:
        if failure.message == access_token_scopes().message:
            raise errors.token_without_openid() from None
        raise errors.invalid_token() from None
    if who.pool.id != visit.pool.id:
        raise errors.invalid_token()
    readable = attributes.readable(who.client, who.user.attributes)
    shown = scopes.visible(who.claims["scope"].split(), readable)
    return responses.json({**shown, "sub": who.user.sub, "username": who.user.username})


def bearer_token(authorization: str | None) -> str | None:
    """The token of an Authorization header."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None
