"""Users: made and removed by an administrator, shown, listed, switched on and off."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.aws.timestamps import Timestamp
from cognito_emulator.store.interface import Key, Transaction
from cognito_emulator.user_pools import answers, deletion, errors, invitations, mfa, paging, registration, repository
from cognito_emulator.user_pools.credentials import limits, passwords
from cognito_emulator.user_pools.records import USERS, Pool, User
from cognito_emulator.user_pools.schema import attributes, list_filter
from cognito_emulator.user_pools.service import operation
from cognito_emulator.user_pools.tokens.verify import bearer
from cognito_emulator.user_pools.triggers import pre_sign_up
from cognito_emulator.user_pools.triggers.events import Origin


@operation
def admin_create_user(call: Call, params: Params) -> Answer:
    """Make a user with a temporary password and invite them; or a confirmed one who needs none.

    Source: API reference, AdminCreateUser; recordings aws-model-examples/model-example-admincreateuser-1,
    github-issue-logs/user-exists/1, …/temporary-password-policy/1.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    if params.get("MessageAction") == "RESEND":
        return _resend_invitation(call, pool, params)
    username = params["Username"]
    given = attributes.given(params.get("UserAttributes", []))
    given = registration.named_attributes(pool, username, given)
    password = None if _is_passwordless(pool, params) else _temporary_password(call, pool, params)
    # Whoever is asked for a new password is asked for missing attributes as well; others never would be.
    attributes.check_new_user(pool, given, complete=password is None)
    invitations.check_channels(pool, params, given)
    taken = errors.user_account_already_exists()
    registration.require_free_name(call.reader, pool, username, given, taken)
    status = "CONFIRMED" if password is None else "FORCE_CHANGE_PASSWORD"
    user = registration.new_user(call, pool, username, status, given)
    pre_sign_up.run(
        call,
        pool,
        Origin(metadata=params.get("ClientMetadata")),
        pre_sign_up.ADMIN_CREATE_USER,
        user.username,
        given,
        pre_sign_up.validation_data(params),
    )
    if password is not None:
        user = replace(user, password=_kept(call, pool, user, params, password))
    force = params.get("ForceAliasCreation", False)

    def step(tx: Transaction) -> None:
        registration.claim_aliases(
            tx, pool, user, call.now, force=force, taken_error=errors.account_with_attribute_exists
        )
        registration.insert(tx, pool, user, taken)

    call.transact(step)
    if password is not None:
        invitations.invite(call, pool, user, params, password)
    return {"User": answers.user(user)}


def _is_passwordless(pool: Pool, params: Params) -> bool:
    """Whether the new user does without a password: none is given, and the pool lets codes stand in for it."""
    return not params.get("TemporaryPassword") and pool.passwordless


def _kept(call: Call, pool: Pool, user: User, params: Params, password: str) -> dict[str, Any]:
    randomness = call.emulator.randomness
    if params.get("MessageAction") == "SUPPRESS" and not params.get("TemporaryPassword"):
        return passwords.known_to_nobody(randomness, call.now)
    return passwords.make(pool, user.username, password, randomness, call.now, temporary=True)


def _resend_invitation(call: Call, pool: Pool, params: Params) -> Answer:
    user = repository.user_for_admin(call.reader, pool, params["Username"])
    if user.status != "FORCE_CHANGE_PASSWORD":
        raise errors.resend_not_possible(params["Username"])
    password = _temporary_password(call, pool, params)
    kept = passwords.make(pool, user.username, password, call.emulator.randomness, call.now, temporary=True)

    def step(tx: Transaction) -> User:
        changed = repository.reload(tx, user).with_(call.now, password=kept)
        repository.save_user(tx, pool, changed)
        limits.forgive(tx, user)
        return changed

    changed = call.transact(step)
    invitations.invite(call, pool, changed, params, password)
    return {"User": answers.user(changed)}


