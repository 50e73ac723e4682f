"""`--fake-idp`: one page that stands in for every social and OpenID Connect provider.

Whoever develops picks or types the user to come back as. Nothing is asked of anybody outside; what the user is goes
along as the code. With the option off there is no such page, and such codes are worth nothing.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import urlencode

import orjson

from cognito_emulator.aws.call import HttpResponse
from cognito_emulator.oauth import errors, responses
from cognito_emulator.oauth.pages import render
from cognito_emulator.oauth.parameters import Parameters
from cognito_emulator.oauth.site import hashed
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.user_pools.federation import providers
from cognito_emulator.user_pools.federation.details import SUBJECTS
from cognito_emulator.user_pools.federation.records import STATES, IdentityProvider

Json = dict[str, Any]
PATH = "/fake-idp"
BACK = "/oauth2/idpresponse"
PEOPLE = (
    ("10001", "ann@example.com", "Ann", "Archer"),
    ("10002", "bob@example.com", "Bob", "Baker"),
    ("10003", "cleo@example.com", "Cleo", "Carter"),
)


def page(visit: Visit) -> HttpResponse:
    """`/fake-idp`: shows who there is to come back as, and sends the browser back as the one who was chosen."""
    if not visit.call.emulator.config.fake_idp:
        return HttpResponse(404, dict(responses.HEADERS))
    state = visit.query.get("state", "")
    kept = visit.call.reader.get(STATES, hashed(state))
    provider = providers.find(visit.call.reader, visit.pool, kept.provider) if kept is not None else None
    if kept is None or kept.pool_id != visit.pool.id or provider is None:
        raise errors.invalid_page_request()
    if visit.request.method == "POST":
        return _back(provider, visit.form, state)
    nonce = visit.call.emulator.randomness.bytes(16)
    people = [
        {"subject": subject, "email": email, "given": given, "family": family}
        for subject, email, given, family in PEOPLE
    ]
    return render.bare_page(nonce, "fake_idp.html", status=200, provider=provider.name, people=people, state=state)


def read(provider: IdentityProvider, code: str) -> Json:
    """The claims in a code of this page. Raises `RedirectError`."""
    try:
        claims = orjson.loads(base64.urlsafe_b64decode(code))
    except (binascii.Error, ValueError):
        claims = None
    if not isinstance(claims, dict) or not claims.get(SUBJECTS[provider.type]):
        raise errors.provider_error(provider.name, 400, "invalid_grant", None)
    return claims


def _back(provider: IdentityProvider, form: Parameters, state: str) -> HttpResponse:
    if form.get("cancel"):
        return responses.redirect(f"{BACK}?{urlencode({'error': 'access_denied', 'state': state})}")
    code = base64.urlsafe_b64encode(orjson.dumps(_claims(provider, form))).decode()
    return responses.redirect(f"{BACK}?{urlencode({'code': code, 'state': state})}")


def _claims(provider: IdentityProvider, form: Parameters) -> Json:
    """What each kind of provider calls the things that were typed in; more may be given as a JSON object."""
    given, family = form.get("given_name", "").strip(), form.get("family_name", "").strip()
    claims: Json = {
        "email": form.get("email", "").strip(),
        "name": f"{given} {family}".strip(),
        "given_name": given,
        "family_name": family,
        "first_name": given,
        "last_name": family,
        "firstName": given,
        "lastName": family,
    }
    claims = {name: value for name, value in claims.items() if value}
    if "email" in claims:
        claims["email_verified"] = True
    try:
        more = orjson.loads(form.get("claims") or "{}")
    except orjson.JSONDecodeError:
        more = {}
    if isinstance(more, dict):
        claims |= more
    return {**claims, SUBJECTS[provider.type]: form.get("subject", "").strip()}
