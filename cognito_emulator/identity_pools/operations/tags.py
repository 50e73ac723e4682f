"""Tags of identity pools."""

from __future__ import annotations

from dataclasses import replace

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.identity_pools import errors, repository, settings
from cognito_emulator.identity_pools.records import POOLS, IdentityPool
from cognito_emulator.identity_pools.service import operation
from cognito_emulator.store.interface import Reader, Transaction


@operation
def tag_resource(call: Call, params: Params) -> Answer:
    """Add tags to a pool. Source: API reference, TagResource."""

    def step(tx: Transaction) -> None:
        pool = _pool(call, params["ResourceArn"], tx)
        tags = {**pool.tags, **params["Tags"]}
        settings.check_tags(tags)
        tx.put(POOLS, replace(pool, tags=tags))

    call.transact(step)
    return {}


@operation
def untag_resource(call: Call, params: Params) -> Answer:
    """Remove tags from a pool; keys it does not have are let pass. Source: API reference, UntagResource."""

    def step(tx: Transaction) -> None:
        pool = _pool(call, params["ResourceArn"], tx)
        kept = {key: value for key, value in pool.tags.items() if key not in params["TagKeys"]}
        tx.put(POOLS, replace(pool, tags=kept))

    call.transact(step)
    return {}


@operation
def list_tags_for_resource(call: Call, params: Params) -> Answer:
    """The tags of a pool. Source: API reference, ListTagsForResource."""
    return {"Tags": _pool(call, params["ResourceArn"], call.reader).tags}


def _pool(call: Call, arn: str, reader: Reader) -> IdentityPool:
    service, _, pool_id = arn.partition(":identitypool/")
    if not pool_id or ":cognito-identity:" not in service:
        raise errors.invalid_resource_arn(arn)
    pool = repository.pool_of_caller(call, pool_id, reader)
    if pool.arn != arn:
        raise errors.pool_not_found(pool_id)
    return pool
