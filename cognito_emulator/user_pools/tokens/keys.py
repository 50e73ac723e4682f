"""The two RSA keys of each pool: one signs ID tokens, the other access tokens.

Source: reference auth-flows.md §13 (two keys, `kid` is base64 of 32 bytes).
"""

from __future__ import annotations

import base64
import hashlib
import threading
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import records
from cognito_emulator.user_pools.records import SigningKeys

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

    from cognito_emulator.emulator import Emulator

_PADDING, _DIGEST = PKCS1v15(), SHA256()


# As many as an account may have pools.
_MOST_LOADED = 1_000


@dataclass(frozen=True)
class Key:
    """A private key with its `kid`."""

    kid: str
    private: RSAPrivateKey

    @property
    def public(self) -> RSAPublicKey:
        return self.private.public_key()

    @cached_property
    def jwt_header(self) -> bytes:
        """The first part of every JWT that the key signs; slashes are escaped in it, as in the claims."""
        return base64url(b'{"kid":"%b","alg":"RS256"}' % self.kid.encode().replace(b"/", b"\\/"))

    def signature(self, signed: bytes) -> bytes:
        """RS256 over some bytes."""
        return self.private.sign(signed, _PADDING, _DIGEST)


@dataclass(frozen=True)
class PoolKeys:
    """The keys of one pool."""

    id: Key
    access: Key


class KeyRing:
    """Keys of the pools of one emulator, loaded once."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._loaded: dict[str, PoolKeys] = {}
        self._lock = threading.Lock()

    def expect(self) -> None:
        """A pool was made: its keys will be needed."""
        self._emulator.key_supply.expect()

    def of(self, pool_id: str) -> PoolKeys:
        """The keys of a pool, made if they are asked for the first time."""
        keys = self._loaded.get(pool_id)
        if keys is None:
            with self._lock:
                keys = self._loaded.get(pool_id) or self._load(pool_id)
                self._loaded[pool_id] = keys
                if len(self._loaded) > _MOST_LOADED:
                    # The store has them: whoever asks again loads them again.
                    del self._loaded[next(iter(self._loaded))]
        return keys

    def forget(self, pool_id: str) -> None:
        """A pool was deleted: nobody asks for its keys any more."""
        self._loaded.pop(pool_id, None)

    def close(self) -> None:
        """Give the keys back to the supply; an emulator that comes later may use them."""
        loaded, self._loaded = self._loaded, {}
        if not self._emulator.store.shared:
            self._emulator.key_supply.recycle(
                [key.private for keys in loaded.values() for key in (keys.id, keys.access)]
            )

    def _load(self, pool_id: str) -> PoolKeys:
        kept = self._emulator.store.reader.get(records.SIGNING_KEYS, pool_id)
        if kept is None:
            made = PoolKeys(*(_key(self._emulator.key_supply.take()) for _ in range(2)))
            kept = self._keep(_record(pool_id, made))
            if kept.id_kid == made.id.kid:
                return made
        return PoolKeys(Key(kept.id_kid, _private(kept.id_key)), Key(kept.access_kid, _private(kept.access_key)))

    def _keep(self, made: SigningKeys) -> SigningKeys:
        """Write new keys, unless another process was faster; the keys that are in force."""

        def step(tx: Transaction) -> SigningKeys:
            there = tx.get(records.SIGNING_KEYS, made.pool_id)
            if there is None:
                tx.insert(records.SIGNING_KEYS, made)
            return there or made

        return self._emulator.store.transact(step)


def jwk(key: Key) -> dict[str, Any]:
    """The public half as `jwks.json` shows it."""
    numbers = key.public.public_numbers()
    return {
        "alg": "RS256",
        "e": _number(numbers.e),
        "kid": key.kid,
        "kty": "RSA",
        "n": _number(numbers.n),
        "use": "sig",
    }


def base64url(raw: bytes) -> bytes:
    """base64 as JOSE wants it: with `-` and `_`, without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def _number(number: int) -> str:
    return base64url(number.to_bytes((number.bit_length() + 7) // 8, "big")).decode()


def _key(private: RSAPrivateKey) -> Key:
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Key(base64.b64encode(hashlib.sha256(public).digest()).decode(), private)


def _record(pool_id: str, keys: PoolKeys) -> SigningKeys:
    return SigningKeys(pool_id, _pem(keys.id), keys.id.kid, _pem(keys.access), keys.access.kid)


def _pem(key: Key) -> str:
    return key.private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


def _private(pem: str) -> RSAPrivateKey:
    private = load_pem_private_key(pem.encode(), password=None, unsafe_skip_rsa_key_validation=True)
    return private  # type: ignore[return-value]
