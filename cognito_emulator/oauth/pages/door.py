"""How every page is entered: the URL is checked as the authorize endpoint checks it, a form also for its CSRF token."""

from __future__ import annotations

from collections.abc import Callable

from cognito_emulator.aws.call import HttpResponse
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.oauth import authorization_request, responses
from cognito_emulator.oauth.authorization_request import AuthorizationRequest
from cognito_emulator.oauth.errors import RedirectError
from cognito_emulator.oauth.pages import render, xsrf
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.user_pools import domains

Step = Callable[[AuthorizationRequest], HttpResponse]


def enter(visit: Visit, show: Step, submit: Step) -> HttpResponse:
    """Show a page or take its form. A client without a style has no managed login.

    That this is status 403, several deployments to AWS found in 2025 and 2026 (public notes in their sources).
    """
    request = authorization_request.known_client(visit)
    try:
        authorization_request.check(request)
    except RedirectError as failure:
        return request.refused(failure)
    if visit.site.managed_login and domains.branding_of(visit.call.reader, visit.pool, request.client.id) is None:
        return render.page(visit, "unavailable.html", status=403)
    if visit.request.method != "POST":
        return show(request)
    xsrf.check(visit)
    return submit(request)


def go(visit: Visit, path: str) -> HttpResponse:
    """302 to another page of the same authorization request."""
    return responses.redirect(f"{path}?{visit.request.query}")


def text_of(failure: AwsError) -> str:
    """What a person reads of an error of the user pool."""
    return failure.message or failure.type
