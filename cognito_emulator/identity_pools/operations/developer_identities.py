"""Identities of users whom the developer's own backend signs in."""

from __future__ import annotations

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.identity_pools import developers, errors, linking, repository, tokens
from cognito_emulator.identity_pools.records import LOGINS, Identity
from cognito_emulator.identity_pools.service import operation
from cognito_emulator.store.interface import Transaction


@operation
def get_open_id_token_for_developer_identity(call: Call, params: Params) -> Answer:
    """Register (or find) a user of the backend, link logins, and answer a token for the user's client.

    Sources: API reference, GetOpenIdTokenForDeveloperIdentity; recording
    github-issue-logs/developer-login-missing-public-login/1.
    """
    pool = repository.pool_of_caller(call, params["IdentityPoolId"])
    proof = developers.proof_of(call, pool, params["Logins"])
    new_id = f"{pool.region}:{call.emulator.randomness.uuid()}"

    def step(tx: Transaction) -> Identity:
        link = linking.Linking(tx, pool, call.now, new_id)
        if params.get("IdentityId") is None:
            return link.of_proof(proof)
        developers.check_unregistered(tx, pool, proof, params["IdentityId"])
        return link.of_identity(params["IdentityId"], proof)

    identity = call.transact(step)
    seconds = params.get("TokenDuration", tokens.DEVELOPER_LIFETIME)
    tags = developers.tags_of(pool, proof, params.get("PrincipalTags", {}))
    claims = tokens.claims_for(call, pool, identity.id, proof.amr, seconds, tags)
    return {"IdentityId": identity.id, "Token": tokens.sign(call.emulator, claims)}


@operation
def lookup_developer_identity(call: Call, params: Params) -> Answer:
    """The identity of a user of the backend, or the users of an identity; of both, whether they belong together.

    Source: API reference, LookupDeveloperIdentity.
    """
    pool = repository.pool_of_caller(call, params["IdentityPoolId"])
    identity_id, user = params.get("IdentityId"), params.get("DeveloperUserIdentifier")
    provider = pool.developer_provider or ""
    if user is not None:
        login = linking.developer_login(call.reader, pool, provider, user)
        if identity_id not in (None, login.identity_id):
            raise errors.developer_user_mismatch()
        return {"IdentityId": login.identity_id, "DeveloperUserIdentifierList": [user]}
    if identity_id is None:
        raise errors.identity_or_developer_user_required()
    identity = repository.identity_in(call.reader, pool, identity_id)
    logins, token = repository.page(call, params, LOGINS, "identity", (identity.id, provider))
    return {"IdentityId": identity.id, "DeveloperUserIdentifierList": [login.subject for login in logins], **token}


@operation
def merge_developer_identities(call: Call, params: Params) -> Answer:
    """Make one identity of those of two users of the backend: the destination's.

    Source: API reference, MergeDeveloperIdentities.
    """
    pool = repository.pool_of_caller(call, params["IdentityPoolId"])
    provider = params["DeveloperProviderName"]

    def step(tx: Transaction) -> str:
        source = linking.developer_login(tx, pool, provider, params["SourceUserIdentifier"])
        destination = linking.developer_login(tx, pool, provider, params["DestinationUserIdentifier"])
        if source.identity_id != destination.identity_id:
            parent = repository.identity_in(tx, pool, destination.identity_id)
            other = repository.identity_in(tx, pool, source.identity_id)
            linking.Linking(tx, pool, call.now, "").merged(parent, other)
        return destination.identity_id

    return {"IdentityId": call.transact(step)}


@operation
def unlink_developer_identity(call: Call, params: Params) -> Answer:
    """Take a user of the backend off an identity. Source: API reference, UnlinkDeveloperIdentity."""
    pool = repository.pool_of_caller(call, params["IdentityPoolId"])

    def step(tx: Transaction) -> None:
        identity = repository.identity_in(tx, pool, params["IdentityId"])
        login = linking.developer_login(tx, pool, params["DeveloperProviderName"], params["DeveloperUserIdentifier"])
        if login.identity_id != identity.id:
            raise errors.developer_user_mismatch()
        linking.unlink(tx, identity, [login], call.now)

    call.transact(step)
    return {}
