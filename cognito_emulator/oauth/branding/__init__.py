"""What a client's pages look like: classic CSS and logo, or a managed login style."""

from __future__ import annotations

from cognito_emulator.oauth.branding.look import Look
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.user_pools import domains

__all__ = ["Look", "look_of"]


def look_of(visit: Visit) -> Look:
    """The look for a visit: of the client that its URL names."""
    from cognito_emulator.oauth.branding import classic, managed_login

    client_id = visit.query.get("client_id", "")
    if visit.site.managed_login:
        return managed_login.look(domains.branding_of(visit.call.reader, visit.pool, client_id))
    return classic.look(domains.ui_customization(visit.call.reader, visit.pool, client_id))
