"""Removing many records without keeping others waiting: a few at a time, each batch a transaction of its own.

What somebody deletes is gone at once: the transaction that removes, say, a pool also notes (`note`) that all that hangs
on it has to go. `work_off` then removes that in batches, and what an earlier process left unfinished with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cognito_emulator.store.interface import Key, Store, Table, Transaction

AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Removal:
    """Something that is gone, and whose records have to go too."""

    kind: str
    key: str


REMOVALS = Table("removals", Removal, lambda removal: (removal.kind, removal.key))


@dataclass(frozen=True)
class Part:
    """All records of a table whose entry in an index (primary key, if it is None) begins with `prefix`.

    `inside` names what hangs on one of these records and goes before it.
    """

    table: Table[Any]
    index: str | None
    prefix: Key
    inside: Callable[[Any], Sequence[Part]] | None = None


def note(tx: Transaction, kind: str, key: str) -> None:
    """Remember that the records of something have to go."""
    tx.put(REMOVALS, Removal(kind, key))


def work_off(store: Store, kind: str, parts_of: Callable[[str], Sequence[Part]]) -> None:
    """Remove all that was noted; `parts_of` says by its key what it is."""
    while noted := store.reader.page(REMOVALS, None, (kind,), limit=1).records:
        key = noted[0].key
        in_batches(store, parts_of(key))
        store.transact(lambda tx, key=key: tx.delete(REMOVALS, kind, key))  # type: ignore[misc]


def in_batches(store: Store, parts: Sequence[Part]) -> None:
    """Remove records, a few in each transaction."""
    while store.transact(lambda tx: remove_some(tx, parts, AT_A_TIME)) <= 0:
        pass


def remove_some(tx: Transaction, parts: Iterable[Part], most: int) -> int:
    """Remove up to `most` records; how many more there might have been (0: there may be some left)."""
    for part in parts:
        most = _remove(tx, part, most) if part.inside is None else _remove_with_inside(tx, part, part.inside, most)
        if most <= 0:
            return 0
    return most


def _remove(tx: Transaction, part: Part, most: int) -> int:
    there = tx.count(part.table, part.index, part.prefix)
    if there <= most:
        if there:
            tx.delete_all(part.table, part.index, part.prefix)
        return most - there
    for record in tx.page(part.table, part.index, part.prefix, limit=most).records:
        tx.delete(part.table, *part.table.key(record))
    return 0


def _remove_with_inside(tx: Transaction, part: Part, inside: Callable[[Any], Sequence[Part]], most: int) -> int:
    while most > 0:
        records = tx.page(part.table, part.index, part.prefix, limit=1).records
        if not records:
            return most
        most = remove_some(tx, inside(records[0]), most)
        if most > 0:
            tx.delete(part.table, *part.table.key(records[0]))
            most -= 1
    return 0
