"""`GET /logout`: out of the browser's session, and on to the app or to the sign-in page.

Source: reference oauth-and-hosted-ui.md §12. Tokens are not revoked.
"""

from __future__ import annotations

from urllib.parse import urlencode

from cognito_emulator.aws.call import HttpResponse
from cognito_emulator.oauth import browser_session, errors, federation, responses
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.user_pools.records import Client

# What goes on to the sign-in page.
_PASSED_ON = ("response_type", "client_id", "redirect_uri", "state", "scope", "nonce", "lang")


def logout(visit: Visit) -> HttpResponse:
    """Sign the browser out; the session is over even if there is nowhere to go to."""
    known = visit.client(visit.query.get("client_id", ""))
    browser = browser_session.current(visit, known) if known is not None else None
    browser_session.end(visit)
    response = _onwards(visit)
    return federation.sign_out(visit, browser, response) if browser is not None else response


def _onwards(visit: Visit) -> HttpResponse:
    client = visit.client_of_page()
    uri = visit.query.get("logout_uri")
    if uri and uri in client.settings.get("LogoutURLs", []):
        return responses.redirect(uri)
    return _to_sign_in(visit, client)


def _to_sign_in(visit: Visit, client: Client) -> HttpResponse:
    query = visit.query
    if visit.query.get("logout_uri") or not query.get("redirect_uri"):
        raise errors.parameter_missing("redirect_uri", client.id)
    if not query.get("response_type"):
        raise errors.parameter_missing("response_type", client.id)
    if query["redirect_uri"] not in client.settings.get("CallbackURLs", []):
        raise errors.redirect_mismatch(client.id)
    parameters = {name: query[name] for name in _PASSED_ON if query.get(name)}
    parameters.setdefault("scope", " ".join(client.settings.get("AllowedOAuthScopes", [])))
    return responses.redirect(f"/login?{urlencode(parameters)}")
