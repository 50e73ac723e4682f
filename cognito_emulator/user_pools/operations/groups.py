"""Groups and who is in them."""

from __future__ import annotations

from dataclasses import replace

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import answers, errors, paging, repository
from cognito_emulator.user_pools.records import GROUPS, MEMBERSHIPS, USERS, Group, Membership
from cognito_emulator.user_pools.service import operation

GROUPS_PER_POOL = 10_000
GROUPS_PER_USER = 100


@operation
def create_group(call: Call, params: Params) -> Answer:
    """Make a group; names that differ only in case count as the same.

    Source: API reference, CreateGroup; recording github-issue-logs/group-exists-case-insensitive/1.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    group = Group(
        pool_id=pool.id,
        name=params["GroupName"],
        created=call.now,
        modified=call.now,
        description=params.get("Description"),
        role_arn=params.get("RoleArn"),
        precedence=params.get("Precedence"),
    )

    def step(tx: Transaction) -> None:
        if tx.find(GROUPS, "folded", pool.id, group.name.casefold()) is not None:
            raise errors.group_exists()
        if tx.count(GROUPS, None, (pool.id,)) >= GROUPS_PER_POOL:
            raise errors.too_many_groups()
        tx.insert(GROUPS, group)

    call.transact(step)
    return {"Group": answers.group(group)}


@operation
def get_group(call: Call, params: Params) -> Answer:
    """Show a group. Source: API reference, GetGroup."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    return {"Group": answers.group(repository.group(call.reader, pool, params["GroupName"]))}


@operation
def update_group(call: Call, params: Params) -> Answer:
    """Change what is given of a group. Source: API reference, UpdateGroup; reference user-pools.md §4."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])

    def step(tx: Transaction) -> Group:
        group = repository.group(tx, pool, params["GroupName"])
        updated = replace(
            group,
            modified=call.now,
            description=params.get("Description", group.description),
            role_arn=params.get("RoleArn", group.role_arn),
            precedence=params.get("Precedence", group.precedence),
        )
        tx.put(GROUPS, updated)
        return updated

    return {"Group": answers.group(call.transact(step))}


@operation
def delete_group(call: Call, params: Params) -> Answer:
    """Remove a group; its members lose it. Source: API reference, DeleteGroup."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])

    def step(tx: Transaction) -> None:
        group = repository.group(tx, pool, params["GroupName"])
        tx.delete_all(MEMBERSHIPS, None, (pool.id, group.name))
        tx.delete(GROUPS, pool.id, group.name)

    call.transact(step)
    return {}


@operation
def list_groups(call: Call, params: Params) -> Answer:
    """The groups of a pool. Source: API reference, ListGroups."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    groups, token = paging.page(call, params, GROUPS, None, (pool.id,))
    return {"Groups": [answers.group(group) for group in groups], **token}


@operation
def list_users_in_group(call: Call, params: Params) -> Answer:
    """The members of a group. Source: API reference, ListUsersInGroup."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    group = repository.group(call.reader, pool, params["GroupName"])
    memberships, token = paging.page(call, params, MEMBERSHIPS, None, (pool.id, group.name))
    users = [call.reader.get(USERS, pool.id, membership.user_key) for membership in memberships]
    return {"Users": [answers.user(user) for user in users if user is not None], **token}


@operation
def admin_list_groups_for_user(call: Call, params: Params) -> Answer:
    """The groups of a user. Source: API reference, AdminListGroupsForUser."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    user = repository.user_for_admin(call.reader, pool, params["Username"])
    memberships, token = paging.page(call, params, MEMBERSHIPS, "user", (pool.id, user.key))
    groups = [call.reader.get(GROUPS, pool.id, membership.group) for membership in memberships]
    return {"Groups": [answers.group(group) for group in groups if group is not None], **token}


@operation
def admin_add_user_to_group(call: Call, params: Params) -> Answer:
    """Put a user into a group; nothing happens if they are in it. Source: API reference, AdminAddUserToGroup."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])

    def step(tx: Transaction) -> None:
        user = repository.user_for_admin(tx, pool, params["Username"])
        group = repository.group(tx, pool, params["GroupName"])
        if tx.get(MEMBERSHIPS, pool.id, group.name, user.key) is not None:
            return
        if tx.count(MEMBERSHIPS, "user", (pool.id, user.key)) >= GROUPS_PER_USER:
            raise errors.too_many_groups_for_user()
        tx.insert(MEMBERSHIPS, Membership(pool.id, group.name, user.key, call.now))

    call.transact(step)
    return {}


@operation
def admin_remove_user_from_group(call: Call, params: Params) -> Answer:
    """Take a user out of a group; nothing happens if they are not in it.

    Source: API reference, AdminRemoveUserFromGroup.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])

    def step(tx: Transaction) -> None:
        user = repository.user_for_admin(tx, pool, params["Username"])
        group = repository.group(tx, pool, params["GroupName"])
        tx.delete(MEMBERSHIPS, pool.id, group.name, user.key)

    call.transact(step)
    return {}
