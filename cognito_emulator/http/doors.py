"""Host and path → who answers: AWS APIs, issuer documents, user pool domains, control API."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import orjson

from cognito_emulator.aws.call import HttpRequest, HttpResponse
from cognito_emulator.oauth import paths as domain_paths

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator

_ISSUER_DOCUMENT = re.compile(r"/([\w-]+_[0-9a-zA-Z]+)/\.well-known/(openid-configuration|jwks\.json)")
_SERVICE_DOCUMENT = re.compile(r"/\.well-known/(openid-configuration|jwks_uri)")
_UPLOADS = "/aws-cognito-idp-user-import/"
_AWS_HOST = re.compile(r"(?:cognito-idp|cognito-identity|cognito-sync|sts)\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?")


class Answered(NamedTuple):
    """Who answered (for the access log) and what."""

    label: str
    response: HttpResponse


def region_of_host(base_url: str) -> str | None:
    """The region in an AWS host name."""
    found = _AWS_HOST.search(base_url)
    return found.group(1) if found else None


def answer(emulator: Emulator, request: HttpRequest) -> Answered:
    """Hand the request to whom it is for."""
    path = request.path
    if emulator.config.with_moto and (answered := _rest_of_aws(emulator, request)) is not None:
        return answered
    if path in ("", "/") and _is_query_call(request):
        from cognito_emulator.identity_pools import sts

        return Answered(*sts.answer(emulator, request, region_of_host(request.base_url)))
    if path in ("", "/") and (request.method == "POST" or "x-amz-target" in request.headers):
        region = region_of_host(request.base_url)
        return Answered(*_dispatcher(emulator).json_call(request, region))
    if path.startswith("/_emulator/"):
        from cognito_emulator.control import answer as control

        return Answered(f"control:{path.removeprefix('/_emulator/')}", control(emulator, request))
    if path.startswith(_UPLOADS):
        from cognito_emulator.user_pools.imports import upload

        return Answered("import:upload", upload.answer(emulator, request))
    if domain_paths.is_ours(path) or _is_domain(emulator, request):
        from cognito_emulator.oauth import routes

        return Answered(*routes.answer(emulator, request))
    if path.startswith("/identitypools"):
        region = region_of_host(request.base_url)
        return Answered(*_dispatcher(emulator).rest_call(request, region))
    if found := _ISSUER_DOCUMENT.fullmatch(path.removeprefix(_issuer_path(emulator))):
        from cognito_emulator.user_pools.tokens import discovery

        return Answered(f"issuer:{found.group(2)}", discovery.document(emulator, request, *found.groups()))
    if found := _SERVICE_DOCUMENT.fullmatch(path):
        from cognito_emulator.identity_pools import tokens

        return Answered(f"identity:{found.group(1)}", tokens.document(emulator, request, found.group(1)))
    if emulator.config.with_moto:
        return _by_moto(emulator, request)
    return Answered("-", _not_found(request))


def _rest_of_aws(emulator: Emulator, request: HttpRequest) -> Answered | None:
    """moto's answer to what is another service's; None for what is ours, or may be."""
    from cognito_emulator.http.rest_of_aws import RestOfAws

    rest = emulator.part(RestOfAws)
    if request.path in ("", "/") and _is_query_call(request):
        from cognito_emulator.identity_pools import sts

        return None if sts.is_for_us(request) else _by_moto(emulator, request)
    return _by_moto(emulator, request) if rest.owns(request) else None


def _by_moto(emulator: Emulator, request: HttpRequest) -> Answered:
    from cognito_emulator.http.rest_of_aws import RestOfAws

    return Answered("moto", emulator.part(RestOfAws).answer(request))


def _is_domain(emulator: Emulator, request: HttpRequest) -> bool:
    """Whether the host is a user pool domain of its own, apart from the documents of a custom domain's issuer."""
    from cognito_emulator.oauth import site

    host = site.host_of(request)
    if "." not in host or not site.is_domain_host(emulator, host):
        return False
    return domain_paths.prefix_of_host(host) is not None or not _ISSUER_DOCUMENT.fullmatch(request.path)


def _issuer_path(emulator: Emulator) -> str:
    """The path of the base URL that issuers begin with, if one is configured; whoever passes requests on may cut it."""
    issuer = emulator.config.issuer
    return urlsplit(issuer).path.rstrip("/") if "://" in issuer else ""


def _is_query_call(request: HttpRequest) -> bool:
    """Whether a request speaks the Query protocol, as STS does."""
    form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    return (form and request.method == "POST") or "Action=" in request.query


def _dispatcher(emulator: Emulator):  # type: ignore[no-untyped-def]
    from cognito_emulator.services import AwsApis

    return emulator.part(AwsApis).dispatcher


def _not_found(request: HttpRequest) -> HttpResponse:
    body = orjson.dumps(
        {
            "message": f"Nothing answers {request.method} {request.path} here.",
            "hint": "AWS APIs: POST / with X-Amz-Target; control API: GET /_emulator/health.",
        }
    )
    return HttpResponse(404, {"Content-Type": "application/json"}, body)
