"""Passwords: policy, history, and how they are kept.

A password is kept twice: hashed (PBKDF2, for flows that send it) and as an SRP verifier (for flows that prove
it); with neither alone can anybody sign in. Neither is ever computed inside a transaction. The iteration count is
low on purpose: these are passwords of tests, and a sign-in should cost two signatures, not a hash.

Of a password that came as a hash of another system (`imported`) only that is known: it cannot be proved by SRP until
it was sent once.

Sources: recordings `github-issue-logs/temporary-password-policy/1`, `…/password-checks-order/1`;
reference user-pools.md §2.4.
"""

from __future__ import annotations

import hashlib
import hmac
import string
from typing import Any

from cognito_emulator.randomness import Randomness
from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.credentials import imported_hashes, srp
from cognito_emulator.user_pools.records import Pool, User

Json = dict[str, Any]
ITERATIONS = 100
SYMBOLS = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`+=-"
_DAY = 86400


def broken_rule(pool: Pool, password: str) -> str | None:
    """The first rule of the pool's policy that a password breaks, in the service's words."""
    policy = pool.password_policy
    if len(password) < policy["MinimumLength"]:
        return "Password not long enough"
    if len(password) > 256:
        return "Password must not be longer than 256 characters"
    inner_space = " " in password.strip(" ")
    checks = (
        ("RequireNumbers", any(c in string.digits for c in password), "numeric"),
        ("RequireUppercase", any(c in string.ascii_uppercase for c in password), "uppercase"),
        ("RequireLowercase", any(c in string.ascii_lowercase for c in password), "lowercase"),
        ("RequireSymbols", inner_space or any(c in SYMBOLS for c in password), "symbol"),
    )
    for setting, met, kind in checks:
        if policy.get(setting) and not met:
            return f"Password must have {kind} characters"
    return None


def make(pool: Pool, username: str, password: str, randomness: Randomness, now: float, **traits: Any) -> Json:
    """What is kept of a password. `traits`: `temporary` (must be changed at the next sign-in), `history`."""
    salt = randomness.bytes(16)
    srp_salt = randomness.integer(128)
    return {
        "hash": _hash(password, salt),
        "salt": salt.hex(),
        "srp_salt": f"{srp_salt:x}",
        "verifier": f"{srp.verifier(pool.short_id, username, password, srp_salt):x}",
        "set_at": now,
        "temporary": traits.get("temporary", False),
        "history": traits.get("history", []),
    }


def imported(algorithm: str, hashed: str, now: float) -> Json:
    """What is kept of a password that is known by a hash of another system."""
    return {
        "imported": {"algorithm": algorithm, "hash": hashed},
        "set_at": now,
        "temporary": False,
        "history": [],
    }


def is_imported(kept: Json) -> bool:
    return "imported" in kept


def known_to_nobody(randomness: Randomness, now: float) -> Json:
    """What is kept of a temporary password that was generated and that no message tells: nothing will match it."""
    return {
        "hash": randomness.bytes(32).hex(),
        "salt": randomness.bytes(16).hex(),
        "srp_salt": f"{randomness.integer(128):x}",
        "verifier": f"{randomness.integer(3064):x}",
        "set_at": now,
        "temporary": True,
        "history": [],
    }


def matches(kept: Json | None, password: str) -> bool:
    """Whether a password is the one that was kept."""
    if kept is None:
        return False
    if is_imported(kept):
        return imported_hashes.matches(kept["imported"]["algorithm"], kept["imported"]["hash"], password)
    return hmac.compare_digest(kept["hash"], _hash(password, bytes.fromhex(kept["salt"])))


def successor(
    pool: Pool, user: User, password: str, randomness: Randomness, now: float, *, temporary: bool = False
) -> Json:
    """What is kept of a user's next password.

    Raises `PasswordHistoryPolicyViolationException` for one of the last `PasswordHistorySize` passwords.
    """
    size = int(pool.password_policy.get("PasswordHistorySize") or 0)
    earlier = _earlier(user.password)
    if size and any(matches(kept, password) for kept in earlier[:size]):
        raise errors.password_used_before()
    return make(pool, user.username, password, randomness, now, temporary=temporary, history=earlier[:24])


def _earlier(kept: Json | None) -> list[Json]:
    """The current password and those before it, newest first, as the history keeps them."""
    if kept is None:
        return []
    history: list[Json] = kept.get("history", [])
    return [{name: kept[name] for name in ("hash", "salt", "imported") if name in kept}, *history]


def temporary_password_expired(pool: Pool, user: User, now: float) -> bool:
    """Whether a temporary password was set longer ago than the pool allows."""
    kept = user.password
    return bool(kept and kept["temporary"] and now > kept["set_at"] + pool.temporary_password_days * _DAY)


def generate(pool: Pool, randomness: Randomness) -> str:
    """A temporary password that satisfies the pool's policy."""
    kinds = (string.digits, string.ascii_uppercase, string.ascii_lowercase, "!@#$%^*-_=+")
    picked = "".join(randomness.text(1, kind) for kind in kinds)
    length = max(8, int(pool.password_policy["MinimumLength"]))
    return randomness.shuffled(picked + randomness.text(length - len(picked), string.ascii_letters + string.digits))


def _hash(password: str, salt: bytes) -> str:
    return hashlib.pbkdf2_hmac("sha256", password.encode("utf-8", "surrogatepass"), salt, ITERATIONS).hex()
