"""Replicas of a user pool in other regions."""

from __future__ import annotations

from dataclasses import replace

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import errors, replicas, repository
from cognito_emulator.user_pools.records import Pool
from cognito_emulator.user_pools.replica_records import REPLICAS, Replica
from cognito_emulator.user_pools.schema import tiers
from cognito_emulator.user_pools.schema.pool_settings import check_tags
from cognito_emulator.user_pools.service import operation


@operation
def create_user_pool_replica(call: Call, params: Params) -> Answer:
    """Begin to replicate a pool to another region.

    Source: API reference, CreateUserPoolReplica; recording aws-model-examples/model-example-createuserpoolreplica-1.
    """
    tags = params.get("UserPoolTags", {})
    check_tags(tags)

    def step(tx: Transaction) -> Replica:
        pool = repository.pool_of_caller(call, params["UserPoolId"], tx)
        tiers.require(pool.settings, [tiers.REPLICATION])
        replicas.check_new(tx, pool, params["RegionName"])
        replica = Replica(pool.id, params["RegionName"], pool.account, call.now, tags=tags)
        tx.insert(REPLICAS, replica)
        return replica

    return {"UserPoolReplica": _shown(call.transact(step), "CREATING")}


@operation
def update_user_pool_replica(call: Call, params: Params) -> Answer:
    """Let users sign in at a replica, or no longer; asked for in any of the pool's regions.

    Source: API reference, UpdateUserPoolReplica; recording aws-model-examples/model-example-updateuserpoolreplica-1.
    """

    def step(tx: Transaction) -> Replica:
        pool = repository.pool_of_caller(call, params["UserPoolId"], tx)
        replica = replicas.named(tx, pool, params["RegionName"])
        if replicas.status(replica, call.now) == "CREATING":
            raise errors.replica_not_ready(replica.region)
        updated = replace(replica, active=params["Status"] == "ACTIVE")
        tx.put(REPLICAS, updated)
        return updated

    replica = call.transact(step)
    return {"UserPoolReplica": _shown(replica, replicas.status(replica, call.now))}


@operation
def delete_user_pool_replica(call: Call, params: Params) -> Answer:
    """Remove an inactive replica; asked for in the primary region.

    Source: API reference, DeleteUserPoolReplica; recording aws-model-examples/model-example-deleteuserpoolreplica-1.
    """

    def step(tx: Transaction) -> Replica:
        pool = repository.pool_of_caller(call, params["UserPoolId"], tx)
        replica = replicas.named(tx, pool, params["RegionName"])
        if replicas.status(replica, call.now) != "INACTIVE":
            raise errors.replica_must_be_inactive(replica.region)
        tx.delete(REPLICAS, pool.id, replica.region)
        return replica

    return {"UserPoolReplica": _shown(call.transact(step), "DELETING")}


@operation
def list_user_pool_replicas(call: Call, params: Params) -> Answer:
    """All regions of a pool, the primary among them, by name; a pool's fit on one page.

    Source: API reference, ListUserPoolReplicas; recording aws-model-examples/model-example-listuserpoolreplicas-1.
    """
    if "NextToken" in params:
        raise errors.invalid_pagination_token()
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    found = call.reader.page(REPLICAS, None, (pool.id,)).records
    listed = [_shown(replica, replicas.status(replica, call.now)) for replica in found]
    return {"UserPoolReplicas": sorted([*listed, _primary(pool)], key=lambda shown: str(shown["RegionName"]))}


def _shown(replica: Replica, status: str) -> Answer:
    return {"RegionName": replica.region, "Status": status, "Role": "SECONDARY", "UserPoolArn": replica.arn}


def _primary(pool: Pool) -> Answer:
    return {"RegionName": pool.region, "Status": "ACTIVE", "Role": "PRIMARY", "UserPoolArn": pool.arn}
