"""Records found by intent. Indexes are this module's own business."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cognito_emulator.aws.call import Call, Params
from cognito_emulator.store.interface import Page, Reader, Transaction
from cognito_emulator.sync import errors
from cognito_emulator.sync.records import (
    DATASETS,
    DEVICES,
    POOL_SETTINGS,
    RECORDS,
    SUBSCRIPTIONS,
    SYNC_SESSIONS,
    Dataset,
    Device,
    PoolSettings,
    Record,
    Subscription,
    SyncSessions,
)

_BATCH = 100


def any_dataset(reader: Reader, identity_id: str, name: str) -> Dataset | None:
    """The dataset, or what is left of one that was deleted."""
    return reader.get(DATASETS, identity_id, name)


def dataset(reader: Reader, identity_id: str, name: str) -> Dataset:
    """The dataset. Raises `ResourceNotFoundException`."""
    found = any_dataset(reader, identity_id, name)
    if found is None or not found.exists:
        raise errors.dataset_not_found(name)
    return found


def datasets_of(reader: Reader, identity_id: str) -> list[Dataset]:
    """The datasets of an identity, by name."""
    return reader.page(DATASETS, "existing", (identity_id,)).records


def datasets_page(reader: Reader, identity_id: str, after: str | None, limit: int) -> Page[Dataset]:
    return reader.page(DATASETS, "existing", (identity_id,), after=after, limit=limit)


def dataset_count(reader: Reader, identity_id: str) -> int:
    return reader.count(DATASETS, "existing", (identity_id,))


def datasets_of_pool(reader: Reader, pool_id: str) -> Iterator[Dataset]:
    """All datasets of a pool, a few at a time."""
    after = None
    while True:
        page = reader.page(DATASETS, "pool", (pool_id,), after=after, limit=_BATCH)
        yield from page.records
        after = page.next
        if after is None:
            return


def merged_names(reader: Reader, identity_id: str, name: str) -> list[str]:
    """The datasets that a merge of identities laid beside the dataset of that name."""
    return [found.name for found in reader.page(DATASETS, "merged", (identity_id, name)).records]


def record(reader: Reader, identity_id: str, dataset: str, key: str) -> Record | None:
    return reader.get(RECORDS, identity_id, dataset, key)


def records_of(reader: Reader, identity_id: str, dataset: str) -> list[Record]:
    """The records of a dataset, removed ones too, the longest unchanged first."""
    return reader.page(RECORDS, "count", (identity_id, dataset)).records


def delete_dataset(tx: Transaction, dataset: Dataset, now: float, caller: str) -> None:
    """Remove a dataset with its records and subscriptions; what is left tells devices that it is gone."""
    tx.delete_all(RECORDS, None, (dataset.identity_id, dataset.name))
    tx.delete_all(SUBSCRIPTIONS, None, (dataset.identity_id, dataset.name))
    count = dataset.sync_count + 1
    gone = replace(
        dataset,
        exists=False,
        sync_count=count,
        deleted_at=count,
        size=0,
        count=0,
        modified=now,
        modified_by=caller,
        merged_from=None,
    )
    tx.put(DATASETS, gone)


def settings_of(reader: Reader, pool_id: str) -> PoolSettings:
    return reader.get(POOL_SETTINGS, pool_id) or PoolSettings(pool_id)


def devices_by_token(reader: Reader, identity_id: str, platform: str, token: str) -> Device | None:
    return reader.find(DEVICES, "token", identity_id, platform, token)


def device(reader: Reader, identity_id: str, device_id: str) -> Device:
    """The device. Raises `ResourceNotFoundException`."""
    found = reader.get(DEVICES, identity_id, device_id)
    if found is None:
        raise errors.device_not_found(device_id)
    return found


def subscribers(reader: Reader, identity_id: str, dataset: str) -> list[Device]:
    """The devices that want to hear of changes of the dataset."""
    subscriptions: list[Subscription] = reader.page(SUBSCRIPTIONS, None, (identity_id, dataset)).records
    found = (reader.get(DEVICES, identity_id, subscription.device_id) for subscription in subscriptions)
    return [one for one in found if one is not None]


def count_session(tx: Transaction, pool_id: str, identity_id: str, now: float) -> None:
    """One more sync session has begun."""
    there = tx.get(SYNC_SESSIONS, pool_id, identity_id)
    tx.put(SYNC_SESSIONS, SyncSessions(pool_id, identity_id, there.count + 1 if there else 1, now))


def sessions_of_pool(reader: Reader, pool_id: str) -> Iterator[SyncSessions]:
    """The sessions that each identity of a pool has begun, a few identities at a time."""
    after = None
    while True:
        page = reader.page(SYNC_SESSIONS, None, (pool_id,), after=after, limit=_BATCH)
        yield from page.records
        after = page.next
        if after is None:
            return


def max_results(params: Params, most: int) -> int:
    """How many entries a page may have. Raises `InvalidParameterException`."""
    wanted: int = params.get("MaxResults", most)
    if wanted <= 0:
        raise errors.invalid_max_results()
    return min(wanted, most)


def place_in(call: Call, params: Params, query: list[object]) -> str | None:
    """The place that `NextToken` stands for. Raises `InvalidParameterException`."""
    token = params.get("NextToken")
    if not token:
        return None
    place = call.emulator.page_tokens.place([call.operation, *query], token, call.now)
    if place is None:
        raise errors.invalid_next_token()
    return place


def next_token(call: Call, place: str | None, query: list[object]) -> dict[str, str]:
    """The answer's token for the next page; nothing after the last."""
    if place is None:
        return {}
    return {"NextToken": call.emulator.page_tokens.make([call.operation, *query], place, call.now)}
