"""Chance, injected: ids, codes and secrets, and a supply of RSA keys made ahead of need."""

from __future__ import annotations

import hashlib
import os
import random
import string
import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

ALPHANUMERIC = string.digits + string.ascii_letters
BASE36 = string.digits + string.ascii_lowercase


class _System(random.SystemRandom):
    """The operating system's randomness, fetched some kilobytes at a time.

    Every call into the operating system lets another thread run; a sign-in that did it for each id would wait
    for its turn half a dozen times.
    """

    _PIECE, _AT_ONCE = 16, 4096

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self._process = os.getpid()

    def randbytes(self, n: int) -> bytes:
        if n <= self._PIECE:
            return self._piece()[:n]
        # 256 bits of the system's, stretched.
        return hashlib.shake_256(self._piece() + self._piece()).digest(n)

    def getrandbits(self, k: int) -> int:
        count = (k + 7) // 8
        return int.from_bytes(self.randbytes(count), "big") >> (count * 8 - k)

    def random(self) -> float:
        return self.getrandbits(53) * 2.0**-53

    def _piece(self) -> bytes:
        if self._process != os.getpid():  # a fork: the parent will use what is left
            self._pieces, self._process = [], os.getpid()
        while True:
            try:
                return self._pieces.pop()
            except IndexError:
                fresh = os.urandom(self._AT_ONCE)
                self._pieces.extend(fresh[at : at + self._PIECE] for at in range(0, self._AT_ONCE, self._PIECE))


class Randomness:
    """Source of everything random. With a `seed` the same calls give the same values (keys excepted)."""

    def __init__(self, seed: int | None = None) -> None:
        self._random: random.Random = _System() if seed is None else random.Random(seed)

    def bytes(self, count: int) -> bytes:
        return self._random.randbytes(count)

    def uuid(self) -> str:
        """A random (version 4) UUID."""
        raw = bytearray(self.bytes(16))
        raw[6] = raw[6] & 0x0F | 0x40
        raw[8] = raw[8] & 0x3F | 0x80
        text = raw.hex()
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def text(self, count: int, alphabet: str) -> str:
        """So many characters, each as likely as the others."""
        fair = 256 - 256 % len(alphabet)
        picked: list[str] = []
        while len(picked) < count:
            drawn = self.bytes(count - len(picked))
            picked += [alphabet[byte % len(alphabet)] for byte in drawn if byte < fair]
        return "".join(picked)

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
