"""External identity providers at the domain: who there is for a client, and the way to them and back.

The authorize endpoint and the sign-in page ask here; nothing else of the package knows about providers. `journey`
keeps what a browser left with and takes it back, `open_id` and `saml_sso` speak the protocols, `endpoints` says
where the providers are, `fake` stands in for them.
"""

from __future__ import annotations

from dataclasses import dataclass

from cognito_emulator.aws.call import HttpResponse
from cognito_emulator.oauth import errors
from cognito_emulator.oauth.authorization_request import AuthorizationRequest
from cognito_emulator.oauth.browser_session import LOCAL, SignedInBrowser
from cognito_emulator.oauth.errors import RedirectError
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.user_pools import domains
from cognito_emulator.user_pools.federation import identities, providers
from cognito_emulator.user_pools.federation.records import IdentityProvider
from cognito_emulator.user_pools.records import Client
from cognito_emulator.user_pools.schema import branding_settings

_LABELS = {"LoginWithAmazon": "Login with Amazon", "SignInWithApple": "Apple"}


@dataclass(frozen=True)
class Button:
    """A provider as the sign-in page offers it. `kind` is its type (`Google`, `SAML`, …)."""

    name: str
    kind: str
    label: str


@dataclass(frozen=True)
class Offer:
    """The external providers of a sign-in page: those with a button, and whether the others are found by address."""

    buttons: list[Button]
    search: bool


def allows_local(client: Client) -> bool:
    """Whether users of the pool itself may sign in through the client's pages."""
    return LOCAL in client.settings.get("SupportedIdentityProviders", [])


def offer(request: AuthorizationRequest) -> Offer:
    """The external providers that the client's sign-in page offers.

    On classic pages several SAML providers, all with identifiers, give way to one field for an address; in managed
    login a style decides on that. Source: developer guide, "Choosing SAML identity provider names".
    """
    visit = request.visit
    found = providers.of_client(visit.call.reader, visit.pool, request.client)
    searched = _searched(visit, request.client, found)
    shown = [one for one in found if one not in searched]
    return Offer([Button(one.name, one.type, _LABELS.get(one.name, one.name)) for one in shown], bool(searched))


def _searched(visit: Visit, client: Client, found: list[IdentityProvider]) -> list[IdentityProvider]:
    if visit.site.managed_login:
        style = domains.branding_of(visit.call.reader, visit.pool, client.id)
        by_button = style is None or branding_settings.lists_providers(style.settings or {})
        return [] if by_button else [one for one in found if not one.is_social and one.identifiers]
    saml = [one for one in found if one.is_saml]
    return saml if len(saml) > 1 and all(one.identifiers for one in saml) else []


def by_address(request: AuthorizationRequest, address: str) -> str | None:
    """The provider that the domain of somebody's e-mail address is an identifier of, if the client supports it."""
    domain = address.strip().rpartition("@")[2]
    visit = request.visit
    for identifier in dict.fromkeys((domain, domain.lower())):
        found = providers.by_identifier(visit.call.reader, visit.pool, identifier) if identifier else None
        if found is not None and found.name in request.client.settings.get("SupportedIdentityProviders", []):
            return found.name
    return None


def wanted(request: AuthorizationRequest) -> str | None:
    """The provider that the request names by `identity_provider` or `idp_identifier`; None: the user chooses.

    Raises `SignInError` for one that the client does not support; who has been told that chooses another one.
    """
    if "errorMessage" in request.visit.query:
        return None
    name, identifier = request.provider, request.visit.query.get("idp_identifier")
    if not name and identifier:
        found = providers.by_identifier(request.visit.call.reader, request.visit.pool, identifier)
        if found is None:
            raise errors.provider_not_available()
        name = found.name
    if name and name not in request.client.settings.get("SupportedIdentityProviders", []):
        raise errors.provider_not_available()
    return name


def begin(request: AuthorizationRequest, provider: str) -> HttpResponse:
    """302 to an external provider, or to the app where the provider is away. Raises `SignInError` where it is gone."""
    found = providers.find(request.visit.call.reader, request.visit.pool, provider)
    if found is None:
        raise errors.provider_not_available()
    try:
        return _begin(request, found)
    except RedirectError as failure:
        return request.refused(failure)


def _begin(request: AuthorizationRequest, provider: IdentityProvider) -> HttpResponse:
    if provider.is_saml:
        from cognito_emulator.oauth.federation import saml_sso

        return saml_sso.begin(request, provider)
    from cognito_emulator.oauth.federation import open_id

    return open_id.begin(request, provider)


def sign_out(visit: Visit, browser: SignedInBrowser, response: HttpResponse) -> HttpResponse:
    """What ends a session: a redirect, by way of a SAML provider that is to sign its user out as well."""
    provider = providers.find(visit.call.reader, visit.pool, browser.session.provider)
    if provider is None or not provider.flag("IDPSignout") or "SLORedirectBindingURI" not in provider.details:
        return response
    identity = identities.of_user(visit.call.reader, browser.user, provider)
    if identity is None:
        return response
    from cognito_emulator.oauth.federation import saml_sso

    return saml_sso.sign_out(visit, browser.session.client_id, provider, identity, response.headers["Location"])
