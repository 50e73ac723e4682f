"""Where the logs of a pool go."""

from __future__ import annotations

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import log_delivery, repository
from cognito_emulator.user_pools.log_records import LOG_DELIVERIES, LogDelivery
from cognito_emulator.user_pools.schema import tiers
from cognito_emulator.user_pools.service import operation


@operation
def get_log_delivery_configuration(call: Call, params: Params) -> Answer:
    """Show where a pool's logs go. Source: API reference, GetLogDeliveryConfiguration."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    return _shown(LogDelivery(pool.id, log_delivery.configurations_of(call.reader, pool.id)))


@operation
def set_log_delivery_configuration(call: Call, params: Params) -> Answer:
    """Replace a pool's log configurations; an empty list ends the delivery.

    Users' activity is exported from pools of the Plus tier only. Source: API reference, SetLogDeliveryConfiguration.
    """
    configurations = params["LogConfigurations"]

    def step(tx: Transaction) -> LogDelivery:
        pool = repository.pool_of_caller(call, params["UserPoolId"], tx)
        log_delivery.check(pool, configurations)
        delivery = LogDelivery(pool.id, configurations)
        tx.put(LOG_DELIVERIES, delivery)
        if log_delivery.exports_activity(tx, pool.id):
            tiers.require_here(pool.settings, tiers.ACTIVITY_EXPORT)
        return delivery

    return _shown(call.transact(step))


def _shown(delivery: LogDelivery) -> Answer:
    return {"LogDeliveryConfiguration": {"UserPoolId": delivery.pool_id, "LogConfigurations": delivery.configurations}}
