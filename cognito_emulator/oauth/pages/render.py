"""A template becomes an answer: language, branding, and a content security policy without inline script or style."""

from __future__ import annotations

import base64
from functools import cache
from typing import TYPE_CHECKING, Any

from cognito_emulator.aws.call import HttpResponse
from cognito_emulator.oauth import responses
from cognito_emulator.oauth.branding import Look, look_of
from cognito_emulator.oauth.pages import languages, xsrf
from cognito_emulator.oauth.visit import Visit

if TYPE_CHECKING:
    from jinja2 import Environment

# No `form-action`: browsers apply it to the redirect that ends a sign-in, and to whatever the app redirects to then.
_POLICY = (
    "default-src 'none'; style-src 'self' 'nonce-{nonce}'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("cognito_emulator.oauth"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(visit: Visit, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page of a visit, in the visitor's language and the client's look."""
    language = languages.of_visit(visit)
    return _page(
        template,
        status,
        look_of(visit),
        language,
        visit.call.emulator.randomness.bytes(16),
        csrf=xsrf.token(visit),
        query=visit.request.query,
        **context,
    )


def bare_page(nonce: bytes, template: str, *, status: int, **context: Any) -> HttpResponse:
    """A page without a pool, such as an error before one is known."""
    return _page(template, status, Look(), languages.english(), nonce, **context)


def _page(
    template: str, status: int, look: Look, language: languages.Language, nonce: bytes, **context: Any
) -> HttpResponse:
    text_nonce = base64.b64encode(nonce).decode()
    body = (
        _environment()
        .get_template(template)
        .render(
            {"error": None, "notice": None, **context}, look=look, t=language.text, lang=language.code, nonce=text_nonce
        )
    )
    headers = {
        **responses.HEADERS,
        "Content-Type": "text/html;charset=UTF-8",
        "Content-Language": language.code,
        "Content-Security-Policy": _POLICY.format(nonce=text_nonce),
        "Referrer-Policy": "no-referrer",
    }
    return HttpResponse(status, headers, body.encode("utf-8", "replace"))
