"""The client's half of Secure Remote Password, written from the protocol's description: nothing of the emulator's.

Source: reference auth-flows.md §5 (RFC 5054 group 15, HKDF info "Caldera Derived Key").
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

N = int(
    """
    FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B
    302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE6
    49286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D
    670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718
    3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7D
    B3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C
    BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF
    """.replace("\n", "").replace(" ", ""),
    16,
)
TIMESTAMP = "Thu Jan 1 00:00:00 UTC 2026"


def pad(number: int) -> bytes:
    """Hexadecimal with an even number of digits, and `00` in front if the first bit is set."""
    digits = f"{number:x}"
    if len(digits) % 2:
        digits = "0" + digits
    elif digits[0] in "89abcdef":
        digits = "00" + digits
    return bytes.fromhex(digits)


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


class SrpClient:
    """One sign-in of one client."""

    def __init__(self, pool_name: str, password: str, private: int = 0xC0FFEE_1234_5678_9ABC_DEF0) -> None:
        self._pool_name = pool_name
        self._password = password
        self._private = private
        self._public = pow(2, private, N)

    @property
    def srp_a(self) -> str:
        return f"{self._public:x}"

    def responses(self, parameters: dict[str, str], timestamp: str = TIMESTAMP) -> dict[str, str]:
        """The answer to PASSWORD_VERIFIER."""
        user = parameters["USER_ID_FOR_SRP"]
        key = self._key(user, int(parameters["SALT"], 16), int(parameters["SRP_B"], 16))
        block = base64.b64decode(parameters["SECRET_BLOCK"])
        message = self._pool_name.encode() + user.encode() + block + timestamp.encode()
        return {
            "USERNAME": user,
            "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"],
            "TIMESTAMP": timestamp,
            "PASSWORD_CLAIM_SIGNATURE": base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode(),
        }

    def _key(self, user: str, salt: int, server_public: int) -> bytes:
        k = int.from_bytes(sha(pad(N), pad(2)), "big")
        u = int.from_bytes(sha(pad(self._public), pad(server_public)), "big")
        inner = sha(self._pool_name.encode(), user.encode(), b":", self._password.encode())
        x = int.from_bytes(sha(pad(salt), inner), "big")
        shared = pow(server_public - k * pow(2, x, N), self._private + u * x, N)
        extracted = hmac.new(pad(u), pad(shared), hashlib.sha256).digest()
        return hmac.new(extracted, b"Caldera Derived Key\x01", hashlib.sha256).digest()[:16]


def srp_client(pool_id: str, password: str) -> SrpClient:
    """The client of a pool."""
    return SrpClient(pool_id.split("_", 1)[1], password)


def srp_begin(idp: Any, user: Any, **parameters: str) -> tuple[SrpClient, dict[str, Any]]:
    """InitiateAuth with USER_SRP_AUTH: the client and the answer."""
    client = srp_client(user.app.pool_id, user.password)
    answer = idp.initiate_auth(
        ClientId=user.app.client_id,
        AuthFlow="USER_SRP_AUTH",
        AuthParameters={"USERNAME": user.username, "SRP_A": client.srp_a, **parameters},
    )
    return client, answer


def srp_sign_in(idp: Any, user: Any) -> dict[str, Any]:
    """The answer to a right proof."""
    client, answer = srp_begin(idp, user)
    result: dict[str, Any] = idp.respond_to_auth_challenge(
        ClientId=user.app.client_id,
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses=client.responses(answer["ChallengeParameters"]),
    )
    return result
