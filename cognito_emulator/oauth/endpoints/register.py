"""`POST /oauth2/register`: an app makes its own app client.

With an initial access token (one of the pool, with the scope `aws.cognito/dcr/register`) where registration is on, and
without one where it is open. Sources: developer guide, "Dynamic client registration"; RFC 7591, section 3; RFC 6750,
section 3.1 (what is said of the token).
"""

from __future__ import annotations

from typing import Any

import orjson

from cognito_emulator.aws.call import HttpResponse
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.oauth import errors, registration, responses
from cognito_emulator.oauth.endpoints.user_info import bearer_token
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.user_pools.errors import access_token_scopes
from cognito_emulator.user_pools.tokens import scopes, verify


def register(visit: Visit) -> HttpResponse:
    """Check who asks, then what for. Answers 201 with the client and what is registered of it."""
    settings = registration.configuration(visit.pool)
    if settings is None:
        raise errors.registration_is_off()
    authenticated = _authenticated(visit)
    if not authenticated and not settings["OpenDcrEnabled"]:
        raise errors.initial_access_token_required()
    registered = registration.register(visit.call, visit.pool, _body(visit), settings, authenticated=authenticated)
    client = registered.client
    answer: dict[str, Any] = {"client_id": client.id, "client_id_issued_at": int(client.created)}
    if client.secrets:
        answer |= {"client_secret": client.secrets[0]["value"], "client_secret_expires_at": 0}
    return responses.json({**answer, **registered.metadata}, 201)


def _authenticated(visit: Visit) -> bool:
    """Whether a token came along, which then has to be good: a bad one does not make the registration an open one."""
    header = visit.request.headers.get("authorization")
    if header is None:
        return False
    token = bearer_token(header)
    try:
        verify.holder(visit.call, visit.pool, token or "", scopes.REGISTER)
    except AwsError as failure:
        if failure.message == access_token_scopes().message:
            raise errors.registration_scope_missing() from None
        raise errors.invalid_token() from None
    return True


def _body(visit: Visit) -> dict[str, Any]:
    kind = visit.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        given = orjson.loads(visit.request.body) if kind == "application/json" else None
    except orjson.JSONDecodeError:
        given = None
    if not isinstance(given, dict):
        raise errors.invalid_client_metadata("The body is not a JSON object")
    return given
