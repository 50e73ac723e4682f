"""Tokens and temporary credentials of identities."""

from __future__ import annotations

import logging

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.aws.timestamps import Timestamp
from cognito_emulator.identity_pools import errors, linking, logins, principal_tags, repository, roles, sessions, tokens
from cognito_emulator.identity_pools.logins import Proof
from cognito_emulator.identity_pools.records import Identity, IdentityPool
from cognito_emulator.identity_pools.service import operation
from cognito_emulator.identity_pools.session_policies import GUESTS_ARN, for_guests

logger = logging.getLogger(__name__)
SESSION_NAME = "CognitoIdentityCredentials"
LIFETIME = 3600


@operation
def get_open_id_token(call: Call, params: Params) -> Answer:
    """A token for STS (basic flow); links new logins. Source: API reference, GetOpenIdToken; reference §4."""
    named, pool = repository.public_identity(call, params["IdentityId"])
    if pool.settings.get("AllowClassicFlow") is False:
        raise errors.classic_flow_disabled()
    if pool.role_mappings:
        raise errors.classic_flow_with_mappings()
    identity, proof = _proved(call, pool, named, params.get("Logins", {}))
    tags = _tags(pool, proof)
    claims = tokens.claims_for(call, pool, identity.id, proof.amr, tokens.LIFETIME, tags)
    return {"IdentityId": identity.id, "Token": tokens.sign(call.emulator, claims)}


@operation
def get_credentials_for_identity(call: Call, params: Params) -> Answer:
    """Credentials of the role that the pool chooses (enhanced flow); links new logins.

    Sources: API reference, GetCredentialsForIdentity; reference §4, §7 and §8; recording
    github-issue-logs/role-cannot-be-assumed/1.
    """
    named, pool = repository.public_identity(call, params["IdentityId"])
    identity, proof = _proved(call, pool, named, params.get("Logins", {}), own_token=True)
    role_arn = roles.choose(pool, proof, params.get("CustomRoleArn"))
    is_guest = proof.amr[0] == "unauthenticated"
    wanted = sessions.Wanted(
        role_arn=role_arn,
        session_name=SESSION_NAME,
        seconds=LIFETIME,
        policies=[for_guests()] if is_guest else [],
        policy_arns=[GUESTS_ARN] if is_guest else [],
    )
    claims = tokens.claims_for(call, pool, identity.id, proof.amr, tokens.LIFETIME, _tags(pool, proof))
    try:
        session = sessions.with_web_identity(call, wanted, claims, lambda: tokens.sign(call.emulator, claims))
    except sessions.NotAllowed as refusal:
        logger.warning("No credentials for %s: %s", identity.id, refusal)
        raise errors.invalid_configuration() from None
    shown = {
        "AccessKeyId": session.access_key,
        "SecretKey": session.secret_key,
        "SessionToken": session.token,
        "Expiration": Timestamp(session.expires),
    }
    return {"IdentityId": identity.id, "Credentials": shown}


def _proved(
    call: Call, pool: IdentityPool, named: Identity, given: dict[str, str], *, own_token: bool = False
) -> tuple[Identity, Proof]:
    """Whose the identity is, after the logins of the call are linked to it."""
    proof = logins.verify(call, pool, given, own_token=own_token)
    identity = call.transact(lambda tx: linking.Linking(tx, pool, call.now, "").of_identity(named.id, proof))
    if proof.is_empty and not pool.allows_guests:
        raise errors.guests_not_allowed()
    return identity, proof


def _tags(pool: IdentityPool, proof: Proof) -> dict[str, str]:
    """Tags of the session: what the logins bring, and what one of the service's own tokens carries."""
    carried = (proof.service_claims or {}).get(tokens.TAGS, {}).get("principal_tags", {})
    return {
        **{name: values[0] for name, values in carried.items()},
        **principal_tags.tags_of(pool, list(proof.logins)),
    }
