"""The records of threat protection: configurations, the history of users, and decisions that a test has made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cognito_emulator.store.interface import Index, Table
from cognito_emulator.user_pools.records import Json


@dataclass(frozen=True, slots=True)
class RiskConfiguration:
    """The risk configuration of a pool (`client_id` is empty) or of one client. `settings` are its sections."""

    pool_id: str
    client_id: str
    settings: Json
    modified: float


@dataclass(frozen=True, slots=True)
class AuthEvent:
    """What a user did. `number` orders the events of a user; `fingerprint` tells devices apart."""

    id: str
    pool_id: str
    user_key: str
    number: int
    type: str
    response: str
    created: float
    risk: Json
    context: dict[str, str]
    fingerprint: str
    challenges: list[dict[str, str]] = field(default_factory=list)
    feedback: Json | None = None


@dataclass(frozen=True, slots=True)
class RiskOverride:
    """A decision in place of the rules, for one user or (`user_key` is empty) for all of a pool."""

    pool_id: str
    user_key: str
    decision: str


RISK_CONFIGURATIONS = Table(
    "risk_configurations",
    RiskConfiguration,
    lambda configuration: (configuration.pool_id, configuration.client_id),
)
AUTH_EVENTS = Table(
    "auth_events",
    AuthEvent,
    lambda event: (event.pool_id, event.user_key, event.id),
    (Index("order", lambda event: (event.pool_id, event.user_key, event.number)),),
)
RISK_OVERRIDES = Table("risk_overrides", RiskOverride, lambda override: (override.pool_id, override.user_key))

OF_USERS: tuple[Table[Any], ...] = (AUTH_EVENTS, RISK_OVERRIDES)
TABLES: tuple[Table[Any], ...] = (*OF_USERS, RISK_CONFIGURATIONS)
