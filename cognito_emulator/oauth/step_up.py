"""`acr_values` and `max_age`: whether a browser's session is good enough, and how it becomes so.

A session that is too old counts for nothing: the user signs in from scratch. One that is too weak counts for what was
proved, and only the rest is asked for; users of an external provider are sent there again, with the provider's own
names of the levels (`max_age` is not sent along: nothing documents it). An app that asks with `prompt=none` hears
`login_required` in both cases, as OpenID Connect Core has it (section 3.1.2.6).

Sources: developer guide, "Step-up authentication request" (login and authorize endpoints); OpenID Connect Core 1.0,
section 3.1.2.1.
"""

from __future__ import annotations

from cognito_emulator.aws.call import HttpResponse
from cognito_emulator.oauth import browser_session, completion, errors, federation
from cognito_emulator.oauth.authorization_request import AuthorizationRequest
from cognito_emulator.oauth.browser_session import LOCAL, SignedInBrowser
from cognito_emulator.oauth.pages import steps
from cognito_emulator.user_pools.authentication import choice, engine, step_up
from cognito_emulator.user_pools.authentication.step_up import Aims


def browser_of(request: AuthorizationRequest) -> SignedInBrowser | None:
    """The session of this browser, unless the app does not let users of its provider in, or wants a newer one."""
    browser = browser_session.current(request.visit, request.client)
    if browser is None or browser.session.provider not in request.client.settings.get("SupportedIdentityProviders", []):
        return None
    if request.oldest is None:
        return browser
    age = int(request.visit.call.now) - int(browser.session.auth_time)  # whole seconds, as in the claim
    return browser if age <= request.oldest else None


def go_on(request: AuthorizationRequest, browser: SignedInBrowser) -> HttpResponse:
    """Back to the app, or first to whatever the level that it asks for still takes. Raises `RedirectError`."""
    if _is_enough(request, browser):
        return completion.silently(request, browser)
    if "none" in request.prompts:
        raise errors.login_required()
    if browser.session.provider != LOCAL:
        return federation.begin(request, browser.session.provider)
    visit, username = request.visit, browser.user.username
    aims = Aims(tuple(request.levels), tuple(browser.session.methods))
    return steps.attempt(
        request,
        username,
        lambda: engine.start_on_pages(
            visit.call,
            visit.pool,
            request.client,
            choice.FLOW.name,
            {"USERNAME": username},
            steps.finish(request, {}),
            aims,
        ),
        "/login",
        {},
    )


def _is_enough(request: AuthorizationRequest, browser: SignedInBrowser) -> bool:
    """Whether the session has the level that the user can be brought to."""
    levels, session = request.levels, browser.session
    if not levels or session.level >= levels[0]:
        return True
    if session.provider != LOCAL:
        return False
    call, pool = request.visit.call, request.visit.pool
    offered = choice.available(call, pool, browser.user)
    found = step_up.reachable(call, pool, browser.user, session.methods, levels, offered)
    return found is not None and session.level >= found[0]
