"""SECRET_HASH: proof that a request comes from an app client that knows its secret.

Sources: recordings `github-issue-logs/secret-hash-wrong-or-missing/1`, `…/secret-hash-not-received/1`;
reference user-pools.md §2.5.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.records import Client


def compute(client_id: str, secret: str, username: str) -> str:
    """base64(HMAC-SHA256(secret, username + client id))."""
    digest = hmac.new(secret.encode(), (username + client_id).encode("utf-8", "surrogatepass"), hashlib.sha256)
    return base64.b64encode(digest.digest()).decode()


def require(client: Client, given: str | None) -> None:
    """Refuse a request without a hash to a client with a secret, and one with a hash to a client without."""
    if client.secrets and not given:
        raise errors.secret_hash_not_received(client.id)
    if given and not client.secrets:
        raise errors.secret_hash_not_verified(client.id)


def check(client: Client, username: str, given: str | None) -> None:
    """Refuse a missing or wrong hash. `username` is the text that the caller sent as USERNAME.

    A client with two secrets accepts the hash with either.
    """
    require(client, given)
    if given and not any(
        hmac.compare_digest(compute(client.id, secret["value"], username).encode(), given.encode())
        for secret in client.secrets
    ):
        raise errors.secret_hash_not_verified(client.id)


def check_secret(client: Client, given: str | None) -> None:
    """Refuse a missing or wrong plain secret (`ClientSecret`)."""
    if not client.secrets and not given:
        return
    if given is None or not any(
        hmac.compare_digest(secret["value"].encode(), given.encode()) for secret in client.secrets
    ):
        raise errors.client_secret_not_verified(client.id)
