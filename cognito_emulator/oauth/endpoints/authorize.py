"""`GET /oauth2/authorize`: where a sign-in begins. Source: reference oauth-and-hosted-ui.md §2."""

from __future__ import annotations

from cognito_emulator.aws.call import HttpResponse
from cognito_emulator.oauth import authorization_request, errors, federation, responses, step_up
from cognito_emulator.oauth.authorization_request import AuthorizationRequest
from cognito_emulator.oauth.browser_session import LOCAL, SignedInBrowser
from cognito_emulator.oauth.errors import RedirectError
from cognito_emulator.oauth.pages import state, xsrf
from cognito_emulator.oauth.visit import Visit


def authorize(visit: Visit) -> HttpResponse:
    """Back to the app for a browser that is signed in, to an external provider, or to the sign-in page."""
    request = authorization_request.begin(visit)
    try:
        authorization_request.check(request)
        return _answer(request)
    except RedirectError as failure:
        return request.refused(failure)


def _answer(request: AuthorizationRequest) -> HttpResponse:
    provider = federation.wanted(request)
    browser = step_up.browser_of(request)
    if browser is not None and _may_use(request, browser, provider):
        return step_up.go_on(request, browser)
    if "none" in request.prompts:
        raise errors.login_required()
    xsrf.token(request.visit)  # scripts take it from this answer and post the form without asking for the page
    if provider not in (None, LOCAL):
        return federation.begin(request, provider or "")
    state.clear(request.visit)
    return responses.redirect(f"/login?{request.visit.request.query}")


def _may_use(request: AuthorizationRequest, browser: SignedInBrowser, provider: str | None) -> bool:
    """Whether a session counts: of this client, and of the provider that is asked for.

    With `prompt=none`, and where the pool tracks sessions, that of another client counts as well. Source:
    `SSOSession` and `SessionTypeType` in botocore's model (apps silently reuse sessions that began with others);
    reference oauth-and-hosted-ui.md §4.
    """
    if "login" in request.prompts:
        return False
    session = browser.session
    shared = session.session_id != "" or "none" in request.prompts
    return (shared or session.client_id == request.client.id) and provider in (None, session.provider)
