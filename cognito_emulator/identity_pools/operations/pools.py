"""Identity pools."""

from __future__ import annotations

from dataclasses import replace

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.identity_pools import answers, deletion, errors, repository, settings
from cognito_emulator.identity_pools.records import POOLS, IdentityPool
from cognito_emulator.identity_pools.service import operation
from cognito_emulator.store.interface import Transaction

POOLS_PER_ACCOUNT = 1_000


@operation
def create_identity_pool(call: Call, params: Params) -> Answer:
    """Make an identity pool; names may repeat. Source: API reference, CreateIdentityPool; reference §12."""
    tags = params.get("IdentityPoolTags", {})
    settings.check_tags(tags)
    pool = IdentityPool(
        id=f"{call.region}:{call.emulator.randomness.uuid()}",
        region=call.region,
        account=call.account,
        name=params["IdentityPoolName"],
        created=call.now,
        settings=settings.new_settings(params),
        tags=tags,
    )

    def step(tx: Transaction) -> None:
        if tx.count(POOLS, "owner", (call.account, call.region)) >= POOLS_PER_ACCOUNT:
            raise errors.too_many_pools()
        tx.insert(POOLS, pool)

    call.transact(step)
    return answers.identity_pool(pool)


@operation
def describe_identity_pool(call: Call, params: Params) -> Answer:
    """Show a pool. Source: API reference, DescribeIdentityPool."""
    return answers.identity_pool(repository.pool_of_caller(call, params["IdentityPoolId"]))


@operation
def update_identity_pool(call: Call, params: Params) -> Answer:
    """Replace a pool's settings: members that are left out are removed. Tags stay if none are given.

    Source: API reference, UpdateIdentityPool; reference §12.
    """
    tags = params.get("IdentityPoolTags")
    settings.check_tags(tags or {})

    def step(tx: Transaction) -> IdentityPool:
        pool = repository.pool_of_caller(call, params["IdentityPoolId"], tx)
        updated = replace(
            pool,
            name=params["IdentityPoolName"],
            settings=settings.updated_settings(pool, params),
            tags=pool.tags if tags is None else tags,
        )
        tx.put(POOLS, updated)
        return updated

    return answers.identity_pool(call.transact(step))


@operation
def delete_identity_pool(call: Call, params: Params) -> Answer:
    """Remove a pool with its identities and their data. Source: API reference, DeleteIdentityPool."""

    def step(tx: Transaction) -> None:
        deletion.begin_with_pool(tx, repository.pool_of_caller(call, params["IdentityPoolId"], tx))

    call.transact(step)
    deletion.finish(call)
    return {}


@operation
def list_identity_pools(call: Call, params: Params) -> Answer:
    """The pools of the account in the region. Source: API reference, ListIdentityPools."""
    pools, token = repository.page(call, params, POOLS, "owner", (call.account, call.region))
    shown = [{"IdentityPoolId": pool.id, "IdentityPoolName": pool.name} for pool in pools]
    return {"IdentityPools": shown, **token}
