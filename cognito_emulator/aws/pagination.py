"""Opaque pagination tokens, bound to the query they belong to.

A token carries the place after which the next page starts, not a page number, so that writes between two pages
neither repeat nor lose entries. It is authenticated with the emulator's secret and good for one hour.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Any

import orjson

LIFETIME = 3600.0


class PageTokens:
    """Makes and reads tokens with one secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def make(self, query: Any, place: str, now: float) -> str:
        """A token for the entries after `place` in the answer to `query` (anything JSON can hold)."""
        payload = orjson.dumps([place, int(now + LIFETIME)])
        return base64.b64encode(self._seal(query, payload) + payload).decode()

    def place(self, query: Any, token: str, now: float) -> str | None:
        """The place a token stands for; None if it was made for another query, altered or is too old."""
        try:
            raw = base64.b64decode(token, validate=True)
        except (binascii.Error, ValueError):
            return None
        seal, payload = raw[:16], raw[16:]
        if not hmac.compare_digest(seal, self._seal(query, payload)):
            return None
        place, expires = orjson.loads(payload)
        return place if now <= expires else None

    def _seal(self, query: Any, payload: bytes) -> bytes:
        bound = orjson.dumps(query, option=orjson.OPT_SORT_KEYS) + b"\x00" + payload
        return hmac.new(self._secret, bound, hashlib.sha256).digest()[:16]
