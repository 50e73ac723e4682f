"""All datasets of a pool into its stream, at once."""

from __future__ import annotations

from dataclasses import replace

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.aws.timestamps import Timestamp
from cognito_emulator.store.interface import Transaction
from cognito_emulator.sync import access, aws, errors, inheritance, repository, streams
from cognito_emulator.sync.records import POOL_SETTINGS, PoolSettings
from cognito_emulator.sync.service import operation

PAUSE = 24 * 3600.0
LONGEST = 3600.0
"""After this time a bulk publish that has not ended counts as one whose server was stopped."""


@operation
def bulk_publish(call: Call, params: Params) -> Answer:
    """Put all datasets of a pool into its stream; it can be done once in 24 hours.

    The call returns when all is done; other calls see it IN_PROGRESS until then. Source: API reference, BulkPublish.
    """
    pool_id = access.pool_of_developer(call, params)
    settings = call.transact(lambda tx: _begun(tx, pool_id, call.now))
    failure: str | None = "The publish was interrupted."
    try:
        streams.require_usable(call, settings.streams or {})
        for dataset in inheritance.left_in_pool(call.reader, pool_id):
            streams.put_whole(call, settings, dataset)
        failure = None
    except aws.Unusable as unusable:
        failure = str(unusable)
    finally:
        ended = call.emulator.clock.now()
        call.transact(lambda tx: _end(tx, pool_id, ended, failure))
    return {"IdentityPoolId": pool_id}


def _begun(tx: Transaction, pool_id: str, now: float) -> PoolSettings:
    settings = repository.settings_of(tx, pool_id)
    if not streams.is_enabled(settings):
        raise errors.no_enabled_stream()
    status = settings.bulk.get("BulkPublishStatus")
    if status == "IN_PROGRESS" and now - settings.bulk["BulkPublishStartTime"] < LONGEST:
        raise errors.publish_in_progress()
    if status == "SUCCEEDED" and now - settings.bulk["BulkPublishCompleteTime"] < PAUSE:
        raise errors.already_published()
    begun = replace(settings, bulk={"BulkPublishStatus": "IN_PROGRESS", "BulkPublishStartTime": now})
    tx.put(POOL_SETTINGS, begun)
    return begun


def _end(tx: Transaction, pool_id: str, now: float, failure: str | None) -> None:
    settings = repository.settings_of(tx, pool_id)
    if failure is None:
        result = {"BulkPublishStatus": "SUCCEEDED", "BulkPublishCompleteTime": now}
    else:
        result = {"BulkPublishStatus": "FAILED", "FailureMessage": failure}
    tx.put(POOL_SETTINGS, replace(settings, bulk={**settings.bulk, **result}))


@operation
def get_bulk_publish_details(call: Call, params: Params) -> Answer:
    """How the last bulk publish of a pool went. Source: API reference, GetBulkPublishDetails."""
    pool_id = access.pool_of_developer(call, params)
    bulk = repository.settings_of(call.reader, pool_id).bulk
    shown = {name: Timestamp(value) if name.endswith("Time") else value for name, value in bulk.items()}
    return {"IdentityPoolId": pool_id, "BulkPublishStatus": "NOT_STARTED", **shown}
