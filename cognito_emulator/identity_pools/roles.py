"""Which role does an identity get in the enhanced flow, and which may a pool name?

Source: reference identity-pools.md §7; developer guide, "Using role-based access control".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from cognito_emulator.identity_pools import errors
from cognito_emulator.identity_pools.logins import Proof, Verified
from cognito_emulator.identity_pools.records import IdentityPool
from cognito_emulator.identity_pools.settings import provider_names

Json = dict[str, Any]
RULES_PER_PROVIDER = 25
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):role/.+")


def check_role(pool: IdentityPool, arn: str) -> None:
    """Refuse what is no role of the pool's account: nobody can pass it on.

    Sources: recording github-issue-logs/pass-role-denied/1; github.com/aws/aws-sdk-js/issues/908.
    """
    found = _ROLE.fullmatch(arn)
    if found is None or found.group(1) != pool.account:
        raise errors.role_forbidden(arn)


def check_mappings(pool: IdentityPool, mappings: dict[str, Json]) -> None:
    """Refuse role mappings of unknown providers, and incomplete ones."""
    known = provider_names(pool)
    # How many rules there are counts before the name of the provider.
    if any(len(one.get("RulesConfiguration", {}).get("Rules", ())) > RULES_PER_PROVIDER for one in mappings.values()):
        raise errors.too_many_rules()
    for name, mapping in mappings.items():
        if name not in known:
            raise errors.unknown_mapping_provider(name)
        if mapping.get("AmbiguousRoleResolution") is None:
            raise errors.resolution_required(name)
        rules = mapping.get("RulesConfiguration")
        if mapping["Type"] == "Rules" and rules is None:
            raise errors.rules_required(name)
        if mapping["Type"] == "Token" and rules is not None:
            raise errors.rules_not_allowed(name)
        for rule in rules["Rules"] if rules is not None else ():
            check_role(pool, rule["RoleARN"])


def choose(pool: IdentityPool, proof: Proof, custom: str | None) -> str:
    """The role of somebody with these logins. `custom` is the role they ask for.

    Raises `InvalidIdentityPoolConfigurationException` if the pool has none, `NotAuthorizedException` for a role that
    is not theirs, or where the role mapping says no.
    """
    if proof.amr[0] == "unauthenticated":
        if custom is not None:
            raise errors.role_not_customizable()
        return _default(pool, "unauthenticated")
    saml = next((login for login in proof.logins if login.roles), None)
    mapped = next((login for login in proof.logins if login.mapping in pool.role_mappings), None)
    if mapped is not None:
        mapping = pool.role_mappings[mapped.mapping]
        chosen = (_by_token if mapping["Type"] == "Token" else _by_rules)(mapping, mapped, custom)
        return chosen or _ambiguous(pool, mapping, mapped)
    if saml is not None:
        return _of_assertion(saml, custom)
    if custom is not None:
        raise errors.role_not_customizable()
    return _default(pool, "authenticated")


def _default(pool: IdentityPool, kind: str) -> str:
    if kind not in pool.roles:
        raise errors.invalid_configuration()
    return pool.roles[kind]


def _ambiguous(pool: IdentityPool, mapping: Json, login: Verified) -> str:
    if mapping["AmbiguousRoleResolution"] == "Deny":
        raise errors.ambiguous_role(login.provider)
    return _default(pool, "authenticated")


def _by_token(mapping: Json, login: Verified, custom: str | None) -> str | None:
    """By the claims of a user pool's groups. None: they leave it open."""
    if custom is not None:
        if custom not in login.claims.get("cognito:roles", login.roles):
            raise errors.role_forbidden(custom)
        return custom
    preferred: str | None = login.claims.get("cognito:preferred_role")
    if preferred is None and len(login.roles) == 1:
        return login.roles[0]
    return preferred


def _by_rules(mapping: Json, login: Verified, custom: str | None) -> str | None:
    """By the first rule that matches, or the one for the role that is asked for. None: no rule matches."""
    matching = [rule["RoleARN"] for rule in mapping["RulesConfiguration"]["Rules"] if _rule_matches(rule, login)]
    if custom is not None:
        if custom not in matching:
            raise errors.role_forbidden(custom)
        return custom
    return matching[0] if matching else None


def _rule_matches(rule: Json, login: Verified) -> bool:
    """Whether a claim is as the rule says. A rule for a claim that the token lacks is not looked at."""
    actual = login.claims.get(rule["Claim"])
    if actual is None:
        return False
    values = [_text(value) for value in actual] if isinstance(actual, list) else [_text(actual)]
    if rule["MatchType"] == "NotEqual":
        return rule["Value"] not in values
    test = _MATCHES[rule["MatchType"]]
    return any(test(value, rule["Value"]) for value in values)


_MATCHES: dict[str, Callable[[str, str], bool]] = {
    "Equals": lambda actual, wanted: actual == wanted,
    "StartsWith": lambda actual, wanted: actual.startswith(wanted),
    "Contains": lambda actual, wanted: wanted in actual,
}


def _of_assertion(login: Verified, custom: str | None) -> str:
    """The role that a SAML assertion grants; of several, the one that is asked for."""
    if custom is not None:
        if custom not in login.roles:
            raise errors.role_forbidden(custom)
        return custom
    if len(login.roles) > 1:
        raise errors.ambiguous_role(login.provider)
    return login.roles[0]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
