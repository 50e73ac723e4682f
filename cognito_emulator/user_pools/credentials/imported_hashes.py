"""Hashes of passwords that other systems made, in the forms in which those keep them.

bcrypt in its modular crypt form; scrypt, Argon2id and PBKDF2 in the PHC string format (PBKDF2 also as passlib writes
it: iterations without a name). Costs are bounded, so that no file can make a sign-in take minutes.

Sources: `PasswordHashingAlgorithmType` in botocore's model (the four algorithms); the PHC string format
(github.com/P-H-C/phc-string-format); passlib, `passlib.hash.pbkdf2_sha256`. Which forms and costs the service takes
is not documented.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable

_BCRYPT = re.compile(r"\$2[aby]\$(0[4-9]|1[0-6])\$[./A-Za-z0-9]{53}")
_COSTS = r"[a-z]+=\d{1,9}(?:,[a-z]+=\d{1,9})*|\d{1,9}"
_PHC = re.compile(rf"\$([a-z0-9-]+)(?:\$v=(\d+))?\$({_COSTS})\$([A-Za-z0-9+/.]+=*)\$([A-Za-z0-9+/.]+=*)")
# bcrypt looks at no more of a password.
_BCRYPT_BYTES = 72
_MOST_MEMORY = 256 * 1024 * 1024
_MOST_ITERATIONS = 10_000_000
_ARGON2_VERSION = "19"

Check = Callable[[bytes], bool]


def is_valid(algorithm: str, text: str) -> bool:
    """Whether a text is a hash of that algorithm that can be checked."""
    return _check_of(algorithm, text) is not None


def matches(algorithm: str, text: str, password: str) -> bool:
    """Whether a hash is that of a password."""
    check = _check_of(algorithm, text)
    return check is not None and check(password.encode("utf-8", "surrogatepass"))


def _check_of(algorithm: str, text: str) -> Check | None:
    if algorithm == "BCRYPT":
        return _bcrypt(text) if _BCRYPT.fullmatch(text) else None
    found = _PHC.fullmatch(text)
    if found is None:
        return None
    name, version, costs, *encoded = found.groups()
    try:
        salt, digest = (_decoded(part) for part in encoded)
        given = dict(cost.split("=") for cost in costs.split(",")) if "=" in costs else {"i": costs}
        numbers = {cost: int(value) for cost, value in given.items()}
        return _PARSERS[algorithm](name, version, numbers, salt, digest)
    except (binascii.Error, KeyError, ValueError):
        return None


def _bcrypt(text: str) -> Check:
    import bcrypt

    return lambda password: bcrypt.checkpw(password[:_BCRYPT_BYTES], text.encode())


def _scrypt(name: str, version: str | None, costs: dict[str, int], salt: bytes, digest: bytes) -> Check | None:
    rounds, block, lanes = costs["ln"], costs["r"], costs["p"]
    if name != "scrypt" or version or not 1 <= rounds <= 24 or not block or not 1 <= lanes <= 16:
        return None
    memory = 128 * block * (2**rounds + lanes + 2)
    if memory > _MOST_MEMORY:
        return None
    return lambda password: hmac.compare_digest(
        digest,
        hashlib.scrypt(password, salt=salt, n=2**rounds, r=block, p=lanes, maxmem=2 * memory, dklen=len(digest)),
    )


def _argon2id(name: str, version: str | None, costs: dict[str, int], salt: bytes, digest: bytes) -> Check | None:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    if name != "argon2id" or version != _ARGON2_VERSION or not 1 <= costs["m"] * 1024 <= _MOST_MEMORY:
        return None
    if not 1 <= costs["t"] <= 100:
        return None

    def derived() -> Argon2id:
        return Argon2id(salt=salt, length=len(digest), iterations=costs["t"], lanes=costs["p"], memory_cost=costs["m"])

    # Refuses what does not go together (ValueError).
    derived()
    return lambda password: hmac.compare_digest(digest, derived().derive(password))


def _pbkdf2(name: str, version: str | None, costs: dict[str, int], salt: bytes, digest: bytes) -> Check | None:
    iterations = costs["i"]
    right_length = costs.get("l", len(digest)) == len(digest)
    if name != "pbkdf2-sha256" or version or not 1 <= iterations <= _MOST_ITERATIONS or not right_length:
        return None
    return lambda password: hmac.compare_digest(
        digest, hashlib.pbkdf2_hmac("sha256", password, salt, iterations, len(digest))
    )


_PARSERS = {"SCRYPT": _scrypt, "ARGON2ID": _argon2id, "PBKDF2_SHA256": _pbkdf2}


def _decoded(text: str) -> bytes:
    """base64 without padding; passlib writes `.` for `+`."""
    raw = base64.b64decode(text.replace(".", "+").rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), validate=True)
    if not raw:
        raise ValueError(text)
    return raw
