"""The token in a request, where the authorizer's identity source says."""

from __future__ import annotations

from urllib.parse import parse_qs

from cognito_emulator.gateway.configuration import Identity
from cognito_emulator.gateway.messages import Request


def token_in(request: Request, identity: Identity) -> str | None:
    """What the identity source names; None if it is not there."""
    if identity.place == "header":
        return request.header(identity.name)
    found = parse_qs(request.query).get(identity.name)
    return found[0] if found else None
