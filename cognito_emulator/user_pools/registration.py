"""New users: what they are called, whether that name is free, and who else holds their aliases.

Sources: recordings `moto-aws-verified/sign-up-no-attributes/1`, `…/user-password-auth-email-username/1`,
`github-issue-logs/user-exists/1`; reference user-pools.md §2.2 and §5.1.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cognito_emulator.aws.call import Call
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.store.interface import AlreadyExists, Reader, Transaction
from cognito_emulator.user_pools import errors, records, repository
from cognito_emulator.user_pools.records import Pool, User
from cognito_emulator.user_pools.schema.attributes import VERIFIED_FLAGS


def named_attributes(pool: Pool, username: str, attributes: dict[str, str]) -> dict[str, str]:
    """The attributes of a new user, with the one that the username stands for.

    Raises `InvalidParameterException` for a username that has not the form that the pool wants.
    """
    attribute = attribute_of_name(pool, username)
    if attribute is None:
        return attributes
    if pool.fold(attributes.get(attribute, username)) != pool.fold(username):
        raise errors.username_and_attribute_differ(attribute)
    return {attribute: username, **attributes}


def attribute_of_name(pool: Pool, username: str) -> str | None:
    """The attribute that a new username stands for; None where usernames are only names.

    Raises `InvalidParameterException` for a username that has not the form that the pool wants.
    """
    if not pool.username_attributes:
        for alias in pool.alias_attributes:
            if repository.looks_like(alias, username):
                raise errors.username_of_alias_format(alias)
        return None
    attribute = next((name for name in pool.username_attributes if repository.looks_like(name, username)), None)
    if attribute is None:
        raise errors.username_should_be(pool.username_attributes)
    return attribute


def new_user(call: Call, pool: Pool, username: str, status: str, attributes: dict[str, str], **traits: Any) -> User:
    """The record of a new user. In a pool with username attributes the real username is the `sub`."""
    sub = call.emulator.randomness.uuid()
    name = sub if pool.username_attributes else pool.fold(username)
    return User(
        pool_id=pool.id,
        key=pool.fold(name),
        username=name,
        sub=sub,
        status=status,
        enabled=True,
        created=call.now,
        modified=call.now,
        attributes={"sub": sub, **{name: value for name, value in attributes.items() if value}},
        **traits,
    )


def require_free_name(reader: Reader, pool: Pool, username: str, attributes: dict[str, str], taken: AwsError) -> None:
    """Refuse a name that somebody has. `taken` is what the operation says of a plain username."""
    if not pool.username_attributes:
        if reader.get(records.USERS, pool.id, pool.fold(username)) is not None:
            raise taken
        return
    for attribute in pool.username_attributes:
        value = attributes.get(attribute)
        if value and repository.alias_holder(reader, pool, attribute, value) is not None:
            raise errors.account_with_given_attribute_exists(attribute)


def has_code_address(pool: Pool, attributes: dict[str, str]) -> bool:
    """Whether a user with these attributes can get the codes that the pool lets stand in for passwords."""
    addresses = {"EMAIL_OTP": "email", "SMS_OTP": "phone_number"}
    return any(attributes.get(name) for factor, name in addresses.items() if factor in pool.first_factors)


def insert(tx: Transaction, pool: Pool, user: User, taken: AwsError) -> None:
    """Write a new user. Raises `taken` if somebody else took the name meanwhile."""
    require_free_name(tx, pool, user.username, user.attributes, taken)
    try:
        tx.insert(records.USERS, user)
    except AlreadyExists:
        raise taken from None
    repository.save_user(tx, pool, user)


def claim_aliases(tx: Transaction, pool: Pool, user: User, now: float, *, force: bool, taken_error: Any) -> None:
    """Make way for the verified aliases of a user in a pool with alias attributes.

    Where another user holds one: with `force` that user loses it and their address becomes unverified; without,
    `taken_error(attribute)` is raised.
    """
    if pool.username_attributes:
        return
    for alias in repository.aliases_of(pool, user):
        holder = tx.get(records.ALIASES, pool.id, alias.attribute, alias.value)
        if holder is None or holder.user_key == user.key:
            continue
        if not force:
            raise taken_error(alias.attribute)
        _lose_alias(tx, pool, holder.user_key, alias.attribute, now)


def _lose_alias(tx: Transaction, pool: Pool, user_key: str, attribute: str, now: float) -> None:
    other = tx.get(records.USERS, pool.id, user_key)
    if other is None:
        return
    attributes = dict(other.attributes)
    if attribute in VERIFIED_FLAGS:
        attributes[VERIFIED_FLAGS[attribute]] = "false"
    else:
        attributes.pop(attribute, None)
    repository.save_user(tx, pool, replace(other, attributes=attributes, modified=now))
