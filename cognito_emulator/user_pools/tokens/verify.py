"""Access tokens that users show to the API.

Sources: recordings `github-issue-logs/access-token-without-admin-scope/1`; reference user-pools.md §2.6.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cognito_emulator.aws.call import Call
from cognito_emulator.store.interface import Reader
from cognito_emulator.user_pools import errors, records, repository
from cognito_emulator.user_pools.records import Client, Pool, TokenFamily, User
from cognito_emulator.user_pools.tokens.issue import ADMIN_SCOPE
from cognito_emulator.user_pools.tokens.keys import KeyRing

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator

Claims = dict[str, Any]
_REMEMBERED = 10_000
# Operations of users that do not declare UserNotFoundException. Source: botocore's model.
_WITHOUT_USER_NOT_FOUND = frozenset(
    {
        "AssociateSoftwareToken",
        "CompleteWebAuthnRegistration",
        "DeleteWebAuthnCredential",
        "GlobalSignOut",
        "ListWebAuthnCredentials",
        "StartWebAuthnRegistration",
    }
)


@dataclass(frozen=True)
class Bearer:
    """The user behind an access token."""

    pool: Pool
    client: Client
    user: User
    claims: Claims
    family: TokenFamily | None


class VerifiedTokens:
    """Claims of tokens whose signature was checked: a token is checked once, not at every call."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._claims: OrderedDict[bytes, Claims] = OrderedDict()

    def claims(self, token: str) -> Claims:
        """The claims of an access token with a valid signature.

        Raises `NotAuthorizedException` for what is no access token of a pool here, or has a wrong signature.
        """
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        claims = self._claims.get(digest)
        if claims is None:
            claims = self._claims[digest] = self._verified(token)
            if len(self._claims) > _REMEMBERED:
                self._claims.popitem(last=False)
        return claims

    def _verified(self, token: str) -> Claims:
        import jwt

        try:
            header = jwt.get_unverified_header(token)
            claims: Claims = jwt.decode(token, options={"verify_signature": False})
        except jwt.InvalidTokenError:
            raise errors.invalid_access_token() from None
        pool_id = pool_id_of(claims)
        if claims.get("token_use") != "access" or pool_id is None:
            raise errors.invalid_access_token()
        if self._emulator.store.reader.get(records.POOLS, pool_id) is None:
            raise errors.invalid_access_token()
        key = self._emulator.part(KeyRing).of(pool_id).access
        if header.get("kid") != key.kid:
            raise errors.access_token_signature()
        try:
            jwt.decode(
                token,
                key.public,
                algorithms=["RS256"],
                options={"verify_exp": False, "verify_aud": False, "verify_iat": False},
            )
        except jwt.InvalidTokenError:
            raise errors.access_token_signature() from None
        return claims


def pool_id_of(claims: Claims) -> str | None:
    """The pool whose issuer a token names, whatever host the issuer has."""
    issuer = claims.get("iss")
    return issuer.rsplit("/", 1)[-1] if isinstance(issuer, str) and "/" in issuer else None


def holder(call: Call, pool: Pool, token: str, scope: str) -> None:
    """That somebody — a user, or an app client for itself — holds an access token of a pool with that scope.

    Raises as `bearer` does.
    """
    claims = call.emulator.part(VerifiedTokens).claims(token)
    if pool_id_of(claims) != pool.id:
        raise errors.invalid_access_token()
    if "username" in claims:
        bearer(call, token, scope=scope)
        return
    if claims["exp"] <= call.now:
        raise errors.access_token_expired()
    client = call.reader.get(records.CLIENTS, claims["client_id"])
    if client is None or client.pool_id != pool.id:
        raise errors.invalid_access_token()
    if scope not in claims.get("scope", "").split():
        raise errors.access_token_scopes()


def bearer(call: Call, token: str, *, scope: str = ADMIN_SCOPE) -> Bearer:
    """The user who shows an access token to the API.

    Raises `NotAuthorizedException` for a token that is malformed, foreign, expired, revoked or lacks the scope,
    `UserNotFoundException` if its user is gone (where the operation declares that; a token is revoked elsewhere).
    """
    claims = call.emulator.part(VerifiedTokens).claims(token)
    if claims["exp"] <= call.now:
        raise errors.access_token_expired()
    reader = call.reader
    pool = reader.get(records.POOLS, pool_id_of(claims) or "")
    client = reader.get(records.CLIENTS, claims["client_id"])
    if pool is None or client is None or client.pool_id != pool.id or repository.is_elsewhere(call, pool):
        raise errors.invalid_access_token()
    if scope not in claims.get("scope", "").split():
        raise errors.access_token_scopes()
    user = reader.get(records.USERS, pool.id, pool.fold(claims.get("username", "")))
    if user is None or user.sub != claims["sub"]:
        declared = call.operation not in _WITHOUT_USER_NOT_FOUND
        raise errors.user_does_not_exist() if declared else errors.access_token_revoked()
    family = _family(reader, claims)
    if not user.enabled:
        raise errors.user_is_disabled()
    if is_revoked(client, user, claims, family):
        raise errors.access_token_revoked()
    return Bearer(pool, client, user, claims, family)


def _family(reader: Reader, claims: Claims) -> TokenFamily | None:
    origin = claims.get("origin_jti")
    return reader.get(records.FAMILIES, origin) if origin else None


def is_revoked(client: Client, user: User, claims: Claims, family: TokenFamily | None) -> bool:
    """Whether an access token was revoked: by itself, by its refresh token, or by a global sign-out.

    Tokens of a client without token revocation carry no `origin_jti`; for them only the time of the last
    global sign-out counts.
    """
    if "origin_jti" not in claims:
        return user.signed_out_at is not None and bool(claims["iat"] <= user.signed_out_at)
    return family is None or family.revoked or family.generation != user.generation
