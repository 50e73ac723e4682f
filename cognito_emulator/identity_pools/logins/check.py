"""Which kind of login is it, and is it good? One bad login fails the whole call.

Source: reference identity-pools.md §3 and §5.
"""

from __future__ import annotations

from dataclasses import dataclass

from cognito_emulator.aws.call import Call
from cognito_emulator.identity_pools import errors, tokens
from cognito_emulator.identity_pools.logins import id_tokens, open_id, social, user_pools
from cognito_emulator.identity_pools.logins.verified import Claims, Verified
from cognito_emulator.identity_pools.records import IdentityPool
from cognito_emulator.identity_pools.settings import SOCIAL_PROVIDERS
from cognito_emulator.user_pools import login_provider_of

_OPEN_ID_SOCIAL = ("accounts.google.com", "appleid.apple.com")


@dataclass(frozen=True)
class Proof:
    """What the logins of a call prove: users of providers, and (by one of the service's own tokens) an identity."""

    logins: tuple[Verified, ...] = ()
    service_claims: Claims | None = None

    @property
    def identity_id(self) -> str | None:
        return str(self.service_claims["sub"]) if self.service_claims is not None else None

    @property
    def is_empty(self) -> bool:
        return not self.logins and self.service_claims is None

    @property
    def amr(self) -> list[str]:
        """How the user signed in, as the `amr` claim says it. Source: reference identity-pools.md §9."""
        if self.service_claims is not None and not self.logins:
            return list(self.service_claims["amr"])
        if not self.logins:
            return ["unauthenticated"]
        return ["authenticated", *(part for login in self.logins for part in (login.provider, login.detail))]


def verify(call: Call, pool: IdentityPool, logins: dict[str, str], *, own_token: bool = False) -> Proof:
    """Check every login of a call. `own_token`: it takes a token of the service itself.

    Raises `NotAuthorizedException` for a login that is bad or not from a provider of the pool,
    `InvalidParameterException` for one of the developer provider, `ExternalServiceException` if a provider cannot be
    asked.
    """
    service_claims = None
    verified = []
    for name, token in logins.items():
        if name == pool.service_host and own_token:
            service_claims = tokens.verify(call, pool, token)
        else:
            verified.append(_verify_one(call, pool, name, token))
    return Proof(tuple(verified), service_claims)


def is_public(pool: IdentityPool, name: str) -> bool:
    """Whether a name is one of a public provider, whether or not the pool has it."""
    known = name in SOCIAL_PROVIDERS or name == pool.service_host or name.startswith("cognito-idp.")
    return known or ":saml-provider/" in name or open_id.arn_of(pool, name) is not None


def _verify_one(call: Call, pool: IdentityPool, name: str, token: str) -> Verified:
    if tokens.is_of_service(token):
        raise errors.cognito_token()
    if name == pool.service_host:
        raise errors.no_cognito_token()
    if name == pool.developer_provider:
        raise errors.no_public_provider()
    if ":saml-provider/" in name:
        return _verify_saml(call, pool, name, token)
    if name in SOCIAL_PROVIDERS:
        if name not in pool.social_providers:
            raise errors.logins_do_not_match()
        if name not in _OPEN_ID_SOCIAL:
            return social.verify(call, pool, name, token)
    claims = id_tokens.claims_of(token)
    if claims is None:
        raise errors.no_open_id_token() if _is_known(pool, name) else errors.logins_do_not_match()
    issuer = id_tokens.required(claims, "iss")
    user_pool = login_provider_of(call, issuer)
    by_iam = open_id.arn_of(pool, name) is not None and user_pool not in _user_pools(pool)
    if user_pool is not None and not by_iam:
        return user_pools.verify(call, pool, name, user_pool, token, claims)
    return open_id.verify(call, pool, name, token, claims)


def _verify_saml(call: Call, pool: IdentityPool, name: str, assertion: str) -> Verified:
    if name not in pool.saml_arns:
        raise errors.logins_do_not_match()
    try:
        from cognito_emulator.identity_pools.logins import saml
    except ImportError:
        raise errors.saml_not_installed() from None
    return saml.verify(call, name, assertion)


def _is_known(pool: IdentityPool, name: str) -> bool:
    return name in _user_pools(pool) or name in pool.social_providers or open_id.arn_of(pool, name) is not None


def _user_pools(pool: IdentityPool) -> set[str]:
    return {client["ProviderName"] for client in pool.user_pool_clients}
