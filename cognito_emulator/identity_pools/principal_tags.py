"""Attributes for access control: claims of a login as tags of the session.

Source: reference identity-pools.md §10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_emulator.identity_pools.records import IdentityPool

if TYPE_CHECKING:
    from cognito_emulator.identity_pools.logins import Verified

LONGEST = 460
"""Bytes of all attribute names of one map."""

_NAME_IDENTIFIER = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier"
_NAME = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"


def is_provider(pool: IdentityPool, name: str) -> bool:
    """Whether the pool has that provider. User pools are named without their client, providers in IAM by ARN."""
    user_pools = {client["ProviderName"] for client in pool.user_pool_clients}
    social_and_iam = {*pool.social_providers, *pool.open_id_arns, *pool.saml_arns}
    return name in user_pools | social_and_iam | {pool.developer_provider}


def defaults_of(provider: str) -> dict[str, str]:
    """The map of `UseDefaults`: tags and the claims they are made of."""
    if ":saml-provider/" in provider:
        return {"client": _NAME_IDENTIFIER, "username": _NAME}
    if provider == "graph.facebook.com":
        return {"client": "app_id", "username": "user_id"}
    if provider == "www.amazon.com":
        return {"client": "aud", "username": "user_id"}
    return {"client": "aud", "username": "sub"}


def tags_of(pool: IdentityPool, logins: list[Verified]) -> dict[str, str]:
    """Tags of the session of a user with these logins; later logins add to earlier ones."""
    tags: dict[str, str] = {}
    for login in logins:
        mapping = pool.principal_tags.get(login.tag_provider, {}).get("PrincipalTags", {})
        for tag, claim in mapping.items():
            value = login.claims.get(claim)
            if value is not None and not isinstance(value, (dict, list)):
                tags[tag] = _text(value)
    return tags


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
