"""Time-based one-time passwords (RFC 6238): SHA-1, steps of 30 seconds, six digits.

Source: RFC 4226 §5.3, RFC 6238; reference auth-flows.md §7 (secret of 32 bytes, one step either side).
"""

from __future__ import annotations

import base64
import hmac

STEP = 30
_TOLERANCE = 1
_SECRET_BYTES = 32


def new_secret(random_bytes: bytes) -> str:
    """A secret as apps take it: base32 without padding, 52 characters."""
    return base64.b32encode(random_bytes[:_SECRET_BYTES]).rstrip(b"=").decode()


def code(secret: str, step: int) -> str:
    """The code of a time step."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def step_of(secret: str, given: str, now: float) -> int | None:
    """The time step, of those near `now`, that a code belongs to."""
    current = int(now) // STEP
    for step in (current, *(current + sign * n for n in range(1, _TOLERANCE + 1) for sign in (-1, 1))):
        if step >= 0 and hmac.compare_digest(code(secret, step).encode(), given.encode("utf-8", "surrogatepass")):
            return step
    return None
