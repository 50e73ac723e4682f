"""A browser goes to a provider and comes back: what is remembered meanwhile, and what the end of it is.

The state that goes along is an opaque text. It works once, for five minutes, and only in the browser that left with it,
as the cookie `csrf-state` shows. (Without https browsers send the cookie with a redirect, but not with the form that
Apple and SAML providers post: there it is checked if it comes.) `csrf-state-legacy` is for browsers that do not know
`SameSite=None`. Sources: references federation.md §3, oauth-and-hosted-ui.md §4.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from cognito_emulator.aws.call import HttpResponse
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.oauth import authorization_request, completion, errors
from cognito_emulator.oauth.authorization_request import AuthorizationRequest
from cognito_emulator.oauth.browser_session import Proof
from cognito_emulator.oauth.errors import RedirectError
from cognito_emulator.oauth.site import hashed
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.randomness import ALPHANUMERIC
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import assurance
from cognito_emulator.user_pools.expiry import purge
from cognito_emulator.user_pools.federation import providers, users
from cognito_emulator.user_pools.federation.records import STATES, FederationState, IdentityProvider, Json
from cognito_emulator.user_pools.federation.users import Person

logger = logging.getLogger(__name__)
COOKIE = "csrf-state"
LEGACY_COOKIE = "csrf-state-legacy"
SECONDS = 300


@dataclass(frozen=True)
class Return:
    """A browser that has come back: the app's request, the provider, and what was remembered."""

    request: AuthorizationRequest
    provider: IdentityProvider
    state: FederationState


def leave(request: AuthorizationRequest, provider: IdentityProvider, data: Json, query: str | None = None) -> str:
    """Remember a request while the browser is away; the state that has to come back.

    `query` stands in for the request's own.
    """
    return remember(
        request.visit, request.client.id, provider, data, request.visit.request.query if query is None else query
    )


def remember(visit: Visit, client_id: str, provider: IdentityProvider, data: Json, query: str = "") -> str:
    """Keep what the way back needs; the state that has to come back."""
    value = visit.call.emulator.randomness.text(96, ALPHANUMERIC)
    state = FederationState(
        id=hashed(value),
        pool_id=visit.pool.id,
        client_id=client_id,
        provider=provider.name,
        query=query,
        expires=visit.call.now + SECONDS,
        data=data,
    )

    def step(tx: Transaction) -> None:
        purge(tx, STATES, visit.call.now)
        tx.insert(STATES, state)

    visit.call.transact(step)
    _set_cookies(visit, value, SECONDS)
    return value


def arrive(visit: Visit, value: str | None) -> Return:
    """The request that the browser left with; it works once. Raises `PageError`."""
    state = recall(visit, value)
    provider = providers.find(visit.call.reader, visit.pool, state.provider)
    request = asked(visit, state.query)
    if provider is None or provider.name not in request.client.settings.get("SupportedIdentityProviders", []):
        raise errors.login_option_not_available(state.client_id)
    return Return(request, provider, state)


def recall(visit: Visit, value: str | None) -> FederationState:
    """What the browser left with; it works once. Raises `PageError`."""
    cookie = visit.cookies.get(COOKIE, visit.cookies.get(LEGACY_COOKIE))
    if not value or (cookie != value and (cookie is not None or visit.request.method != "POST")):
        raise errors.invalid_page_request()

    def take(tx: Transaction) -> FederationState | None:
        found = tx.get(STATES, hashed(value))
        if found is not None and found.pool_id == visit.pool.id:
            tx.delete(STATES, found.id)
            return found
        return None

    state = visit.call.transact(take)
    _set_cookies(visit, "", 0)
    if state is None:
        raise errors.invalid_page_request()
    if state.expires <= visit.call.now:
        raise errors.sign_in_cancelled()
    return state


def _set_cookies(visit: Visit, value: str, seconds: int) -> None:
    visit.set_cookie(COOKIE, value, seconds=seconds, same_site="None")
    visit.set_cookie(LEGACY_COOKIE, value, seconds=seconds, same_site="")


def asked(visit: Visit, query: str) -> AuthorizationRequest:
    """An app's authorization request, checked again. Raises `PageError`."""
    request = replace(visit.request, method="GET", path="/oauth2/authorize", query=query, body=b"")
    again = authorization_request.known_client(
        Visit(visit.call, request, visit.site, cookies_to_set=visit.cookies_to_set)
    )
    try:
        authorization_request.check(again)
    except RedirectError:
        raise errors.invalid_page_request(again.client.id) from None
    return again


def finish(
    request: AuthorizationRequest, provider: IdentityProvider, person_of: Callable[[], Person], *, saml: bool = False
) -> HttpResponse:
    """Back to the app, with the user that the provider vouches for or with an error."""
    visit = request.visit
    try:
        person = person_of()
        user = users.sign_in(visit.call, visit.pool, request.client, provider, person)
        proof = Proof(person.methods, assurance.level_at(provider.acr_mapping, person.level_name))
        return completion.federated(request, user, provider.name, proof)
    except RedirectError as failure:
        return request.refused(failure)
    except AwsError as failure:
        return request.refused(errors.federation_refused(failure.message or failure.type, saml=saml))
    except Exception:
        logger.exception("The sign-in with %s failed", provider.name)
        return request.refused(errors.code_processing_failed())
