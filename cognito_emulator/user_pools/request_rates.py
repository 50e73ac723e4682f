"""Request rates: the limits of an account by API category, and requests that exceed one that was set.

A category is limited from the moment that `UpdateProvisionedLimit` sets its rate: AWS always enforces the free rates,
but nobody wants to meet them by chance in a test. Requests are counted in the store, for all processes. Sources:
developer guide, "Quotas in Amazon Cognito" (categories, which of them are adjustable, the separate allowance of
challenge responses); text and type: recording github-issue-logs/rate-exceeded/1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cognito_emulator.aws.call import Call, Params
from cognito_emulator.aws.errors import too_many_requests
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools.limit_records import ALLOWANCES, PROVISIONED_LIMITS, Allowance
from cognito_emulator.user_pools.records import CLIENTS, POOLS, Pool

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator

# Requests per second that an account has without paying.
FREE = {
    "ClientAuthentication": 150,
    "LimitManagement": 1,
    "UserAccountRecovery": 30,
    "UserAuthentication": 120,
    "UserCreation": 50,
    "UserFederation": 25,
    "UserList": 30,
    "UserPoolClientRead": 15,
    "UserPoolClientUpdate": 15,
    "UserPoolRead": 15,
    "UserPoolResourceRead": 20,
    "UserPoolResourceUpdate": 15,
    "UserPoolUpdate": 15,
    "UserRead": 120,
    "UserResourceRead": 50,
    "UserResourceUpdate": 25,
    "UserToken": 120,
    "UserUpdate": 25,
}
ADJUSTABLE = frozenset(
    {"UserAuthentication", "UserCreation", "UserFederation", "UserRead", "UserResourceRead", "UserToken"}
)
NOT_WITH_MANAGED_LOGIN = frozenset({"UserAuthentication", "UserFederation"})

# Operations of the adjustable categories. UserFederation counts answers of identity providers, no operations.
_CATEGORIES = {
    "UserAuthentication": (
        "InitiateAuth",
        "RespondToAuthChallenge",
        "AdminInitiateAuth",
        "AdminRespondToAuthChallenge",
        "GetTokensFromRefreshToken",
    ),
    "UserCreation": ("SignUp", "ConfirmSignUp", "AdminCreateUser", "AdminConfirmSignUp"),
    "UserRead": ("AdminGetUser", "AdminGetUserAuthFactors", "GetUser"),
    "UserToken": ("RevokeToken",),
    "UserResourceRead": (
        "AdminGetDevice",
        "AdminListGroupsForUser",
        "AdminListDevices",
        "GetDevice",
        "ListDevices",
        "GetUserAttributeVerificationCode",
        "ResendConfirmationCode",
        "AdminListUserAuthEvents",
    ),
}
_CATEGORY_OF = {operation: category for category, names in _CATEGORIES.items() for operation in names}
_CHALLENGES = frozenset({"RespondToAuthChallenge", "AdminRespondToAuthChallenge"})
# Challenge responses have three times the category's rate for themselves; those beyond it count in the category.
_CHALLENGE_FACTOR = 3
# How long the limits that the store has are taken as read: other processes may set them too.
_KNOWN_SECONDS = 1.0

_Owner = tuple[str, str]


class RequestRates:
    """Counts the requests of limited categories."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._limits: Mapping[_Owner, Mapping[str, int]] = {}
        self._read_at: float | None = None

    def forget_limits(self) -> None:
        """Read the limits anew: one was set."""
        self._read_at = None

    def admit(self, call: Call, params: Params) -> None:
        """Count a request. Raises `TooManyRequestsException` if its category has had enough of them."""
        category = _CATEGORY_OF.get(call.operation)
        if category is None or not self._known_limits(call.now):
            return
        if call.operation in _CHALLENGES and params.get("ChallengeName") == "NEW_PASSWORD_REQUIRED":
            return  # counts in UserAccountRecovery, which cannot be set
        owner = _owner(call, params)
        rate = self._limits.get(owner, {}).get(category) if owner else None
        if owner is None or rate is None:
            return
        kinds = [(category, rate)]
        if call.operation in _CHALLENGES:
            kinds.insert(0, (f"{category} challenges", rate * _CHALLENGE_FACTOR))
        if not call.transact(lambda tx: any(_take(tx, owner, kind, most, call.now) for kind, most in kinds)):
            raise too_many_requests()

    def _known_limits(self, now: float) -> bool:
        """Whether any limit is set; reads them again now and then."""
        if self._read_at is None or not 0 <= now - self._read_at < _KNOWN_SECONDS:
            limits: dict[_Owner, dict[str, int]] = {}
            for limit in self._emulator.store.reader.page(PROVISIONED_LIMITS, None, ()).records:
                limits.setdefault((limit.account, limit.region), {})[limit.category] = limit.value
            self._limits, self._read_at = limits, now
        return bool(self._limits)


def _take(tx: Transaction, owner: _Owner, kind: str, rate: int, now: float) -> bool:
    """Use up one request of a kind, if there is one left."""
    there = tx.get(ALLOWANCES, *owner, kind) or Allowance(*owner, kind, rate, now)
    left = min(rate, there.left + max(0.0, now - there.at) * rate)
    if left < 1:
        return False
    # Requests do not come here in the order in which they read the clock; much later is before the clock was set back.
    at = there.at if now < there.at < now + 1 else now
    tx.put(ALLOWANCES, Allowance(*owner, kind, left - 1, at))
    return True


def admit(call: Call, params: Params) -> None:
    """Count a request of the service. Raises `TooManyRequestsException`."""
    call.emulator.part(RequestRates).admit(call, params)


def _owner(call: Call, params: Params) -> _Owner | None:
    """The account and region whose limits a request counts to: the pool's, if the caller names none."""
    if "UserPoolId" in params:
        return call.account, call.region
    pool = _pool(call, params)
    return (pool.account, pool.region) if pool is not None else None


def _pool(call: Call, params: Params) -> Pool | None:
    if "ClientId" in params:
        client = call.reader.get(CLIENTS, params["ClientId"])
        return call.reader.get(POOLS, client.pool_id) if client is not None else None
    if "AccessToken" in params:
        return call.reader.get(POOLS, _pool_id(params["AccessToken"]))
    return None


def _pool_id(token: str) -> str:
    """The pool that a token names, right or wrong."""
    import jwt

    from cognito_emulator.user_pools.tokens.verify import pool_id_of

    try:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return ""
    return pool_id_of(claims) or ""
