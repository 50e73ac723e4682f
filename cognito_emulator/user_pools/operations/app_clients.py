"""App clients and their secrets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.aws.timestamps import Timestamp
from cognito_emulator.randomness import BASE36
from cognito_emulator.store.interface import Reader, Transaction
from cognito_emulator.user_pools import answers, domains, errors, paging, repository
from cognito_emulator.user_pools.federation import providers
from cognito_emulator.user_pools.records import CLIENTS, Client, Pool
from cognito_emulator.user_pools.schema import client_settings
from cognito_emulator.user_pools.service import operation

CLIENTS_PER_POOL = 1_000
SECRETS_PER_CLIENT = 2


@operation
def create_user_pool_client(call: Call, params: Params) -> Answer:
    """Make an app client. Source: API reference, CreateUserPoolClient; reference user-pools.md §3.2."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    if params.get("GenerateSecret") and params.get("ClientSecret"):
        raise errors.secret_given_and_generated()
    client_id = call.emulator.randomness.text(26, BASE36)
    value = params.get("ClientSecret") or (_generated(call) if params.get("GenerateSecret") else None)
    client = Client(
        id=client_id,
        pool_id=pool.id,
        name=params["ClientName"],
        created=call.now,
        modified=call.now,
        settings=client_settings.new_settings(pool, params),
        secrets=[_secret(call, client_id, value)] if value else [],
    )
    _check_oauth(call.reader, pool, client.settings, bool(client.secrets))

    def step(tx: Transaction) -> None:
        if tx.count(CLIENTS, "pool", (pool.id,)) >= CLIENTS_PER_POOL:
            raise errors.too_many_clients()
        repository.pool_of_caller(call, pool.id, tx)
        tx.insert(CLIENTS, client)

    call.transact(step)
    return {"UserPoolClient": answers.user_pool_client(client)}


@operation
def describe_user_pool_client(call: Call, params: Params) -> Answer:
    """Show an app client, its secret included. Source: API reference, DescribeUserPoolClient."""
    return {"UserPoolClient": answers.user_pool_client(_client(call, params, call.reader))}


@operation
def update_user_pool_client(call: Call, params: Params) -> Answer:
    """Replace a client's settings; what is left out goes back to its default.

    Source: API reference, UpdateUserPoolClient; reference user-pools.md §4.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])

    def step(tx: Transaction) -> Client:
        client = repository.client_of_pool(tx, pool, params["ClientId"])
        settings = client_settings.new_settings(pool, params, earlier=client.settings)
        _check_oauth(tx, pool, settings, bool(client.secrets))
        updated = replace(client, name=params.get("ClientName", client.name), modified=call.now, settings=settings)
        tx.put(CLIENTS, updated)
        return updated

    return {"UserPoolClient": answers.user_pool_client(call.transact(step))}


@operation
def delete_user_pool_client(call: Call, params: Params) -> Answer:
    """Remove an app client. Source: API reference, DeleteUserPoolClient."""

    def step(tx: Transaction) -> None:
        client = _client(call, params, tx)
        domains.delete_of_client(tx, client.pool_id, client.id)
        tx.delete(CLIENTS, client.id)

    call.transact(step)
    return {}


@operation
def list_user_pool_clients(call: Call, params: Params) -> Answer:
    """Ids and names of a pool's clients, no secrets. Source: API reference, ListUserPoolClients."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    clients, token = paging.page(call, params, CLIENTS, "pool", (pool.id,), size="MaxResults")
    shown = [{"ClientId": client.id, "ClientName": client.name, "UserPoolId": pool.id} for client in clients]
    return {"UserPoolClients": shown, **token}


@operation
def add_user_pool_client_secret(call: Call, params: Params) -> Answer:
    """Give a client a second secret; a generated value is shown this once.

    Source: API reference, AddUserPoolClientSecret; reference user-pools.md §13.
    """
    given = params.get("ClientSecret")
    value = given or _generated(call)

    def step(tx: Transaction) -> dict[str, Any]:
        client = _client(call, params, tx)
        if not client.secrets:
            raise errors.client_has_no_secret(client.id)
        if len(client.secrets) >= SECRETS_PER_CLIENT:
            raise errors.too_many_client_secrets()
        secret = _secret(call, client.id, value, taken={known["id"] for known in client.secrets})
        tx.put(CLIENTS, replace(client, modified=call.now, secrets=[*client.secrets, secret]))
        return secret

    shown = _descriptor(call.transact(step))
    return {"ClientSecretDescriptor": shown if given else {**shown, "ClientSecretValue": value}}


@operation
def list_user_pool_client_secrets(call: Call, params: Params) -> Answer:
    """A client's secrets without their values, all in one page. Source: API reference, ListUserPoolClientSecrets."""
    client = _client(call, params, call.reader)
    if params.get("NextToken"):
        raise errors.invalid_pagination_token()
    return {"ClientSecrets": [_descriptor(secret) for secret in client.secrets]}


@operation
def delete_user_pool_client_secret(call: Call, params: Params) -> Answer:
    """Remove one of two secrets; the last one stays. Source: API reference, DeleteUserPoolClientSecret."""

    def step(tx: Transaction) -> None:
        client = _client(call, params, tx)
        kept = [secret for secret in client.secrets if secret["id"] != params["ClientSecretId"]]
        if len(kept) == len(client.secrets):
            raise errors.client_secret_does_not_exist(params["ClientSecretId"])
        if not kept:
            raise errors.last_client_secret()
        tx.put(CLIENTS, replace(client, modified=call.now, secrets=kept))

    call.transact(step)
    return {}


def _client(call: Call, params: Params, reader: Reader) -> Client:
    pool = repository.pool_of_caller(call, params["UserPoolId"], reader)
    return repository.client_of_pool(reader, pool, params["ClientId"])


def _generated(call: Call) -> str:
    return call.emulator.randomness.text(51, BASE36)


def _secret(call: Call, client_id: str, value: str, taken: frozenset[str] | set[str] = frozenset()) -> dict[str, Any]:
    """A secret's record; its id is the client's and the time, moved on if that id is taken."""
    moment = int(call.now * 1000)
    while f"{client_id}--{moment}" in taken:
        moment += 1
    return {"id": f"{client_id}--{moment}", "value": value, "created": call.now}


def _descriptor(secret: dict[str, Any]) -> dict[str, Any]:
    return {"ClientSecretId": secret["id"], "ClientSecretCreateDate": Timestamp(secret["created"])}


def _check_oauth(reader: Reader, pool: Pool, settings: dict[str, Any], has_secret: bool) -> None:
    wanted = settings.get("SupportedIdentityProviders", [])
    known = providers.existing(reader, pool, wanted)
    client_settings.check_oauth(settings, pool, has_secret, domains.custom_scopes(reader, pool), known)
