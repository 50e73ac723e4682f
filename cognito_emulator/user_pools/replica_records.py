"""The record of a user pool's replica in another region."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cognito_emulator.store.interface import Table


@dataclass(frozen=True, slots=True)
class Replica:
    """A replica. `active` tells whether users may sign in at it; its tags are its own."""

    pool_id: str
    region: str
    account: str
    created: float
    active: bool = False
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        return f"arn:aws:cognito-idp:{self.region}:{self.account}:userpool/{self.pool_id}"


REPLICAS = Table("replicas", Replica, lambda replica: (replica.pool_id, replica.region))

TABLES: tuple[Table[Any], ...] = (REPLICAS,)
