"""The records of an account's provisioned limits, and of what is left of them."""

from __future__ import annotations

from dataclasses import dataclass

from cognito_emulator.store.interface import Table


@dataclass(frozen=True, slots=True)
class ProvisionedLimit:
    """The rate that an account bought for one API category in one region, in requests per second."""

    account: str
    region: str
    category: str
    value: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many requests of a kind are left at a moment: a second's worth at most, it fills up as time passes."""

    account: str
    region: str
    kind: str
    left: float
    at: float


PROVISIONED_LIMITS = Table(
    "provisioned_limits",
    ProvisionedLimit,
    lambda limit: (limit.account, limit.region, limit.category),
)

ALLOWANCES = Table(
    "allowances",
    Allowance,
    lambda allowance: (allowance.account, allowance.region, allowance.kind),
)
