"""Tags of user pools."""

from __future__ import annotations

from dataclasses import replace

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.store.interface import Reader, Transaction
from cognito_emulator.user_pools import errors, replicas, repository
from cognito_emulator.user_pools.records import POOLS, Pool
from cognito_emulator.user_pools.replica_records import REPLICAS, Replica
from cognito_emulator.user_pools.schema.pool_settings import check_tags
from cognito_emulator.user_pools.service import operation


@operation
def tag_resource(call: Call, params: Params) -> Answer:
    """Add tags to a pool. Source: API reference, TagResource."""

    def step(tx: Transaction) -> None:
        tagged = _tagged(call, params["ResourceArn"], tx)
        tags = {**tagged.tags, **params["Tags"]}
        check_tags(tags, too_many=errors.too_many_tags_for_resource())
        _keep(tx, tagged, tags)

    call.transact(step)
    return {}


@operation
def untag_resource(call: Call, params: Params) -> Answer:
    """Remove tags from a pool; keys it does not have are let pass. Source: API reference, UntagResource."""

    def step(tx: Transaction) -> None:
        tagged = _tagged(call, params["ResourceArn"], tx)
        _keep(tx, tagged, {key: value for key, value in tagged.tags.items() if key not in params["TagKeys"]})

    call.transact(step)
    return {}


@operation
def list_tags_for_resource(call: Call, params: Params) -> Answer:
    """The tags of a pool. Source: API reference, ListTagsForResource."""
    return {"Tags": _tagged(call, params["ResourceArn"], call.reader).tags}


def _tagged(call: Call, arn: str, reader: Reader) -> Pool | Replica:
    """What an ARN names: a pool, or its replica in another region, which has tags of its own.

    That the primary region tags replicas too is what Terraform relies on (hashicorp/terraform-provider-aws,
    internal/service/cognitoidp/user_pool_replica.go and its test of tags); no answer of AWS to it was seen.
    """
    pool_id = arn.rsplit("/", 1)[-1]
    pool = repository.pool_of_caller(call, pool_id, reader)
    tagged = replicas.here(call, reader, pool) or replicas.of_arn(reader, pool, arn) or pool
    if tagged.arn != arn:
        raise errors.user_pool_does_not_exist(pool_id)
    return tagged


def _keep(tx: Transaction, tagged: Pool | Replica, tags: dict[str, str]) -> None:
    if isinstance(tagged, Replica):
        tx.put(REPLICAS, replace(tagged, tags=tags))
    else:
        tx.put(POOLS, replace(tagged, tags=tags))
