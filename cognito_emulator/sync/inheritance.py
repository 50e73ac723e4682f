"""Datasets of identities that were merged: the identity that is left has them, under names of their own.

The identity pool says who was merged into whom; what they had is taken over when the identity next asks for datasets.
Source: reference sync.md §4; developer guide, "Handling callbacks" (merged datasets).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from cognito_emulator import identity_pools
from cognito_emulator.aws.call import Call
from cognito_emulator.store.interface import Reader, Transaction
from cognito_emulator.sync import repository
from cognito_emulator.sync.access import Place
from cognito_emulator.sync.records import DATASETS, RECORDS, SUBSCRIPTIONS, Dataset

LONGEST_NAME = 128
FIRST_COUNT = 1


def take_over(call: Call, place: Place) -> None:
    """Give the identity the datasets of those that were merged into it."""
    merged = [identity.id for identity in identity_pools.merged_into(call.reader, place.identity_id)]
    if not any(repository.dataset_count(call.reader, identity_id) for identity_id in merged):
        return

    def step(tx: Transaction) -> None:
        for identity_id in merged:
            for dataset in repository.datasets_of(tx, identity_id):
                _move(tx, dataset, place.identity_id)

    call.transact(step)


def left_in_pool(reader: Reader, pool_id: str) -> Iterator[Dataset]:
    """All datasets of a pool, without those of identities that were deleted."""
    for dataset in repository.datasets_of_pool(reader, pool_id):
        if identity_pools.has_identity(reader, dataset.identity_id):
            yield dataset


def _move(tx: Transaction, dataset: Dataset, identity_id: str) -> None:
    """A merged dataset has the sync count 1, whatever its records have. Source: pull 414 of aws/aws-sdk-net."""
    original = dataset.merged_from or dataset.name
    name = dataset.name if dataset.merged_from else _merged_name(dataset)
    for record in repository.records_of(tx, dataset.identity_id, dataset.name):
        tx.put(RECORDS, replace(record, identity_id=identity_id, dataset=name))
    tx.delete_all(RECORDS, None, (dataset.identity_id, dataset.name))
    tx.delete_all(SUBSCRIPTIONS, None, (dataset.identity_id, dataset.name))
    tx.delete(DATASETS, dataset.identity_id, dataset.name)
    moved = replace(dataset, identity_id=identity_id, name=name, merged_from=original)
    tx.put(DATASETS, replace(moved, sync_count=FIRST_COUNT, deleted_at=0))


def _merged_name(dataset: Dataset) -> str:
    """The name of a merged dataset; a long one is cut, and a digest keeps it apart from others that begin like it."""
    owner = f".{dataset.identity_id}"
    room = LONGEST_NAME - len(owner)
    if len(dataset.name) <= room:
        return dataset.name + owner
    digest = hashlib.sha256(dataset.name.encode()).hexdigest()[:8]
    return f"{dataset.name[: room - 9]}-{digest}{owner}"