def _temporary_password(call: Call, pool: Pool, params: Params) -> str:
    password: str | None = params.get("TemporaryPassword")
    if password is None:
        return passwords.generate(pool, call.emulator.randomness)
    rule = passwords.broken_rule(pool, password)
    if rule is not None:
        raise errors.invalid_temporary_password(rule)
    return password


@operation
def admin_get_user(call: Call, params: Params) -> Answer:
    """Show a user. Source: API reference, AdminGetUser; recording aws-cli-examples/cli-example-admin-get-user."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    user = repository.user_for_admin(call.reader, pool, params["Username"])
    return {
        "Enabled": user.enabled,
        "UserAttributes": attributes.listed(user.attributes),
        "UserCreateDate": Timestamp(user.created),
        "UserLastModifiedDate": Timestamp(user.modified),
        "UserStatus": user.status,
        "Username": user.username,
        **mfa.shown(user),
    }


@operation
def admin_delete_user(call: Call, params: Params) -> Answer:
    """Remove a user. Source: API reference, AdminDeleteUser."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    deletion.delete_user(call, repository.user_for_admin(call.reader, pool, params["Username"]))
    return {}


@operation
def admin_enable_user(call: Call, params: Params) -> Answer:
    """Let a disabled user sign in again. Source: API reference, AdminEnableUser."""
    _set_enabled(call, params, True)
    return {}


@operation
def admin_disable_user(call: Call, params: Params) -> Answer:
    """Keep a user out, and revoke their tokens.

    Source: API reference, AdminDisableUser; recording github-issue-logs/disabled-user-refresh/1.
    """
    _set_enabled(call, params, False)
    return {}


def _set_enabled(call: Call, params: Params, enabled: bool) -> None:
    pool = repository.pool_of_caller(call, params["UserPoolId"])

    def step(tx: Transaction) -> None:
        user = repository.user_for_admin(tx, pool, params["Username"])
        generation = user.generation if enabled else user.generation + 1
        signed_out_at = user.signed_out_at if enabled else call.now
        tx.put(
            USERS,
            user.with_(call.now, enabled=enabled, generation=generation, signed_out_at=signed_out_at),
        )

    call.transact(step)


@operation
def list_users(call: Call, params: Params) -> Answer:
    """The users of a pool that a filter lets through. Source: API reference, ListUsers; user-pools.md §6."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    index, prefix, starts_with = _where(pool, params.get("Filter", ""))
    names = params.get("AttributesToGet")
    if names and not set(names) <= set(pool.schema):
        raise errors.one_or_more_attributes_do_not_exist()
    users, token = paging.page(call, params, USERS, index, prefix, token="PaginationToken", starts_with=starts_with)
    return {"Users": [answers.user(user, names) for user in users], **token}


def _where(pool: Pool, text: str) -> tuple[str | None, Key, str]:
    """Index, prefix and beginning of the entries that a filter means."""
    wanted = list_filter.parse(text)
    if wanted is None:
        return None, (pool.id,), ""
    if wanted.attribute == "username":
        index, value = None, pool.fold(wanted.value)
    elif wanted.attribute == "sub":
        index, value = "sub", wanted.value
    else:
        index, value = wanted.attribute, wanted.value.casefold()
    if wanted.prefix:
        return index, (pool.id,), value
    return index, (pool.id, value), ""


@operation
def get_user(call: Call, params: Params) -> Answer:
    """Show the user who asks, as far as the client may read. Source: API reference, GetUser."""
    who = bearer(call, params["AccessToken"])
    shown = attributes.readable(who.client, who.user.attributes)
    return {"UserAttributes": attributes.listed(shown), "Username": who.user.username, **mfa.shown(who.user)}


@operation
def delete_user(call: Call, params: Params) -> Answer:
    """Remove the user who asks. Source: API reference, DeleteUser."""
    deletion.delete_user(call, bearer(call, params["AccessToken"]).user)
    return {}
