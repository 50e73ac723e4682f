"""What a pool, or one of its clients, wants done about risks.

Sources: SetRiskConfiguration and its types in botocore's model (a client's configuration replaces the pool's; a call
with ids alone goes back to the defaults); recordings `aws-cli-examples/cli-example-set-risk-configuration/1`,
`…/cli-example-describe-risk-configuration/1`.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from cognito_emulator.aws.timestamps import Timestamp
from cognito_emulator.store.interface import Reader, Transaction
from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.records import Pool
from cognito_emulator.user_pools.risk_records import RISK_CONFIGURATIONS, RiskConfiguration

Json = dict[str, Any]
SECTIONS = (
    "CompromisedCredentialsRiskConfiguration",
    "AccountTakeoverRiskConfiguration",
    "RiskExceptionConfiguration",
)
OFF, AUDIT, ENFORCED = "OFF", "AUDIT", "ENFORCED"


def mode_of(pool: Pool, flow: str = "") -> str:
    """`OFF`, `AUDIT` or `ENFORCED`. Custom authentication has a mode of its own."""
    add_ons = pool.settings.get("UserPoolAddOns") or {}
    mode = str(add_ons.get("AdvancedSecurityMode", OFF))
    if flow == "CUSTOM_AUTH" and mode != OFF:
        return str(add_ons.get("AdvancedSecurityAdditionalFlows", {}).get("CustomAuthMode", OFF))
    return mode


def require_enabled(pool: Pool) -> None:
    """Raises `UserPoolAddOnNotEnabledException` for a pool without threat protection."""
    if mode_of(pool) == OFF:
        raise errors.user_pool_add_on_not_enabled()


def in_force(reader: Reader, pool: Pool, client_id: str) -> Json:
    """The sections that count for requests of a client: its own, or the pool's."""
    found = reader.get(RISK_CONFIGURATIONS, pool.id, client_id) if client_id else None
    found = found or reader.get(RISK_CONFIGURATIONS, pool.id, "")
    return found.settings if found is not None else {}


def replace(tx: Transaction, pool: Pool, client_id: str, given: Json, now: float) -> RiskConfiguration:
    """Set a configuration; what is left out is removed. With no section at all it goes back to the default."""
    settings = {name: given[name] for name in SECTIONS if name in given}
    exceptions = settings.get("RiskExceptionConfiguration", {})
    for name in ("BlockedIPRangeList", "SkippedIPRangeList"):
        for text in exceptions.get(name, ()):
            if _network(text) is None:
                raise errors.invalid_ip_range()
    made = RiskConfiguration(pool.id, client_id, settings, now)
    if settings:
        tx.put(RISK_CONFIGURATIONS, made)
    else:
        tx.delete(RISK_CONFIGURATIONS, pool.id, client_id)
    return made


def shown(reader: Reader, pool: Pool, client_id: str) -> Json:
    """A configuration as DescribeRiskConfiguration has it; of one that was never set, only what it is of."""
    found = reader.get(RISK_CONFIGURATIONS, pool.id, client_id)
    return described(found or RiskConfiguration(pool.id, client_id, {}, 0.0))


def described(configuration: RiskConfiguration) -> Json:
    answer: Json = {"UserPoolId": configuration.pool_id, **configuration.settings}
    if configuration.client_id:
        answer["ClientId"] = configuration.client_id
    if configuration.modified:
        answer["LastModifiedDate"] = Timestamp(configuration.modified)
    return answer


def is_blocked(settings: Json, ip: str) -> bool:
    """Whether requests from an address are always refused."""
    return _is_in(settings, "BlockedIPRangeList", ip)


def is_skipped(settings: Json, ip: str) -> bool:
    """Whether an address is never judged."""
    return _is_in(settings, "SkippedIPRangeList", ip)


def takeover_action(settings: Json, level: str) -> tuple[str, bool]:
    """What to do about an attempt of that level (`Low`, `Medium`, `High`), and whether to tell the user."""
    actions = settings.get("AccountTakeoverRiskConfiguration", {}).get("Actions", {})
    action = actions.get(f"{level}Action", {})
    return str(action.get("EventAction", "NO_ACTION")), bool(action.get("Notify", False))


def watches_passwords(settings: Json, event: str) -> bool:
    """Whether passwords are looked at: `SIGN_IN`, `PASSWORD_CHANGE`, `SIGN_UP`. Without a filter, at all of them."""
    section = settings.get("CompromisedCredentialsRiskConfiguration", {})
    return event in (section.get("EventFilter") or (event,))


def blocks_passwords(settings: Json) -> bool:
    """Whether a password that is known to others is refused."""
    section = settings.get("CompromisedCredentialsRiskConfiguration", {})
    return bool(section.get("Actions", {}).get("EventAction") == "BLOCK")


def _is_in(settings: Json, name: str, ip: str) -> bool:
    ranges = settings.get("RiskExceptionConfiguration", {}).get(name)
    if not ranges:
        return False
    try:
        address = ip_address(ip)
    except ValueError:
        return False
    return any(network is not None and address in network for network in map(_network, ranges))


@lru_cache(maxsize=1024)
def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False) if "/" in text else None
    except ValueError:
        return None
