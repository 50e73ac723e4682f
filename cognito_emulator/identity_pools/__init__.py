"""Amazon Cognito identity pools (cognito-identity).

`operations/` has one short function per API operation, grouped by resource. They ask the domain below them:
`logins` (what a login proves, by kind of provider), `linking` (one login, one identity: linking, merging, unlinking),
`roles` (which role an identity gets), `tokens` (the service's own OpenID tokens), `credentials` (who makes
temporary credentials: an STS that is reached through boto3, or the small one in `sts`). `repository` finds and keeps
records, `records` says what they are, `errors` has every text.

Other packages use the functions below, and nothing else of this package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cognito_emulator.aws.call import Call
    from cognito_emulator.emulator import Emulator
    from cognito_emulator.identity_pools.records import Identity, IdentityPool, Session
    from cognito_emulator.outside.moto_iam import Access
    from cognito_emulator.store.interface import Page, Reader
    from cognito_emulator.store.removal import Part


def keeps_data_of_identities(
    emulator: Emulator, of_pool: Callable[[str], Sequence[Part]], of_identity: Callable[[str, str], Sequence[Part]]
) -> None:
    """Say that another service has records that go with a pool (its id), or an identity (pool id, identity id)."""
    from cognito_emulator.identity_pools.deletion import Dependents

    emulator.part(Dependents).add(of_pool, of_identity)


def pool_of_caller(call: Call, pool_id: str) -> IdentityPool:
    """The identity pool of that id in the caller's account and region. Raises `ResourceNotFoundException`."""
    from cognito_emulator.identity_pools import repository

    return repository.pool_of_caller(call, pool_id)


def find_pool(call: Call, pool_id: str) -> IdentityPool | None:
    """The identity pool of that id, if the caller's account and region has it."""
    from cognito_emulator.identity_pools import repository

    return repository.find_pool_of_caller(call, pool_id)


def pools_page(call: Call, after: str | None, limit: int) -> Page[IdentityPool]:
    """Identity pools of the caller's account and region, oldest first."""
    from cognito_emulator.identity_pools import repository

    return repository.pools_page(call, after, limit)


def identity_of_pool(reader: Reader, pool_id: str, identity_id: str) -> Identity | None:
    """The identity, if it is one of that pool and in use."""
    from cognito_emulator.identity_pools import repository

    identity = repository.identity(reader, identity_id)
    return identity if identity is not None and identity.pool_id == pool_id and identity.enabled else None


def has_identity(reader: Reader, identity_id: str) -> bool:
    """Whether there is such an identity, in use or merged into another."""
    from cognito_emulator.identity_pools import repository

    return repository.identity(reader, identity_id) is not None


def merged_into(reader: Reader, identity_id: str) -> list[Identity]:
    """The identities that were merged into that one, oldest first."""
    from cognito_emulator.identity_pools import repository

    return repository.merged_into(reader, identity_id)


def session_of(call: Call) -> Session | None:
    """The session behind a call that is signed with credentials of an identity; None for any other call."""
    from cognito_emulator.identity_pools import repository

    return repository.session(call.reader, call.access_key) if call.access_key else None


def session_account(emulator: Emulator, access_key: str) -> str | None:
    """The account of temporary credentials that were given out here; None for other keys.

    Raises `ExpiredTokenException` if their time is over.
    """
    from cognito_emulator.identity_pools import errors, repository

    session = repository.session(emulator.store.reader, access_key)
    if session is None:
        return None
    if emulator.clock.now() >= session.expires:
        raise errors.expired_credentials()
    return session.account


def is_allowed(emulator: Emulator, access_key: str, access: Access) -> bool | None:
    """Whether the holder of temporary credentials may do something; None for keys that were not given out here."""
    from cognito_emulator.identity_pools import enforcement

    return enforcement.is_allowed(emulator, access_key, access)


def authorise(call: Call, action: str, resource: str) -> None:
    """Refuse what the holder of temporary credentials may not do. Raises `AccessDeniedException`."""
    from cognito_emulator.identity_pools import enforcement

    enforcement.authorise(call, action, resource)


def is_session_key(emulator: Emulator, access_key: str) -> bool:
    """Whether an access key is one of temporary credentials that were given out here."""
    from cognito_emulator.identity_pools import repository

    return repository.session(emulator.store.reader, access_key) is not None
