"""Which person at which provider is which user of the pool.

Sources: botocore's model, AdminLinkProviderForUser and AdminDisableProviderForUser; reference federation.md §2, §5.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cognito_emulator.store.interface import Reader, Transaction
from cognito_emulator.user_pools import errors, records, repository
from cognito_emulator.user_pools.federation import providers
from cognito_emulator.user_pools.federation.records import IDENTITIES, SUBJECT, Identity, IdentityProvider
from cognito_emulator.user_pools.records import Pool, User, milliseconds

LOCAL = "Cognito"
IDENTITIES_PER_USER = 5
_ATTRIBUTE = "identities"

ProviderUser = Mapping[str, str]


def username(pool: Pool, provider: IdentityProvider, subject: str) -> str:
    """What a user is called who comes from a provider. Source: reference federation.md §2."""
    return pool.fold(f"{provider.name}_{subject}")


def find(
    reader: Reader, pool: Pool, provider: IdentityProvider, subject: str, mapped: Mapping[str, str]
) -> Identity | None:
    """The identity of a person: known by their id at the provider, or by an attribute they were linked by."""
    by_subject = reader.get(IDENTITIES, pool.id, provider.name, SUBJECT, subject)
    if by_subject is not None or provider.is_social:
        return by_subject
    candidates = (
        reader.get(IDENTITIES, pool.id, provider.name, name, mapped[name])
        for name in provider.mapping
        if mapped.get(name)
    )
    return next((identity for identity in candidates if identity is not None), None)


def check_letters(reader: Reader, pool: Pool, provider: IdentityProvider, subject: str) -> None:
    """Refuse a new person whose username is that of a known one, because their ids differ in the case of letters only.

    That happens to links that were made with the name that triggers see, which is in lower case.
    """
    if pool.case_sensitive:
        return
    known = reader.page(IDENTITIES, "folded", (pool.id, provider.name, pool.fold(subject))).records
    if any(identity.value != subject for identity in known):
        raise errors.invalid_provider_and_username()


def of_user(reader: Reader, user: User, provider: IdentityProvider) -> Identity | None:
    """Who a user is at a provider, as far as they have signed in there."""
    found = reader.page(IDENTITIES, "user", (user.pool_id, user.key)).records
    return next((one for one in found if one.provider == provider.name and one.attribute == SUBJECT), None)


def claim(tx: Transaction, identity: Identity, subject: str) -> Identity:
    """After the first sign-in a linked person is known by their id, whatever they were linked by."""
    if identity.attribute == SUBJECT:
        return identity
    tx.delete(IDENTITIES, identity.pool_id, identity.provider, identity.attribute, identity.value)
    known = replace(identity, attribute=SUBJECT, value=subject)
    tx.put(IDENTITIES, known)
    return known


def with_attribute(reader: Reader, user: User) -> User:
    """The user with the attribute `identities` as their identities are now; the service lists it behind `sub`."""
    found = reader.page(IDENTITIES, "user", (user.pool_id, user.key)).records
    attributes = {name: value for name, value in user.attributes.items() if name != _ATTRIBUTE}
    if found:
        listed = json.dumps([_shown(identity) for identity in found], separators=(",", ":"))
        attributes = {"sub": attributes["sub"], _ATTRIBUTE: listed, **attributes}
    return replace(user, attributes=attributes)


def _shown(identity: Identity) -> dict[str, Any]:
    return {
        "userId": identity.value,
        "providerName": identity.provider,
        "providerType": identity.provider_type,
        "issuer": identity.issuer,
        "primary": identity.primary,
        "dateCreated": milliseconds(identity.created),
    }


def link(tx: Transaction, pool: Pool, destination: ProviderUser, source: ProviderUser, now: float) -> None:
    """Let a person who has not signed in yet be an existing user."""
    provider, attribute, value = _source(tx, pool, source)
    user = _destination(tx, pool, destination)
    existing = tx.get(IDENTITIES, pool.id, provider.name, attribute, value)
    if existing is not None and existing.user_key == user.key:
        raise errors.already_linked()
    if existing is not None and existing.primary:
        raise errors.merging_not_supported()
    if existing is not None:
        raise errors.linked_to_another()
    if attribute == SUBJECT and tx.get(records.USERS, pool.id, pool.fold(f"{provider.name}_{value}")) is not None:
        raise errors.merging_not_supported()
    if tx.count(IDENTITIES, "user", (pool.id, user.key)) >= IDENTITIES_PER_USER:
        raise errors.too_many_identities()
    tx.insert(IDENTITIES, Identity(pool.id, provider.name, attribute, value, user.key, now, False, provider.type))
    repository.save_user(tx, pool, with_attribute(tx, user.with_(now)))


def unlink(tx: Transaction, pool: Pool, whom: ProviderUser, now: float) -> None:
    """Undo a link; for a user who came from the provider, or a local one, end that way to sign in."""
    name, attribute, value = (whom.get(f"Provider{part}", "") for part in ("Name", "AttributeName", "AttributeValue"))
    if not (name and attribute and value):
        raise errors.incomplete_provider_user("User")
    if name == LOCAL:
        if attribute != SUBJECT:
            raise errors.invalid_disable_attribute(attribute, name)
        user = repository.find_user(tx, pool, value)
        if user is None:
            raise errors.user_does_not_exist()
        repository.save_user(tx, pool, user.with_(now, password=None))
        return
    if providers.get(tx, pool, name).is_social and attribute != SUBJECT:
        raise errors.invalid_disable_attribute(attribute, name)
    identity = tx.get(IDENTITIES, pool.id, name, attribute, value)
    if identity is None:
        raise errors.user_does_not_exist()
    if identity.primary:
        tx.put(IDENTITIES, replace(identity, disabled=True))
        return
    tx.delete(IDENTITIES, pool.id, name, attribute, value)
    owner = tx.get(records.USERS, pool.id, identity.user_key)
    if owner is not None:
        repository.save_user(tx, pool, with_attribute(tx, owner.with_(now)))


def _source(reader: Reader, pool: Pool, source: ProviderUser) -> tuple[IdentityProvider, str, str]:
    name, attribute = source.get("ProviderName", ""), source.get("ProviderAttributeName", "")
    value = source.get("ProviderAttributeValue", "")
    if name == LOCAL:
        raise errors.local_source_user()
    if not (name and attribute and value):
        raise errors.incomplete_provider_user("SourceUser")
    provider = providers.get(reader, pool, name)
    if attribute != SUBJECT and (provider.is_social or attribute not in provider.mapping):
        raise errors.invalid_link_attribute(attribute, name)
    return provider, attribute, value


def _destination(reader: Reader, pool: Pool, destination: ProviderUser) -> User:
    name, value = destination.get("ProviderName", ""), destination.get("ProviderAttributeValue", "")
    if not (name and value):
        raise errors.incomplete_provider_user("DestinationUser")
    if name == LOCAL:
        user = repository.find_user(reader, pool, value)
    else:
        provider = providers.get(reader, pool, name)
        identity = reader.get(IDENTITIES, pool.id, provider.name, SUBJECT, value)
        user = reader.get(records.USERS, pool.id, identity.user_key) if identity is not None else None
    if user is None:
        raise errors.user_does_not_exist()
    return user
