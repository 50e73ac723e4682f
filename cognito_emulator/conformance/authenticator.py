"""A software authenticator: makes passkeys and signs with them, as a browser does with a security key.

Source: Web Authentication Level 2, §6.1 (authenticator data), §6.5.4 (attestation object), §5.8.1 (client data).
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

Json = dict[str, Any]
USER_PRESENT, USER_VERIFIED, ATTESTED = 0x01, 0x04, 0x40
_Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """One passkey after another. `algorithm` is the COSE number of the keys that it makes.

    `verifies_user` is whether there is a finger or a PIN; `count` counts signatures.
    """

    origin: str = "https://example.com"
    algorithm: int = -7
    verifies_user: bool = True
    transports: tuple[str, ...] = ("usb", "nfc")
    attachment: str = "cross-platform"
    count: int = 0
    credential_id: bytes = b""
    user_handle: bytes = b""
    _key: _Private | None = field(default=None, repr=False)

    def create(self, options: Json) -> Json:
        """The answer to the options of `navigator.credentials.create`: RegistrationResponseJSON."""
        self._key = self._new_key()
        public = cbor2.dumps(self._cose_key())
        self.credential_id = hashlib.sha256(public).digest()
        self.user_handle = _decode(options["user"]["id"])
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + public
        data = self._data(options["rp"]["id"], ATTESTED) + attested
        statement = {"fmt": "none", "attStmt": {}, "authData": data}
        return {
            **self._head(),
            "response": {
                "clientDataJSON": self._client_data("webauthn.create", options["challenge"]),
                "attestationObject": base64url(cbor2.dumps(statement)),
                "transports": list(self.transports),
            },
        }

    def get(self, options: Json) -> Json:
        """The answer to the options of `navigator.credentials.get`: AuthenticationResponseJSON."""
        self.count += 1
        data = self._data(options["rpId"], 0)
        client_data = self._client_data("webauthn.get", options["challenge"])
        signed = data + hashlib.sha256(_decode(client_data)).digest()
        return {
            **self._head(),
            "response": {
                "clientDataJSON": client_data,
                "authenticatorData": base64url(data),
                "signature": base64url(self._sign(signed)),
                "userHandle": base64url(self.user_handle),
            },
        }

    def _head(self) -> Json:
        name = base64url(self.credential_id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "authenticatorAttachment": self.attachment,
            "clientExtensionResults": {},
        }

    def _data(self, relying_party: str, flags: int) -> bytes:
        flags |= USER_PRESENT | (USER_VERIFIED if self.verifies_user else 0)
        return hashlib.sha256(relying_party.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: str) -> str:
        data = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return base64url(json.dumps(data).encode())

    def _new_key(self) -> _Private:
        if self.algorithm == -7:
            return ec.generate_private_key(ec.SECP256R1())
        if self.algorithm == -257:
            return rsa.generate_private_key(65537, 2048)
        return ed25519.Ed25519PrivateKey.generate()

    def _cose_key(self) -> dict[int, Any]:
        key = self._key
        if isinstance(key, ec.EllipticCurvePrivateKey):
            point = key.public_key().public_numbers()
            return {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        if isinstance(key, rsa.RSAPrivateKey):
            numbers = key.public_key().public_numbers()
            return {1: 3, 3: -257, -1: numbers.n.to_bytes(256, "big"), -2: numbers.e.to_bytes(3, "big")}
        assert key is not None
        return {1: 1, 3: -8, -1: 6, -2: key.public_key().public_bytes_raw()}

    def _sign(self, data: bytes) -> bytes:
        key = self._key
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return key.sign(data, ec.ECDSA(hashes.SHA256()))
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        assert key is not None
        return key.sign(data)


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
