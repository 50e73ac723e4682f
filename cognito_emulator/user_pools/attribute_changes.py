"""Changes of a user's attributes, by the user or an administrator.

Sources: reference user-pools.md §4 (merge, verified flags, values that wait for verification) and §2.2;
github.com/boto/boto3/issues/3213 (a verified address moves the alias).
"""

from __future__ import annotations

from dataclasses import dataclass

from cognito_emulator.aws.call import Call
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import errors, registration, repository, verification
from cognito_emulator.user_pools.credentials import codes
from cognito_emulator.user_pools.records import ALIASES, Code, Pool, User
from cognito_emulator.user_pools.schema import attributes
from cognito_emulator.user_pools.schema.attributes import VERIFIED_FLAGS
from cognito_emulator.user_pools.triggers.events import Origin

PURPOSE = "CustomMessage_UpdateUserAttribute"


@dataclass(frozen=True)
class Changed:
    """A user whose attributes were changed, and the addresses that need a code now."""

    user: User
    to_verify: list[str]


def change(call: Call, pool: Pool, user: User, given: dict[str, str], *, by_admin: bool) -> Changed:
    """Merge attributes into a user's; an empty value removes one.

    An address that changes becomes unverified (unless an administrator says otherwise), and waits for its code
    where the pool wants that.
    """
    attributes.check_changes(pool, given)
    for name, flag in VERIFIED_FLAGS.items():
        if given.get(name) and name in pool.auto_verified and given.get(flag) != "true":
            verification.require_channel(call.reader, pool, name, PURPOSE)

    def step(tx: Transaction) -> Changed:
        current = repository.reload(tx, user)
        values, pending, to_verify = dict(current.attributes), dict(current.pending), []
        for name, value in given.items():
            flag = VERIFIED_FLAGS.get(name)
            asked = flag is not None and name in pool.auto_verified and given.get(flag) != "true"
            renewed = bool(value) and (not by_admin or value != values.get(name))
            if flag and asked and renewed:
                to_verify.append(name)
            if flag and asked and renewed and name in pool.verified_before_update and values.get(name):
                pending[name] = value
                continue
            if flag and renewed and flag not in given:
                values[flag] = "false"
            if flag:
                pending.pop(name, None)
            _set(values, name, value)
        changed = current.with_(call.now, attributes=values, pending=pending)
        _keep_aliases_unique(tx, pool, changed, call.now)
        repository.save_user(tx, pool, changed)
        return Changed(changed, to_verify)

    return call.transact(step)


def send_codes(call: Call, pool: Pool, changed: Changed, origin: Origin) -> list[dict[str, str]]:
    """Send a code to each address that needs one; the list of `CodeDeliveryDetails`."""
    return [
        verification.send_code(
            call,
            pool,
            changed.user,
            codes.verify_attribute(attribute),
            PURPOSE,
            attribute,
            origin,
        )
        for attribute in changed.to_verify
    ]


def verify(tx: Transaction, call: Call, pool: Pool, user: User, code: Code) -> None:
    """An address was verified: it takes effect if it waited, and becomes an alias where the pool has those.

    Raises `ExpiredCodeException` for a code that went to an address which the user changed since.
    """
    current, attribute = repository.reload(tx, user), code.attribute
    if code.address and code.address != verification.address_to_verify(current, attribute):
        raise errors.code_expired()
    pending = dict(current.pending)
    values = dict(current.attributes)
    if attribute in pending:
        values[attribute] = pending.pop(attribute)
    values[VERIFIED_FLAGS[attribute]] = "true"
    changed = current.with_(call.now, attributes=values, pending=pending)
    registration.claim_aliases(tx, pool, changed, call.now, force=False, taken_error=errors.alias_exists)
    _keep_aliases_unique(tx, pool, changed, call.now)
    repository.save_user(tx, pool, changed)


def set_verified(tx: Transaction, pool: Pool, user: User, attribute: str, address: str, now: float) -> User:
    """The user with an address that is verified already. `user` is as the transaction sees it."""
    values = {**user.attributes, attribute: address, VERIFIED_FLAGS[attribute]: "true"}
    pending = {name: value for name, value in user.pending.items() if name != attribute}
    changed = user.with_(now, attributes=values, pending=pending)
    registration.claim_aliases(tx, pool, changed, now, force=False, taken_error=errors.alias_exists)
    _keep_aliases_unique(tx, pool, changed, now)
    repository.save_user(tx, pool, changed)
    return changed


def delete(call: Call, pool: Pool, user: User, names: list[str]) -> None:
    """Remove attributes, and with an address its verified flag."""
    attributes.check_deletions(pool, names)
    gone = {*names, *(VERIFIED_FLAGS[name] for name in names if name in VERIFIED_FLAGS)}

    def step(tx: Transaction) -> None:
        current = repository.reload(tx, user)
        values = {name: value for name, value in current.attributes.items() if name not in gone}
        pending = {name: value for name, value in current.pending.items() if name not in gone}
        repository.save_user(tx, pool, current.with_(call.now, attributes=values, pending=pending))

    call.transact(step)


def _set(values: dict[str, str], name: str, value: str) -> None:
    if value:
        values[name] = value
        return
    values.pop(name, None)
    values.pop(VERIFIED_FLAGS.get(name, ""), None)


def _keep_aliases_unique(tx: Transaction, pool: Pool, user: User, now: float) -> None:
    """Refuse a name that somebody else signs in with; a verified alias moves instead."""
    if not pool.username_attributes:
        registration.claim_aliases(tx, pool, user, now, force=True, taken_error=errors.alias_exists)
        return
    for alias in repository.aliases_of(pool, user):
        holder = tx.get(ALIASES, pool.id, alias.attribute, alias.value)
        if holder is not None and holder.user_key != user.key:
            raise errors.given_alias_exists(alias.attribute)
