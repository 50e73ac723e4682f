"""Pools and identities that go, with all that hangs on them: nothing of theirs stays in the store.

Other services keep data of identities too; they say so (`Dependents`), because this one does not know them. Temporary
credentials that were given out stay good until their time is over: AWS cannot take them back either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from cognito_emulator.aws.call import Call
from cognito_emulator.identity_pools import repository
from cognito_emulator.identity_pools.records import IDENTITIES, LOGINS, POOLS, Identity, IdentityPool
from cognito_emulator.store import removal
from cognito_emulator.store.interface import Transaction
from cognito_emulator.store.removal import Part

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator

_POOL, _IDENTITY = "identity pool", "identity"


class Dependents:
    """What other services keep of a pool, and of an identity of it."""

    def __init__(self, emulator: Emulator) -> None:
        self._of_pool: list[Callable[[str], Sequence[Part]]] = []
        self._of_identity: list[Callable[[str, str], Sequence[Part]]] = []

    def add(self, of_pool: Callable[[str], Sequence[Part]], of_identity: Callable[[str, str], Sequence[Part]]) -> None:
        """Of a service: what hangs on a pool, and on an identity (pool id, identity id)."""
        self._of_pool.append(of_pool)
        self._of_identity.append(of_identity)

    def of_pool(self, pool_id: str) -> list[Part]:
        return [part for parts_of in self._of_pool for part in parts_of(pool_id)]

    def of_identity(self, pool_id: str, identity_id: str) -> list[Part]:
        return [part for parts_of in self._of_identity for part in parts_of(pool_id, identity_id)]


def begin_with_pool(tx: Transaction, pool: IdentityPool) -> None:
    """Remove a pool; `finish` removes what was in it."""
    tx.delete(POOLS, pool.id)
    removal.note(tx, _POOL, pool.id)


def begin_with_identity(tx: Transaction, identity: Identity) -> None:
    """Remove an identity with its logins; `finish` removes the rest. What was merged into it has no data left."""
    tx.delete_all(LOGINS, "identity", (identity.id,))
    tx.delete(IDENTITIES, identity.id)
    for one in (identity, *repository.merged_into(tx, identity.id)):
        removal.note(tx, _IDENTITY, f"{one.pool_id}/{one.id}")


def finish(call: Call) -> None:
    """Remove all that hung on pools and identities that are gone."""
    dependents = call.emulator.part(Dependents)

    def parts_of_pool(pool_id: str) -> list[Part]:
        def inside(identity: Identity) -> list[Part]:
            return [*dependents.of_identity(pool_id, identity.id), Part(LOGINS, "identity", (identity.id,))]

        return [Part(IDENTITIES, "pool", (pool_id,), inside), *dependents.of_pool(pool_id)]

    def parts_of_identity(key: str) -> list[Part]:
        pool_id, _, identity_id = key.partition("/")
        return dependents.of_identity(pool_id, identity_id)

    removal.work_off(call.emulator.store, _POOL, parts_of_pool)
    removal.work_off(call.emulator.store, _IDENTITY, parts_of_identity)
