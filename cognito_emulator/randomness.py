"""Chance, injected: ids, codes and secrets, and a supply of RSA keys made ahead of need."""

from __future__ import annotations

import random
import secrets
import string
import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

ALPHANUMERIC = string.digits + string.ascii_letters
BASE36 = string.digits + string.ascii_lowercase


class Randomness:
    """Source of everything random. With a `seed` the same calls give the same values (keys excepted)."""

    def __init__(self, seed: int | None = None) -> None:
        self._random: random.Random = secrets.SystemRandom() if seed is None else random.Random(seed)
        self._seeded = seed is not None

    def bytes(self, count: int) -> bytes:
        return self._random.randbytes(count) if self._seeded else secrets.token_bytes(count)

    def uuid(self) -> str:
        """A random (version 4) UUID."""
        raw = bytearray(self.bytes(16))
        raw[6] = raw[6] & 0x0F | 0x40
        raw[8] = raw[8] & 0x3F | 0x80
        text = raw.hex()
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def text(self, count: int, alphabet: str) -> str:
        return "".join(self._random.choices(alphabet, k=count))

    def digits(self, count: int) -> str:
        """A numeric code."""
        return self.text(count, string.digits)

    def integer(self, bits: int) -> int:
        return int.from_bytes(self.bytes(bits // 8), "big")

    def shuffled(self, characters: str) -> str:
        picked = list(characters)
        self._random.shuffle(picked)
        return "".join(picked)


class KeySupply:
    """RSA-2048 keys. A key takes 50 to 150 ms to make, so a background thread keeps a few in stock.

    The thread starts when a first key is announced (`expect`) and ends when the stock is full. Keys that are
    given back (`recycle`) are handed out again: emulators of successive tests need not make new ones.
    """

    def __init__(self, stock: int = 2) -> None:
        self._stock = stock
        self._ready: deque[RSAPrivateKey] = deque()
        self._lock = threading.Lock()
        self._worker: threading.Thread | None = None

    def expect(self) -> None:
        """Say that keys will be needed soon."""
        with self._lock:
            if len(self._ready) < self._stock and (self._worker is None or not self._worker.is_alive()):
                self._worker = threading.Thread(target=self._fill, name="cognito-emulator-keys", daemon=True)
                self._worker.start()

    def take(self) -> RSAPrivateKey:
        """A key nobody else uses: from stock, or made now."""
        try:
            return self._ready.popleft()
        except IndexError:
            worker = self._worker
            if worker is not None and worker.is_alive():
                worker.join()
                if self._ready:
                    return self._ready.popleft()
            return self._make()

    def recycle(self, keys: list[RSAPrivateKey]) -> None:
        """Take back keys of an emulator that is gone."""
        self._ready.extend(keys)

    def _fill(self) -> None:
        while len(self._ready) < self._stock:
            self._ready.append(self._make())

    @staticmethod
    def _make() -> RSAPrivateKey:
        from cryptography.hazmat.primitives.asymmetric import rsa

        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
