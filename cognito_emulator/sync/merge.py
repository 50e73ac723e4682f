"""Patches against what is stored: sync counts, conflicts and limits.

A dataset's sync count goes up by one with each update, and every record that the update changes takes the new count.
Sources: reference sync.md §3 and §5; API reference, UpdateRecords; recordings browser-captures/sync-update-records/1,
github-issue-logs/sync-count-conflict/1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cognito_emulator.aws.call import Params
from cognito_emulator.store.interface import Reader, Transaction
from cognito_emulator.sync import errors, repository
from cognito_emulator.sync.access import Place
from cognito_emulator.sync.records import DATASETS, RECORDS, Dataset, Record

DATASETS_PER_IDENTITY = 20
RECORDS_PER_DATASET = 1_024
BYTES_PER_DATASET = 1_048_576


@dataclass(frozen=True)
class Change:
    """What becomes of one record. `known_count` is the sync count that whoever wants it knows of."""

    key: str
    value: str | None
    removed: bool
    known_count: int
    device_modified: float


def changes_of(patches: Iterable[Params], now: float) -> list[Change]:
    """What a client's patches ask for."""
    return [
        Change(
            key=patch["Key"],
            value=patch.get("Value") if patch["Op"] == "replace" else None,
            removed=patch["Op"] == "remove",
            known_count=patch["SyncCount"],
            device_modified=float(patch.get("DeviceLastModifiedDate", now)),
        )
        for patch in patches
    ]


def check(reader: Reader, place: Place, name: str, changes: Iterable[Change]) -> None:
    """Refuse all changes if one was made without knowing the newest state. Raises `ResourceConflictException`."""
    for change in changes:
        there = repository.record(reader, place.identity_id, name, change.key)
        current = there.sync_count if there is not None else 0
        if current != change.known_count:
            raise errors.conflict(change.key, current, change.known_count)


def apply(
    tx: Transaction, place: Place, name: str, changes: Sequence[Change], now: float
) -> tuple[Dataset, list[Record]]:
    """Write changes; the dataset as it is then (made by its first record), and the records that were written.

    Raises `ResourceConflictException` or `LimitExceededException`.
    """
    check(tx, place, name, changes)
    dataset = _grown(tx, place, name, now)
    written: dict[str, Record] = {}
    size, count = dataset.size, dataset.count
    for change in changes:
        before = written.get(change.key) or repository.record(tx, place.identity_id, name, change.key)
        record = Record(
            identity_id=place.identity_id,
            dataset=name,
            key=change.key,
            value=change.value,
            sync_count=dataset.sync_count,
            modified=now,
            modified_by=place.caller,
            device_modified=change.device_modified,
            removed=change.removed,
        )
        size += record.size - (before.size if before is not None else 0)
        count += int(not record.removed) - int(before is not None and not before.removed)
        written[change.key] = record
    if count > RECORDS_PER_DATASET:
        raise errors.too_many_records(RECORDS_PER_DATASET)
    if size > BYTES_PER_DATASET:
        raise errors.dataset_too_large(BYTES_PER_DATASET)
    dataset = replace(dataset, size=size, count=count)
    tx.put(DATASETS, dataset)
    for record in written.values():
        tx.put(RECORDS, record)
    return dataset, list(written.values())


def _grown(tx: Transaction, place: Place, name: str, now: float) -> Dataset:
    """The dataset with its next sync count. A new one under an old name goes on counting where the old one ended."""
    there = repository.any_dataset(tx, place.identity_id, name)
    if there is not None and there.exists:
        return replace(there, sync_count=there.sync_count + 1, modified=now, modified_by=place.caller)
    if repository.dataset_count(tx, place.identity_id) >= DATASETS_PER_IDENTITY:
        raise errors.too_many_datasets(DATASETS_PER_IDENTITY)
    return Dataset(
        identity_id=place.identity_id,
        name=name,
        pool_id=place.pool_id,
        created=now,
        modified=now,
        modified_by=place.caller,
        sync_count=there.sync_count + 1 if there is not None else 1,
        deleted_at=there.deleted_at if there is not None else 0,
    )
