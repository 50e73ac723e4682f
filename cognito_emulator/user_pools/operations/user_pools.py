"""User pools."""

from __future__ import annotations

from dataclasses import replace

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.randomness import ALPHANUMERIC
from cognito_emulator.store.interface import Reader, Transaction
from cognito_emulator.user_pools import (
    answers,
    deletion,
    domains,
    errors,
    log_delivery,
    paging,
    records,
    replicas,
    repository,
    user_sessions,
)
from cognito_emulator.user_pools.imports.worker import refuse_while_active
from cognito_emulator.user_pools.records import POOLS, USERS, Pool
from cognito_emulator.user_pools.schema import mfa_settings, pool_settings, sms_settings, standard, tiers
from cognito_emulator.user_pools.service import operation
from cognito_emulator.user_pools.tokens.keys import KeyRing

POOLS_PER_REGION = 10_000
# Settings that stay when an update leaves them out.
_KEPT = ("UserPoolTier", "DcrConfiguration")


@operation
def create_user_pool(call: Call, params: Params) -> Answer:
    """Make a user pool. Source: API reference, CreateUserPool; reference user-pools.md §3."""
    tags = params.get("UserPoolTags", {})
    pool_settings.check_tags(tags)
    sms_settings.check(params.get("SmsConfiguration"), call.region)
    randomness = call.emulator.randomness
    settings = pool_settings.new_settings(params)
    pool_settings.check_functions(settings, call.region)
    pool = Pool(
        id=f"{call.region}_{randomness.text(9, ALPHANUMERIC)}",
        region=call.region,
        account=call.account,
        name=params["PoolName"],
        created=call.now,
        modified=call.now,
        settings=settings,
        schema=standard.schema_of(params.get("Schema", [])),
        secret=randomness.bytes(32).hex(),
        tags=tags,
        mfa=mfa_settings.of_new_pool(settings),
    )

    def step(tx: Transaction) -> None:
        if tx.count(POOLS, "owner", (call.account, call.region)) >= POOLS_PER_REGION:
            raise errors.too_many_user_pools()
        tx.insert(POOLS, pool)

    call.transact(step)
    call.emulator.part(KeyRing).expect()
    return {"UserPool": answers.user_pool(pool, 0)}


@operation
def describe_user_pool(call: Call, params: Params) -> Answer:
    """Show a pool. Source: API reference, DescribeUserPool."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    shown = answers.user_pool(pool, call.emulator.store.estimate(USERS, (pool.id,)))
    for member, custom in (("Domain", False), ("CustomDomain", True)):
        domain = domains.of_pool(call.reader, pool, custom=custom)
        if domain is not None:
            shown[member] = domain.name
    replica = replicas.here(call, call.reader, pool)
    if replica is not None:
        shown.update(Arn=replica.arn, UserPoolTags=replica.tags)
    return {"UserPool": shown}


@operation
def update_user_pool(call: Call, params: Params) -> Answer:
    """Replace a pool's settings; what is left out goes back to its default, save name, tier, tags and
    the configuration of dynamic client registration.

    Source: API reference, UpdateUserPool; reference user-pools.md §4.
    """
    earlier = repository.pool_of_caller(call, params["UserPoolId"])
    sms_settings.check(params.get("SmsConfiguration"), earlier.region)
    if "UserAttributeUpdateSettings" in earlier.settings:
        # Once it was set, its default is an empty list and not its absence.
        params = {"UserAttributeUpdateSettings": {}, **params}

    def step(tx: Transaction) -> None:
        pool = repository.pool_of_caller(call, params["UserPoolId"], tx)
        refuse_while_active(tx, pool)
        fixed = {name: pool.settings[name] for name in pool_settings.FIXED if name in pool.settings}
        mode = mfa_settings.mode_after_update(pool, params)
        kept = {name: pool.settings[name] for name in _KEPT if name in pool.settings}
        given = {**kept, **params, **fixed, "MfaConfiguration": mode}
        settings = pool_settings.new_settings(given, has_mfa_factor=mfa_settings.needs_no_sms(pool))
        pool_settings.check_functions(settings, pool.region)
        tiers.require(settings, _features_elsewhere(tx, pool))
        tags = params.get("UserPoolTags", pool.tags)
        pool_settings.check_tags(tags)
        tx.put(
            POOLS,
            replace(
                pool,
                name=params.get("PoolName", pool.name),
                modified=call.now,
                settings=settings,
                tags=tags,
                mfa=mfa_settings.after_update(pool, settings),
            ),
        )

    call.transact(step)
    return {}


def _features_elsewhere(reader: Reader, pool: Pool) -> list[tiers.Feature]:
    """Features that a pool uses by settings of their own."""
    used = {
        tiers.SESSION_TRACKING: user_sessions.is_tracking(reader, pool.id),
        tiers.ACTIVITY_EXPORT: log_delivery.exports_activity(reader, pool.id),
    }
    return [feature for feature, is_used in used.items() if is_used]


@operation
def delete_user_pool(call: Call, params: Params) -> Answer:
    """Remove a pool with everything in it, unless it is protected or has a domain.

    Source: API reference, DeleteUserPool; recording github-issue-logs/pool-has-domain/1.
    """

    def step(tx: Transaction) -> None:
        pool = repository.pool_of_caller(call, params["UserPoolId"], tx)
        if pool.settings["DeletionProtection"] == "ACTIVE":
            raise errors.deletion_protection_is_active()
        if domains.main_domain(tx, pool) is not None:
            raise errors.pool_has_domain()
        refuse_while_active(tx, pool)
        replicas.refuse_while_replicated(tx, pool)
        deletion.begin_with_pool(tx, pool)

    call.transact(step)
    deletion.finish_pools(call)
    call.emulator.part(KeyRing).forget(params["UserPoolId"])
    return {}


@operation
def list_user_pools(call: Call, params: Params) -> Answer:
    """The caller's pools in this region. Source: API reference, ListUserPools."""
    pools, token = paging.page(call, params, POOLS, "owner", (call.account, call.region), size="MaxResults")
    return {"UserPools": [answers.user_pool_description(pool) for pool in pools], **token}


@operation
def add_custom_attributes(call: Call, params: Params) -> Answer:
    """Add custom attributes to the schema. Source: API reference, AddCustomAttributes."""

    def step(tx: Transaction) -> None:
        pool = repository.pool_of_caller(call, params["UserPoolId"], tx)
        refuse_while_active(tx, pool)
        schema = standard.with_custom(pool.schema, params["CustomAttributes"])
        tx.put(records.POOLS, replace(pool, modified=call.now, schema=schema))

    call.transact(step)
    return {}


@operation
def get_user_pool_mfa_config(call: Call, params: Params) -> Answer:
    """Show a pool's second factors and passkey settings.

    Source: API reference, GetUserPoolMfaConfig; recording aws-cli-examples/cli-example-get-user-pool-mfa-config/1.
    """
    return mfa_settings.shown(repository.pool_of_caller(call, params["UserPoolId"]))


@operation
def set_user_pool_mfa_config(call: Call, params: Params) -> Answer:
    """Set a pool's second factors and passkey settings. Source: API reference, SetUserPoolMfaConfig."""

    def step(tx: Transaction) -> Pool:
        pool = repository.pool_of_caller(call, params["UserPoolId"], tx)
        changed = replace(mfa_settings.with_mfa(pool, params), modified=call.now)
        tx.put(POOLS, changed)
        return changed

    return mfa_settings.shown(call.transact(step))
