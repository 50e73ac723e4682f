"""The domains of a pool: one prefix domain and one custom domain at most."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.randomness import BASE36
from cognito_emulator.store.interface import AlreadyExists, Transaction
from cognito_emulator.user_pools import domains, errors, repository
from cognito_emulator.user_pools.domain_records import DOMAINS, Domain
from cognito_emulator.user_pools.schema import domain_settings
from cognito_emulator.user_pools.service import operation


@operation
def create_user_pool_domain(call: Call, params: Params) -> Answer:
    """Give a pool a prefix domain or a custom domain; it works at once.

    Source: API reference, CreateUserPoolDomain; recordings github-issue-logs/domain-taken/1,
    aws-cli-examples/cli-example-create-user-pool-domain/1.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    custom = params.get("CustomDomainConfig")
    domain_settings.check_name(params["Domain"], custom)
    domain_settings.check_version(pool, params.get("ManagedLoginVersion"))
    if custom is None and "Routing" in params:
        raise errors.routing_on_prefix()
    domain = Domain(
        region="" if custom else pool.region,
        name=params["Domain"],
        pool_id=pool.id,
        account=pool.account,
        created=call.now,
        modified=call.now,
        distribution=f"d{call.emulator.randomness.text(13, BASE36)}.cloudfront.net",
        managed_login=params.get("ManagedLoginVersion") or domain_settings.CLASSIC,
        custom=custom or {},
        routing=params.get("Routing", {}),
    )

    def step(tx: Transaction) -> None:
        repository.pool_of_caller(call, pool.id, tx)
        if domains.of_pool(tx, pool, custom=domain.is_custom) is not None:
            raise errors.pool_has_domain_already()
        if domain.is_custom and _custom_domains(tx, domain) >= domain_settings.CUSTOM_DOMAINS_PER_ACCOUNT:
            raise errors.too_many_custom_domains()
        try:
            tx.insert(DOMAINS, domain)
        except AlreadyExists:
            raise errors.domain_taken() from None

    call.transact(step)
    return _applied(domain, params)


@operation
def describe_user_pool_domain(call: Call, params: Params) -> Answer:
    """Show a domain; one that does not exist, or is somebody else's, is an empty description.

    Source: API reference, DescribeUserPoolDomain; recording aws-cli-examples/cli-example-describe-user-pool-domain/1.
    """
    domain = domains.find(call.reader, call.region, params["Domain"])
    if domain is None or domain.account != call.account:
        return {"DomainDescription": {}}
    shown = {
        "AWSAccountId": domain.account,
        "CloudFrontDistribution": domain.distribution,
        "CustomDomainConfig": domain.custom,
        "Domain": domain.name,
        "ManagedLoginVersion": domain.managed_login,
        "S3Bucket": domain_settings.bucket(domain.region or call.region),
        "Status": "ACTIVE",
        "UserPoolId": domain.pool_id,
        "Version": datetime.fromtimestamp(domain.created, timezone.utc).strftime("%Y%m%d%H%M%S"),
    }
    return {"DomainDescription": {**shown, "Routing": domain.routing} if domain.routing else shown}


@operation
def update_user_pool_domain(call: Call, params: Params) -> Answer:
    """Change a domain's version of the pages or its certificate. A new version signs all browsers out.

    Source: API reference, UpdateUserPoolDomain; reference oauth-and-hosted-ui.md §3.2.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    domain_settings.check_version(pool, params.get("ManagedLoginVersion"))
    custom = params.get("CustomDomainConfig")

    def step(tx: Transaction) -> Domain:
        domain = _domain(call, params, tx)
        if not domain.is_custom and custom:
            raise errors.custom_domain_config_on_prefix()
        if not domain.is_custom and "Routing" in params:
            raise errors.routing_on_prefix()
        if custom:
            domain_settings.check_certificate(custom)
        updated = replace(
            domain,
            modified=call.now,
            managed_login=params.get("ManagedLoginVersion") or domain.managed_login,
            custom=custom or domain.custom,
            routing=params.get("Routing", domain.routing),
        )
        if updated.managed_login != domain.managed_login:
            domains.drop_browser_sessions(tx, pool)
        tx.put(DOMAINS, updated)
        return updated

    return _applied(call.transact(step), params)


@operation
def delete_user_pool_domain(call: Call, params: Params) -> Answer:
    """Take a domain from a pool. Source: API reference, DeleteUserPoolDomain."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])

    def step(tx: Transaction) -> None:
        domain = _domain(call, params, tx)
        tx.delete(DOMAINS, domain.region, domain.name)
        if domains.main_domain(tx, pool) is None:
            domains.drop_browser_sessions(tx, pool)

    call.transact(step)
    return {}


def _domain(call: Call, params: Params, tx: Transaction) -> Domain:
    domain = domains.find(tx, call.region, params["Domain"])
    if domain is None or domain.pool_id != params["UserPoolId"]:
        raise errors.no_such_domain()
    return domain


def _custom_domains(tx: Transaction, domain: Domain) -> int:
    return tx.count(DOMAINS, "custom", (domain.account,))


def _applied(domain: Domain, params: Params) -> Answer:
    """What changes of a domain answer: the distribution of a custom domain, and the version if it was given."""
    shown: Answer = {"CloudFrontDomain": domain.distribution} if domain.is_custom else {}
    if "ManagedLoginVersion" in params:
        shown["ManagedLoginVersion"] = domain.managed_login
    if domain.routing:
        shown["Routing"] = domain.routing
    return shown
