"""What a load balancer answers itself: redirects, and its error pages.

Sources: user guide of application load balancers, "Troubleshoot your Application Load Balancers" (401, 500, 502, 504,
561 and their reasons); public transcripts of the 401 page at `/oauth2/idpresponse`. The text of the 561 page is not
known.
"""

from __future__ import annotations

from http import HTTPStatus

from cognito_emulator.gateway.messages import Answer

_TITLES = {401: "Authorization Required", 504: "Gateway Time-out", 561: "Authentication Failed"}


def redirect(location: str, cookies: list[str], reason: str) -> Answer:
    """On to another address."""
    headers = [("location", location), ("cache-control", "no-store"), *(("set-cookie", cookie) for cookie in cookies)]
    return _page(302, reason, headers)


def unauthorized(reason: str) -> Answer:
    """Not signed in, where that is refused; or a sign-in that cannot be finished."""
    return _page(401, reason)


def provider_failed(reason: str) -> Answer:
    """The user pool's domain answered with an error."""
    return _page(561, reason)


def provider_unreachable(reason: str) -> Answer:
    """The user pool's domain, or what the load balancer has to know of it, cannot be had."""
    return _page(500, reason)


def unavailable(reason: str, timed_out: bool) -> Answer:
    """The app does not answer, or not in time."""
    return _page(504 if timed_out else 502, reason)


def _page(status: int, reason: str, headers: list[tuple[str, str]] | None = None) -> Answer:
    title = f"{status} {_TITLES.get(status) or HTTPStatus(status).phrase}"
    body = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
    )
    shown = (("server", "awselb/2.0"), ("content-type", "text/html"), *(headers or []))
    return Answer(status, shown, body.encode(), reason)
