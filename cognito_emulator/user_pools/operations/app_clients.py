"""App clients and their secrets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.aws.timestamps import Timestamp
from cognito_emulator.store.interface import Reader, Transaction
from cognito_emulator.user_pools import answers, clients, domains, errors, paging, repository
from cognito_emulator.user_pools.records import CLIENTS, Client
from cognito_emulator.user_pools.schema import client_settings
from cognito_emulator.user_pools.service import operation

SECRETS_PER_CLIENT = 2


@operation
def create_user_pool_client(call: Call, params: Params) -> Answer:
    """Make an app client. Source: API reference, CreateUserPoolClient; reference user-pools.md §3.2."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    if params.get("GenerateSecret") and params.get("ClientSecret"):
        raise errors.secret_given_and_generated()
    return {"UserPoolClient": answers.user_pool_client(clients.create(call, pool, params))}


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
        clients.check_oauth(tx, pool, settings, bool(client.secrets), client.kind)
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
    """Ids and names of a pool's clients, no secrets; a page has fewer where they are to be of one type.

    Source: API reference, ListUserPoolClients.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    found, token = paging.page(call, params, CLIENTS, "pool", (pool.id,), size="MaxResults")
    shown = [
        {"ClientId": client.id, "ClientName": client.name, "UserPoolId": pool.id}
        for client in found
        if params.get("ClientType", client.kind) == client.kind
    ]
    return {"UserPoolClients": shown, **token}


@operation
def add_user_pool_client_secret(call: Call, params: Params) -> Answer:
    """Give a client a second secret; a generated value is shown this once.

    Source: API reference, AddUserPoolClientSecret; reference user-pools.md §13.
    """
    given = params.get("ClientSecret")
    value = given or clients.generated_secret(call)

    def step(tx: Transaction) -> dict[str, Any]:
        client = _with_secrets(call, params, tx)
        if not client.secrets:
            raise errors.client_has_no_secret(client.id)
        if len(client.secrets) >= SECRETS_PER_CLIENT:
            raise errors.too_many_client_secrets()
        secret = clients.new_secret(call, client.id, value, taken={known["id"] for known in client.secrets})
        tx.put(CLIENTS, replace(client, modified=call.now, secrets=[*client.secrets, secret]))
        return secret

    shown = _descriptor(call.transact(step))
    return {"ClientSecretDescriptor": shown if given else {**shown, "ClientSecretValue": value}}


@operation
def list_user_pool_client_secrets(call: Call, params: Params) -> Answer:
    """A client's secrets without their values, all in one page. Source: API reference, ListUserPoolClientSecrets."""
    client = _with_secrets(call, params, call.reader)
    if params.get("NextToken"):
        raise errors.invalid_pagination_token()
    return {"ClientSecrets": [_descriptor(secret) for secret in client.secrets]}


@operation
def delete_user_pool_client_secret(call: Call, params: Params) -> Answer:
    """Remove one of two secrets; the last one stays. Source: API reference, DeleteUserPoolClientSecret."""

    def step(tx: Transaction) -> None:
        client = _with_secrets(call, params, tx)
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


def _with_secrets(call: Call, params: Params, reader: Reader) -> Client:
    """A client whose secrets the API manages: not one that an app registered. Source: model, ClientTypeType."""
    client = _client(call, params, reader)
    if client.kind == clients.DCR:
        raise errors.secrets_of_registered_client()
    return client


def _descriptor(secret: dict[str, Any]) -> dict[str, Any]:
    return {"ClientSecretId": secret["id"], "ClientSecretCreateDate": Timestamp(secret["created"])}
