"""Sign-out: of one sign-in (RevokeToken), or of all of a user's (GlobalSignOut).

Source: reference auth-flows.md §12.
"""

from __future__ import annotations

from dataclasses import replace

from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import records, repository
from cognito_emulator.user_pools.records import User
from cognito_emulator.user_pools.tokens.issue import token_hash


def revoke(tx: Transaction, refresh_token: str, client_id: str) -> None:
    """Revoke a refresh token and all tokens that share its `origin_jti`. Unknown ones are let pass."""
    token = tx.get(records.REFRESH_TOKENS, token_hash(refresh_token))
    family = tx.get(records.FAMILIES, token.origin_jti) if token is not None else None
    if family is not None and family.client_id == client_id and not family.revoked:
        tx.put(records.FAMILIES, replace(family, revoked=True))


def sign_out_everywhere(tx: Transaction, user: User, now: float) -> None:
    """Revoke every token that a user has."""
    current = repository.reload(tx, user)
    tx.put(records.USERS, replace(current, generation=current.generation + 1, signed_out_at=now))
