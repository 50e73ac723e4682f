"""How risky is an attempt to sign in? Rules that are simple enough to be relied on in tests, or what a test decided.

Of the user's last twenty sign-ins those count that succeeded (and were not called invalid since) or were called valid.
Without any there is no risk. Otherwise each of these adds one: a device that was never seen, an address that was never
seen, and an address that is not that of the last sign-in less than five minutes ago (nobody travels that fast). One
is `Low`, two `Medium`, three `High`. AWS's own model is secret; that first sign-ins are no risk is documented.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognito_emulator.store.interface import Reader, Transaction
from cognito_emulator.user_pools import repository
from cognito_emulator.user_pools.records import User
from cognito_emulator.user_pools.request_origin import RequestOrigin
from cognito_emulator.user_pools.risk import events
from cognito_emulator.user_pools.risk_records import RISK_OVERRIDES, AuthEvent, RiskOverride

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator

LEVELS = ("Low", "Medium", "High")
COMPROMISED = "CompromisedCredentials"
DECISIONS = ("NoRisk", *LEVELS, COMPROMISED)
_SIGN_INS = 20
_PACE = 300.0


@dataclass(frozen=True)
class Verdict:
    """A level (None: no risk), and whether the password is to count as one that others know."""

    level: str | None = None
    compromised: bool = False


def judge(reader: Reader, user: User, origin: RequestOrigin, now: float) -> Verdict:
    """The verdict on an attempt of a user."""
    decided = _decided(reader, user)
    if decided is not None:
        return Verdict(decided if decided in LEVELS else None, decided == COMPROMISED)
    trusted = [event for event in events.latest(reader, user, _SIGN_INS, now) if _is_trusted(event)]
    if not trusted:
        return Verdict()
    last = trusted[0]
    signs = (
        all(event.fingerprint != origin.fingerprint for event in trusted),
        all(event.context["IpAddress"] != origin.ip for event in trusted),
        last.context["IpAddress"] != origin.ip and now - last.created < _PACE,
    )
    count = sum(signs)
    return Verdict(LEVELS[count - 1] if count else None)


def _is_trusted(event: AuthEvent) -> bool:
    feedback = event.feedback["FeedbackValue"] if event.feedback else None
    succeeded = event.response == events.PASS and feedback != "Invalid"
    return event.type == events.SIGN_IN and (succeeded or feedback == "Valid")


def _decided(reader: Reader, user: User) -> str | None:
    override = reader.get(RISK_OVERRIDES, user.pool_id, user.key) or reader.get(RISK_OVERRIDES, user.pool_id, "")
    return override.decision if override is not None else None


class RiskDecisions:
    """Decisions of one emulator that stand in for the rules."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def set(self, user_pool_id: str, decision: str | None, username: str | None = None) -> None:
        """Decide about a user's attempts from now on, or about those of everybody in a pool.

        `decision` is one of `NoRisk`, `Low`, `Medium`, `High` and `CompromisedCredentials`; None goes back to the
        rules. Raises ValueError for another decision, and LookupError for a pool or user that does not exist.
        """
        if decision is not None and decision not in DECISIONS:
            raise ValueError(f"decision is one of {', '.join(DECISIONS)}, or null")
        reader = self._emulator.store.reader
        pool = repository.pool_by_id(reader, user_pool_id)
        if pool is None:
            raise LookupError(f"no user pool {user_pool_id}")
        user = repository.find_user_for_admin(reader, pool, username) if username is not None else None
        if username is not None and user is None:
            raise LookupError(f"no user {username} in {user_pool_id}")
        key = user.key if user else ""

        def step(tx: Transaction) -> None:
            if decision is None:
                tx.delete(RISK_OVERRIDES, pool.id, key)
            else:
                tx.put(RISK_OVERRIDES, RiskOverride(pool.id, key, decision))

        self._emulator.store.transact(step)
