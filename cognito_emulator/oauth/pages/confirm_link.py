"""`/confirmUser`: the link in the e-mail of a pool that confirms by link.

Source: reference oauth-and-hosted-ui.md §3.1, "Confirm link". The texts of the page are our own.
"""

from __future__ import annotations

from cognito_emulator.aws.call import HttpResponse
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.oauth import errors
from cognito_emulator.oauth.pages import door, render
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.user_pools import sign_up


def page(visit: Visit) -> HttpResponse:
    """Confirm the user; a link that was used or is too old leads to a page that says so."""
    client = visit.client_of_page()
    for name in ("user_name", "confirmation_code"):
        if not visit.query.get(name):
            raise errors.parameter_missing(name, client.id)
    try:
        sign_up.confirm(visit.call, visit.pool, client, visit.query["user_name"], visit.query["confirmation_code"])
    except AwsError as failure:
        return render.page(visit, "link_result.html", status=400, error=door.text_of(failure))
    return render.page(visit, "link_result.html", notice="notice.registration_confirmed")
