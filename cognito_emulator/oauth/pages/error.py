"""`/error`: what went wrong with a page request. Source: reference oauth-and-hosted-ui.md §3.3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_emulator.aws.call import HttpRequest, HttpResponse
from cognito_emulator.oauth import parameters
from cognito_emulator.oauth.pages import render
from cognito_emulator.oauth.site import Site

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator

_LONGEST = 500


def page(emulator: Emulator, request: HttpRequest, here: Site | None) -> HttpResponse:
    """Status 400, AWS's sentence, and the error as it is in the URL."""
    problem = parameters.of_query(request).get("error", "")[:_LONGEST]
    return render.bare_page(emulator.randomness.bytes(16), "error.html", status=400, problem=problem)
