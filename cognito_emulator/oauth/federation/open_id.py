"""OpenID Connect and the social providers: the code flow, with the domain as the relying party.

Source: reference federation.md §3; developer guide, "OIDC user pool IdP authentication flow".
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import orjson

from cognito_emulator.aws.call import HttpResponse
from cognito_emulator.oauth import errors, responses
from cognito_emulator.oauth.authorization_request import AuthorizationRequest
from cognito_emulator.oauth.errors import RedirectError
from cognito_emulator.oauth.federation import claims, endpoints, fake, id_tokens, journey
from cognito_emulator.oauth.federation.journey import Return
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.outside import http_fetch
from cognito_emulator.user_pools import assurance
from cognito_emulator.user_pools.federation.details import SUBJECTS
from cognito_emulator.user_pools.federation.places import Endpoints
from cognito_emulator.user_pools.federation.records import IdentityProvider
from cognito_emulator.user_pools.federation.users import Person
from cognito_emulator.user_pools.tokens.issuer import public_base

Json = dict[str, Any]
PATH = "/oauth2/idpresponse"
_WITH_ID_TOKEN = frozenset({"Google", "OIDC", "SignInWithApple"})
_WITH_HINTS = frozenset({"Google", "OIDC"})
_HEADERS = {"Accept": "application/json"}


def begin(request: AuthorizationRequest, provider: IdentityProvider) -> HttpResponse:
    """302 to the provider's authorize endpoint."""
    visit = request.visit
    nonce, query = None, visit.request.query
    if provider.type in _WITH_ID_TOKEN:
        nonce = request.nonce
        if nonce is None:
            # A nonce of our own is in our own ID token as well. Source: developer guide, "The ID token".
            nonce = visit.call.emulator.randomness.uuid()
            query = f"{query}&{urlencode({'nonce': nonce})}"
    there = endpoints.of(visit.call, provider)
    state = journey.leave(request, provider, {"nonce": nonce}, query)
    parameters = {
        "client_id": provider.details["client_id"],
        "redirect_uri": _redirect_uri(visit),
        "scope": provider.details.get("authorize_scopes", ""),
        "response_type": "code",
        "state": state,
    }
    if nonce is not None:
        parameters["nonce"] = nonce
    if provider.type in _WITH_HINTS:
        # `none` is for the domain alone. Source: developer guide, "Authorize endpoint", prompt.
        prompts = " ".join(prompt for prompt in request.prompts if prompt != "none")
        hints = {"login_hint": visit.query.get("login_hint"), "prompt": prompts}
        parameters |= {name: value for name, value in hints.items() if value}
    values = assurance.values_at(provider.acr_mapping, request.levels)
    if values:
        parameters["acr_values"] = " ".join(values)
    if provider.type == "SignInWithApple":
        parameters["response_mode"] = "form_post"
    return responses.redirect(f"{there.authorize}{'&' if '?' in there.authorize else '?'}{urlencode(parameters)}")


def idp_response(visit: Visit) -> HttpResponse:
    """`/oauth2/idpresponse`: the browser is back, with a code or an error. Raises `PageError`."""
    back = journey.arrive(visit, visit.given.get("state"))
    if back.provider.is_saml:
        raise errors.invalid_page_request(back.request.client.id)
    return journey.finish(back.request, back.provider, lambda: _person(visit, back))


def _person(visit: Visit, back: Return) -> Person:
    if visit.given.get("error"):
        raise RedirectError(visit.given["error"], visit.given.get("error_description"))
    code = visit.given.get("code")
    if not code:
        raise errors.invalid_request()
    provider = back.provider
    there = endpoints.of(visit.call, provider)
    if there.fake:
        said = fake.read(provider, code)
        return person(provider, {"token_type": "Bearer"}, said, {}, {})
    tokens = _tokens(visit, provider, there, code)
    identity: Json = {}
    if provider.type in _WITH_ID_TOKEN:
        identity = id_tokens.check(visit.call, provider, there, tokens.get("id_token"), back.state.data["nonce"])
    info = _user_info(provider, there, tokens)
    if identity and info.get("sub", identity.get("sub")) != identity.get("sub"):
        raise errors.user_info_of_somebody_else()
    return person(provider, tokens, identity, info, claims.of_apple(visit.given.get("user", "")))


def person(provider: IdentityProvider, tokens: Json, identity: Json, info: Json, more: dict[str, str]) -> Person:
    """Who the answers of a provider are about. What the ID token says counts more than userInfo."""
    said = {**claims.as_text(tokens), **claims.as_text(info), **claims.as_text(identity), **more}
    subject = said.get(SUBJECTS[provider.type])
    if not subject:
        raise errors.username_mapping_required()
    answers = {"tokenResponse": tokens, "idToken": identity, "userInfo": info}
    shown = {name: claims.as_text(answer) for name, answer in answers.items() if answer}
    found = Person(subject, said, shown)
    return replace(found, **_level(identity)) if provider.type == "OIDC" else found


def _level(identity: Json) -> Json:
    """How strongly the user signed in there, as far as it is known what that means here.

    Source: developer guide, "AMR values" (`fed` where a provider returns none that are known).
    """
    acr, amr = identity.get("acr"), identity.get("amr")
    known = [method for method in amr if method in assurance.METHODS] if isinstance(amr, list) else []
    return {
        "level_name": acr if isinstance(acr, str) else None,
        "methods": known or [assurance.FEDERATED],
    }


def _tokens(visit: Visit, provider: IdentityProvider, there: Endpoints, code: str) -> Json:
    """The answer of the token endpoint. The client's secret is always in the body."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": _redirect_uri(visit),
        "client_id": provider.details["client_id"],
    }
    secret = id_tokens.client_secret(visit.call, provider)
    if secret:
        form["client_secret"] = secret
    method = "POST" if there.elsewhere else provider.details.get("token_request_method", "POST")
    try:
        reply = http_fetch.send(method, there.token, _HEADERS, form)
    except http_fetch.TimedOut:
        raise errors.token_endpoint_timed_out() from None
    except http_fetch.Unreachable:
        raise errors.provider_unreachable() from None
    answer = _json(reply)
    if not reply.ok or "access_token" not in answer:
        if provider.type == "OIDC":
            raise errors.bad_token_response(reply.status, reply.reason, reply.text)
        raise errors.provider_error(provider.name, reply.status, answer.get("error"), answer.get("error_description"))
    return answer


def _user_info(provider: IdentityProvider, there: Endpoints, tokens: Json) -> Json:
    """What the provider says of the bearer of its access token; nothing where there is nobody to ask."""
    url = there.attributes
    if not url:
        return {}
    if provider.flag("attributes_url_add_attributes") and not there.elsewhere:
        url += ",".join(dict.fromkeys(provider.mapping.values()))
    method = provider.details.get("attributes_request_method", "GET")
    headers = {**_HEADERS, "Authorization": f"Bearer {tokens['access_token']}"}
    try:
        reply = http_fetch.send(method, url, headers, {} if method == "POST" else None)
    except http_fetch.TimedOut:
        raise errors.read_timed_out() from None
    except http_fetch.Unreachable:
        raise errors.provider_unreachable() from None
    if not reply.ok:
        raise errors.provider_error(provider.name, reply.status, "error getting user info", None)
    return _json(reply)


def _json(reply: http_fetch.Reply) -> Json:
    try:
        answer = orjson.loads(reply.body)
    except orjson.JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _redirect_uri(visit: Visit) -> str:
    return public_base(visit.request.base_url) + PATH
