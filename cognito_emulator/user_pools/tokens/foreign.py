"""Tokens of identity providers, presented for exchange: who signed them, for whom, and about whom.

An ID token has to be for the pool's client at the provider, an access token for it or given to it (`azp`, `client_id`).
A SAML assertion has to be signed itself or in its response, and for the pool as a service provider. Their person is a
user of the pool who came from there, or was linked: nobody is signed up by an exchange.

Sources: GetDerivedToken in botocore's model (`SubjectTokenProviderName`); RFC 8693, section 3 (`saml2` is a base64url
assertion; AWS's other APIs mean a base64 response by that, which is taken as well). The rest is documented nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cognito_emulator.aws.call import Call
from cognito_emulator.outside import http_fetch
from cognito_emulator.user_pools import errors, records
from cognito_emulator.user_pools.federation import identities, places, providers, saml_details, signatures
from cognito_emulator.user_pools.federation.details import SUBJECTS
from cognito_emulator.user_pools.federation.records import IdentityProvider
from cognito_emulator.user_pools.records import Pool, User

Claims = dict[str, Any]
SAML2, ID_TOKEN = "SAML2", "ID_TOKEN"
_KINDS = {SAML2: "SAML", ID_TOKEN: "OIDC", "ACCESS_TOKEN": "OIDC"}


@dataclass(frozen=True)
class Foreign:
    """What a provider says: the claims that count, and attributes under the provider's names."""

    provider: IdentityProvider
    claims: Claims
    said: dict[str, str]


def read(call: Call, pool: Pool, name: str, token: str, type: str, provider_name: str | None) -> Foreign:
    """A token that a provider of the pool signed. `name` is `Subject` or `Actor`.

    Raises `ResourceNotFoundException` for an unknown provider, `InvalidParameterException` for one of another kind,
    and `NotAuthorizedException` for a token that is not its, not for this pool, or expired.
    """
    if provider_name is None:
        raise errors.provider_required(name, type)
    provider = providers.get(call.reader, pool, provider_name)
    if provider.type != _KINDS[type]:
        raise errors.provider_of_another_kind(name, provider_name, type)
    if type == SAML2:
        return _assertion(call, pool, name, token, provider)
    return _open_id(call, name, token, type, provider)


def user_of(call: Call, pool: Pool, foreign: Foreign) -> User:
    """The user whom a token is about. Raises `UserNotFoundException`, `NotAuthorizedException` for a disabled one."""
    provider = foreign.provider
    mapped = {name: foreign.said[source] for name, source in provider.mapping.items() if source in foreign.said}
    identity = identities.find(call.reader, pool, provider, foreign.claims["sub"], mapped)
    user = call.reader.get(records.USERS, pool.id, identity.user_key) if identity is not None else None
    if identity is None or user is None:
        raise errors.user_does_not_exist()
    if identity.disabled or not user.enabled:
        raise errors.user_is_disabled()
    return user


def _open_id(call: Call, name: str, token: str, type: str, provider: IdentityProvider) -> Foreign:
    try:
        there = places.elsewhere(call, provider) or places.of_details(provider)
        claims = signatures.claims_of(provider, there, token)
    except signatures.BadSignature:
        raise errors.invalid_exchange_token(name) from None
    except (signatures.KeysUnreachable, http_fetch.Unreachable):
        raise errors.exchange_token_unverifiable(name, provider.name) from None
    audience = claims.get("aud")
    parties, ours = audience if isinstance(audience, list) else [audience], provider.details["client_id"]
    if type != ID_TOKEN:
        parties = [*parties, claims.get("azp"), claims.get("client_id")]
    elif claims.get("azp", ours) != ours:
        raise errors.invalid_exchange_token(name)
    subject, expires = claims.get(SUBJECTS["OIDC"]), claims.get("exp")
    if claims.get("iss") != there.issuer or ours not in parties:
        raise errors.invalid_exchange_token(name)
    if not isinstance(subject, str) or not subject or not isinstance(expires, (int, float)):
        raise errors.invalid_exchange_token(name)
    if expires <= call.now - signatures.GRACE:
        raise errors.exchange_token_expired(name)
    known: Claims = {"sub": subject, "iss": there.issuer, "auth_time": _time(call, claims)}
    if type != ID_TOKEN and isinstance(claims.get("scope"), str):
        known["scope"] = claims["scope"]
    return Foreign(provider, known, {key: value for key, value in claims.items() if isinstance(value, str)})


def _assertion(call: Call, pool: Pool, name: str, token: str, provider: IdentityProvider) -> Foreign:
    try:
        from cognito_emulator import saml
        from cognito_emulator.user_pools.federation import saml_encryption
    except ImportError:
        raise errors.saml_not_installed() from None
    try:
        theirs = saml.provider_of(saml_details.current(call, provider).metadata)
        found = saml.read_assertion(token, theirs, saml_encryption.decrypter(provider.encryption_key))
    except saml.InvalidResponse:
        raise errors.invalid_exchange_token(name) from None
    early = found.not_before is not None and found.not_before > call.now + signatures.GRACE
    plain = provider.flag("EncryptedResponses") and not found.encrypted
    if saml_details.entity_id(pool) not in found.audiences or early or plain:
        raise errors.invalid_exchange_token(name)
    if found.expires is not None and found.expires <= call.now:
        raise errors.exchange_token_expired(name)
    claims = {"sub": found.subject, "iss": found.issuer, "auth_time": int(found.issued or call.now)}
    return Foreign(provider, claims, {key: values[0] for key, values in found.attributes.items() if len(values) == 1})


def _time(call: Call, claims: Claims) -> int:
    """When the user signed in at the provider, as far as it says."""
    told = [claims.get(name) for name in ("auth_time", "iat")]
    return int(next((time for time in told if isinstance(time, (int, float)) and 0 <= time <= call.now), call.now))
