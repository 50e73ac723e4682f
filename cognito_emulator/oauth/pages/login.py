"""`/login`: name and password on one classic page, one after the other in managed login.

Source: reference oauth-and-hosted-ui.md §3.1 and §3.2.
"""

from __future__ import annotations

from typing import Any

from cognito_emulator.aws.call import HttpResponse
from cognito_emulator.oauth import browser_session, errors, federation, step_up
from cognito_emulator.oauth.authorization_request import AuthorizationRequest
from cognito_emulator.oauth.browser_session import LOCAL
from cognito_emulator.oauth.errors import RedirectError
from cognito_emulator.oauth.pages import door, fields, render, state, steps
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.user_pools.authentication import engine, flows
from cognito_emulator.user_pools.records import Client, Pool

PASSWORD_STEP = "password"
# Parameters that do not go along when the user chooses another provider.
_OF_THIS_CHOICE = ("identity_provider", "idp_identifier", "errorMessage")


def page(visit: Visit) -> HttpResponse:
    return door.enter(visit, _show, _submit)


def _show(request: AuthorizationRequest) -> HttpResponse:
    visit = request.visit
    provider = federation.wanted(request)
    if provider not in (None, LOCAL):
        return federation.begin(request, provider or "")
    offer = federation.Offer([], search=False) if provider == LOCAL else federation.offer(request)
    local = federation.allows_local(request.client)
    if not local and not offer.buttons and not offer.search:
        raise errors.login_option_not_available(request.client.id)
    data = state.load(visit)
    # Only what the service itself says: the address is anybody's.
    refused = {"error": errors.LOGIN_OPTION} if visit.query.get("errorMessage") == errors.LOGIN_OPTION else {}
    browser = None if "login" in request.prompts else step_up.browser_of(request)
    return render.page(
        visit,
        "sign_in.html",
        status=401 if refused else 200,
        **refused | state.take_messages(visit, data),
        step=data.get("step") if visit.site.managed_login else None,
        username=data.get("username") or request.visit.query.get("login_hint", ""),
        username_label=fields.username_label(visit.pool),
        known_user=_name(browser, visit.pool) if browser else None,
        local=local,
        buttons=offer.buttons,
        search=offer.search,
        provider_fields=[pair for pair in visit.query.pairs if pair[0] not in _OF_THIS_CHOICE],
        may_sign_up=local and fields.may_sign_up(visit.pool),
    )


def _submit(request: AuthorizationRequest) -> HttpResponse:
    visit, form = request.visit, request.visit.form
    if form.get("use_session"):
        return _continue(request)
    if form.get("back"):
        state.clear(visit)
        return door.go(visit, "/login")
    if "corporate_id" in form:
        return _by_address(request, form["corporate_id"])
    if not federation.allows_local(request.client):
        raise errors.login_option_not_available(request.client.id)
    username = form.get("username", "").strip()
    if not username:
        return door.go(visit, "/login")
    if visit.site.managed_login and not form.get("password"):
        return _first_step(request, username)
    return _with_password(request, username, form.get("password", ""))


def _by_address(request: AuthorizationRequest, address: str) -> HttpResponse:
    """On to the provider of the address that somebody typed in, or back to the page where nobody has it."""
    found = federation.by_address(request, address)
    if found is not None:
        return federation.begin(request, found)
    state.save(request.visit, {"error": "No identity provider found."})
    return door.go(request.visit, "/login")


def _with_password(request: AuthorizationRequest, username: str, password: str) -> HttpResponse:
    visit = request.visit
    data = state.load(visit)
    finish = steps.finish(request, data)
    parameters = {"USERNAME": username, "PASSWORD": password}
    remembered: dict[str, Any] = {"username": username, "add_passkey": data.get("add_passkey", False)}
    if visit.site.managed_login:
        remembered["step"] = PASSWORD_STEP
    return steps.attempt(
        request,
        username,
        lambda: engine.start_on_pages(
            visit.call, visit.pool, request.client, "USER_PASSWORD_AUTH", parameters, finish, steps.aims(request)
        ),
        "/login",
        remembered,
    )


def _first_step(request: AuthorizationRequest, username: str) -> HttpResponse:
    """Managed login asks for the name first, then for whatever the user has to prove it with."""
    visit = request.visit
    remembered = {"username": username, "add_passkey": state.load(visit).get("add_passkey", False)}
    if not _offers_choice(visit.pool, request.client):
        state.save(visit, {**remembered, "step": PASSWORD_STEP})
        return door.go(visit, "/login")
    finish = steps.finish(request, remembered)
    return steps.attempt(
        request,
        username,
        lambda: engine.start_on_pages(
            visit.call, visit.pool, request.client, "USER_AUTH", {"USERNAME": username}, finish, steps.aims(request)
        ),
        "/login",
        remembered,
    )


def _continue(request: AuthorizationRequest) -> HttpResponse:
    """The user goes on as who they are signed in as with this browser."""
    browser = step_up.browser_of(request)
    if browser is None or "login" in request.prompts:
        return door.go(request.visit, "/login")
    try:
        return step_up.go_on(request, browser)
    except RedirectError as failure:
        return request.refused(failure)


def _offers_choice(pool: Pool, client: Client) -> bool:
    """Whether there is more to choose from than a password."""
    factors = pool.settings["Policies"]["SignInPolicy"].get("AllowedFirstAuthFactors", [])
    return "USER_AUTH" in flows.enabled_flows(client) and set(factors) - {"PASSWORD"} != set()


def _name(browser: browser_session.SignedInBrowser, pool: Pool) -> str:
    """What a user signs in with, as the page shows it."""
    for attribute in pool.username_attributes:
        if browser.user.attributes.get(attribute):
            return browser.user.attributes[attribute]
    return browser.user.username
