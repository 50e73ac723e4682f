"""The record of an account's provisioned limits."""

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


PROVISIONED_LIMITS = Table(
    "provisioned_limits",
    ProvisionedLimit,
    lambda limit: (limit.account, limit.region, limit.category),
)
