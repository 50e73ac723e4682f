"""Who answers which path of a domain, and what is answered where there is no domain."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import orjson

from cognito_emulator.aws.call import Call, HttpRequest, HttpResponse
from cognito_emulator.oauth import errors, parameters, paths, responses, site
from cognito_emulator.oauth.client_authentication import basic
from cognito_emulator.oauth.endpoints import authorize, logout, register, revoke, token, user_info
from cognito_emulator.oauth.endpoints.user_info import bearer_token
from cognito_emulator.oauth.errors import OAuthError, PageError, SignInError
from cognito_emulator.oauth.federation import fake, open_id
from cognito_emulator.oauth.pages import (
    confirm,
    confirm_link,
    error,
    files,
    forgot_password,
    login,
    passkeys,
    second_factor,
    sign_up,
)
from cognito_emulator.oauth.parameters import Parameters
from cognito_emulator.oauth.site import Site
from cognito_emulator.oauth.visit import Visit
from cognito_emulator.user_pools.tokens.issuer import public_base

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator

logger = logging.getLogger(__name__)
Handler = Callable[[Visit], HttpResponse]


def _saml_response(visit: Visit) -> HttpResponse:
    if visit.request.method != "POST":  # no other binding. Source: developer guide, "Troubleshooting" (error page)
        raise errors.invalid_page_request(visit.query.get("client_id"))
    from cognito_emulator.oauth.federation import saml_sso  # needs the extra [saml]

    return saml_sso.idp_response(visit)


def _saml_logout(visit: Visit) -> HttpResponse:
    from cognito_emulator.oauth.federation import saml_sso

    return saml_sso.logged_out(visit)


ROUTES: dict[str, dict[str, Handler]] = {
    "/authorize": {"GET": authorize.authorize},
    "/changePassword": {"GET": second_factor.page, "POST": second_factor.page},
    "/confirm": {"GET": confirm.page, "POST": confirm.page},
    "/confirmUser": {"GET": confirm_link.page},
    "/confirmforgotPassword": {"GET": forgot_password.confirm_page, "POST": forgot_password.confirm_page},
    fake.PATH: {"GET": fake.page, "POST": fake.page},
    "/forgotPassword": {"GET": forgot_password.page, "POST": forgot_password.page},
    "/login": {"GET": login.page, "POST": login.page},
    "/logout": {"GET": logout.logout},
    "/mfa": {"GET": second_factor.page, "POST": second_factor.page},
    "/oauth2/authorize": {"GET": authorize.authorize},
    "/oauth2/idpresponse": {"GET": open_id.idp_response, "POST": open_id.idp_response},
    "/oauth2/register": {"POST": register.register},
    "/oauth2/revoke": {"POST": revoke.revoke},
    "/oauth2/token": {"POST": token.token},
    "/oauth2/userInfo": {"GET": user_info.user_info, "POST": user_info.user_info},
    "/passkeys/add": {"GET": passkeys.page, "POST": passkeys.page},
    "/resendcode": {"GET": confirm.resend_page, "POST": confirm.resend_page},
    "/saml2/idpresponse": {"GET": _saml_response, "POST": _saml_response},
    "/saml2/logout": {"POST": _saml_logout},
    "/signup": {"GET": sign_up.page, "POST": sign_up.page},
}


def answer(emulator: Emulator, request: HttpRequest) -> tuple[str, HttpResponse]:
    """Answer a request to a domain; also returns a label for the access log."""
    label = f"domain:{request.path.lstrip('/')}"
    if request.path.startswith("/static/"):
        return label, files.static(request)
    pool_id = paths.registers_with(request.path)
    if pool_id is not None and not site.is_domain_host(emulator, site.host_of(request)):
        request = replace(request, path=paths.REGISTER)
    response = _absolute(request, _guarded(emulator, request, pool_id))
    if request.path not in paths.OPEN:
        response.headers.pop("Access-Control-Allow-Origin", None)
    # Sources: developer guide, "The token issuer endpoint" and "SAML session initiation" (headers of the examples); for
    # authorize and pages the notes of `errors.parameters_missing`.
    response.headers["x-amz-cognito-request-id"] = emulator.randomness.uuid()
    return label, response


def _guarded(emulator: Emulator, request: HttpRequest, pool_id: str | None) -> HttpResponse:
    try:
        here = _site(emulator, request) if pool_id is None else site.of_pool(emulator.store.reader, pool_id)
        return _answer(emulator, request, here)
    except OAuthError as failure:
        return responses.oauth_error(failure)
    except PageError as failure:
        return responses.page_error(failure)
    except Exception:
        logger.exception("%s failed", request.path)
        if request.path in paths.JSON:
            return responses.oauth_error(OAuthError("server_error", status=500))
        return responses.page_error(PageError("server_error"))


def _answer(emulator: Emulator, request: HttpRequest, here: Site | None) -> HttpResponse:
    if request.path == "/error":
        return error.page(emulator, request, here)
    if (logo := files.logo(emulator, request)) is not None:
        return logo
    handlers = ROUTES.get(request.path)
    if handlers is None:
        return _not_found(request)
    handler = handlers.get("GET" if request.method == "HEAD" else request.method)
    if handler is None:
        return HttpResponse(405, {"Allow": ", ".join(handlers), **responses.HEADERS})
    if here is None:
        return _without_site(emulator, request)
    visit = Visit(_call(emulator, request, here), request, here)
    try:
        response = handler(visit)
    except SignInError as failure:
        response = responses.back_to_sign_in(failure, request.query)
    except PageError as failure:
        response = responses.page_error(failure)
    response.cookies.extend(visit.cookies_to_set)
    return response


def _absolute(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Redirects within a domain name its host, as AWS's do."""
    location = response.headers.get("Location", "")
    if location.startswith("/"):
        response.headers["Location"] = public_base(request.base_url) + location
    return response


