"""One login, one identity: who is it, and what does the call link or merge?

All functions run inside a transaction and may run again. Sources: reference identity-pools.md §6; developer guide,
"Identity pools authentication flow" and "Developer-authenticated identities"; recordings
github-issue-logs/logins-do-not-match/1, …/identity-forbidden-headers/1, …/developer-login-missing-public-login/1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from cognito_emulator.identity_pools import errors, repository
from cognito_emulator.identity_pools.logins import Proof, Verified
from cognito_emulator.identity_pools.records import IDENTITIES, LOGINS, Identity, IdentityPool, Login
from cognito_emulator.store.interface import Reader, Transaction

LOGINS_PER_IDENTITY = 20


class Linking:
    """Linking in one pool at one time. `new_id` is the id of an identity that may have to be made."""

    def __init__(self, tx: Transaction, pool: IdentityPool, now: float, new_id: str) -> None:
        self._tx = tx
        self._pool = pool
        self._now = now
        self._new_id = new_id

    def of_proof(self, proof: Proof) -> Identity:
        """The identity of somebody who names none: theirs already, or a new one.

        Logins of several identities merge these into the oldest.
        """
        if proof.identity_id is not None:
            return self.of_identity(proof.identity_id, proof)
        owners = self._owners(proof.logins)
        if owners:
            return self._joined(owners, proof.logins)
        identity = Identity(self._new_id, self._pool.id, self._now, self._now)
        self._tx.insert(IDENTITIES, identity)
        return self._attach(identity, proof.logins)

    def of_identity(self, identity_id: str, proof: Proof) -> Identity:
        """The identity of somebody who names one, and proves that it is theirs.

        A new login is linked to it. It is not always the one that is named: a guest whose login has an identity
        already becomes that one.
        """
        identity = repository.identity_in(self._tx, self._pool, identity_id)
        if proof.identity_id not in (None, identity_id):
            raise errors.identity_forbidden(identity_id)
        linked = {(login.provider, login.subject) for login in repository.logins_of(self._tx, identity_id)}
        if not linked and identity.unlinked:
            raise errors.identity_forbidden(identity_id)
        if proof.is_empty:
            if linked:
                raise errors.identity_forbidden(identity_id)
            return identity
        if linked and proof.identity_id is None and not linked & {login.key for login in proof.logins}:
            raise errors.logins_do_not_match()
        owners = self._owners(proof.logins)
        if not linked and owners and proof.identity_id is None:
            parent = self._joined(owners, proof.logins)
            return self._merge(parent, identity) if parent.id != identity.id else parent
        return self._joined([identity, *(owner for owner in owners if owner.id != identity.id)], proof.logins)

    def merged(self, parent: Identity, other: Identity) -> Identity:
        """`other` becomes part of `parent`."""
        return self._merge(parent, other)

    def _owners(self, logins: Iterable[Verified]) -> list[Identity]:
        """The identities that these logins have, oldest first."""
        found: dict[str, Identity] = {}
        for login in logins:
            record = self._tx.get(LOGINS, self._pool.id, *login.key)
            owner = repository.identity(self._tx, record.identity_id) if record is not None else None
            if owner is not None:
                found[owner.id] = owner
        return sorted(found.values(), key=lambda identity: (identity.created, identity.id))

    def _joined(self, owners: Sequence[Identity], logins: Iterable[Verified]) -> Identity:
        parent, *others = owners
        for other in others:
            parent = self._merge(parent, other)
        return self._attach(parent, logins)

    def _attach(self, identity: Identity, logins: Iterable[Verified]) -> Identity:
        """Link logins that nobody has yet."""
        new = [login for login in logins if self._tx.get(LOGINS, self._pool.id, *login.key) is None]
        if not new:
            return identity
        there = repository.logins_of(self._tx, identity.id)
        added = [Login(self._pool.id, *login.key, identity.id, self._now) for login in new]
        check_together(self._pool, [*there, *added])
        for login in added:
            self._tx.insert(LOGINS, login)
        updated = replace(identity, modified=self._now, unlinked=False)
        self._tx.put(IDENTITIES, updated)
        return updated

    def _merge(self, parent: Identity, other: Identity) -> Identity:
        """Give `parent` the logins of `other`, which is disabled. What was merged into it goes along."""
        moving = repository.logins_of(self._tx, other.id)
        check_together(self._pool, [*repository.logins_of(self._tx, parent.id), *moving])
        for login in moving:
            self._tx.put(LOGINS, replace(login, identity_id=parent.id))
        for earlier in repository.merged_into(self._tx, other.id):
            self._tx.put(IDENTITIES, replace(earlier, merged_into=parent.id))
        self._tx.put(IDENTITIES, replace(other, merged_into=parent.id, modified=self._now))
        updated = replace(parent, modified=self._now)
        self._tx.put(IDENTITIES, updated)
        return updated


def check_together(pool: IdentityPool, logins: Sequence[Login]) -> None:
    """Refuse logins that cannot be one identity's: two users of a public provider, or more than twenty."""
    public = [login.provider for login in logins if login.provider != pool.developer_provider]
    if len(public) != len(set(public)):
        raise errors.already_linked()
    if len(logins) > LOGINS_PER_IDENTITY:
        raise errors.too_many_logins()


def unlink(tx: Transaction, identity: Identity, logins: Iterable[Login], now: float) -> None:
    """Take logins off an identity. Without any it is out of reach."""
    for login in logins:
        tx.delete(LOGINS, login.pool_id, login.provider, login.subject)
    left = repository.logins_of(tx, identity.id)
    tx.put(IDENTITIES, replace(identity, modified=now, unlinked=not left))


def developer_login(reader: Reader, pool: IdentityPool, provider: str, user: str) -> Login:
    """The login of a user of the pool's developer provider."""
    if provider != pool.developer_provider:
        raise errors.unknown_developer_provider()
    login = reader.get(LOGINS, pool.id, provider, user)
    if login is None:
        raise errors.developer_user_not_found(user)
    return login
