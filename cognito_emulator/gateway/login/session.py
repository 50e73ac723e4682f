"""The load balancer's cookies: a session, sealed and cut into shards, and the nonce of a sign-in.

Nobody but this gateway can read or make what is in them: AES-GCM, with a key that it has only in memory. A session is
bound to the action that it was made for.

Sources: user guide of application load balancers, "Authenticate users using an Application Load Balancer" (cookie
shards of 4 KB, up to 16 KB in all, session and login timeouts); public traces (`AWSALBAuthNonce`, 16 characters).
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import zlib
from dataclasses import asdict, dataclass
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cognito_emulator.clock import Clock
from cognito_emulator.randomness import ALPHANUMERIC

if TYPE_CHECKING:
    from cognito_emulator.gateway.configuration import LoginAction
    from cognito_emulator.gateway.messages import Request
    from cognito_emulator.randomness import Randomness

NONCE_COOKIE = "AWSALBAuthNonce"
LOGIN_SECONDS = 900
"""How long a sign-in may take."""
_SHARD = 4000
_MOST_SHARDS = 4
_GONE = "Thu, 01 Jan 1970 00:00:00 GMT"


class TooLarge(Exception):
    """A session is larger than its cookies can hold."""


@dataclass(frozen=True)
class Session:
    """A user who is signed in. Times are seconds since the epoch by the emulator's clock."""

    claims: dict[str, Any]
    issuer: str
    access_token: str
    access_expires: float
    refresh_token: str | None
    expires: float


@dataclass(frozen=True)
class Login:
    """A sign-in under way: the action it is for, the target to come back to, and when it began."""

    action: str
    target: str
    nonce: str
    began: float


class Seal:
    """Encrypts what goes into cookies and addresses."""

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness
        self._cipher = AESGCM(AESGCM.generate_key(bit_length=256))

    def close(self, value: dict[str, Any], purpose: str) -> str:
        """A value as a text that only `open` with the same purpose can read."""
        nonce = self._randomness.bytes(12)
        sealed = self._cipher.encrypt(nonce, zlib.compress(json.dumps(value).encode()), purpose.encode())
        return base64.urlsafe_b64encode(nonce + sealed).decode().rstrip("=")

    def open(self, text: str, purpose: str) -> Any | None:
        """The value in a text; None if this gateway did not make it, or for another purpose."""
        try:
            raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
            return json.loads(zlib.decompress(self._cipher.decrypt(raw[:12], raw[12:], purpose.encode())))
        except (InvalidTag, binascii.Error, ValueError):
            return None


class Sessions:
    """Sessions and sign-ins, kept by the browser."""

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness
        self._seal = Seal(randomness)

    def read(self, request: Request, action: LoginAction) -> Session | None:
        """The session in a request's cookies; None without a good one."""
        cookies = request.cookies
        names = [name for number in range(_MOST_SHARDS) if (name := f"{action.cookie}-{number}") in cookies]
        text = "".join(cookies[name] for name in names)
        value = self._seal.open(text, _purpose(action)) if text else None
        return Session(**value) if value is not None else None

    def write(self, request: Request, action: LoginAction, session: Session, now: float) -> list[str]:
        """The cookies that hold a session; those of a longer one before it are removed. Raises TooLarge."""
        text = self._seal.close(asdict(session), _purpose(action))
        shards = [text[start : start + _SHARD] for start in range(0, len(text), _SHARD)]
        if len(shards) > _MOST_SHARDS:
            raise TooLarge(f"a session of {len(text)} characters does not fit into cookies")
        # The browser's clock is the system's, whatever the emulator's says.
        expires = formatdate(Clock().now() + session.expires - now, usegmt=True)
        written = [_cookie(request, f"{action.cookie}-{number}", shard, expires) for number, shard in enumerate(shards)]
        longer = (f"{action.cookie}-{number}" for number in range(len(shards), _MOST_SHARDS))
        return written + [_cookie(request, name, "", _GONE) for name in longer if name in request.cookies]

    def begin(self, request: Request, action: LoginAction, now: float) -> tuple[str, str]:
        """The state of a new sign-in, and the cookie that binds it to this browser.

        A browser that has several sign-ins under way, as with restored tabs, has one nonce for all of them.
        """
        nonce = request.cookies.get(NONCE_COOKIE, "")
        if len(nonce) != 16 or not nonce.isalnum():
            nonce = self._randomness.text(16, ALPHANUMERIC)
        login = Login(action.name, request.target.decode("latin-1"), nonce, now)
        expires = formatdate(Clock().now() + LOGIN_SECONDS, usegmt=True)
        return self._seal.close(asdict(login), "state"), _cookie(request, NONCE_COOKIE, nonce, expires)

    def finish(self, request: Request, state: str) -> Login | None:
        """The sign-in that a state belongs to; None if it was not begun here, by this browser."""
        value = self._seal.open(state, "state")
        if value is None:
            return None
        login = Login(**value)
        ours = request.cookies.get(NONCE_COOKIE, "").encode("latin-1", "replace")
        return login if hmac.compare_digest(ours, login.nonce.encode()) else None

    def drop_nonce(self, request: Request) -> str:
        """The cookie that ends a sign-in."""
        return _cookie(request, NONCE_COOKIE, "", _GONE)


def _purpose(action: LoginAction) -> str:
    return f"session {action.pool.id} {action.client_id} {action.cookie} {action.scope}"


def _cookie(request: Request, name: str, value: str, expires: str) -> str:
    """A cookie's line. `Secure` only where the browser came by TLS: clients other than browsers would not send it."""
    secure = "; Secure" if request.scheme == "https" else ""
    return f"{name}={value}; Expires={expires}; Path=/{secure}; HttpOnly"
