"""Replicas: the same pool in another region, which serves a part of the operations.

Users, clients and tokens are the primary's, which is in the same store: there is no lag. Issuer and keys are the
primary's as well; that AWS does so since July 2026 is reported in awslabs/aws-jwt-verify#282. Which operations a
secondary region serves follows the documentation of `ReplicaRoleType` in botocore's model: those of administrators that
change nothing but the replica, and those of users that neither make users nor change their attributes. Its list by name
is not public; reference user-pools.md §13.
"""

from __future__ import annotations

import re

from cognito_emulator.aws.call import Call
from cognito_emulator.store.interface import Reader
from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.records import Pool
from cognito_emulator.user_pools.replica_records import REPLICAS, Replica

# How long a replica is being made. Not documented.
CREATING_SECONDS = 5.0
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
# What an administrator may do at a replica, be it active or not.
_ADMINISTRATION = re.compile(r"(Describe|List|AdminGet|AdminList|GetGroup|GetUserPool|GetCSV|GetSigning|GetUI)\w*")
_ADMINISTRATION_BY_NAME = frozenset({"TagResource", "UntagResource", "UpdateUserPoolReplica"})
# Lists that users make themselves.
_OF_USERS = frozenset({"ListDevices", "ListUserSessions", "ListWebAuthnCredentials"})
# What needs an active replica.
_SIGN_IN = frozenset(
    {
        "AdminInitiateAuth",
        "AdminRespondToAuthChallenge",
        "AdminRevokeUserSession",
        "AdminUserGlobalSignOut",
        "GetClientToken",
        "GetDerivedToken",
        "GetDevice",
        "GetTokensFromRefreshToken",
        "GetUser",
        "GetUserAuthFactors",
        "GlobalSignOut",
        "InitiateAuth",
        "RespondToAuthChallenge",
        "RevokeToken",
        "RevokeUserSession",
        *_OF_USERS,
    }
)
# Operations that know nothing of replicas: they declare no OperationNotEnabledException, and find no pool.
_STRANGERS = re.compile(
    r"\w+(IdentityProvider|IdentityProviders|IdentityProviderByIdentifier|ClientSecret|ClientSecrets)"
)
_STRANGERS_BY_NAME = frozenset({"GetLogDeliveryConfiguration", "SetLogDeliveryConfiguration", "GetUserPoolMfaConfig"})


def serves(call: Call, reader: Reader, pool: Pool) -> bool:
    """Whether the caller's region has a replica of the pool that answers the call.

    Raises `OperationNotEnabledException` where it has one that does not.
    """
    replica = reader.get(REPLICAS, pool.id, call.region)
    operation = call.operation
    if replica is None or _STRANGERS.fullmatch(operation) or operation in _STRANGERS_BY_NAME:
        return False
    if operation in _SIGN_IN:
        if not replica.active:
            raise errors.replica_is_inactive(replica.region)
        return True
    if not (_ADMINISTRATION.fullmatch(operation) or operation in _ADMINISTRATION_BY_NAME):
        raise errors.not_in_secondary_region(operation)
    return True


def here(call: Call, reader: Reader, pool: Pool) -> Replica | None:
    """The replica that the caller speaks to; None if that is the primary."""
    return None if call.region == pool.region else reader.get(REPLICAS, pool.id, call.region)


def of_arn(reader: Reader, pool: Pool, arn: str) -> Replica | None:
    """The replica that an ARN names by its region."""
    return reader.get(REPLICAS, pool.id, arn.split(":")[3])


def named(reader: Reader, pool: Pool, region: str) -> Replica:
    """The replica in a region."""
    if region == pool.region:
        raise errors.region_is_primary(region)
    replica = reader.get(REPLICAS, pool.id, region)
    if replica is None:
        raise errors.replica_does_not_exist(region)
    return replica


def status(replica: Replica, now: float) -> str:
    """A replica's status as it is now."""
    if now < replica.created + CREATING_SECONDS:
        return "CREATING"
    return "ACTIVE" if replica.active else "INACTIVE"


def check_new(reader: Reader, pool: Pool, region: str) -> None:
    """Refuse a replica that cannot be: of a pool without the right key, or in a region that has one."""
    if not _REGION.fullmatch(region):
        raise errors.invalid_region(region)
    if region == pool.region:
        raise errors.region_is_primary(region)
    key = pool.settings.get("KeyConfiguration", {})
    if key.get("KeyType") != "CUSTOMER_MANAGED_KEY" or ":key/mrk-" not in key.get("KmsKeyArn", ""):
        raise errors.multi_region_key_required()
    if reader.get(REPLICAS, pool.id, region) is not None:
        raise errors.replica_exists(region)


def refuse_while_replicated(reader: Reader, pool: Pool) -> None:
    """Refuse to delete a pool that has replicas."""
    if reader.count(REPLICAS, None, (pool.id,)):
        raise errors.pool_has_replicas()
