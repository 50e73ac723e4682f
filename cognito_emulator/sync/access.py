"""Who calls, and whose data is it about?

Sources: reference sync.md §2; API reference of each operation ("This API can only be called with …").
"""

from __future__ import annotations

from dataclasses import dataclass

from cognito_emulator import identity_pools
from cognito_emulator.aws.call import Call, Params
from cognito_emulator.sync import errors

# These do not declare ResourceNotFoundException.
_WITHOUT_NOT_FOUND = frozenset({"ListDatasets", "ListRecords"})


@dataclass(frozen=True)
class Place:
    """An identity in its pool, and who asks about it: `caller` is the identity itself or the developer's ARN."""

    pool_id: str
    identity_id: str
    caller: str
    is_identity: bool


def pool_of_developer(call: Call, params: Params) -> str:
    """The pool that a developer names. Raises `NotAuthorizedException` or `ResourceNotFoundException`."""
    require_developer(call)
    pool_id: str = params["IdentityPoolId"]
    require_pool(call, pool_id)
    return pool_id


def require_developer(call: Call) -> None:
    """Refuse credentials of an identity."""
    session = identity_pools.session_of(call)
    if session is not None and session.identity_id is not None:
        raise errors.wrong_credentials()


def require_pool(call: Call, pool_id: str) -> None:
    """The pool has to be one of the caller's account and region."""
    if identity_pools.find_pool(call, pool_id) is None:
        raise errors.pool_not_found(pool_id)


def place_of(call: Call, params: Params, *, identity_only: bool = False) -> Place:
    """The identity that the call is about; an identity reaches nobody's data but its own, whatever its role allows.

    Raises `NotAuthorizedException` or `ResourceNotFoundException`.
    """
    pool_id, identity_id = params["IdentityPoolId"], params["IdentityId"]
    session = identity_pools.session_of(call)
    own = session.identity_id if session is not None else None
    if own is None and identity_only:
        raise errors.wrong_credentials()
    if own not in (None, identity_id):
        raise errors.wrong_credentials()
    pool_is_there = identity_pools.find_pool(call, pool_id) is not None
    if not pool_is_there or identity_pools.identity_of_pool(call.reader, pool_id, identity_id) is None:
        if call.operation in _WITHOUT_NOT_FOUND:
            raise errors.identity_forbidden(identity_id)
        raise errors.identity_not_found(identity_id) if pool_is_there else errors.pool_not_found(pool_id)
    caller = own or (session.arn if session is not None else f"arn:aws:iam::{call.account}:root")
    return Place(pool_id, identity_id, caller, own is not None)
