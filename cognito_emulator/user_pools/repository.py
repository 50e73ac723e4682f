"""Records found by intent. Indexes are this module's own business."""

from __future__ import annotations

from collections.abc import Iterable

from cognito_emulator.aws.call import Call
from cognito_emulator.store.interface import Reader, Transaction
from cognito_emulator.user_pools import (
    errors,
    records,
    replicas,
)
from cognito_emulator.user_pools.records import Alias, Client, Group, Membership, Pool, User
from cognito_emulator.user_pools.schema.attributes import is_email, is_phone_number

# ── pools and clients ────────────────────────────────────────────────────────────────────────────────────────


def pool_of_caller(call: Call, pool_id: str, reader: Reader | None = None) -> Pool:
    """The pool of that id in the caller's account and region, or a replica there that serves the operation."""
    reader = reader or call.reader
    pool = reader.get(records.POOLS, pool_id)
    if pool is None or pool.account != call.account:
        raise errors.user_pool_does_not_exist(pool_id)
    if pool.region != call.region and not replicas.serves(call, reader, pool):
        raise errors.user_pool_does_not_exist(pool_id)
    return pool


def pool_by_id(reader: Reader, pool_id: str) -> Pool | None:
    return reader.get(records.POOLS, pool_id)


def client_of_pool(reader: Reader, pool: Pool, client_id: str) -> Client:
    """An app client of that pool."""
    client = reader.get(records.CLIENTS, client_id)
    if client is None or client.pool_id != pool.id:
        raise errors.user_pool_client_does_not_exist(client_id)
    return client


def client_and_pool(call: Call, client_id: str) -> tuple[Client, Pool]:
    """An app client by its id alone, as public operations name it, and its pool.

    Where the caller names a region, the pool has to be in it.
    """
    client = call.reader.get(records.CLIENTS, client_id)
    pool = call.reader.get(records.POOLS, client.pool_id) if client is not None else None
    if client is None or pool is None or is_elsewhere(call, pool):
        raise errors.user_pool_client_does_not_exist(client_id)
    return client, pool


def is_elsewhere(call: Call, pool: Pool) -> bool:
    """Whether the caller named a region in which the pool is not, not even as a replica.

    Raises `OperationNotEnabledException` for a replica that does not serve the operation.
    """
    return call.region_named and pool.region != call.region and not replicas.serves(call, call.reader, pool)


# ── users ────────────────────────────────────────────────────────────────────────────────────────────────────


def find_user(reader: Reader, pool: Pool, name: str) -> User | None:
    """A user by username or by any alias that is in force."""
    user = reader.get(records.USERS, pool.id, pool.fold(name))
    return user or find_by_alias(reader, pool, name)


def find_by_alias(reader: Reader, pool: Pool, name: str) -> User | None:
    for attribute in alias_names(pool):
        alias = reader.get(records.ALIASES, pool.id, attribute, fold_alias(pool, attribute, name))
        if alias is not None:
            return reader.get(records.USERS, pool.id, alias.user_key)
    return None


def find_user_for_admin(reader: Reader, pool: Pool, name: str) -> User | None:
    """As `find_user`; administrators may also name the `sub`."""
    return find_user(reader, pool, name) or reader.find(records.USERS, "sub", pool.id, name)


def user_for_admin(reader: Reader, pool: Pool, name: str) -> User:
    user = find_user_for_admin(reader, pool, name)
    if user is None:
        raise errors.user_does_not_exist()
    return user


def reload(tx: Reader, user: User) -> User:
    """The user as a transaction sees it now."""
    current = tx.get(records.USERS, user.pool_id, user.key)
    if current is None:
        raise errors.user_does_not_exist()
    return current


def save_user(tx: Transaction, pool: Pool, user: User) -> None:
    """Write a user and bring its aliases up to date. Aliases that others hold are left to them."""
    tx.put(records.USERS, user)
    wanted = {(alias.attribute, alias.value): alias for alias in aliases_of(pool, user)}
    for alias in tx.page(records.ALIASES, "user", (pool.id, user.key)).records:
        if wanted.pop((alias.attribute, alias.value), None) is None:
            tx.delete(records.ALIASES, pool.id, alias.attribute, alias.value)
    for (attribute, value), alias in wanted.items():
        if tx.get(records.ALIASES, pool.id, attribute, value) is None:
            tx.insert(records.ALIASES, alias)


# ── aliases ──────────────────────────────────────────────────────────────────────────────────────────────────


def alias_names(pool: Pool) -> list[str]:
    """Attributes by which users of the pool are found, besides the username."""
    return pool.username_attributes or pool.alias_attributes


def aliases_of(pool: Pool, user: User) -> Iterable[Alias]:
    """The aliases that a user's attributes ask for.

    A pool with alias attributes finds users by verified addresses only, one with username attributes by any.
    Users of external providers sign in there and by no name.
    """
    if user.status == "EXTERNAL_PROVIDER":
        return
    for attribute in alias_names(pool):
        value = user.attributes.get(attribute)
        if not value:
            continue
        verified = user.attributes.get(f"{attribute}_verified") == "true"
        if attribute == "preferred_username" or verified or pool.username_attributes:
            yield Alias(pool.id, attribute, fold_alias(pool, attribute, value), user.key)


def alias_holder(reader: Reader, pool: Pool, attribute: str, value: str) -> Alias | None:
    """Who is found by that alias."""
    return reader.get(records.ALIASES, pool.id, attribute, fold_alias(pool, attribute, value))


def fold_alias(pool: Pool, attribute: str, value: str) -> str:
    return value if attribute == "phone_number" else pool.fold(value)


def looks_like(attribute: str, text: str) -> bool:
    """Whether a username has the form of an alias."""
    return is_email(text) if attribute == "email" else attribute == "phone_number" and is_phone_number(text)


# ── groups ───────────────────────────────────────────────────────────────────────────────────────────────────


def group(reader: Reader, pool: Pool, name: str) -> Group:
    found = reader.get(records.GROUPS, pool.id, name)
    if found is None:
        raise errors.group_not_found()
    return found


def groups_of(reader: Reader, user: User) -> list[Group]:
    """The groups of a user, the one with the lowest precedence first, those without precedence last."""
    memberships: list[Membership] = reader.page(records.MEMBERSHIPS, "user", (user.pool_id, user.key)).records
    if not memberships:
        return []
    found = [reader.get(records.GROUPS, user.pool_id, membership.group) for membership in memberships]
    return sorted(
        (group for group in found if group is not None),
        key=lambda group: (group.precedence is None, group.precedence or 0, group.name),
    )
