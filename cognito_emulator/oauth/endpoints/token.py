"""`POST /oauth2/token`. Source: reference oauth-and-hosted-ui.md §6."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cognito_emulator.aws.call import HttpResponse
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.oauth import errors, responses
from cognito_emulator.oauth.client_authentication import authenticate
from cognito_emulator.oauth.grants import authorization_code, client_credentials, refresh_token, token_exchange
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.user_pools.records import Client

Grant = Callable[[Visit, Client], dict[str, Any]]

GRANTS: dict[str, Grant] = {
    "authorization_code": authorization_code.exchange,
    "refresh_token": refresh_token.exchange,
    "client_credentials": client_credentials.exchange,
    token_exchange.NAME: token_exchange.exchange,
}
_NAMES = {
    "IdToken": "id_token",
    "AccessToken": "access_token",
    "RefreshToken": "refresh_token",
    "ExpiresIn": "expires_in",
    "TokenType": "token_type",
    "IssuedTokenType": "issued_token_type",
    "Scope": "scope",
}


def token(visit: Visit) -> HttpResponse:
    """Exchange a grant for tokens.

    Order of checks: the parameters come once → grant type present → client → grant type known → the grant's own.
    Whatever the user pool refuses meanwhile (a revoked token, a function that fails) is an invalid grant.
    """
    given = visit.given
    if given.repeated - {"resource"} or not given.get("grant_type"):
        raise errors.bad_request()
    client = authenticate(visit)
    exchange = GRANTS.get(given["grant_type"])
    if exchange is None:
        raise errors.unsupported_grant_type()
    try:
        result = exchange(visit, client)
    except AwsError:
        raise errors.invalid_grant() from None
    return responses.json({wire: result[name] for name, wire in _NAMES.items() if name in result})
