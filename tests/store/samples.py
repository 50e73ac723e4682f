"""Records and tables that the store tests use."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cognito_emulator.store.interface import Index, Table


@dataclass(frozen=True)
class Person:
    team: str
    name: str
    email: str | None = None
    age: int = 0
    path: tuple[str, ...] | list[str] = ()
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Counter:
    name: str
    value: int = 0


# Named like an SQL keyword, and an index like none may be, to see names quoted.
PEOPLE: Table[Person] = Table(
    "order",
    Person,
    lambda person: (person.team, person.name),
    (
        Index("email", lambda person: None if person.email is None else (person.team, person.email), unique=True),
        Index("age", lambda person: (person.team, person.age)),
        # Entries of different lengths: one may begin with another.
        Index("custom:path", lambda person: tuple(person.path) or None),
    ),
)
COUNTERS: Table[Counter] = Table("counters", Counter, lambda counter: (counter.name,))


def people(*names: str, team: str = "a") -> list[Person]:
    return [Person(team, name) for name in names]
