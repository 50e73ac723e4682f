"""NEW_PASSWORD_REQUIRED: a user with a temporary password sets one of their own.

Sources: recordings `moto-aws-verified/srp-force-change-password/3-4`; reference auth-flows.md §6.
"""

from __future__ import annotations

import orjson

from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import errors, repository
from cognito_emulator.user_pools.authentication.sign_in import Question, SignIn
from cognito_emulator.user_pools.credentials import passwords
from cognito_emulator.user_pools.records import Pool, User
from cognito_emulator.user_pools.risk import protection
from cognito_emulator.user_pools.schema import attributes

NAME = "NEW_PASSWORD_REQUIRED"
_PREFIX = "userAttributes."


def due(sign_in: SignIn) -> str | None:
    """This challenge, if the user still has a temporary password."""
    return NAME if sign_in.known_user.status == "FORCE_CHANGE_PASSWORD" else None


def pose(sign_in: SignIn, parameters: dict[str, str]) -> Question:
    """The attributes the user has, and the required ones that are missing."""
    user = sign_in.known_user
    missing = [_PREFIX + name for name in _missing(sign_in.pool, user)]
    shown = {name: value for name, value in user.attributes.items() if name != "sub"}
    return Question(
        {
            "USER_ID_FOR_SRP": user.username,
            "requiredAttributes": orjson.dumps(missing).decode(),
            "userAttributes": orjson.dumps(shown).decode(),
        }
    )


def handle(responses: dict[str, str], session: str | None) -> str | None:
    return session


def check(sign_in: SignIn, responses: dict[str, str]) -> None:
    """Take the new password and the attributes that were missing."""
    password = responses.get("NEW_PASSWORD")
    if not password:
        raise errors.missing_parameter("NEW_PASSWORD")
    call, pool, user = sign_in.call, sign_in.pool, sign_in.known_user
    given = {name.removeprefix(_PREFIX): value for name, value in responses.items() if name.startswith(_PREFIX)}
    _check_attributes(sign_in, user, given)
    rule = passwords.broken_rule(pool, password)
    if rule is not None:
        raise errors.invalid_password(rule)
    protection.check_new_password(call, pool, sign_in.client, password, protection.PASSWORD_CHANGE)
    kept = passwords.successor(pool, user, password, call.emulator.randomness, call.now)

    def confirmed(current: User) -> User:
        return current.with_(call.now, status="CONFIRMED", password=kept, attributes={**current.attributes, **given})

    def write(tx: Transaction) -> None:
        repository.save_user(tx, pool, confirmed(repository.reload(tx, user)))

    sign_in.user = confirmed(user)
    sign_in.writes.append(write)


def _missing(pool: Pool, user: User) -> list[str]:
    return [
        name
        for name, definition in pool.schema.items()
        if definition["Required"] and name != "sub" and not user.attributes.get(name)
    ]


def _check_attributes(sign_in: SignIn, user: User, given: dict[str, str]) -> None:
    for name in given:
        if user.attributes.get(name):
            raise errors.attribute_already_provided(name)
    for name in _missing(sign_in.pool, user):
        if not given.get(name):
            raise errors.required_attribute_missing(name)
    if given:
        attributes.check_writable(sign_in.pool, sign_in.client, given)
        attributes.check_changes(sign_in.pool, given)
