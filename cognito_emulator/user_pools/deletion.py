"""Pools and users that go, with all that hangs on them: nothing of theirs stays in the store.

What can be much (users of a pool, tokens and history of a user) goes a few records at a time, so that nobody waits.
Messages that were sent stay in the outbox: they are with their receivers.
"""

from __future__ import annotations

from typing import Any

from cognito_emulator.aws.call import Call
from cognito_emulator.store import removal
from cognito_emulator.store.interface import Table, Transaction
from cognito_emulator.store.removal import Part
from cognito_emulator.user_pools import (
    domain_records,
    domains,
    errors,
    factor_records,
    import_records,
    log_records,
    records,
    replica_records,
    repository,
    risk_records,
    session_records,
)
from cognito_emulator.user_pools.federation import records as federation_records
from cognito_emulator.user_pools.records import Pool, TokenFamily, User

_POOL = "user pool"
# Tables whose primary keys begin with the pool.
_BY_POOL: tuple[Table[Any], ...] = (
    records.USERS,
    records.ALIASES,
    records.GROUPS,
    records.MEMBERSHIPS,
    records.CODES,
    records.ATTEMPTS,
    records.SIGNING_KEYS,
    *factor_records.TABLES,
    *session_records.TABLES,
    *risk_records.TABLES,
    *federation_records.OF_POOL,
    *import_records.TABLES,
    *log_records.TABLES,
    *replica_records.TABLES,
    *domain_records.OF_POOL,
)
# Tables with an index that begins with the pool.
_BY_INDEX: tuple[tuple[Table[Any], str], ...] = (
    (records.CLIENTS, "pool"),
    (records.SESSIONS, "pool"),
    (records.FAMILIES, "user"),
    (records.REFRESH_TOKENS, "family"),
    (federation_records.STATES, "pool"),
    *domain_records.BY_POOL,
)


def begin_with_pool(tx: Transaction, pool: Pool) -> None:
    """Remove a pool; `finish_pools` removes what was in it."""
    tx.delete(records.POOLS, pool.id)
    removal.note(tx, _POOL, pool.id)


def finish_pools(call: Call) -> None:
    """Remove all that was in pools that are gone."""
    removal.work_off(call.emulator.store, _POOL, _parts_of_pool)


def _parts_of_pool(pool_id: str) -> list[Part]:
    by_key = [Part(table, None, (pool_id,)) for table in _BY_POOL]
    return by_key + [Part(table, index, (pool_id,)) for table, index in _BY_INDEX]


def delete_user(call: Call, user: User) -> None:
    """Remove a user. Raises `UserNotFoundException` if somebody else was faster."""
    whose = (user.pool_id, user.key)

    def tokens_of(family: TokenFamily) -> list[Part]:
        return [Part(records.REFRESH_TOKENS, "family", (family.pool_id, family.origin_jti))]

    families = Part(records.FAMILIES, "user", whose, tokens_of)
    parts = [families, *(Part(table, None, whose) for table in (*session_records.OF_USERS, *risk_records.OF_USERS))]

    def step(tx: Transaction) -> bool:
        if repository.reload(tx, user).sub != user.sub:
            raise errors.user_does_not_exist()
        # Tokens first: a user whose deletion is broken off is signed out, and has to be deleted again.
        if removal.remove_some(tx, parts, removal.AT_A_TIME) <= 0:
            return False
        _remove(tx, user)
        return True

    while not call.transact(step):
        pass


def _remove(tx: Transaction, user: User) -> None:
    whose = (user.pool_id, user.key)
    by_index: tuple[Table[Any], ...] = (records.ALIASES, records.MEMBERSHIPS, federation_records.IDENTITIES)
    by_key: tuple[Table[Any], ...] = (records.CODES, records.ATTEMPTS, *factor_records.TABLES)
    for table in by_index:
        tx.delete_all(table, "user", whose)
    for table in by_key:
        tx.delete_all(table, None, whose)
    tx.delete_all(records.SESSIONS, "pool", whose)
    domains.delete_of_user(tx, *whose)
    tx.delete(records.USERS, *whose)
