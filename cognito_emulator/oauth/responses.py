"""Answers of the domain: redirects, JSON with the headers that the service sends, errors in each form."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote_plus, urlencode

import orjson

from cognito_emulator.aws.call import HttpResponse
from cognito_emulator.oauth.errors import BearerError, OAuthError, PageError, SignInError

# What every answer of the domain carries. Source: reference oauth-and-hosted-ui.md §6.2.
HEADERS = {
    "Cache-Control": "no-cache, no-store, max-age=0, must-revalidate",
    "Pragma": "no-cache",
    "Expires": "0",
    "X-Content-Type-Options": "nosniff",
    "X-XSS-Protection": "1; mode=block",
    "X-Frame-Options": "DENY",
    "Strict-Transport-Security": "max-age=31536000 ; includeSubDomains",
    "Server": "Server",
}
_REDIRECT = {
    "Cache-Control": "private",
    "Expires": "Thu, 01 Jan 1970 00:00:00 UTC",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Server": "Server",
}


def redirect(location: str) -> HttpResponse:
    """302 to a URL, which is never allowed to smuggle in a header."""
    if any(character < " " for character in location):
        location = quote_plus(location)
    return HttpResponse(302, {"Location": location.encode("utf-8", "surrogatepass").decode("latin-1"), **_REDIRECT})


def json(content: dict[str, Any], status: int = 200, **headers: str) -> HttpResponse:
    """JSON for an app, of any origin."""
    return HttpResponse(
        status,
        {
            "Content-Type": "application/json;charset=UTF-8",
            "Access-Control-Allow-Origin": "*",
            **HEADERS,
            **headers,
        },
        orjson.dumps(content),
    )


def empty() -> HttpResponse:
    """A success without content, for an app of any origin."""
    return HttpResponse(200, {"Access-Control-Allow-Origin": "*", **HEADERS})


def oauth_error(failure: OAuthError) -> HttpResponse:
    response = json(failure.as_json(), failure.status)
    if isinstance(failure, BearerError):
        response.headers["WWW-Authenticate"] = f'error="{failure.error}", error_description="{failure.description}"'
    return response


def page_error(failure: PageError) -> HttpResponse:
    """302 to the error page."""
    query = {"error": failure.error}
    if failure.client_id:
        query["client_id"] = failure.client_id
    return redirect(f"/error?{urlencode(query)}")


def back_to_sign_in(failure: SignInError, query: str) -> HttpResponse:
    """302 to the sign-in page of the same authorization request, with what went wrong."""
    return redirect(f"/login?{query}&{urlencode({'errorMessage': failure.error})}")


def to_app(redirect_uri: str, parameters: dict[str, str], *, fragment: bool) -> HttpResponse:
    """302 to an app's callback with parameters in the query, or in the fragment for the implicit grant."""
    encoded = urlencode(parameters)
    if fragment:
        return redirect(f"{redirect_uri}#{encoded}")
    return redirect(f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{encoded}")
