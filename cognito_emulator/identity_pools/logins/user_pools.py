"""ID tokens of user pools.

Source: reference identity-pools.md §5; recordings github-issue-logs/issuer-mismatch/1, …/client-not-a-provider/1.
"""

from __future__ import annotations

from cognito_emulator.aws.call import Call
from cognito_emulator.identity_pools import errors
from cognito_emulator.identity_pools.logins import id_tokens
from cognito_emulator.identity_pools.logins.verified import Claims, Verified
from cognito_emulator.identity_pools.records import IdentityPool
from cognito_emulator.user_pools import is_id_token_in_force, is_signed_id_token


def verify(call: Call, pool: IdentityPool, name: str, user_pool: str, token: str, claims: Claims) -> Verified:
    """The user behind an ID token. `user_pool` is the provider name of the pool that the token's issuer names.

    The key of the login is that name. Clients that make it from the issuer, as Amplify does, send the emulator's own
    host where the issuer is not AWS's.
    """
    issuer = id_tokens.required(claims, "iss")
    audience = id_tokens.required(claims, "aud")
    subject = id_tokens.required(claims, "sub")
    if name not in (user_pool, issuer.partition("://")[2]):
        raise errors.issuer_mismatch()
    client = next(
        (c for c in pool.user_pool_clients if c["ProviderName"] == user_pool and c["ClientId"] == audience), None
    )
    if client is None:
        raise errors.unsupported_provider()
    if not is_signed_id_token(call, token):
        raise errors.unverified_signature()
    id_tokens.check_expiry(claims, call.now)
    if client["ServerSideTokenCheck"] and not is_id_token_in_force(call, claims):
        raise errors.invalid_token()
    return Verified(
        provider=user_pool,
        subject=subject,
        detail=f"{user_pool}:CognitoSignIn:{subject}",
        claims=claims,
        mapping=f"{user_pool}:{audience}",
        tag_provider=user_pool,
    )
