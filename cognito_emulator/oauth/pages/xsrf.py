"""Forms are taken only from our own pages: a hidden field repeats the cookie `XSRF-TOKEN`.

Source: reference oauth-and-hosted-ui.md §3.1 and §4.
"""

from __future__ import annotations

import hmac
import re

from cognito_emulator.oauth import errors
from cognito_emulator.oauth.visit import Visit

COOKIE = "XSRF-TOKEN"
FIELD = "_csrf"
_TOKEN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


def token(visit: Visit) -> str:
    """The token of this browser; a browser without one gets it with the page."""
    value = visit.cookies.get(COOKIE, "")
    if not _TOKEN.fullmatch(value):
        value = visit.cookies[COOKIE] = visit.call.emulator.randomness.uuid()
        visit.set_cookie(COOKIE, value)
    return value


def check(visit: Visit) -> None:
    """Refuse a form that did not come from our page. Raises `PageError`."""
    cookie, field = visit.cookies.get(COOKIE, ""), visit.form.get(FIELD, "")
    if not cookie or not hmac.compare_digest(cookie.encode(), field.encode()):
        raise errors.invalid_page_request(visit.query.get("client_id"))
