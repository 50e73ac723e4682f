"""`/passkeys/add`: a signed-in user registers a passkey, then goes on to the app. Managed login only.

Source: reference oauth-and-hosted-ui.md §1 and §15.
"""

from __future__ import annotations

from typing import Any

import orjson

from cognito_emulator.aws.call import HttpResponse
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.oauth import browser_session, completion, errors
from cognito_emulator.oauth.authorization_request import AuthorizationRequest
from cognito_emulator.oauth.browser_session import LOCAL, SignedInBrowser
from cognito_emulator.oauth.pages import door, render, state
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.user_pools import passkeys
from cognito_emulator.user_pools.authentication import flows
from cognito_emulator.user_pools.records import Client, Pool


def page(visit: Visit) -> HttpResponse:
    if not visit.site.managed_login:
        raise errors.invalid_page_request(visit.query.get("client_id"))
    return door.enter(visit, _show, _submit)


def offered(pool: Pool, client: Client) -> bool:
    """Whether users who have just signed up are asked for a passkey."""
    return passkeys.FACTOR in pool.first_factors and "USER_AUTH" in flows.enabled_flows(client)


def _browser(request: AuthorizationRequest) -> SignedInBrowser | None:
    """The user, signed in with this client and no external provider.

    Clients that never go on with a session have this page all the same, as the last of a sign-in.
    """
    browser = browser_session.current(request.visit, request.client, at_least=state.SIGN_IN_SECONDS)
    if browser is None or (browser.session.client_id, browser.session.provider) != (request.client.id, LOCAL):
        return None
    return browser


def _show(request: AuthorizationRequest) -> HttpResponse:
    visit = request.visit
    browser = _browser(request)
    if browser is None:
        state.save(visit, {"add_passkey": True})
        return door.go(visit, "/login")
    data = state.load(visit)
    shown = state.take_messages(visit, data)
    try:
        options = passkeys.begin(visit.call, visit.pool, request.client, browser.user)
    except AwsError as failure:
        raise errors.PageError(door.text_of(failure), request.client.id) from None
    return render.page(visit, "passkey.html", **shown, act="create", options=orjson.dumps(options).decode())


def _submit(request: AuthorizationRequest) -> HttpResponse:
    visit = request.visit
    browser = _browser(request)
    if browser is None:
        return door.go(visit, "/login")
    if "skip" not in visit.form:
        try:
            passkeys.complete(visit.call, visit.pool, request.client, browser.user, _credential(visit))
        except AwsError as failure:
            state.save(visit, {"error": door.text_of(failure)})
            return door.go(visit, "/passkeys/add")
    state.clear(visit)
    return completion.silently(request, browser)


def _credential(visit: Visit) -> dict[str, Any]:
    """What the browser made; anything else is refused as a credential that is none."""
    try:
        credential = orjson.loads(visit.form.get("credential", ""))
    except orjson.JSONDecodeError:
        return {}
    return credential if isinstance(credential, dict) else {}
