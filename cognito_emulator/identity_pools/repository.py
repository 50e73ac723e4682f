"""Records found by intent. Indexes are this module's own business."""

from __future__ import annotations

from typing import TypeVar

from cognito_emulator.aws.call import Call, Params
from cognito_emulator.identity_pools import errors, records
from cognito_emulator.identity_pools.records import IDENTITIES, LOGINS, POOLS, Identity, IdentityPool, Login, Session
from cognito_emulator.store.interface import Key, Page, Reader, Table

R = TypeVar("R")


def pool_of_caller(call: Call, pool_id: str, reader: Reader | None = None) -> IdentityPool:
    """The pool of that id in the caller's account and region."""
    pool = find_pool_of_caller(call, pool_id, reader)
    if pool is None:
        raise errors.pool_not_found(pool_id)
    return pool


def find_pool_of_caller(call: Call, pool_id: str, reader: Reader | None = None) -> IdentityPool | None:
    """The pool of that id, if it is one of the caller's account and region."""
    pool = (reader or call.reader).get(POOLS, pool_id)
    return pool if pool is not None and (pool.account, pool.region) == (call.account, call.region) else None


def pools_page(call: Call, after: str | None, limit: int) -> Page[IdentityPool]:
    """Pools of the caller's account and region, oldest first."""
    return call.reader.page(POOLS, "owner", (call.account, call.region), after=after, limit=limit)


def public_pool(call: Call, pool_id: str) -> IdentityPool:
    """The pool as public operations name it. Where the caller names a region, the pool has to be in it."""
    pool = call.reader.get(POOLS, pool_id)
    if pool is None or (call.region_named and pool.region != call.region):
        raise errors.pool_not_found(pool_id)
    return pool


def identity(reader: Reader, identity_id: str) -> Identity | None:
    return reader.get(IDENTITIES, identity_id)


def public_identity(call: Call, identity_id: str) -> tuple[Identity, IdentityPool]:
    """An identity as public operations name it, and its pool."""
    found = call.reader.get(IDENTITIES, identity_id)
    pool = call.reader.get(POOLS, found.pool_id) if found is not None else None
    if found is None or pool is None or (call.region_named and pool.region != call.region):
        raise errors.identity_not_found(identity_id)
    return found, pool


def identity_of_caller(call: Call, identity_id: str) -> Identity:
    """An identity in a pool of the caller's account and region."""
    found, pool = public_identity(call, identity_id)
    if pool.account != call.account or pool.region != call.region:
        raise errors.identity_not_found(identity_id)
    return found


def identity_in(reader: Reader, pool: IdentityPool, identity_id: str) -> Identity:
    """An identity of that pool that is in use."""
    found = reader.get(IDENTITIES, identity_id)
    if found is None:
        raise errors.identity_not_found(identity_id)
    if found.pool_id != pool.id or not found.enabled:
        raise errors.identity_forbidden(identity_id)
    return found


def logins_of(reader: Reader, identity_id: str) -> list[Login]:
    """The logins of an identity, in the order in which they were linked."""
    logins = reader.page(LOGINS, "identity", (identity_id,)).records
    return sorted(logins, key=lambda login: login.linked)


def merged_into(reader: Reader, identity_id: str) -> list[Identity]:
    return reader.page(IDENTITIES, "parent", (identity_id,)).records


def session(reader: Reader, access_key: str) -> Session | None:
    return reader.get(records.SESSIONS, access_key)


def page(
    call: Call, params: Params, table: Table[R], index: str | None, prefix: Key, *, query: object = None
) -> tuple[list[R], dict[str, str]]:
    """Records of one page, and the answer's token for the next (empty after the last page)."""
    bound = [call.operation, table.name, index, list(prefix), query]
    after = None
    if params.get("NextToken"):
        after = call.emulator.page_tokens.place(bound, params["NextToken"], call.now)
        if after is None:
            raise errors.invalid_pagination_token()
    found = call.reader.page(table, index, prefix, after=after, limit=params.get("MaxResults") or 60)
    if found.next is None:
        return found.records, {}
    return found.records, {"NextToken": call.emulator.page_tokens.make(bound, found.next, call.now)}
