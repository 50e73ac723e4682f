"""Pre token generation: what a pool's function changes in the tokens. The changes are made by `token_changes`.

Source: reference lambda-triggers.md §4.6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cognito_emulator.aws.call import Call
from cognito_emulator.user_pools.records import Group, Pool, User
from cognito_emulator.user_pools.triggers import invoke
from cognito_emulator.user_pools.triggers.events import Json, Metadata, Origin, event, user_attributes
from cognito_emulator.user_pools.triggers.responses import Response
from cognito_emulator.user_pools.triggers.token_changes import (
    Changes,
    GroupChanges,
    TokenChanges,
    checked_scopes,
    preferred_role,
    roles_of,
)

TRIGGER = "PreTokenGenerationConfig"
AUTHENTICATION = "TokenGeneration_Authentication"
NEW_PASSWORD_CHALLENGE = "TokenGeneration_NewPasswordChallenge"
AUTHENTICATE_DEVICE = "TokenGeneration_AuthenticateDevice"
REFRESH_TOKENS = "TokenGeneration_RefreshTokens"
HOSTED_AUTH = "TokenGeneration_HostedAuth"
CLIENT_CREDENTIALS = "TokenGeneration_ClientCredentials"
_NOBODY = "ClientCredentials"
_VERSIONS = {"V1_0": "1", "V2_0": "2", "V3_0": "3"}


@dataclass(frozen=True)
class Occasion:
    """Why tokens are made: the trigger source, and the metadata that the caller passed."""

    source: str = AUTHENTICATION
    metadata: Metadata | None = None


def run(
    call: Call, pool: Pool, client_id: str, user: User, groups: Sequence[Group], scopes: list[str], occasion: Occasion
) -> TokenChanges:
    """Ask the pool's function about the tokens of a user."""
    version = _version(pool)
    if version is None:
        return TokenChanges()
    request: Json = {
        "userAttributes": user_attributes(call, pool, user),
        "groupConfiguration": {
            "groupsToOverride": [group.name for group in groups],
            "iamRolesToOverride": roles_of(groups),
            "preferredRole": preferred_role(groups),
        },
    }
    return _ask(call, pool, client_id, user.username, request, scopes, occasion, version)


def run_for_machine(
    call: Call, pool: Pool, client_id: str, scopes: list[str], metadata: Metadata | None = None
) -> TokenChanges:
    """Ask the pool's function about an access token for an app client itself; only version 3 is asked.

    Source: reference oauth-and-hosted-ui.md §6.2, "Client credentials" (the event of a token that is nobody's).
    """
    if _version(pool) != "3":
        return TokenChanges()
    request: Json = {"userAttributes": {}, "groupConfiguration": None}
    occasion = Occasion(CLIENT_CREDENTIALS, metadata)
    return _ask(call, pool, client_id, _NOBODY, request, scopes, occasion, "3")


def _version(pool: Pool) -> str | None:
    """The version of the event; None if the pool has no function."""
    if invoke.arn_of(pool, TRIGGER) is None:
        return None
    return _VERSIONS[pool.settings["LambdaConfig"][TRIGGER]["LambdaVersion"]]


def _ask(
    call: Call,
    pool: Pool,
    client_id: str,
    user_name: str,
    request: Json,
    scopes: list[str],
    occasion: Occasion,
    version: str,
) -> TokenChanges:
    member = "claimsOverrideDetails" if version == "1" else "claimsAndScopeOverrideDetails"
    if version != "1":
        request["scopes"] = scopes
    request.update(Origin(client_id, occasion.metadata).client_metadata)
    asked = event(pool, client_id, user_name, occasion.source, request, {member: None}, version)
    details = invoke.run(call, pool, TRIGGER, asked).inner(member)
    if details is None:
        return TokenChanges()
    groups = _group_changes(details.inner("groupOverrideDetails"))
    if version == "1":
        added = details.text_map("claimsToAddOrOverride") or {}
        return TokenChanges(Changes(added, details.texts("claimsToSuppress") or []), Changes(), groups)
    return TokenChanges(
        _changes(details.inner("idTokenGeneration")), _changes(details.inner("accessTokenGeneration")), groups
    )


def _changes(given: Response | None) -> Changes:
    if given is None:
        return Changes()
    return Changes(
        given.values("claimsToAddOrOverride") or {},
        given.texts("claimsToSuppress") or [],
        checked_scopes(given.texts("scopesToAdd")),
        given.texts("scopesToSuppress") or [],
    )


def _group_changes(given: Response | None) -> GroupChanges | None:
    if given is None:
        return None
    return GroupChanges(given.texts("groupsToOverride"), given.texts("iamRolesToOverride"), given.text("preferredRole"))
