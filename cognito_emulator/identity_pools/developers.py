"""Developer-authenticated identities: the backend's word is the proof.

Source: developer guide, "Developer-authenticated identities"; reference identity-pools.md §6 and §10.
"""

from __future__ import annotations

from cognito_emulator.aws.call import Call
from cognito_emulator.identity_pools import errors, logins, principal_tags
from cognito_emulator.identity_pools.logins import Proof, Verified
from cognito_emulator.identity_pools.records import LOGINS, IdentityPool
from cognito_emulator.store.interface import Reader


def proof_of(call: Call, pool: IdentityPool, given: dict[str, str]) -> Proof:
    """What the logins of a developer's call prove. One of them has to be of the developer provider."""
    name = pool.developer_provider
    if not all(key == name or logins.is_public(pool, key) for key in given):
        raise errors.unknown_developer_provider()
    if name is None or name not in given:
        raise errors.developer_provider_required()
    others = logins.verify(call, pool, {key: token for key, token in given.items() if key != name})
    user = given[name]
    developer = Verified(name, user, f"{name}:{pool.id}:{user}", tag_provider=name, is_developer=True)
    return Proof((developer, *others.logins), others.service_claims)


def check_unregistered(reader: Reader, pool: IdentityPool, proof: Proof, identity_id: str) -> None:
    """Refuse a user of the backend who belongs to another identity than the one that is named."""
    for login in proof.logins:
        there = reader.get(LOGINS, pool.id, *login.key) if login.is_developer else None
        if there is not None and there.identity_id != identity_id:
            raise errors.developer_user_registered()


def tags_of(pool: IdentityPool, proof: Proof, given: dict[str, str]) -> dict[str, str]:
    """Principal tags: those of the call, and those that the other logins bring."""
    return {**principal_tags.tags_of(pool, list(proof.logins)), **given}
