"""The store as the domain sees it.

A record is a frozen dataclass of JSON-able fields; a `Table` names its primary key and its indexes. Keys are
tuples of text and whole numbers. Records are immutable: a change is a new record written over the old one.

Nothing here scans: a page of records comes from an index, in the order of its keys. All stores encode keys the
same way (`encode`), so they agree on the order.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Generic, TypeVar

R = TypeVar("R")
T = TypeVar("T")
KeyPart = str | int
Key = tuple[KeyPart, ...]

# Between the parts of a key, and (KEY_OF) between an index entry and the primary key of a record that has it. Both
# sort before every character of a part, LAST after.
SEPARATOR = "\x01"
KEY_OF = "\x00"
LAST = "\U0010ffff"
# Characters of a part that count for the order: databases limit what an index takes (PostgreSQL: 2,704 bytes).
LONGEST = 256

_UNFIT = dict.fromkeys([0, 1, ord(LAST), *range(0xD800, 0xE000)], "\ufffd")


def encode(key: Iterable[KeyPart]) -> str:
    """A key as text that sorts as the tuple does: parts end in a separator, numbers (from 0) have sixteen digits."""
    return "".join([encode_part(part) + SEPARATOR for part in key])


def encode_part(part: KeyPart) -> str:
    """One part of a key.

    Characters that keys are built with or that no database takes are replaced, and long text is cut; a digest then
    keeps the part distinct from all others.
    """
    if not isinstance(part, str):
        return f"{part:016d}"
    if len(part) <= LONGEST and part.isprintable():
        return part
    fit = encode_beginning(part)
    if fit == part:
        return part
    return fit + hashlib.sha256(part.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def encode_beginning(text: str) -> str:
    """What the encoded form of every part that begins with `text` begins with (of `text`, what counts)."""
    return text[:LONGEST].translate(_UNFIT)


@dataclass(frozen=True)
class Index(Generic[R]):
    """A second way to find the records of a table.

    `key` gives the entry of a record, or None if the record has none. Entries of a `unique` index are held by
    one record at a time. Databases keep entries: an index whose `key` comes to give others needs a new name.
    """

    name: str
    key: Callable[[R], Key | None]
    unique: bool = False


@dataclass(frozen=True)
class Table(Generic[R]):
    """Records of one type. `name` is also the table's name in a database."""

    name: str
    record: type[R]
    key: Callable[[R], Key]
    indexes: tuple[Index[R], ...] = ()

    def index(self, name: str) -> Index[R]:
        return next(index for index in self.indexes if index.name == name)

    @cached_property
    def _fields(self) -> dict[str, None]:
        return {field.name: None for field in fields(self.record)}  # type: ignore[arg-type]

    def to_json(self, record: R) -> dict[str, Any]:
        """The fields of a record as JSON can hold them."""
        return {name: getattr(record, name) for name in self._fields}

    @cached_property
    def _plain(self) -> bool:
        """Whether a record is its fields and nothing more: then it is made without `__init__`, four times as fast."""
        special = hasattr(self.record, "__post_init__") or hasattr(self.record, "__slots__")
        return not special and all(field.init for field in fields(self.record))  # type: ignore[arg-type]

    def from_json(self, data: dict[str, Any]) -> R:
        """The record of such fields. Fields that the record no longer has are dropped."""
        known = self._fields
        if data.keys() == known.keys() and self._plain:
            record = object.__new__(self.record)
            record.__dict__.update(data)
            return record
        return self.record(**{name: value for name, value in data.items() if name in known})


@dataclass(frozen=True)
class Page(Generic[R]):
    """A page of records and the place to go on from; None after the last page."""

    records: list[R]
    next: str | None = None


class AlreadyExists(Exception):
    """An insert met a record with the same primary key, or a unique index entry that another record holds."""


class Contention(Exception):
    """A transaction lost so many races, or waited so long for its turn, that the store gave up; nothing was written."""


class Reader(ABC):
    """Reads. Each sees what was committed before it (inside a transaction: also the transaction's own writes)."""

    @abstractmethod
    def get(self, table: Table[R], *key: KeyPart) -> R | None:
        """The record with that primary key."""

    @abstractmethod
    def find(self, table: Table[R], index: str, *key: KeyPart) -> R | None:
        """The first record with exactly that index entry."""

    @abstractmethod
    def page(
        self,
        table: Table[R],
        index: str | None,
        prefix: Key,
        *,
        starts_with: str = "",
        after: str | None = None,
        limit: int | None = None,
        reverse: bool = False,
    ) -> Page[R]:
        """Records whose index entry (primary key, if `index` is None) begins with the parts of `prefix`.

        `starts_with` narrows the part after the prefix to those that begin with a text (its first `LONGEST`
        characters). `after` is the `next` of an earlier page. `reverse` goes from the last entry to the first.
        """

    @abstractmethod
    def count(self, table: Table[R], index: str | None, prefix: Key) -> int:
        """How many records `page` would give without a limit."""


class Transaction(Reader):
    """Reads and writes that take effect together, or not at all if the step raises."""

    @abstractmethod
    def insert(self, table: Table[R], record: R) -> None:
        """Write a record that must not exist yet. Raises `AlreadyExists`."""

    @abstractmethod
    def put(self, table: Table[R], record: R) -> None:
        """Write a record over the one with the same primary key. Raises `AlreadyExists` on a unique index."""

    @abstractmethod
    def delete(self, table: Table[R], *key: KeyPart) -> None:
        """Remove a record; nothing happens if there is none."""

    @abstractmethod
    def delete_all(self, table: Table[R], index: str | None, prefix: Key) -> None:
        """Remove all records that `page` would give without a limit."""


class ReadBesideStep(RuntimeError):
    """A step asked for the store's reader, which does not see what the step wrote: read through the transaction."""


class Store(ABC):
    """Keeps the records of every table it is asked for."""

    # Whether the records outlive this object, and other processes may read and write them meanwhile.
    shared = True

    @property
    @abstractmethod
    def reader(self) -> Reader:
        """Reads outside any transaction. Raises `ReadBesideStep` in a step."""

    @abstractmethod
    def transact(self, step: Callable[[Transaction], T]) -> T:
        """Run `step` as one transaction and return what it returns.

        `step` may be run again if it loses a race: it must not do anything but read and write through its
        argument. Transactions are short: no password hash, no call of another service inside, no transaction in a
        transaction (RuntimeError). Raises `Contention` after too many lost races.
        """

    def estimate(self, table: Table[Any], prefix: Key) -> int:
        """About how many records have a primary key that begins so: a store that would have to count many of them
        may tell what it found a minute ago."""
        return self.reader.count(table, None, prefix)

    @abstractmethod
    def clear(self) -> None:
        """Drop every record."""

    def close(self) -> None:  # noqa: B027  (nothing to give back is the common case)
        """Give back files and connections."""
