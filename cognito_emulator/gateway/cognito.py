"""The Cognito that tokens come from: the emulator at `Endpoint`, or AWS. Its keys, and its clock.

Keys are kept for two hours, as API Gateway may, and fetched again when a token names one that is not among them.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from typing import Any

import jwt

from cognito_emulator.clock import Clock
from cognito_emulator.gateway.configuration import UserPool
from cognito_emulator.outside import http_fetch

logger = logging.getLogger(__name__)
KEYS_SECONDS = 7200
_POOL_ID = re.compile(r"[\w-]+_[0-9a-zA-Z]+")


class KeysUnreachable(Exception):
    """The keys of an issuer cannot be had."""


class Cognito:
    """Keys and time, from one endpoint."""

    def __init__(self, endpoint: str | None) -> None:
        self._endpoint = endpoint
        self._clock = Clock()
        self._follows = endpoint is not None
        self._keys: dict[str, tuple[float, dict[str, Any]]] = {}
        self._lock = threading.Lock()

    def now(self) -> float:
        """Seconds since the epoch by the emulator's clock, which tests may move; without one, by the system's."""
        if self._follows:
            try:
                offset = float(http_fetch.get_json(f"{self._endpoint}/_emulator/clock")["offsetSeconds"])
            except http_fetch.Refused:
                self._follows = False  # this endpoint is no emulator of ours
            except (http_fetch.Unreachable, KeyError, TypeError, ValueError):
                pass  # what was last heard holds
            else:
                if offset != self._clock.offset:
                    self._clock.move(offset)
        return self._clock.now()

    def key_of_issuer(self, issuer: str, key_id: str) -> Any | None:
        """The public key of an issuer with that id; None if there is none. Raises KeysUnreachable."""
        pool_id = issuer.rsplit("/", 1)[-1]
        if self._endpoint is not None and _POOL_ID.fullmatch(pool_id):
            return self._key(f"{self._endpoint}/{pool_id}/.well-known/jwks.json", key_id)
        return self._key(f"{issuer}/.well-known/openid-configuration", key_id, discover=True)

    def key_of_pool(self, pool: UserPool, key_id: str) -> Any | None:
        """The public key of a user pool with that id; None if there is none. Raises KeysUnreachable."""
        return self.key_of_issuer(f"https://cognito-idp.{pool.region}.amazonaws.com/{pool.id}", key_id)

    def _key(self, url: str, key_id: str, discover: bool = False) -> Any | None:
        with self._lock:
            fetched, keys = self._keys.get(url, (0.0, {}))
            current = time.monotonic() - fetched < KEYS_SECONDS
        if not current or key_id not in keys:
            keys = _fetch(url, discover)
            with self._lock:
                self._keys[url] = (time.monotonic(), keys)
        return keys.get(key_id)


def _fetch(url: str, discover: bool) -> dict[str, Any]:
    try:
        if discover:
            url = http_fetch.get_json(url)["jwks_uri"]
        listed = http_fetch.get_json(url)["keys"]
        made = [jwt.PyJWK(key) for key in listed if key.get("kty") == "RSA"]
    except (http_fetch.Unreachable, KeyError, TypeError, AttributeError, jwt.PyJWTError) as error:
        logger.warning("The keys of %s cannot be had: %s", url, error)
        raise KeysUnreachable(str(error)) from None
    return {str(key.key_id): key.key for key in made}
