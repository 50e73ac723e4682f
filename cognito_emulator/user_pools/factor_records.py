"""Records of second factors, devices and passkeys. Times are seconds since the epoch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cognito_emulator.store.interface import Index, Key, Table
from cognito_emulator.user_pools.records import milliseconds


@dataclass(frozen=True, slots=True)
class SoftwareToken:
    """A user's authenticator app.

    `secret` is the verified one (base32; None: there is none yet), `pending` one that waits for its first code.
    `used` are the time steps whose codes were accepted lately: a code is good once.
    """

    pool_id: str
    user_key: str
    secret: str | None = None
    pending: str | None = None
    name: str = ""
    used: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Device:
    """A device that a user confirmed. `verifier` and `salt` are hexadecimal numbers."""

    pool_id: str
    user_key: str
    key: str
    name: str
    verifier: str
    salt: str
    remembered: bool
    created: float
    modified: float
    authenticated: float
    last_ip: str


@dataclass(frozen=True, slots=True)
class Passkey:
    """A WebAuthn credential. `id` and `public_key` are base64url, as WebAuthn writes them."""

    pool_id: str
    user_key: str
    id: str
    public_key: str
    sign_count: int
    relying_party: str
    name: str
    attachment: str | None
    transports: list[str]
    created: float


@dataclass(frozen=True, slots=True)
class PasskeyRegistration:
    """A registration that waits for its credential."""

    pool_id: str
    user_key: str
    client_id: str
    challenge: str
    relying_party: str
    expires: float


def _by_age(device: Device) -> Key:
    return (device.pool_id, device.user_key, milliseconds(device.created), device.key)


SOFTWARE_TOKENS = Table("software_tokens", SoftwareToken, lambda token: (token.pool_id, token.user_key))
DEVICES = Table(
    "devices",
    Device,
    lambda device: (device.pool_id, device.user_key, device.key),
    (
        Index("created", lambda device: _by_age(device)),
        Index("remembered", lambda device: _by_age(device) if device.remembered else None),
    ),
)
PASSKEYS = Table(
    "passkeys",
    Passkey,
    lambda passkey: (passkey.pool_id, passkey.user_key, passkey.id),
    (
        Index("created", lambda p: (p.pool_id, p.user_key, milliseconds(p.created), p.id)),
        Index("credential", lambda p: (p.pool_id, p.id), unique=True),
    ),
)
PASSKEY_REGISTRATIONS = Table(
    "passkey_registrations", PasskeyRegistration, lambda begun: (begun.pool_id, begun.user_key)
)

# All of them begin with pool and user.
TABLES: tuple[Table[Any], ...] = (SOFTWARE_TOKENS, DEVICES, PASSKEYS, PASSKEY_REGISTRATIONS)
