"""Which claims of a provider's tokens become principal tags of the session."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.identity_pools import answers, errors, principal_tags, repository
from cognito_emulator.identity_pools.records import POOLS, IdentityPool
from cognito_emulator.identity_pools.service import operation
from cognito_emulator.store.interface import Transaction


@operation
def set_principal_tag_attribute_map(call: Call, params: Params) -> Answer:
    """Set the map of a provider. Source: API reference, SetPrincipalTagAttributeMap; reference §10."""
    provider = params["IdentityProviderName"]
    use_defaults = params.get("UseDefaults", False)
    tags = params.get("PrincipalTags", {})
    if use_defaults and tags:
        raise errors.defaults_with_tags()
    if sum(len(value.encode()) for value in tags.values()) > principal_tags.LONGEST:
        raise errors.principal_tags_too_long()

    def step(tx: Transaction) -> IdentityPool:
        pool = repository.pool_of_caller(call, params["IdentityPoolId"], tx)
        if not principal_tags.is_provider(pool, provider):
            raise errors.unknown_tag_provider(provider)
        shown: dict[str, Any] = {"UseDefaults": use_defaults, "PrincipalTags": tags}
        if use_defaults:
            shown["PrincipalTags"] = principal_tags.defaults_of(provider)
        updated = replace(pool, principal_tags={**pool.principal_tags, provider: shown})
        tx.put(POOLS, updated)
        return updated

    return answers.principal_tags(call.transact(step), provider)


@operation
def get_principal_tag_attribute_map(call: Call, params: Params) -> Answer:
    """Show the map of a provider. Source: API reference, GetPrincipalTagAttributeMap."""
    pool = repository.pool_of_caller(call, params["IdentityPoolId"])
    provider = params["IdentityProviderName"]
    if not principal_tags.is_provider(pool, provider):
        raise errors.unknown_tag_provider(provider)
    return answers.principal_tags(pool, provider)
