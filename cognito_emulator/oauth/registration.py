"""What an app says of itself when it registers, and the app client that this makes.

Sources: botocore's model, DcrConfigurationType and ClientTypeType; developer guide, "Dynamic client registration";
RFC 7591, sections 2 and 3.2. Which identity providers and scopes an app has that does not say, is not documented: here
it has all that it could have asked for, and every provider of the pool.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cognito_emulator.aws.call import Call
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.oauth import errors
from cognito_emulator.user_pools import clients, domains
from cognito_emulator.user_pools.federation import providers
from cognito_emulator.user_pools.records import Client, Pool
from cognito_emulator.user_pools.schema import client_settings
from cognito_emulator.user_pools.tokens import scopes

Json = dict[str, Any]
_CODE, _OWN, _REFRESH = "authorization_code", "client_credentials", "refresh_token"
# Grants as the protocol and as the settings of a client call them. A refresh token comes with every code.
_FLOWS = {_CODE: "code", _OWN: "client_credentials"}
_WITH_SECRET = ("client_secret_basic", "client_secret_post")
_OPENID = ("openid", "email", "phone", "profile")
_DEFAULT_FLOWS = {"AuthenticatedGrantTypes": ["code", "client_credentials"], "OpenDcrGrantTypes": ["code"]}


@dataclass(frozen=True)
class Registered:
    """An app client, and what is answered of it."""

    client: Client
    metadata: Json


def configuration(pool: Pool) -> Json | None:
    """The pool's settings for registration, if it is on."""
    settings: Json = pool.settings.get("DcrConfiguration", {})
    return settings if settings.get("EnableStatus") == "Enabled" else None


def register(call: Call, pool: Pool, given: Json, settings: Json, *, authenticated: bool) -> Registered:
    """Make the app client that an app asks for. Members that nobody knows are ignored. Raises `OAuthError`."""
    grants = _grants(given, settings, authenticated)
    method = _method(given, grants)
    responses = _texts(given, "response_types", ["code"] if _CODE in grants else [])
    if responses != (["code"] if _CODE in grants else []):
        raise errors.invalid_client_metadata("response_types does not go with grant_types")
    uris = _redirect_uris(given, needed=_CODE in grants)
    granted = _scopes(call, pool, given, settings, grants)
    name = given.get("client_name", "dcr-client")
    params: Json = {
        "UserPoolId": pool.id,
        "ClientName": name,
        "GenerateSecret": method != "none",
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": [_FLOWS[grant] for grant in grants if grant in _FLOWS],
        "AllowedOAuthScopes": granted,
        "SupportedIdentityProviders": _providers(call, pool),
        "CallbackURLs": uris,
    }
    try:
        clients.validate(params)
        client = clients.create(call, pool, params, clients.DCR)
    except AwsError as failure:
        raise errors.invalid_client_metadata(failure.message) from None
    metadata: Json = {"client_name": name, "redirect_uris": uris, "grant_types": grants, "response_types": responses}
    return Registered(client, {**metadata, "token_endpoint_auth_method": method, "scope": " ".join(granted)})


def _grants(given: Json, settings: Json, authenticated: bool) -> list[str]:
    """The grants that are asked for, if the pool lets apps have them that register in this way."""
    grants = _texts(given, "grant_types", [_CODE])
    which = "AuthenticatedGrantTypes" if authenticated else "OpenDcrGrantTypes"
    allowed = settings.get(which, _DEFAULT_FLOWS[which])
    asked = [grant for grant in grants if grant != _REFRESH]
    for grant in asked:
        if _FLOWS.get(grant) not in allowed:
            raise errors.invalid_client_metadata(f"grant_types {grant} is not allowed")
    if not asked or len(set(asked)) > 1:
        raise errors.invalid_client_metadata("grant_types needs one of authorization_code and client_credentials")
    if asked[0] == _OWN and _REFRESH in grants:
        raise errors.invalid_client_metadata("grant_types client_credentials has no refresh_token")
    return grants


def _method(given: Json, grants: list[str]) -> str:
    """How the app is going to authenticate; `none` makes it a public client."""
    method = given.get("token_endpoint_auth_method", "client_secret_basic")
    if method not in (*_WITH_SECRET, "none") or (method == "none" and _OWN in grants):
        raise errors.invalid_client_metadata(f"token_endpoint_auth_method {method} is not allowed")
    return str(method)


def _redirect_uris(given: Json, *, needed: bool) -> list[str]:
    uris = given.get("redirect_uris", [])
    if not isinstance(uris, list) or not all(isinstance(uri, str) for uri in uris) or (needed and not uris):
        raise errors.bad_redirect_uris("redirect_uris is required")
    try:
        clients.validate({"UserPoolId": "us-east-1_a", "ClientName": "-", "CallbackURLs": uris})
        for uri in uris:
            client_settings.check_redirect(uri)
    except AwsError as failure:
        raise errors.bad_redirect_uris(failure.message) from None
    return uris


def _scopes(call: Call, pool: Pool, given: Json, settings: Json, grants: list[str]) -> list[str]:
    """The scopes that are asked for, or all that might have been."""
    custom = domains.custom_scopes(call.reader, pool)
    own = _OWN in grants
    more = [scope for scope in settings.get("AllowedScopes", []) if scope != scopes.REGISTER]
    usable = [scope for scope in more if scope in custom or (scope == scopes.ADMIN and not own)]
    allowed = list(dict.fromkeys(usable if own else [*_OPENID, *usable]))
    text = given.get("scope", "")
    if not isinstance(text, str):
        raise errors.invalid_client_metadata("scope is not a string")
    asked = list(dict.fromkeys(text.split())) or allowed
    for scope in asked:
        if scope not in allowed:
            raise errors.invalid_client_metadata(f"scope {scope} is not allowed")
    if not asked:
        raise errors.invalid_client_metadata("scope is required: the user pool allows no scope for this grant")
    return asked


def _providers(call: Call, pool: Pool) -> list[str]:
    """Everybody whom users may come from, save those where a sign-in may begin: they want clients of their own."""
    found = providers.of_pool(call.reader, pool)
    return ["COGNITO", *(one.name for one in found if not one.flag("IDPInit"))]


def _texts(given: Json, name: str, default: list[str]) -> list[str]:
    """A member that is a list of strings."""
    found = given.get(name, default)
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise errors.invalid_client_metadata(f"{name} is not a list of strings")
    return list(dict.fromkeys(found))
