"""Shapes that several operations answer."""

from __future__ import annotations

from typing import Any

from cognito_emulator.aws.timestamps import Timestamp
from cognito_emulator.sync.records import Dataset, PoolSettings, Record

Json = dict[str, Any]


def dataset(dataset: Dataset) -> Json:
    """A `Dataset`."""
    return {
        "IdentityId": dataset.identity_id,
        "DatasetName": dataset.name,
        "CreationDate": Timestamp(dataset.created),
        "LastModifiedDate": Timestamp(dataset.modified),
        "LastModifiedBy": dataset.modified_by,
        "DataStorage": dataset.size,
        "NumRecords": dataset.count,
    }


def record(record: Record) -> Json:
    """A `Record`; without a value, if it has none or was removed."""
    shown: Json = {
        "Key": record.key,
        "SyncCount": record.sync_count,
        "LastModifiedDate": Timestamp(record.modified),
        "LastModifiedBy": record.modified_by,
        "DeviceLastModifiedDate": Timestamp(record.device_modified),
    }
    if record.value is not None:
        shown["Value"] = record.value
    return shown


def configuration(settings: PoolSettings) -> Json:
    """What Get- and SetIdentityPoolConfiguration answer."""
    shown: Json = {"IdentityPoolId": settings.pool_id}
    if settings.push is not None:
        shown["PushSync"] = settings.push
    if settings.streams is not None:
        shown["CognitoStreams"] = settings.streams
    return shown
