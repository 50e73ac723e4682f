"""A person comes back from a provider: which user that is, what their attributes are now, who hears of it.

Source: reference federation.md §2, §5, §6 and §7.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cognito_emulator.aws import validation
from cognito_emulator.aws.call import Call
from cognito_emulator.store.interface import AlreadyExists, Transaction
from cognito_emulator.user_pools import assurance, errors, records, repository
from cognito_emulator.user_pools.federation import identities, providers
from cognito_emulator.user_pools.federation.records import IDENTITIES, SUBJECT, Identity, IdentityProvider
from cognito_emulator.user_pools.records import Client, Membership, Pool, User
from cognito_emulator.user_pools.schema import attributes
from cognito_emulator.user_pools.schema.attributes import VERIFIED_FLAGS
from cognito_emulator.user_pools.schema.standard import DEFAULT_WRITABLE
from cognito_emulator.user_pools.service import service
from cognito_emulator.user_pools.triggers import (
    inbound_federation,
    post_authentication,
    post_confirmation,
    pre_authentication,
    pre_sign_up,
)
from cognito_emulator.user_pools.triggers.events import Origin, Subject

EXTERNAL = "EXTERNAL_PROVIDER"
LONGEST_VALUE = 2048
"""Characters that an attribute's value from a provider may have. Source: reference federation.md §2."""
_USERNAME = "username"
_FLAGS = frozenset(VERIFIED_FLAGS.values())


@dataclass(frozen=True)
class Person:
    """Who a provider says somebody is.

    `said` are the provider's attributes as text, under the provider's names; `answers` is where they are from, as the
    trigger for inbound federation gets it. `issuer` is the entity id of a SAML provider. `methods` are those of `amr`,
    `level_name` is `acr`, as far as an OpenID Connect provider says them.
    """

    subject: str
    said: Mapping[str, str]
    answers: Mapping[str, Mapping[str, Any] | None] = field(default_factory=dict)
    issuer: str | None = None
    session_index: str = ""
    methods: list[str] = field(default_factory=lambda: [assurance.FEDERATED])
    level_name: str | None = None


@dataclass(frozen=True)
class _Arrival:
    call: Call
    pool: Pool
    client: Client
    provider: IdentityProvider
    person: Person

    @property
    def username(self) -> str:
        return identities.username(self.pool, self.provider, self.person.subject)

    @property
    def origin(self) -> Origin:
        return Origin(self.client.id)


def sign_in(call: Call, pool: Pool, client: Client, provider: IdentityProvider, person: Person) -> User:
    """The user that a person is, made or brought up to date. Raises `AwsError`; the pool's functions are asked."""
    arrival = _Arrival(call, pool, client, provider, person)
    said = inbound_federation.run(
        call, pool, client.id, arrival.username, provider.name, provider.type, person.answers, person.said
    )
    mapped = _mapped(arrival, said)
    identity = identities.find(call.reader, pool, provider, person.subject, mapped)
    if identity is None:
        return _first(arrival, mapped)
    return _again(arrival, identity, mapped)


def _mapped(arrival: _Arrival, said: Mapping[str, str]) -> dict[str, str]:
    """The pool's attributes as the provider's fill them, as far as the client may write them."""
    pool, allowed = arrival.pool, arrival.client.settings.get("WriteAttributes") or DEFAULT_WRITABLE
    mapped = {}
    for name, source in arrival.provider.mapping.items():
        if name == _USERNAME or source not in said:
            continue
        definition = pool.schema.get(name)
        if definition is not None and name not in allowed and name not in _FLAGS:
            if not definition["Required"]:
                continue
            raise errors.attribute_problems([f"user.{name}: Attribute cannot be updated.\n"])
        if len(said[source]) > LONGEST_VALUE:
            raise errors.mapped_value_too_long(name, LONGEST_VALUE)
        mapped[name] = said[source]
    complaints = attributes.complaints_about(pool, {name: value for name, value in mapped.items() if value})
    if complaints:
        raise errors.invalid_user_attributes(complaints)
    attributes.check_formats(mapped)  # reports of Google's phone numbers, which keep people out
    return mapped


# ── the first time ───────────────────────────────────────────────────────────────────────────────────────────


def _first(arrival: _Arrival, mapped: dict[str, str]) -> User:
    call, pool, provider = arrival.call, arrival.pool, arrival.provider
    given = {name: value for name, value in mapped.items() if value}
    _check_username(pool, arrival.username)
    identities.check_letters(call.reader, pool, provider, arrival.person.subject)
    if call.reader.get(records.USERS, pool.id, pool.fold(arrival.username)) is not None:
        raise errors.entry_already_found(arrival.username)
    missing = [name for name, one in pool.schema.items() if one["Required"] and name != "sub" and name not in given]
    if missing:
        raise errors.required_attributes_missing(missing, saml=provider.is_saml)
    given = {**_unverified(given), **given}
    pre_sign_up.run(call, pool, arrival.origin, pre_sign_up.EXTERNAL_PROVIDER, arrival.username, given)
    linked = identities.find(call.reader, pool, provider, arrival.person.subject, mapped)
    if linked is not None:  # the function has linked the person to a user who was there before
        return _again(arrival, linked, mapped)
    identities.check_letters(call.reader, pool, provider, arrival.person.subject)
    user = _new_user(arrival, given)
    user = call.transact(lambda tx: _insert(tx, arrival, user))
    post_confirmation.run(call, pool, arrival.origin, post_confirmation.CONFIRM_SIGN_UP, user)
    return user


