"""The records of Cognito Sync: frozen dataclasses, their tables and indexes. Times are seconds since the epoch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cognito_emulator.store.interface import Index, Key, Table

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset of an identity. One that was deleted stays, without `exists`, for devices that do not know it yet.

    `size` is in bytes, `count` how many records have a value. `deleted_at` is the sync count of the last deletion,
    `merged_from` the name of the dataset that this one was merged with.
    """

    identity_id: str
    name: str
    pool_id: str
    created: float
    modified: float
    modified_by: str
    sync_count: int = 0
    size: int = 0
    count: int = 0
    exists: bool = True
    deleted_at: int = 0
    merged_from: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A record of a dataset. One that was removed stays, with `removed`, for devices that do not know it yet."""

    identity_id: str
    dataset: str
    key: str
    value: str | None
    sync_count: int
    modified: float
    modified_by: str
    device_modified: float
    removed: bool = False

    @property
    def size(self) -> int:
        """Bytes that count for the dataset's limit."""
        return 0 if self.removed else len(self.key.encode()) + len((self.value or "").encode())


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """What an identity pool is set to do besides storing: `PushSync`, `CognitoStreams`, events by type.

    `bulk` is the last bulk publish as GetBulkPublishDetails shows it, dates as numbers.
    """

    pool_id: str
    push: Json | None = None
    streams: Json | None = None
    events: dict[str, str] = field(default_factory=dict)
    bulk: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Device:
    """A device that push messages can go to: an SNS platform endpoint."""

    identity_id: str
    id: str
    pool_id: str
    platform: str
    token: str
    endpoint: str
    registered: float


@dataclass(frozen=True, slots=True)
class Subscription:
    """A device that wants to hear of changes of a dataset."""

    identity_id: str
    dataset: str
    device_id: str


@dataclass(frozen=True, slots=True)
class SyncSessions:
    """How many sync sessions an identity has begun."""

    pool_id: str
    identity_id: str
    count: int
    last: float


def _exists(dataset: Dataset) -> Key | None:
    return (dataset.identity_id, dataset.name) if dataset.exists else None


def _in_pool(dataset: Dataset) -> Key | None:
    return (dataset.pool_id, dataset.identity_id, dataset.name) if dataset.exists else None


def _merged(dataset: Dataset) -> Key | None:
    return (dataset.identity_id, dataset.merged_from, dataset.name) if dataset.exists and dataset.merged_from else None


DATASETS = Table(
    "sync_datasets",
    Dataset,
    lambda dataset: (dataset.identity_id, dataset.name),
    (Index("existing", _exists), Index("pool", _in_pool), Index("merged", _merged)),
)
RECORDS = Table(
    "sync_records",
    Record,
    lambda record: (record.identity_id, record.dataset, record.key),
    (Index("count", lambda record: (record.identity_id, record.dataset, record.sync_count, record.key)),),
)
POOL_SETTINGS = Table("sync_pools", PoolSettings, lambda settings: (settings.pool_id,))
DEVICES = Table(
    "sync_devices",
    Device,
    lambda device: (device.identity_id, device.id),
    (Index("token", lambda device: (device.identity_id, device.platform, device.token), unique=True),),
)
SUBSCRIPTIONS = Table(
    "sync_subscriptions",
    Subscription,
    lambda subscription: (subscription.identity_id, subscription.dataset, subscription.device_id),
)
SYNC_SESSIONS = Table("sync_sessions", SyncSessions, lambda sessions: (sessions.pool_id, sessions.identity_id))
