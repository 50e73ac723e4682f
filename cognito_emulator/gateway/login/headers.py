"""The headers `x-amzn-oidc-*` that the app gets, and the keys that sign them.

`x-amzn-oidc-data` is a token signed with ES256. As on AWS its three parts are base64url with padding, which RFC 7515
does not allow and some libraries refuse, and its header has the fields below.

Source: user guide of application load balancers, "User claims encoding and signature verification".
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

if TYPE_CHECKING:
    from cognito_emulator.gateway.configuration import LoginAction
    from cognito_emulator.gateway.login.session import Session
    from cognito_emulator.randomness import Randomness

DATA_SECONDS = 120
"""How long `x-amzn-oidc-data` is good for."""


class Signer:
    """One key, for as long as the gateway runs."""

    def __init__(self, randomness: Randomness, load_balancer: str) -> None:
        self.key_id = randomness.uuid()
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._load_balancer = load_balancer

    def public_key(self, key_id: str) -> bytes | None:
        """A key in PEM; None if there is none of that id."""
        if key_id != self.key_id:
            return None
        return self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def headers(self, session: Session, action: LoginAction, now: float) -> tuple[tuple[str, str], ...]:
        """What the app gets about a user who is signed in."""
        return (
            ("x-amzn-oidc-accesstoken", session.access_token),
            ("x-amzn-oidc-identity", str(session.claims.get("sub", ""))),
            ("x-amzn-oidc-data", self._data(session, action, int(now) + DATA_SECONDS)),
        )

    def _data(self, session: Session, action: LoginAction, expires: int) -> str:
        header = {
            "typ": "JWT",
            "kid": self.key_id,
            "alg": "ES256",
            "iss": session.issuer,
            "client": action.client_id,
            "signer": self._load_balancer,
            "exp": expires,
        }
        signed = f"{_encoded(header)}.{_encoded({**session.claims, 'exp': expires, 'iss': session.issuer})}"
        return f"{signed}.{_base64(self._signature(signed.encode()))}"

    def _signature(self, content: bytes) -> bytes:
        first, second = decode_dss_signature(self._key.sign(content, ec.ECDSA(hashes.SHA256())))
        return first.to_bytes(32, "big") + second.to_bytes(32, "big")


def _encoded(value: dict[str, Any]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode()
