"""Resource servers: APIs that define scopes of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.store.interface import AlreadyExists, Transaction
from cognito_emulator.user_pools import domains, errors, paging, repository
from cognito_emulator.user_pools.domain_records import RESOURCE_SERVERS, ResourceServer
from cognito_emulator.user_pools.service import operation

SERVERS_PER_POOL = 25


@operation
def create_resource_server(call: Call, params: Params) -> Answer:
    """Make a resource server with its scopes.

    Source: API reference, CreateResourceServer; recording aws-cli-examples/cli-example-create-resource-server/1.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    server = ResourceServer(pool.id, params["Identifier"], params["Name"], call.now, _scopes(params))

    def step(tx: Transaction) -> None:
        repository.pool_of_caller(call, pool.id, tx)
        if tx.count(RESOURCE_SERVERS, None, (pool.id,)) >= SERVERS_PER_POOL:
            raise errors.too_many_resource_servers()
        try:
            tx.insert(RESOURCE_SERVERS, server)
        except AlreadyExists:
            raise errors.resource_server_exists(server.identifier, pool.id) from None

    call.transact(step)
    return {"ResourceServer": _shown(server)}


@operation
def describe_resource_server(call: Call, params: Params) -> Answer:
    """Show a resource server. Source: API reference, DescribeResourceServer."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    return {"ResourceServer": _shown(domains.resource_server(call.reader, pool, params["Identifier"]))}


@operation
def update_resource_server(call: Call, params: Params) -> Answer:
    """Replace name and scopes of a resource server; a scope may go although clients have it.

    Source: API reference, UpdateResourceServer; for scopes in use, as for the server itself,
    github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/173 (tried on AWS).
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    scopes = _scopes(params)

    def step(tx: Transaction) -> ResourceServer:
        server = domains.resource_server(tx, pool, params["Identifier"])
        updated = replace(server, name=params["Name"], scopes=scopes)
        tx.put(RESOURCE_SERVERS, updated)
        return updated

    return {"ResourceServer": _shown(call.transact(step))}


@operation
def delete_resource_server(call: Call, params: Params) -> Answer:
    """Remove a resource server; clients keep its scopes in their settings, but get no token with them any more.

    Source: API reference, DeleteResourceServer.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])

    def step(tx: Transaction) -> None:
        server = domains.resource_server(tx, pool, params["Identifier"])
        tx.delete(RESOURCE_SERVERS, pool.id, server.identifier)

    call.transact(step)
    return {}


@operation
def list_resource_servers(call: Call, params: Params) -> Answer:
    """The resource servers of a pool. Source: API reference, ListResourceServers."""
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    servers, token = paging.page(call, params, RESOURCE_SERVERS, None, (pool.id,), size="MaxResults")
    return {"ResourceServers": [_shown(server) for server in servers], **token}


def _scopes(params: Params) -> list[dict[str, Any]]:
    scopes: list[dict[str, Any]] = params.get("Scopes", [])
    names = [scope["ScopeName"] for scope in scopes]
    for name in names:
        if names.count(name) > 1:
            raise errors.duplicate_scope(name)
    return scopes


def _shown(server: ResourceServer) -> dict[str, Any]:
    return {
        "Identifier": server.identifier,
        "Name": server.name,
        "Scopes": server.scopes,
        "UserPoolId": server.pool_id,
    }
