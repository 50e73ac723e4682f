"""App clients: how one is made and changed, whoever asks for it — the API, or an app that registers itself."""

from __future__ import annotations

from typing import Any

from cognito_emulator.aws import validation as constraints
from cognito_emulator.aws.call import Call, Params
from cognito_emulator.randomness import BASE36
from cognito_emulator.store.interface import Reader, Transaction
from cognito_emulator.user_pools import domains, errors, repository
from cognito_emulator.user_pools.federation import providers
from cognito_emulator.user_pools.records import CLIENTS, Client, Pool
from cognito_emulator.user_pools.schema import client_settings
from cognito_emulator.user_pools.service import service
from cognito_emulator.user_pools.tokens import scopes

CLIENTS_PER_POOL = 1_000
REGULAR, DCR = "REGULAR", "DCR"
"""How a client came to be: through the API, or because an app registered itself."""


def create(call: Call, pool: Pool, params: Params, kind: str = REGULAR) -> Client:
    """Make an app client of the settings of CreateUserPoolClient; `kind` is how it came to be.

    Raises what CreateUserPoolClient raises.
    """
    client_id = call.emulator.randomness.text(26, BASE36)
    value = params.get("ClientSecret") or (generated_secret(call) if params.get("GenerateSecret") else None)
    client = Client(
        id=client_id,
        pool_id=pool.id,
        name=params["ClientName"],
        created=call.now,
        modified=call.now,
        settings=client_settings.new_settings(pool, params),
        secrets=[new_secret(call, client_id, value)] if value else [],
        kind=kind,
    )
    check_oauth(call.reader, pool, client.settings, bool(client.secrets), kind)

    def step(tx: Transaction) -> None:
        if tx.count(CLIENTS, "pool", (pool.id,)) >= CLIENTS_PER_POOL:
            raise errors.too_many_clients()
        repository.pool_of_caller(call, pool.id, tx)
        tx.insert(CLIENTS, client)

    call.transact(step)
    return client


def validate(params: Params) -> None:
    """Hold settings to the constraints of CreateUserPoolClient. Raises `InvalidParameterException`."""
    operation = service.find("CreateUserPoolClient")
    assert operation is not None
    constraints.validate(operation, params, service.constraint_error)


def check_oauth(reader: Reader, pool: Pool, settings: dict[str, Any], has_secret: bool, kind: str) -> None:
    """Refuse OAuth settings that do not go together, or that the pool does not know."""
    if kind == DCR and scopes.REGISTER in settings.get("AllowedOAuthScopes", []):
        raise errors.scope_not_for_registered_clients()
    wanted = settings.get("SupportedIdentityProviders", [])
    known = providers.existing(reader, pool, wanted)
    client_settings.check_oauth(settings, pool, has_secret, domains.custom_scopes(reader, pool), known)


def generated_secret(call: Call) -> str:
    return call.emulator.randomness.text(51, BASE36)


def new_secret(call: Call, client_id: str, value: str, taken: frozenset[str] | set[str] = frozenset()) -> Params:
    """A secret's record; its id is the client's and the time, moved on if that id is taken."""
    moment = int(call.now * 1000)
    while f"{client_id}--{moment}" in taken:
        moment += 1
    return {"id": f"{client_id}--{moment}", "value": value, "created": call.now}
