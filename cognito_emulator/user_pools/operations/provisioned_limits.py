"""Provisioned limits: how many requests per second an account pays for, by API category."""

from __future__ import annotations

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.domains import has_managed_login
from cognito_emulator.user_pools.limit_records import PROVISIONED_LIMITS, ProvisionedLimit
from cognito_emulator.user_pools.request_rates import ADJUSTABLE, FREE, NOT_WITH_MANAGED_LOGIN, RequestRates
from cognito_emulator.user_pools.service import operation

# The maximum in Service Quotas is the account's own; what a fresh account has is not documented.
QUOTA_FACTOR = 10


@operation
def get_provisioned_limit(call: Call, params: Params) -> Answer:
    """Show the rate of an API category in this account and region.

    Source: API reference, GetProvisionedLimit; recording aws-model-examples/model-example-getprovisionedlimit-1.
    """
    category = _category(params)
    limit = call.reader.get(PROVISIONED_LIMITS, call.account, call.region, category)
    return _shown(category, limit.value if limit else FREE[category])


@operation
def update_provisioned_limit(call: Call, params: Params) -> Answer:
    """Set the rate of an API category, between the free one and the account's maximum; it holds at once.

    Sources: API reference, UpdateProvisionedLimit; developer guide, "Managing provisioned limits" (only adjustable
    categories; not those of sign-in where user pools have managed login).
    """
    category, value = _category(params), params["RequestedLimitValue"]
    if category not in ADJUSTABLE:
        raise errors.limit_not_adjustable(category)
    if category in NOT_WITH_MANAGED_LOGIN and has_managed_login(call.reader, call.account, call.region):
        raise errors.limit_fixed_by_managed_login(category)
    if value < FREE[category]:
        raise errors.limit_below_default(FREE[category])
    if value > FREE[category] * QUOTA_FACTOR:
        raise errors.limit_above_quota(FREE[category] * QUOTA_FACTOR)
    limit = ProvisionedLimit(call.account, call.region, category, value)

    def step(tx: Transaction) -> None:
        tx.put(PROVISIONED_LIMITS, limit)

    call.transact(step)
    call.emulator.part(RequestRates).forget_limits()
    return _shown(category, value)


def _category(params: Params) -> str:
    attributes: dict[str, str] = params["LimitDefinition"]["Attributes"]
    if set(attributes) != {"Category"}:
        raise errors.limit_needs_category()
    category = attributes["Category"]
    if category not in FREE:
        raise errors.limit_does_not_exist(category)
    return category


def _shown(category: str, value: int) -> Answer:
    return {
        "Limit": {
            "LimitDefinition": {"LimitClass": "API_CATEGORY", "Attributes": {"Category": category}},
            "ProvisionedLimitValue": value,
            "FreeLimitValue": FREE[category],
        }
    }
