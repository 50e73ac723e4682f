"""Users who move in when they first sign in or ask for a new password: the pool's function knows them from elsewhere.

Sources: reference lambda-triggers.md §4.7; stackoverflow.com/questions/71560661 (the pool's rules for usernames hold,
and their texts are heard).
"""

from __future__ import annotations

from dataclasses import replace

from cognito_emulator.aws.call import Call
from cognito_emulator.aws.errors import AwsError
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import errors, invitations, mfa, registration
from cognito_emulator.user_pools.credentials import passwords
from cognito_emulator.user_pools.records import Client, Pool, User
from cognito_emulator.user_pools.schema import attributes
from cognito_emulator.user_pools.triggers import user_migration
from cognito_emulator.user_pools.triggers.events import Metadata, Origin
from cognito_emulator.user_pools.triggers.user_migration import Migrated


def at_sign_in(
    call: Call, pool: Pool, client: Client, name: str, password: str, validation_data: Metadata | None
) -> User | None:
    """Take in the user of that name and password; None if the function knows none, or there is no function.

    The password is kept whatever the pool's policy says.
    """
    known = user_migration.authenticate(call, pool, client.id, name, password, validation_data)
    if known is None:
        return None
    user = _take_in(call, pool, client, name, known, password)
    if known.welcome:
        invitations.welcome(call, pool, user, known.mediums, password, Origin(client.id))
    return user


def at_recovery(call: Call, pool: Pool, client: Client, name: str, metadata: Metadata | None) -> User | None:
    """Take in the user of that name, without a password; None if the function knows none, or there is no function."""
    known = user_migration.forgot_password(call, pool, Origin(client.id, metadata), name)
    return None if known is None else _take_in(call, pool, client, name, known, None)


def _take_in(call: Call, pool: Pool, client: Client, name: str, known: Migrated, password: str | None) -> User:
    """Write the user. `username` among the attributes is their name where they typed an alias.

    One whom the pool cannot take, be it for an alias that somebody holds, is not migrated; the operations that migrate
    declare no closer error. Source: `InitiateAuth` and `ForgotPassword` in botocore's model.
    """
    failed = errors.migration_failed(client.id)
    username = name if pool.username_attributes else known.attributes.get("username", name)
    registration.attribute_of_name(pool, username)
    try:
        user = _new_user(call, pool, username, known)
    except AwsError:
        raise failed from None
    if password is not None:
        kept = passwords.make(pool, user.username, password, call.emulator.randomness, call.now)
        user = user.with_(call.now, password=kept)
    moving_in = user

    def step(tx: Transaction) -> None:
        registration.claim_aliases(
            tx, pool, moving_in, call.now, force=known.force_aliases, taken_error=lambda _: failed
        )
        registration.insert(tx, pool, moving_in, failed)

    call.transact(step)
    return user


def _new_user(call: Call, pool: Pool, username: str, known: Migrated) -> User:
    """The user whom the function described."""
    given = {attribute: value for attribute, value in known.attributes.items() if attribute not in ("sub", "username")}
    given = registration.named_attributes(pool, username, given)
    attributes.check_new_user(pool, given)
    user = registration.new_user(call, pool, username, known.status, given)
    if not known.sms_mfa:
        return user
    if pool.mfa_mode == "OFF" or not mfa.pool_has(pool, mfa.SMS) or not mfa.user_has(call.reader, user, mfa.SMS):
        raise errors.no_delivery_config(mfa.SMS)
    return replace(user, mfa=mfa.enabled_at_set_up(user, mfa.SMS))
