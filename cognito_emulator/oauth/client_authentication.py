"""Which app client calls: `client_secret_basic`, `client_secret_post`, or none for a public client.

Source: reference oauth-and-hosted-ui.md §6.1.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import NamedTuple
from urllib.parse import unquote

from cognito_emulator.aws.call import HttpRequest
from cognito_emulator.oauth import errors
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.user_pools.records import Client


class Basic(NamedTuple):
    """Id and secret of an Authorization header."""

    client_id: str
    secret: str


def basic(request: HttpRequest) -> Basic | None:
    """What the Authorization header says, if it is Basic. Raises `OAuthError` if it cannot be read."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise errors.invalid_client() from None
    client_id, _, secret = text.partition(":")
    return Basic(unquote(client_id), unquote(secret))


def authenticate(visit: Visit) -> Client:
    """The app client of a request to the token or revocation endpoint. Raises `OAuthError`.

    A client with two secrets may use either.
    """
    header, given = basic(visit.request), visit.given
    client_id = header.client_id if header else given.get("client_id")
    if not client_id:
        raise errors.bad_request()
    if header and given.get("client_id", client_id) != client_id:
        raise errors.invalid_client()
    client = visit.client(client_id)
    if client is None:
        raise errors.invalid_client()
    secret = (header.secret if header else "") or given.get("client_secret", "")
    if not secret and not client.secrets:
        return client
    if not client.secrets:
        raise errors.invalid_client()
    if not any(hmac.compare_digest(known["value"].encode(), secret.encode()) for known in client.secrets):
        raise errors.wrong_client_secret()
    return client
