"""External identity providers at the domain: who there is for a client, and the way to them and back.

The authorize endpoint and the sign-in page ask here; nothing else of the package knows about providers.
"""

from __future__ import annotations

from dataclasses import dataclass

from cognito_emulator.aws.call import HttpResponse
from cognito_emulator.oauth import errors
from cognito_emulator.oauth.authorization_request import AuthorizationRequest
from cognito_emulator.oauth.browser_session import LOCAL
from cognito_emulator.user_pools.records import Client


@dataclass(frozen=True)
class Button:
    """A provider as the sign-in page offers it. `kind` is its type (`Google`, `SAML`, …)."""

    name: str
    kind: str
    label: str


def allows_local(client: Client) -> bool:
    """Whether users of the pool itself may sign in through the client's pages."""
    return LOCAL in client.settings.get("SupportedIdentityProviders", [])


def buttons(request: AuthorizationRequest) -> list[Button]:
    """The external providers that the client's sign-in page offers."""
    return []


def wanted(request: AuthorizationRequest) -> str | None:
    """The provider that the request names by `identity_provider` or `idp_identifier`; None: the user chooses.

    Raises `PageError` for one that the client does not support.
    """
    name = request.provider
    if request.visit.query.get("idp_identifier") or (name and name not in _supported(request)):
        raise errors.login_option_not_available(request.client.id)
    return name


def begin(request: AuthorizationRequest, provider: str) -> HttpResponse:
    """302 to an external provider. Raises `PageError` where the provider cannot be reached."""
    raise errors.login_option_not_available(request.client.id)


def _supported(request: AuthorizationRequest) -> list[str]:
    names: list[str] = request.client.settings.get("SupportedIdentityProviders", [])
    return names
