"""Identities."""

from __future__ import annotations

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.identity_pools import answers, deletion, errors, linking, logins, repository
from cognito_emulator.identity_pools.records import IDENTITIES, POOLS
from cognito_emulator.identity_pools.service import operation
from cognito_emulator.store.interface import Transaction


@operation
def get_id(call: Call, params: Params) -> Answer:
    """The identity of somebody with these logins; a new one for a guest, or at the first sign-in.

    Sources: API reference, GetId; recordings github-issue-logs/unauthenticated-not-allowed/1,
    …/identity-pool-missing/1, kiro-cli-capture/unauthenticated-getid/1.
    """
    pool = repository.public_pool(call, params["IdentityPoolId"])
    if params.get("AccountId", pool.account) != pool.account:
        raise errors.pool_not_found(pool.id)
    if params.get("Logins") and not pool.has_providers:
        raise errors.no_providers(pool.id)
    proof = logins.verify(call, pool, params.get("Logins", {}))
    if proof.is_empty and not pool.allows_guests:
        raise errors.guests_not_allowed()
    new_id = f"{pool.region}:{call.emulator.randomness.uuid()}"
    identity = call.transact(lambda tx: linking.Linking(tx, pool, call.now, new_id).of_proof(proof))
    return {"IdentityId": identity.id}


@operation
def describe_identity(call: Call, params: Params) -> Answer:
    """When an identity was made, and which logins it has. Source: API reference, DescribeIdentity."""
    identity = repository.identity_of_caller(call, params["IdentityId"])
    return answers.identity(identity, repository.logins_of(call.reader, identity.id))


@operation
def list_identities(call: Call, params: Params) -> Answer:
    """The identities of a pool, oldest first. Source: API reference, ListIdentities; reference §6."""
    pool = repository.pool_of_caller(call, params["IdentityPoolId"])
    index = "enabled" if params.get("HideDisabled") else "pool"
    identities, token = repository.page(call, params, IDENTITIES, index, (pool.id,))
    shown = [answers.identity(identity, repository.logins_of(call.reader, identity.id)) for identity in identities]
    return {"IdentityPoolId": pool.id, "Identities": shown, **token}


@operation
def delete_identities(call: Call, params: Params) -> Answer:
    """Remove identities with their data; the answer lists those that are not the caller's to remove.

    Source: API reference, DeleteIdentities.
    """
    unprocessed: list[dict[str, str]] = []

    def step(tx: Transaction) -> None:
        unprocessed.clear()
        for identity_id in dict.fromkeys(params["IdentityIdsToDelete"]):
            identity = tx.get(IDENTITIES, identity_id)
            pool = tx.get(POOLS, identity.pool_id) if identity is not None else None
            if identity is None or pool is None or (pool.account, pool.region) != (call.account, call.region):
                unprocessed.append({"IdentityId": identity_id, "ErrorCode": "AccessDenied"})
                continue
            deletion.begin_with_identity(tx, identity)

    call.transact(step)
    deletion.finish(call)
    return {"UnprocessedIdentityIds": unprocessed}


@operation
def unlink_identity(call: Call, params: Params) -> Answer:
    """Take logins off an identity. One of its logins has to be shown.

    Source: API reference, UnlinkIdentity; reference §6.
    """
    identity, pool = repository.public_identity(call, params["IdentityId"])
    proof = logins.verify(call, pool, params["Logins"], own_token=True)

    def step(tx: Transaction) -> None:
        current = repository.identity_in(tx, pool, identity.id)
        linked = repository.logins_of(tx, current.id)
        shown = {login.key for login in proof.logins}
        is_owner = proof.identity_id == current.id or any((one.provider, one.subject) in shown for one in linked)
        removed = [login for login in linked if login.provider in params["LoginsToRemove"]]
        if not is_owner or len({login.provider for login in removed}) != len(set(params["LoginsToRemove"])):
            raise errors.logins_do_not_match()
        linking.unlink(tx, current, removed, call.now)

    call.transact(step)
    return {}
