"""The roles that identities of a pool get."""

from __future__ import annotations

from dataclasses import replace

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.identity_pools import answers, repository
from cognito_emulator.identity_pools.records import POOLS
from cognito_emulator.identity_pools.roles import check_mappings, check_role
from cognito_emulator.identity_pools.service import operation
from cognito_emulator.store.interface import Transaction


@operation
def set_identity_pool_roles(call: Call, params: Params) -> Answer:
    """Replace roles and role mappings of a pool. Source: API reference, SetIdentityPoolRoles; reference §7."""

    def step(tx: Transaction) -> None:
        pool = repository.pool_of_caller(call, params["IdentityPoolId"], tx)
        mappings = params.get("RoleMappings") or {}
        for arn in params["Roles"].values():
            check_role(pool, arn)
        check_mappings(pool, mappings)
        tx.put(POOLS, replace(pool, roles=params["Roles"], role_mappings=mappings))

    call.transact(step)
    return {}


@operation
def get_identity_pool_roles(call: Call, params: Params) -> Answer:
    """Show the roles of a pool. Source: API reference, GetIdentityPoolRoles."""
    return answers.roles(repository.pool_of_caller(call, params["IdentityPoolId"]))
