"""The record of where a pool's logs go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cognito_emulator.store.interface import Table


@dataclass(frozen=True, slots=True)
class LogDelivery:
    """The log configurations of a pool, as SetLogDeliveryConfiguration was given them."""

    pool_id: str
    configurations: list[dict[str, Any]]


LOG_DELIVERIES = Table("log_deliveries", LogDelivery, lambda delivery: (delivery.pool_id,))

TABLES: tuple[Table[Any], ...] = (LOG_DELIVERIES,)
