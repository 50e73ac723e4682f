"""Shapes that several operations answer."""

from __future__ import annotations

from typing import Any

from cognito_emulator.aws.timestamps import Timestamp
from cognito_emulator.identity_pools.records import Identity, IdentityPool, Login

Json = dict[str, Any]


def identity_pool(pool: IdentityPool) -> Json:
    """`IdentityPool`; empty maps and lists are left out."""
    shown: Json = {
        "IdentityPoolId": pool.id,
        "IdentityPoolName": pool.name,
        **{name: value for name, value in pool.settings.items() if value not in ({}, [])},
    }
    if pool.tags:
        shown["IdentityPoolTags"] = pool.tags
    return shown


def roles(pool: IdentityPool) -> Json:
    """GetIdentityPoolRoles."""
    shown: Json = {"IdentityPoolId": pool.id}
    if pool.roles:
        shown["Roles"] = pool.roles
    if pool.role_mappings:
        shown["RoleMappings"] = pool.role_mappings
    return shown


def identity(record: Identity, logins: list[Login]) -> Json:
    """`IdentityDescription`; a guest has no `Logins`."""
    shown: Json = {
        "IdentityId": record.id,
        "CreationDate": Timestamp(record.created),
        "LastModifiedDate": Timestamp(record.modified),
    }
    providers = list(dict.fromkeys(login.provider for login in logins))
    return {**shown, "Logins": providers} if providers else shown


def principal_tags(pool: IdentityPool, provider: str) -> Json:
    """The principal tag map of a provider."""
    return {"IdentityPoolId": pool.id, "IdentityProviderName": provider, **pool.principal_tags.get(provider, {})}
