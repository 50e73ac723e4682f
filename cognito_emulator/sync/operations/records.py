"""Records of datasets."""

from __future__ import annotations

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.store.interface import Transaction
from cognito_emulator.sync import (
    access,
    answers,
    errors,
    inheritance,
    merge,
    push,
    repository,
    sessions,
    streams,
    sync_trigger,
)
from cognito_emulator.sync.records import Dataset, Record
from cognito_emulator.sync.service import operation

MOST = 1_024


@operation
def list_records(call: Call, params: Params) -> Answer:
    """What changed in a dataset after a sync count, and a token for the session that begins with it.

    A dataset that does not exist (yet) has no records; that is no error. Sources: API reference, ListRecords;
    reference sync.md §3.
    """
    place = access.place_of(call, params)
    inheritance.take_over(call, place)
    name, last = params["DatasetName"], params.get("LastSyncCount", 0)
    query: list[object] = [place.identity_id, name, last]
    limit = repository.max_results(params, MOST)
    token = params.get("SyncSessionToken")
    if token:
        sessions.require(call, place, name, token)
    dataset = repository.any_dataset(call.reader, place.identity_id, name)
    count = dataset.sync_count if dataset is not None else 0
    if not 0 <= last <= count:
        raise errors.no_such_sync_count(last)
    after = repository.place_in(call, params, query)
    changed = [
        record for record in repository.records_of(call.reader, place.identity_id, name) if record.sync_count > last
    ]
    start = int(after or 0)
    shown = changed[start : start + limit]
    more = str(start + limit) if len(changed) > start + limit else None
    if not token:
        token = sessions.begin(call, place, name)
        call.transact(lambda tx: repository.count_session(tx, place.pool_id, place.identity_id, call.now))
    answer: Answer = {
        "Records": [answers.record(record) for record in shown],
        "Count": len(changed),
        "DatasetSyncCount": count,
        "DatasetExists": dataset is not None and dataset.exists,
        "DatasetDeletedAfterRequestedSyncCount": dataset is not None and 0 < last < dataset.deleted_at,
        "MergedDatasetNames": repository.merged_names(call.reader, place.identity_id, name),
        "SyncSessionToken": token,
        **repository.next_token(call, more, query),
    }
    if dataset is not None:
        answer["LastModifiedBy"] = dataset.modified_by
    return answer


@operation
def update_records(call: Call, params: Params) -> Answer:
    """Write records, all or none; the pool's function may change what is written.

    The answer has the records as they are stored. Sources: API reference, UpdateRecords; recordings
    browser-captures/sync-update-records/1, github-issue-logs/sync-count-conflict/1, …/sync-session-token-invalid/1.
    """
    place = access.place_of(call, params)
    inheritance.take_over(call, place)
    name = params["DatasetName"]
    sessions.require(call, place, name, params["SyncSessionToken"])
    changes = merge.changes_of(params.get("RecordPatches", ()), call.now)
    if place.is_identity and sync_trigger.is_set(call, place.pool_id):
        merge.check(call.reader, place, name, changes)
        changes = sync_trigger.changed_by_function(call, place, name, changes)
    if not changes:
        return {"Records": []}

    def step(tx: Transaction) -> tuple[Dataset, list[Record]]:
        return merge.apply(tx, place, name, changes, call.now)

    dataset, written = call.transact(step)
    streams.tell_updated(call, dataset, written)
    push.tell_devices(call, dataset, params.get("DeviceId"))
    return {"Records": [answers.record(record) for record in written]}
