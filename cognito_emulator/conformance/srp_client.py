"""The client's half of SRP, as the SDKs compute it. Source: reference auth-flows.md §5; RFC 5054."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass, field

from cognito_emulator.user_pools.credentials.srp import G, N, pad, private_key

_K = int.from_bytes(hashlib.sha256(pad(N) + pad(G)).digest(), "big")


@dataclass
class SrpClient:
    """One sign-in. `pool_name` is the pool id after the underscore (for devices: the device group key)."""

    pool_name: str
    private: int = field(default_factory=lambda: int.from_bytes(os.urandom(128), "big"))

    @property
    def public_hex(self) -> str:
        """SRP_A."""
        return f"{pow(G, self.private, N):x}"

    def claim(self, user_id: str, password: str, salt_hex: str, b_hex: str, secret_block: str, timestamp: str) -> str:
        """PASSWORD_CLAIM_SIGNATURE (or its device counterpart)."""
        ours, theirs = int(self.public_hex, 16), int(b_hex, 16)
        scrambling = int.from_bytes(hashlib.sha256(pad(ours) + pad(theirs)).digest(), "big")
        x = private_key(self.pool_name, user_id, password, int(salt_hex, 16))
        shared = pow((theirs - _K * pow(G, x, N)) % N, self.private + scrambling * x, N)
        extracted = hmac.new(pad(scrambling), pad(shared), hashlib.sha256).digest()
        key = hmac.new(extracted, b"Caldera Derived Key\x01", hashlib.sha256).digest()[:16]
        message = self.pool_name.encode() + user_id.encode() + base64.b64decode(secret_block) + timestamp.encode()
        return base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()


def secret_hash(username: str, client_id: str, client_secret: str) -> str:
    """SECRET_HASH."""
    digest = hmac.new(client_secret.encode(), (username + client_id).encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def totp(secret: str, now: float) -> str:
    """The six digits of RFC 6238."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, int(now // 30).to_bytes(8, "big"), hashlib.sha1).digest()
    start = mac[-1] & 15
    return f"{(int.from_bytes(mac[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"
