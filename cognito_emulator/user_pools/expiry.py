"""Expired sessions and tokens make room whenever new ones are written: memory stays bounded without a sweeper."""

from __future__ import annotations

from typing import Any

from cognito_emulator.store.interface import Table, Transaction
from cognito_emulator.user_pools import records
from cognito_emulator.user_pools.records import AuthSession, TokenFamily

# Two old ones go for each new one, so that a backlog shrinks.
_AT_A_TIME = 2
# Kept a while after their end, so that late comers hear "expired" and not "invalid".
_GRACE = 3600.0


def purge_expired(tx: Transaction, new: AuthSession | TokenFamily) -> None:
    """Drop some records of the new one's kind that ended long before it began."""
    if isinstance(new, AuthSession):
        purge(tx, records.SESSIONS, new.expires - _GRACE - 900)
        return
    purge(tx, records.FAMILIES, new.auth_time - _GRACE)
    purge(tx, records.REFRESH_TOKENS, new.auth_time - _GRACE)


def purge(tx: Transaction, table: Table[Any], before: float) -> None:
    """Drop some records of a table with the index `expires` that ended before a time."""
    for record in tx.page(table, "expires", (), limit=_AT_A_TIME).records:
        if record.expires < before:
            tx.delete(table, *table.key(record))
