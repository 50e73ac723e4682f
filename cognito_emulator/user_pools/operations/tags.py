"""Tags of user pools."""

from __future__ import annotations

from dataclasses import replace

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.store.interface import Reader, Transaction
from cognito_emulator.user_pools import errors, repository
from cognito_emulator.user_pools.records import POOLS, Pool
from cognito_emulator.user_pools.schema.pool_settings import check_tags
from cognito_emulator.user_pools.service import operation


@operation
def tag_resource(call: Call, params: Params) -> Answer:
    """Add tags to a pool. Source: API reference, TagResource."""

    def step(tx: Transaction) -> None:
        pool = _pool(call, params["ResourceArn"], tx)
        tags = {**pool.tags, **params["Tags"]}
        check_tags(tags)
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


def _pool(call: Call, arn: str, reader: Reader) -> Pool:
    pool_id = arn.rsplit("/", 1)[-1]
    pool = repository.pool_of_caller(call, pool_id, reader)
    if pool.arn != arn:
        raise errors.user_pool_does_not_exist(pool_id)
    return pool
