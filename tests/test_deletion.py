"""What is deleted leaves nothing in the store: every table is looked at, also those that come later."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from cognito_emulator.emulator import Emulator
from cognito_emulator.identity_pools.records import IDENTITIES
from cognito_emulator.store import removal
from cognito_emulator.store.document import export_document
from cognito_emulator.store.interface import Table
from cognito_emulator.sync.records import RECORDS, Record
from cognito_emulator.tables import all_tables
from cognito_emulator.user_pools.records import FAMILIES, REFRESH_TOKENS
from tests.builders import Idp, app, claims, confirmed_user, refused, sign_in
from tests.identity_pools.builders import DEVELOPER, identity_pool
from tests.sync.builders import Guest, guest, put
from tests.wire import Clients

# Of the emulator itself, or with their receivers: sent messages, and credentials that AWS cannot take back either.
STAY = {"settings", "identity_service_keys", "messages", "role_sessions"}


def records(emulator: Emulator) -> dict[str, list[dict[str, Any]]]:
    """All records of pools, users and identities, by table."""
    tables: dict[str, Any] = export_document(emulator.store, all_tables())["tables"]
    return {name: rows for name, rows in tables.items() if name not in STAY}


def sample(table: Table[Any], **known: Any) -> Any:
    """A record of any table."""
    hints = get_type_hints(table.record)
    given = {
        field.name: known.get(field.name, _value(hints[field.name]))
        for field in fields(table.record)
        if field.name in known or (field.default is MISSING and field.default_factory is MISSING)
    }
    return table.record(**given)


def _value(hint: Any) -> Any:
    kind = get_origin(hint) or hint
    if type(None) in get_args(hint):
        return None
    return kind() if isinstance(kind, type) else ""


def tables_with(*names: str) -> list[Table[Any]]:
    """The tables whose records have these fields."""
    found = [table for table in all_tables() if table.name not in STAY]
    return [table for table in found if {*names} <= {field.name for field in fields(table.record)}]


def fill(emulator: Emulator, tables: list[Table[Any]], **known: Any) -> None:
    for table in tables:
        emulator.store.transact(lambda tx, table=table: tx.put(table, sample(table, **known)))  # type: ignore[misc]


# ── user pools ───────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_left_of_a_user_pool(idp: Idp, emulator: Emulator) -> None:
    before = records(emulator)
    made = app(idp)
    alice = confirmed_user(idp, made, email="alice@example.com")
    sign_in(idp, alice)
    # A pool with a domain or a replica is not deleted; what belongs to identity pools is not a user pool's.
    others = {"domains", "replicas", "identities", "logins"}
    of_pool = [table for table in tables_with("pool_id") if table.name not in others and "sync" not in table.name]
    assert len(of_pool) > 25
    fill(emulator, of_pool, pool_id=made.pool_id, user_key="bob", id="x")
    idp.delete_user_pool(UserPoolId=made.pool_id)
    assert records(emulator) == before


@pytest.mark.parametrize("by", ["admin", "user"])
def test_nothing_is_left_of_a_user(idp: Idp, emulator: Emulator, by: str) -> None:
    made = app(idp)
    idp.create_group(UserPoolId=made.pool_id, GroupName="admins")
    other = confirmed_user(idp, made, "bob")
    sign_in(idp, other)
    before = records(emulator)
    alice = confirmed_user(idp, made, email="alice@example.com")
    idp.admin_add_user_to_group(**alice.key, GroupName="admins")
    tokens = sign_in(idp, alice)
    of_users = [table for table in tables_with("pool_id", "user_key") if table.name != "risk_overrides"]
    assert len(of_users) > 12
    fill(emulator, of_users, pool_id=made.pool_id, user_key="alice", id="x", client_id=made.client_id)
    if by == "admin":
        idp.admin_delete_user(**alice.key)
    else:
        idp.delete_user(AccessToken=tokens["AccessToken"])
    assert records(emulator) == before
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        idp.get_tokens_from_refresh_token(ClientId=made.client_id, RefreshToken=tokens["RefreshToken"])
    with refused("UserNotFoundException", "User does not exist."):
        idp.get_user(AccessToken=tokens["AccessToken"])


def test_a_user_of_the_same_name_has_no_tokens_of_the_one_before(idp: Idp) -> None:
    made = app(idp)
    alice = confirmed_user(idp, made)
    tokens = sign_in(idp, alice)
    idp.admin_delete_user(**alice.key)
    again = sign_in(idp, confirmed_user(idp, made))
    assert claims(again["IdToken"])["sub"] != claims(tokens["IdToken"])["sub"]
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        idp.get_tokens_from_refresh_token(ClientId=made.client_id, RefreshToken=tokens["RefreshToken"])


def test_refresh_tokens_of_others_and_changed_ones_are_invalid(idp: Idp) -> None:
    made, other = app(idp), app(idp)
    alice = confirmed_user(idp, made)
    token = sign_in(idp, alice)["RefreshToken"]
    idp.admin_delete_user(**alice.key)
    for client_id, text in ((other.client_id, token), (made.client_id, token[:-2]), (made.client_id, "x")):
        with refused("NotAuthorizedException", "Invalid Refresh Token."):
            idp.get_tokens_from_refresh_token(ClientId=client_id, RefreshToken=text)


def test_a_deletion_of_much_goes_in_small_steps(idp: Idp, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    made = app(idp)
    alice = confirmed_user(idp, made)
    before = records(emulator)

    def step(tx: Any) -> None:
        for number in range(1_200):
            known = {"pool_id": made.pool_id, "user_key": "alice", "origin_jti": str(number)}
            tx.insert(FAMILIES, sample(FAMILIES, **known))
            tx.insert(REFRESH_TOKENS, sample(REFRESH_TOKENS, **known, id=f"token {number}"))

    emulator.store.transact(step)
    steps: list[int] = []
    transact = emulator.store.transact

    def counting(step: Any) -> Any:
        def counted(tx: Any) -> Any:
            there = tx.count(FAMILIES, "user", ()) + tx.count(REFRESH_TOKENS, "family", ())
            result = step(tx)
            steps.append(there - tx.count(FAMILIES, "user", ()) - tx.count(REFRESH_TOKENS, "family", ()))
            return result

        return transact(counted)

    monkeypatch.setattr(emulator.store, "transact", counting)
    idp.admin_delete_user(**alice.key)
    monkeypatch.undo()
    assert sum(steps) == 2_400
    assert max(steps) <= removal.AT_A_TIME
    assert {name: rows for name, rows in records(emulator).items() if name != "users"} == {
        name: rows for name, rows in before.items() if name not in ("users", "aliases")
    }


def test_a_deletion_that_was_broken_off_is_finished_by_the_next(
    idp: Idp, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = records(emulator)
    first, second = app(idp), app(idp)
    confirmed_user(idp, first)
    monkeypatch.setattr(removal, "in_batches", _breaks_off)
    with refused("InternalErrorException", "Internal server error"):
        idp.delete_user_pool(UserPoolId=first.pool_id)
    monkeypatch.undo()
    with refused("ResourceNotFoundException", f"User pool {first.pool_id} does not exist."):
        idp.describe_user_pool(UserPoolId=first.pool_id)
    assert records(emulator)["users"]
    idp.delete_user_pool(UserPoolId=second.pool_id)
    assert records(emulator) == before


def _breaks_off(*_: Any) -> None:
    raise MemoryError


# ── identity pools ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def identity(clients: Clients) -> Any:
    return clients("cognito-identity")


@pytest.fixture
def me(clients: Clients, identity: Any) -> Guest:
    return guest(clients, identity)


def fill_sync(emulator: Emulator, whose: Guest) -> None:
    """Something in every table that has something of an identity or its pool."""
    tables = [table for table in tables_with("identity_id") if table.name not in ("logins", "sync_datasets")]
    assert {table.name for table in tables} == {"sync_devices", "sync_records", "sync_sessions", "sync_subscriptions"}
    tables += [table for table in all_tables() if table.name == "sync_pools"]
    fill(emulator, tables, pool_id=whose.pool_id, identity_id=whose.id)
    whose.write(put("color"))
    whose.write(put("color"), dataset="gone")
    whose.client.delete_dataset(**whose.place, DatasetName="gone")


def test_nothing_is_left_of_an_identity_pool(identity: Any, clients: Clients, emulator: Emulator) -> None:
    before = records(emulator)
    me = guest(clients, identity, identity_pool(identity, DeveloperProviderName=DEVELOPER))
    fill_sync(emulator, me)
    developers = identity.get_open_id_token_for_developer_identity
    developers(IdentityPoolId=me.pool_id, Logins={DEVELOPER: "alice"})
    assert {"identities", "logins", "sync_records", "sync_devices"} <= records(emulator).keys()
    identity.delete_identity_pool(IdentityPoolId=me.pool_id)
    assert records(emulator) == before


def test_other_services_are_told_after_a_reset_too(identity: Any, clients: Clients, emulator: Emulator) -> None:
    guest(clients, identity).write(put("color"))
    emulator.reset()
    me = guest(clients, identity)
    me.write(put("color"))
    identity.delete_identity_pool(IdentityPoolId=me.pool_id)
    assert records(emulator) == {}


def test_nothing_is_left_of_an_identity(identity: Any, clients: Clients, emulator: Emulator) -> None:
    pool_id = identity_pool(identity, DeveloperProviderName=DEVELOPER)
    other = guest(clients, identity, pool_id)
    other.write(put("color", "green"))
    before = records(emulator)
    me = guest(clients, identity, pool_id)
    fill_sync(emulator, me)
    emulator.store.transact(lambda tx: tx.delete(next(t for t in all_tables() if t.name == "sync_pools"), pool_id))
    answer = identity.delete_identities(IdentityIdsToDelete=[me.id, me.id])
    assert answer["UnprocessedIdentityIds"] == []
    assert records(emulator) == before
    assert other.values() == {"color": "green"}


def test_an_identity_that_was_merged_leaves_its_data_with_the_one_that_is_deleted(
    identity: Any, clients: Clients, emulator: Emulator
) -> None:
    pool_id = identity_pool(identity, DeveloperProviderName=DEVELOPER)
    sync, ids = clients("cognito-sync"), []
    for user in ("source", "destination"):
        got = identity.get_open_id_token_for_developer_identity(IdentityPoolId=pool_id, Logins={DEVELOPER: user})
        ids.append(got["IdentityId"])
        Guest(pool_id, ids[-1], sync).write(put("color", user))
    identity.merge_developer_identities(
        IdentityPoolId=pool_id,
        DeveloperProviderName=DEVELOPER,
        SourceUserIdentifier="source",
        DestinationUserIdentifier="destination",
    )
    identity.delete_identities(IdentityIdsToDelete=[ids[1]])
    left = records(emulator)
    assert not {name for name in left if name.startswith("sync")} | (left.keys() & {"logins"})
    assert [row["id"] for row in left["identities"]] == [ids[0]]


def test_a_large_identity_pool_goes_in_small_steps(
    identity: Any, me: Guest, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def step(tx: Any) -> None:
        for number in range(60):
            one = f"us-east-1:{number}"
            tx.insert(IDENTITIES, sample(IDENTITIES, id=one, pool_id=me.pool_id))
            for key in range(20):
                tx.insert(RECORDS, Record(one, "prefs", str(key), "v", 1, 1.0, one, 1.0))

    emulator.store.transact(step)
    monkeypatch.setattr(removal, "AT_A_TIME", 7)
    identity.delete_identity_pool(IdentityPoolId=me.pool_id)
    assert records(emulator) == {}
