"""The arithmetic of Secure Remote Password as Cognito uses it (SRP-6a, 3072-bit group, SHA-256).

`pool_name` is the part of the pool id after the underscore; for devices it is the device group key, and the
device key stands where the user id does. Sources: RFC 5054 appendix A (group), RFC 5869 (HKDF);
reference auth-flows.md §5.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

N_HEX = (
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
    "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF"
)
N = int(N_HEX, 16)
G = 2


def pad(number: int) -> bytes:
    """A number as bytes in two's-complement style: a zero byte in front if the first bit is set."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big") if number else b"\x00"


def _hash(data: bytes) -> int:
    return int.from_bytes(hashlib.sha256(data).digest(), "big")


K = _hash(pad(N) + pad(G))


_TEETH, _WIDTH = 8, 32
_HALF = _WIDTH // 2


@cache
def _powmod() -> Callable[[int, int, int], int]:
    """gmpy2's modular exponentiation where it is installed (about five times as fast), else the built-in one."""
    try:
        from gmpy2 import powmod
    except ImportError:
        return pow
    return lambda base, exponent, modulus: int(powmod(base, exponent, modulus))


@cache
def _number() -> Callable[[int], int]:
    """gmpy2's whole numbers where it is installed, else Python's."""
    try:
        from gmpy2 import mpz
    except ImportError:
        return int
    made: Callable[[int], int] = mpz
    return made


def power(base: int, exponent: int) -> int:
    """base ** exponent mod N."""
    return _powmod()(base, exponent, N)


@cache
def _combs() -> list[list[int]]:
    """g to the power of every number whose bits are a tooth's width apart, once for each half of a tooth.

    Source: Lim and Lee, More flexible exponentiation with precomputation (CRYPTO '94).
    """
    number = _number()
    modulus = number(N)
    combs, tooth = [[number(1)], [number(1)]], number(G)
    for at in range(2 * _TEETH):
        comb = combs[at % 2]
        comb += [power * tooth % modulus for power in comb]
        for _ in range(_HALF):
            tooth = tooth * tooth % modulus
    return combs


def power_of_g(exponent: int) -> int:
    """g ** exponent mod N for an exponent of up to 256 bits: 47 multiplications, of them 32 by values that are kept."""
    number = _number()
    result, modulus = number(1), number(N)
    low, high = _combs()
    words = [exponent >> (_WIDTH * tooth) & (1 << _WIDTH) - 1 for tooth in range(_TEETH)]
    for at in range(_HALF - 1, -1, -1):
        result = result * result % modulus
        for comb, bit in ((low, at), (high, at + _HALF)):
            result = result * comb[sum((word >> bit & 1) << tooth for tooth, word in enumerate(words))] % modulus
    return int(result)


def private_key(pool_name: str, user_id: str, password: str, salt: int) -> int:
    """x: what the client derives from the password."""
    inner = hashlib.sha256(f"{pool_name}{user_id}:{password}".encode()).digest()
    return _hash(pad(salt) + inner)


def verifier(pool_name: str, user_id: str, password: str, salt: int) -> int:
    """v: what the server keeps."""
    return power_of_g(private_key(pool_name, user_id, password, salt))


@dataclass(frozen=True)
class ServerKeys:
    """One ephemeral key pair of the server."""

    private: int
    public: int


def server_keys(verifier: int, private: int) -> ServerKeys:
    """b and B = k·v + g^b."""
    return ServerKeys(private, (K * verifier + power_of_g(private)) % N)


def session_key(client_public: int, server: ServerKeys, verifier: int) -> bytes:
    """The key that both sides derive: sixteen bytes of HKDF over S."""
    scrambling = _hash(pad(client_public) + pad(server.public))
    shared = power(client_public * power(verifier, scrambling) % N, server.private)
    extracted = hmac.new(pad(scrambling), pad(shared), hashlib.sha256).digest()
    return hmac.new(extracted, b"Caldera Derived Key\x01", hashlib.sha256).digest()[:16]


def signature(key: bytes, pool_name: str, user_id: str, secret_block: bytes, timestamp: str) -> bytes:
    """The claim that the client signs."""
    message = pool_name.encode() + user_id.encode() + secret_block + timestamp.encode()
    return hmac.new(key, message, hashlib.sha256).digest()