def _check_username(pool: Pool, username: str) -> None:
    """Hold the name of a new user to the model's constraints, as the API does. Raises `InvalidParameterException`."""
    operation = service.find("AdminGetUser")
    assert operation is not None
    validation.validate(operation, {"UserPoolId": pool.id, "Username": username}, service.constraint_error)


def _unverified(given: Mapping[str, str]) -> dict[str, str]:
    """The verified flags of addresses for which no provider speaks. The trigger sees them too.

    Sources: events of PreSignUp as apps keep them (September 2026: the flag is there although it is not mapped).
    """
    return {flag: "false" for name, flag in VERIFIED_FLAGS.items() if name in given}


def _new_user(arrival: _Arrival, given: dict[str, str]) -> User:
    call, pool = arrival.call, arrival.pool
    sub = call.emulator.randomness.uuid()
    return User(
        pool_id=pool.id,
        key=pool.fold(arrival.username),
        username=arrival.username,
        sub=sub,
        status=EXTERNAL,
        enabled=True,
        created=call.now,
        modified=call.now,
        attributes={"sub": sub, **given},
    )


def _insert(tx: Transaction, arrival: _Arrival, user: User) -> User:
    pool, provider, now = arrival.pool, arrival.provider, arrival.call.now
    identity = Identity(
        pool_id=pool.id,
        provider=provider.name,
        attribute=SUBJECT,
        value=arrival.person.subject,
        user_key=user.key,
        created=now,
        primary=True,
        provider_type=provider.type,
        issuer=arrival.person.issuer,
        session_index=arrival.person.session_index,
    )
    try:
        tx.insert(records.USERS, user)
        tx.insert(IDENTITIES, identity)
    except AlreadyExists:
        raise errors.entry_already_found(user.username) from None
    shown = identities.with_attribute(tx, user)
    repository.save_user(tx, pool, shown)
    providers.ensure_group(tx, pool, provider, now)
    tx.put(records.MEMBERSHIPS, Membership(pool.id, provider.group, user.key, now))
    return shown


# ── every other time ─────────────────────────────────────────────────────────────────────────────────────────


def _again(arrival: _Arrival, identity: Identity, mapped: dict[str, str]) -> User:
    call, pool = arrival.call, arrival.pool
    user = call.reader.get(records.USERS, pool.id, identity.user_key)
    if user is None:
        raise errors.user_does_not_exist()
    if identity.disabled or not user.enabled:
        raise errors.user_is_not_enabled()
    subject = Subject.of(arrival.client, user, user.username)
    pre_authentication.run(call, pool, arrival.client.id, subject, {})
    changed = call.transact(_bring_up_to_date(arrival, identity, user, mapped))
    post_authentication.run(call, pool, arrival.origin, changed)
    return changed


def _bring_up_to_date(
    arrival: _Arrival, identity: Identity, user: User, mapped: dict[str, str]
) -> Callable[[Transaction], User]:
    def step(tx: Transaction) -> User:
        current = repository.reload(tx, user)
        changed = _with(arrival.pool, current, mapped, arrival.provider.mapping)
        known = identities.claim(tx, identity, arrival.person.subject)
        of_now = replace(known, issuer=arrival.person.issuer, session_index=arrival.person.session_index)
        if of_now != known:
            tx.put(IDENTITIES, of_now)
        shown = identities.with_attribute(tx, changed)
        if shown == current:
            return current
        shown = shown.with_(arrival.call.now)
        repository.save_user(tx, arrival.pool, shown)
        return shown

    return step


def _with(pool: Pool, user: User, mapped: dict[str, str], mapping: Mapping[str, str]) -> User:
    """The user with mapped attributes that differ; an empty one is removed.

    What cannot change must not come again, not even as it was. Source: tests on AWS (September 2026),
    github.com/aws-solutions-library-samples/accelerated-intelligent-document-processing-on-aws/issues/835.

    An address that a provider without a mapping for the verified flag sends is unverified after every sign-in, whoever
    verified it in the meantime. Source: tests on AWS, github.com/aws-amplify/amplify-ui/issues/318.
    """
    differing = {name: value for name, value in mapped.items() if user.attributes.get(name, "") != value}
    fixed = [
        name for name, value in mapped.items() if not pool.schema[name]["Mutable"] and (value or name in differing)
    ]
    if fixed:
        raise errors.attribute_problems([f"user.{name}: Attribute cannot be updated.\n" for name in fixed])
    required = [name for name, value in differing.items() if not value and pool.schema[name]["Required"]]
    if required:
        raise errors.required_attributes_removed(required)
    values = dict(user.attributes)
    for name, flag in VERIFIED_FLAGS.items():
        if flag not in mapped and (name in differing or (mapped.get(name) and flag not in mapping)):
            values[flag] = "false"
    values.update(differing)
    return replace(user, attributes={name: value for name, value in values.items() if value})