def _site(emulator: Emulator, request: HttpRequest) -> Site | None:
    reader, host = emulator.store.reader, site.host_of(request)
    if site.is_domain_host(emulator, host):
        return site.of_host(reader, host)
    given = _given(request)
    try:
        header = basic(request)
    except OAuthError:
        header = None
    token = bearer_token(request.headers.get("authorization"))
    state = given.get("state") if request.path in (open_id.PATH, fake.PATH) else None
    if request.path.startswith("/saml2/"):
        state = given.get("RelayState", "")
        given = parameters.of_text(state)
    return site.of_request(reader, given, header.client_id if header else None, token, state)


def _given(request: HttpRequest) -> Parameters:
    return Parameters([*parameters.of_form(request).pairs, *parameters.of_query(request).pairs])


def _call(emulator: Emulator, request: HttpRequest, here: Site) -> Call:
    return Call(
        emulator=emulator,
        operation=request.path,
        region=here.pool.region,
        account=here.pool.account,
        request_id=emulator.randomness.uuid(),
        now=emulator.clock.now(),
        request=replace(request, base_url=site.issuer_base(request, here)),
    )


def _without_site(emulator: Emulator, request: HttpRequest) -> HttpResponse:
    """What is said where no pool can be told: no client in the request, an unknown one, or a pool without domain."""
    if site.is_domain_host(emulator, site.host_of(request)):
        return _not_found(request)
    client_id = _given(request).get("client_id")
    if request.path == "/oauth2/userInfo":
        token = bearer_token(request.headers.get("authorization"))
        raise errors.invalid_token() if token else errors.bad_user_info_request()
    if request.path in paths.JSON:
        header = basic(request)
        if not header and not client_id:
            raise errors.bad_request()
        raise errors.revocation_by_unknown_client() if request.path == "/oauth2/revoke" else errors.invalid_client()
    if not client_id:
        raise errors.parameters_missing() if request.path == "/oauth2/authorize" else errors.client_id_missing()
    if site.client_exists(emulator.store.reader, client_id):
        raise errors.no_domain()
    raise errors.client_does_not_exist(client_id)


def _not_found(request: HttpRequest) -> HttpResponse:
    body = orjson.dumps({"message": f"Nothing answers {request.method} {request.path} on this domain."})
    return HttpResponse(404, {"Content-Type": "application/json", **responses.HEADERS}, body)
