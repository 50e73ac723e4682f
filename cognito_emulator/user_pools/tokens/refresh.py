"""Refresh tokens: exchange, rotation.

Sources: recordings `github-issue-logs/refresh-invalid-token/1`, `moto-aws-verified/refresh-token-claims/1`,
`…/jti-in-tokens/2`; reference auth-flows.md §11 and §12.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from cognito_emulator.aws.call import Call
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import devices, errors, records, user_sessions
from cognito_emulator.user_pools.records import Client, Pool, RefreshToken, TokenFamily, User
from cognito_emulator.user_pools.tokens.issue import is_made_for, new_refresh_token, signed_tokens, token_hash
from cognito_emulator.user_pools.triggers.events import Metadata
from cognito_emulator.user_pools.triggers.pre_token_generation import REFRESH_TOKENS, Occasion


@dataclass(frozen=True)
class Refreshable:
    """A refresh token that is in force, with its sign-in and its user."""

    token: RefreshToken
    family: TokenFamily
    user: User


def find(call: Call, client: Client, text: str) -> Refreshable:
    """What a refresh token stands for.

    Raises `NotAuthorizedException` for one that is unknown, of another client, expired or revoked (also one of a
    user who was deleted), and `RefreshTokenReuseException` for one that rotation has replaced.
    """
    reader = call.reader
    token = reader.get(records.REFRESH_TOKENS, token_hash(text))
    family = reader.get(records.FAMILIES, token.origin_jti) if token is not None else None
    if (token is None or family is None) and is_made_for(client.id, text):
        raise errors.refresh_token_revoked()
    if token is None or family is None or family.client_id != client.id:
        raise errors.invalid_refresh_token()
    if token.expires <= call.now:
        raise errors.refresh_token_expired()
    user = reader.get(records.USERS, family.pool_id, family.user_key)
    if user is not None and not user.enabled:
        raise errors.user_is_disabled()
    if user is None or family.revoked or family.generation != user.generation:
        raise errors.refresh_token_revoked()
    if token.replaced_at is not None and not _within_grace(call, client, token.replaced_at):
        raise errors.refresh_token_reused()
    return Refreshable(token, family, user)


def check_device(call: Call, pool: Pool, refreshable: Refreshable, key: str | None) -> None:
    """Refuse a token that belongs to a device if the call does not name it, or its user never confirmed it.

    Source: github.com/aws/aws-sdk-java-v2/issues/3418, github.com/aws-amplify/amplify-android/issues/2506.
    """
    bound = refreshable.family.device_key
    if not bound or pool.device_configuration is None:
        return
    if key != bound or devices.find(call.reader, refreshable.user, bound) is None:
        raise errors.invalid_refresh_token()


def exchange(
    call: Call, pool: Pool, client: Client, refreshable: Refreshable, metadata: Metadata | None = None
) -> dict[str, Any]:
    """A fresh ID and access token; with rotation also the next refresh token, which ends when the first would.

    `metadata` is for the pool's pre token generation function.
    """
    occasion = Occasion(REFRESH_TOKENS, metadata)
    result = signed_tokens(call, pool, client, refreshable.user, refreshable.family, occasion)
    if client.rotation is not None:
        result["RefreshToken"] = _rotate(call, client, refreshable)
    user_sessions.note_activity(call, client, refreshable.family)
    return result


def _rotate(call: Call, client: Client, refreshable: Refreshable) -> str:
    text, successor = new_refresh_token(call, refreshable.family)

    def step(tx: Transaction) -> None:
        current = tx.get(records.REFRESH_TOKENS, refreshable.token.id)
        if current is None:
            raise errors.refresh_token_revoked()
        if current.replaced_at is None:
            tx.put(records.REFRESH_TOKENS, replace(current, replaced_at=call.now))
        elif not _within_grace(call, client, current.replaced_at):
            raise errors.refresh_token_reused()
        tx.insert(records.REFRESH_TOKENS, successor)

    call.transact(step)
    return text


def _within_grace(call: Call, client: Client, replaced_at: float) -> bool:
    """Whether a replaced token still works. Without a grace it works for nobody, also not at the same moment."""
    grace = int((client.rotation or {}).get("RetryGracePeriodSeconds", 0))
    return grace > 0 and call.now <= replaced_at + grace
