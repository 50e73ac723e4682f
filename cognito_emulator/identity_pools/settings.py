"""The settings of a pool: what a request gives, what the service fills in, what it refuses.

Sources: recordings `cloud-custodian-placebo/test_cognito-identity-pool/2` and `/3`,
`aws-cli-examples/cli-example-create-identity-pool/1`; reference identity-pools.md §3 and §12.
"""

from __future__ import annotations

import re
from typing import Any

from cognito_emulator.identity_pools import errors
from cognito_emulator.identity_pools.records import DEVELOPER_PROVIDER, IdentityPool

Json = dict[str, Any]

SOCIAL_PROVIDERS = (
    "graph.facebook.com",
    "accounts.google.com",
    "appleid.apple.com",
    "www.amazon.com",
    "api.twitter.com",
    "www.digits.com",
)
USER_POOLS_PER_POOL = 50
_USER_POOL = re.compile(r"cognito-idp\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?/[\w-]+_[0-9a-zA-Z]+")
_ARN = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:(oidc-provider|saml-provider)/.+")
_AS_GIVEN = ("AllowClassicFlow", "SupportedLoginProviders", DEVELOPER_PROVIDER)


def new_settings(params: Json) -> Json:
    """Settings as CreateIdentityPool or UpdateIdentityPool gives them.

    Raises `InvalidParameterException` for a provider that is none.
    """
    settings: Json = {"AllowUnauthenticatedIdentities": params["AllowUnauthenticatedIdentities"]}
    settings.update({name: params[name] for name in _AS_GIVEN if params.get(name) is not None})
    for name in settings.get("SupportedLoginProviders", {}):
        if name not in SOCIAL_PROVIDERS:
            raise errors.unknown_login_provider(name)
    for member, kind in (("OpenIdConnectProviderARNs", "oidc-provider"), ("SamlProviderARNs", "saml-provider")):
        if params.get(member):
            settings[member] = [_provider_arn(arn, kind) for arn in params[member]]
    if params.get("CognitoIdentityProviders"):
        settings["CognitoIdentityProviders"] = _user_pools(params["CognitoIdentityProviders"])
    return settings


def updated_settings(pool: IdentityPool, params: Json) -> Json:
    """Settings after UpdateIdentityPool: a full replacement, save the developer provider, which stays."""
    settings = new_settings(params)
    fixed = pool.developer_provider
    if fixed is not None and settings.setdefault(DEVELOPER_PROVIDER, fixed) != fixed:
        raise errors.developer_provider_fixed()
    return settings


def check_tags(tags: dict[str, str]) -> None:
    """Refuse more than 50 tags, and keys that AWS keeps for itself."""
    reserved = next((key for key in tags if key.lower().startswith("aws:")), None)
    if reserved is not None:
        raise errors.reserved_tag_key(reserved)
    if len(tags) > 50:
        raise errors.too_many_tags()


def _provider_arn(arn: str, kind: str) -> str:
    found = _ARN.fullmatch(arn)
    if found is None or found.group(1) != kind:
        raise errors.invalid_provider_arn(arn)
    return arn


def _user_pools(given: list[Json]) -> list[Json]:
    if len(given) > USER_POOLS_PER_POOL:
        raise errors.too_many_user_pools()
    for provider in given:
        if not provider.get("ProviderName") or not provider.get("ClientId"):
            raise errors.user_pool_provider_incomplete()
        if not _USER_POOL.fullmatch(provider["ProviderName"]):
            raise errors.invalid_user_pool_provider(provider["ProviderName"])
    return [{"ServerSideTokenCheck": False, **provider} for provider in given]


def provider_names(pool: IdentityPool) -> list[str]:
    """Keys of every configured provider as role mappings and principal tag maps name it.

    User pools are named with their client, providers in IAM by ARN.
    """
    user_pools = [f"{client['ProviderName']}:{client['ClientId']}" for client in pool.user_pool_clients]
    return [*pool.social_providers, *user_pools, *pool.open_id_arns, *pool.saml_arns]
