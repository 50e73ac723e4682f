"""How much is stored, and how often it is synchronized. The figures are those of the moment; AWS's lag behind."""

from __future__ import annotations

from typing import Any

from cognito_emulator import identity_pools
from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.aws.timestamps import Timestamp
from cognito_emulator.sync import access, inheritance, repository
from cognito_emulator.sync.service import operation

MOST = 60


@operation
def describe_identity_usage(call: Call, params: Params) -> Answer:
    """Datasets and bytes of an identity. Source: API reference, DescribeIdentityUsage."""
    place = access.place_of(call, params)
    inheritance.take_over(call, place)
    datasets = repository.datasets_of(call.reader, place.identity_id)
    usage: dict[str, Any] = {
        "IdentityId": place.identity_id,
        "IdentityPoolId": place.pool_id,
        "DatasetCount": len(datasets),
        "DataStorage": sum(dataset.size for dataset in datasets),
    }
    if datasets:
        usage["LastModifiedDate"] = Timestamp(max(dataset.modified for dataset in datasets))
    return {"IdentityUsage": usage}


@operation
def describe_identity_pool_usage(call: Call, params: Params) -> Answer:
    """Sessions and bytes of a pool. Source: API reference, DescribeIdentityPoolUsage."""
    return {"IdentityPoolUsage": _pool_usage(call, access.pool_of_developer(call, params))}


@operation
def list_identity_pool_usage(call: Call, params: Params) -> Answer:
    """Sessions and bytes of each pool. Source: API reference, ListIdentityPoolUsage."""
    access.require_developer(call)
    limit = repository.max_results(params, MOST)
    query: list[object] = [call.account, call.region]
    page = identity_pools.pools_page(call, repository.place_in(call, params, query), limit)
    shown = [_pool_usage(call, pool.id) for pool in page.records]
    return {
        "IdentityPoolUsages": shown,
        "MaxResults": limit,
        "Count": len(shown),
        **repository.next_token(call, page.next, query),
    }


def _pool_usage(call: Call, pool_id: str) -> dict[str, Any]:
    size, dates = 0, []
    for dataset in inheritance.left_in_pool(call.reader, pool_id):
        size += dataset.size
        dates.append(dataset.modified)
    sessions = sum(one.count for one in repository.sessions_of_pool(call.reader, pool_id))
    usage: dict[str, Any] = {"IdentityPoolId": pool_id, "SyncSessionsCount": sessions, "DataStorage": size}
    if dates:
        usage["LastModifiedDate"] = Timestamp(max(dates))
    return usage
