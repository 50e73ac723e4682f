"""What the SQL store needs of a database: connections, transactions that may be run again, and its SQL dialect.

`sqlite` and `postgresql` are the two there are. SQL text is made by SQLAlchemy once per table (`statements`) and run on
the driver's own connection: a read through SQLAlchemy's connection costs more than the whole read from SQLite.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from sqlalchemy.engine import Dialect

T = TypeVar("T")
Row = tuple[Any, ...]

OPENED_BEFORE_FORK = "the store was opened before this process was forked: open it in each process"


class Result(Protocol):
    """The part of a DBAPI cursor that is used."""

    @property
    def rowcount(self) -> int: ...

    def fetchall(self) -> list[Any]: ...


Execute = Callable[[str, Mapping[str, Any]], Result]
Step = Callable[[Execute], T]


def holds_others(tables: list[str]) -> ValueError:
    """What is said of a database that somebody else uses: the store would mix its tables with theirs."""
    return ValueError(
        f"there are tables that are not the store's ({', '.join(sorted(tables))}); it needs an empty schema"
    )


class Race(BaseException):
    """The transaction met another one and has to be run again. No Exception: a step cannot catch it by mistake."""


class Database(ABC):
    """Connections to one database. Any thread may call any method."""

    dialect: Dialect
    # The collation that compares byte by byte: the order of UTF-8 is the order of Python's text.
    bytewise: str

    @abstractmethod
    def read(self, sql: str, parameters: Mapping[str, Any]) -> list[Row]:
        """One query outside any transaction."""

    @abstractmethod
    def transact(self, step: Step[T]) -> T:
        """Run `step` as one serialisable transaction, again if it loses a race; `Contention` if it always does."""

    @abstractmethod
    def alone(self, step: Step[T]) -> T:
        """Run `step`, which may change the schema, while no other transaction of any process runs."""

    @abstractmethod
    def has_table(self, execute: Execute, name: str) -> bool: ...

    @abstractmethod
    def tables(self, execute: Execute) -> list[str]:
        """Names of the tables that are there, without those that the database makes for itself."""

    @abstractmethod
    def close(self) -> None:
        """Close every connection that nobody uses."""
