"""The settings of an app client: defaults, ranges, what does not go together.

Sources: recordings `aws-cli-examples/cli-example-create-user-pool-client/1`,
`github-issue-logs/explicit-flows-without-refresh/1` (historical); reference user-pools.md §2.7 and §3.2;
"Invalid range for token validity.": github.com/aws-samples/cloudfront-authorization-at-edge/issues/144.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.records import Pool
from cognito_emulator.user_pools.schema import tiers
from cognito_emulator.user_pools.schema.standard import DEFAULT_WRITABLE, STANDARD_NAMES

Json = dict[str, Any]

_AS_GIVEN = (
    "AccessTokenValidity",
    "IdTokenValidity",
    "ReadAttributes",
    "WriteAttributes",
    "ExplicitAuthFlows",
    "SupportedIdentityProviders",
    "CallbackURLs",
    "LogoutURLs",
    "DefaultRedirectURI",
    "AllowedOAuthFlows",
    "AllowedOAuthScopes",
    "PreventUserExistenceErrors",
    "RefreshTokenRotation",
)
_UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
_STANDARD_SCOPES = frozenset({"openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"})


def new_settings(pool: Pool, params: Json, earlier: Json | None = None) -> Json:
    """Settings of a client as a request gives them, completed with the defaults.

    `earlier` are the settings that an update replaces. Raises `InvalidParameterException` for settings that
    contradict each other, `FeatureUnavailableInTierException` for a flow that the pool's tier lacks.
    """
    settings: Json = {name: params[name] for name in _AS_GIVEN if params.get(name)}
    settings["RefreshTokenValidity"] = params.get("RefreshTokenValidity") or 30
    settings["TokenValidityUnits"] = params.get("TokenValidityUnits", {})
    settings["AllowedOAuthFlowsUserPoolClient"] = params.get("AllowedOAuthFlowsUserPoolClient", False)
    kept = (earlier or {}).get("EnableTokenRevocation", True)
    settings["EnableTokenRevocation"] = params.get("EnableTokenRevocation", kept)
    settings["EnablePropagateAdditionalUserContextData"] = params.get("EnablePropagateAdditionalUserContextData", False)
    settings["AuthSessionValidity"] = params.get("AuthSessionValidity", 3)
    if "AnalyticsConfiguration" in params:
        settings["AnalyticsConfiguration"] = _analytics(pool, params["AnalyticsConfiguration"])
    _check_validity(settings)
    _check_flows(settings)
    tiers.require(
        pool.settings, [tiers.PASSWORDLESS] if "ALLOW_USER_AUTH" in settings.get("ExplicitAuthFlows", ()) else []
    )
    _check_attributes(pool, settings, "creating" if earlier is None else "updating")
    return settings


def check_oauth(settings: Json, pool: Pool, has_secret: bool, scopes: set[str], providers: set[str]) -> None:
    """Refuse OAuth settings that do not go together, or that need a secret which the client lacks.

    `scopes` are those of the pool's resource servers, `providers` the names of its identity providers.
    """
    flows, wanted = settings.get("AllowedOAuthFlows", []), settings.get("AllowedOAuthScopes", [])
    if settings["AllowedOAuthFlowsUserPoolClient"] and not (flows and wanted):
        raise errors.oauth_flows_and_scopes_required()
    if settings["EnablePropagateAdditionalUserContextData"] and not has_secret:
        raise errors.user_context_data_needs_secret()
    if "client_credentials" in flows and len(flows) > 1:
        raise errors.client_credentials_with_other_flows()
    if "client_credentials" in flows and not has_secret:
        raise errors.client_credentials_without_secret()
    if {"code", "implicit"} & set(flows) and not settings.get("CallbackURLs"):
        raise errors.callback_urls_required()
    for scope in wanted:
        if scope not in _STANDARD_SCOPES and scope not in scopes:
            raise errors.scope_does_not_exist(scope)
    for provider in settings.get("SupportedIdentityProviders", []):
        if provider != "COGNITO" and provider not in providers:
            raise errors.provider_does_not_exist(provider, pool.id)
    urls = settings.get("CallbackURLs", [])
    for uri in (*urls, *settings.get("LogoutURLs", [])):
        check_redirect(uri)
    default = settings.get("DefaultRedirectURI")
    if default and default not in urls:
        raise errors.default_redirect_uri_not_registered(default)


def check_redirect(uri: str) -> None:
    """Refuse a URI that browsers must not be sent to: HTTPS, `http` of this machine and schemes of apps are allowed."""
    parts = urlsplit(uri)
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme == "http" and not local:
        raise errors.redirect_uri_over_http(uri)
    if "#" in uri:
        raise errors.redirect_uri_with_fragment(uri)
    if not parts.scheme:
        raise errors.redirect_uri_without_scheme(uri)


def _analytics(pool: Pool, given: Json) -> Json:
    """With an ARN the service's own role sends; data is not shared unless that is asked for.

    Source: the tests that terraform-provider-aws runs on AWS (TestAccCognitoIDPUserPoolClient_analytics* in
    user_pool_client_test.go), whose provider sends the role that it was shown along with an ARN.
    """
    by_id = "ApplicationId" in given
    if by_id == ("ApplicationArn" in given) or (by_id and "RoleArn" not in given):
        raise errors.invalid_analytics_configuration()
    given = {"UserDataShared": False, **given}
    if by_id:
        return given
    role = f"arn:aws:iam::{pool.account}:role/aws-service-role/cognito-idp.amazonaws.com/"
    return {**given, "RoleArn": role + "AWSServiceRoleForAmazonCognitoIdp"}


def validity(settings: Json, token: str) -> int:
    """Seconds that a token of the client lives. `token` is `AccessToken`, `IdToken` or `RefreshToken`.

    Access and ID tokens of a client that sets no time live for an hour, whatever unit it sets. Source: botocore's
    model, CreateUserPoolClientRequest.
    """
    if f"{token}Validity" not in settings:
        return 3600
    unit = settings["TokenValidityUnits"].get(token, "days" if token == "RefreshToken" else "hours")
    return int(settings[f"{token}Validity"]) * _UNITS[unit]


def _check_validity(settings: Json) -> None:
    refresh = validity(settings, "RefreshToken")
    if not 3600 <= refresh <= 315_360_000:
        raise errors.invalid_token_validity()
    for token in ("AccessToken", "IdToken"):
        seconds = validity(settings, token)
        if not 300 <= seconds <= 86_400:
            raise errors.invalid_token_validity()
        if seconds > refresh:
            raise errors.tokens_outlive_the_refresh_token()


def _check_flows(settings: Json) -> None:
    flows = settings.get("ExplicitAuthFlows", [])
    modern = [flow for flow in flows if flow.startswith("ALLOW_")]
    if modern and len(modern) < len(flows):
        raise errors.mixed_auth_flows()
    if "ALLOW_CLIENT_TOKEN_AUTH" in flows and len(set(flows)) > 1:
        raise errors.user_flows_with_client_token_auth()
    rotation = settings.get("RefreshTokenRotation", {}).get("Feature") == "ENABLED"
    if rotation and "ALLOW_REFRESH_TOKEN_AUTH" in flows:
        raise errors.refresh_flow_with_rotation()


def _check_attributes(pool: Pool, settings: Json, action: str) -> None:
    known = set(pool.schema)
    writable = {
        name
        for name, definition in pool.schema.items()
        if name in DEFAULT_WRITABLE or (name not in STANDARD_NAMES and not name.startswith("dev:"))
    }
    if not set(settings.get("ReadAttributes", [])) <= known:
        raise errors.invalid_read_attributes(action)
    written = settings.get("WriteAttributes")
    if written is None:
        return
    required = {n for n, d in pool.schema.items() if d["Required"] and d["Mutable"] and n != "sub"}
    if not set(written) <= writable or not required <= set(written):
        raise errors.invalid_write_attributes(action)
