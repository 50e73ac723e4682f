"""What goes when an identity pool, or an identity of it, is deleted: all data, devices and settings."""

from __future__ import annotations

from cognito_emulator.store.removal import Part
from cognito_emulator.sync.records import DATASETS, DEVICES, POOL_SETTINGS, RECORDS, SUBSCRIPTIONS, SYNC_SESSIONS


def of_pool(pool_id: str) -> list[Part]:
    """The pool's own records, without those of its identities."""
    return [Part(SYNC_SESSIONS, None, (pool_id,)), Part(POOL_SETTINGS, None, (pool_id,))]


def of_identity(pool_id: str, identity_id: str) -> list[Part]:
    """The records of an identity."""
    by_identity = (RECORDS, SUBSCRIPTIONS, DEVICES, DATASETS)
    sessions = Part(SYNC_SESSIONS, None, (pool_id, identity_id))
    return [*(Part(table, None, (identity_id,)) for table in by_identity), sessions]
