"""What the tokens say.

Sources: recordings `browser-captures/appsync-access-token-claims/1`, `moto-aws-verified/scope-in-access-token/1`,
`…/jti-in-tokens/1`, `…/user-password-auth-email-username/1`, `github-issue-logs/hosted-ui-id-token-claims/1`;
reference auth-flows.md §13.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from cognito_emulator.user_pools.records import Client, Group, TokenFamily, User
from cognito_emulator.user_pools.schema import attributes
from cognito_emulator.user_pools.schema.attributes import VERIFIED_FLAGS
from cognito_emulator.user_pools.tokens import scopes
from cognito_emulator.user_pools.triggers.token_changes import preferred_role, roles_of

Claims = dict[str, Any]


def id_claims(user: User, client: Client, family: TokenFamily, groups: Sequence[Group], common: Claims) -> Claims:
    """Claims of an ID token: identity, groups and roles, and the attributes that the client may read."""
    claims: Claims = {
        **common,
        "cognito:username": user.username,
        "aud": client.id,
        "token_use": "id",
        **group_claims(groups, with_roles=True),
    }
    shown = attributes.readable(client, user.attributes)
    if family.oauth is not None:
        shown = scopes.visible(family.scopes, shown)
        if family.oauth.get("nonce"):
            claims["nonce"] = family.oauth["nonce"]
    for name, value in shown.items():
        claims[name] = _typed(name, value)
    return claims


def access_claims(user: User, client: Client, family: TokenFamily, groups: Sequence[Group], common: Claims) -> Claims:
    """Claims of an access token: who, through which client, with which scopes."""
    device = {"device_key": family.device_key} if family.device_key else {}
    claims = {
        **common,
        **device,
        "client_id": client.id,
        "token_use": "access",
        "scope": family.scope,
        "username": user.username,
        **group_claims(groups, with_roles=False),
    }
    if family.oauth is not None:
        claims["version"] = 2
        if family.oauth.get("resource"):
            claims["aud"] = family.oauth["resource"]
    return claims


def client_claims(client: Client, scope: str, common: Claims) -> Claims:
    """Claims of the access token that a client gets for itself."""
    return {**common, "sub": client.id, "client_id": client.id, "token_use": "access", "scope": scope, "version": 2}


def at_hash(access_token: str) -> str:
    """The claim that ties an ID token to its access token. Source: OpenID Connect Core 1.0, section 3.1.3.6."""
    digest = hashlib.sha256(access_token.encode()).digest()
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()


def group_claims(groups: Sequence[Group], *, with_roles: bool) -> Claims:
    """Groups by precedence; roles in ID tokens only.

    The preferred role is the one of the group with the lowest precedence; it is left out where two groups of
    that precedence name different roles.
    """
    if not groups:
        return {}
    claims: Claims = {"cognito:groups": [group.name for group in groups]}
    roles = roles_of(groups)
    if with_roles and roles:
        claims["cognito:roles"] = roles
        preferred = preferred_role(groups)
        if preferred is not None:
            claims["cognito:preferred_role"] = preferred
    return claims


def _typed(name: str, value: str) -> Any:
    if name in VERIFIED_FLAGS.values():
        return value == "true"
    if name == "updated_at":
        return int(float(value))
    if name == "address":
        return {"formatted": value}
    if name == "identities":
        return _identities(value)
    return value


def _identities(value: str) -> Any:
    """The attribute `identities` as the claim: its booleans and numbers are text. Source: federation.md §2."""
    try:
        listed = json.loads(value)
        return [
            {
                **identity,
                "primary": str(identity["primary"]).lower(),
                "dateCreated": str(identity["dateCreated"]),
            }
            for identity in listed
        ]
    except (ValueError, KeyError, TypeError):
        return value
