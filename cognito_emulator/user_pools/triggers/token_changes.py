"""What a pre token generation function may change in the claims of a token, and what not.

Source: reference lambda-triggers.md §4.6 (the developer guide's table of claims).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.records import Group

Claims = dict[str, Any]
_FIXED = frozenset(
    {
        "acr",
        "amr",
        "at_hash",
        "aud",
        "auth_time",
        "azp",
        "client_id",
        "device_key",
        "event_id",
        "exp",
        "iat",
        "identities",
        "iss",
        "jti",
        "nbf",
        "nonce",
        "origin_jti",
        "scope",
        "sub",
        "token_use",
        "username",
        "version",
    }
)
_GROUPS, _ROLES, _PREFERRED_ROLE = "cognito:groups", "cognito:roles", "cognito:preferred_role"
_OF_GROUPS = frozenset({_GROUPS, _ROLES, _PREFERRED_ROLE})
# Claims of ID tokens that take no lists and no objects.
_SIMPLE = frozenset({"phone_number_verified", "email_verified", "updated_at", "address"})


@dataclass(frozen=True)
class Changes:
    """Changes of one token."""

    add: Claims = field(default_factory=dict)
    suppress: list[str] = field(default_factory=list)
    add_scopes: list[str] = field(default_factory=list)
    suppress_scopes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class GroupChanges:
    """Groups and roles in place of the user's; those that are not given stay."""

    groups: list[str] | None
    roles: list[str] | None
    preferred_role: str | None


@dataclass(frozen=True)
class TokenChanges:
    """All changes that the function asked for. Claims that are fixed stay as they are."""

    id_token: Changes = field(default_factory=Changes)
    access_token: Changes = field(default_factory=Changes)
    groups: GroupChanges | None = None

    def in_id_token(self, claims: Claims) -> Claims:
        """The claims of an ID token, changed."""
        changed = _regrouped(claims, self.groups, with_roles=True)
        complex_values = (list, dict)
        added = {
            name: value
            for name, value in self.id_token.add.items()
            if not (name in _SIMPLE and isinstance(value, complex_values))
        }
        return _changed(changed, added, self.id_token.suppress)

    def in_access_token(self, claims: Claims) -> Claims:
        """The claims of an access token, changed. Its audience may be the app client, and nothing else."""
        changes = self.access_token
        changed = _changed(_regrouped(claims, self.groups, with_roles=False), changes.add, changes.suppress)
        if changes.add.get("aud") == claims["client_id"] and "aud" not in changes.suppress:
            changed["aud"] = claims["client_id"]
        if changes.add_scopes or changes.suppress_scopes:
            scopes = dict.fromkeys([*claims["scope"].split(), *changes.add_scopes])
            changed["scope"] = " ".join(scope for scope in scopes if scope not in changes.suppress_scopes)
        if not changed.get("scope"):
            changed.pop("scope", None)
        return changed


def checked_scopes(scopes: list[str] | None) -> list[str]:
    """Scopes to add; one with white space in it would be two."""
    if any(not scope or scope != "".join(scope.split()) for scope in scopes or []):
        raise errors.unrecognizable_function_output()
    return scopes or []


def roles_of(groups: Sequence[Group]) -> list[str]:
    """The roles of groups, each once."""
    return list(dict.fromkeys(group.role_arn for group in groups if group.role_arn))


def preferred_role(groups: Sequence[Group]) -> str | None:
    """The role of the group with the lowest precedence, if it is the only one; no precedence is the highest of all."""
    ranked = [
        (math.inf if group.precedence is None else group.precedence, group.role_arn)
        for group in groups
        if group.role_arn
    ]
    lowest = min((rank for rank, _ in ranked), default=None)
    roles = {role for rank, role in ranked if rank == lowest}
    return roles.pop() if len(roles) == 1 else None


def _regrouped(claims: Claims, changes: GroupChanges | None, *, with_roles: bool) -> Claims:
    if changes is None:
        return dict(claims)
    given: Claims = {_GROUPS: changes.groups}
    if with_roles:
        given |= {_ROLES: changes.roles, _PREFERRED_ROLE: changes.preferred_role}
    changed = {**claims, **{name: value for name, value in given.items() if value is not None}}
    return {name: value for name, value in changed.items() if not (name in _OF_GROUPS and not value)}


def _changed(claims: Claims, added: Claims, suppressed: list[str]) -> Claims:
    """Claims added or changed, then suppressed: what is both is suppressed."""
    changed = {**claims, **{name: value for name, value in added.items() if _may_be_added(name)}}
    gone = {name for name in suppressed if _may_be_suppressed(name)}
    if _GROUPS in gone:
        gone |= _OF_GROUPS
    return {name: value for name, value in changed.items() if name not in gone}


def _may_be_added(name: str) -> bool:
    return not (name in _FIXED or name.startswith(("cognito:", "dev:")))


def _may_be_suppressed(name: str) -> bool:
    return name in _OF_GROUPS or not (name in _FIXED or name.startswith("cognito:"))
