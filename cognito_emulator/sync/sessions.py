"""Tokens of sync sessions: opaque, bound to an identity and a dataset, good for some minutes.

A token carries a session id, the identity and the end of its time (API reference, ListRecords, `SyncSessionToken`),
compressed and in Base64 (recording browser-captures/sync-update-records/1: it begins with `H4sI`). How long the
service takes one is not documented.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import hmac
import zlib
from typing import Any

import orjson

from cognito_emulator.aws.call import Call
from cognito_emulator.emulator import Emulator
from cognito_emulator.sync import errors
from cognito_emulator.sync.access import Place

LIFETIME = 900.0
_LONGEST = 4096


def begin(call: Call, place: Place, dataset: str) -> str:
    """A token for a new session."""
    payload = {
        "sessionId": call.emulator.randomness.uuid(),
        "identityId": place.identity_id,
        "dataset": dataset,
        "expires": int(call.now + LIFETIME),
    }
    content = orjson.dumps(payload)
    sealed = orjson.dumps({**payload, "seal": _seal(call.emulator, place, dataset, content)})
    return base64.b64encode(gzip.compress(sealed, mtime=0)).decode()


def require(call: Call, place: Place, dataset: str, token: str) -> None:
    """Refuse a token that was not made for this dataset of this identity, or whose time is over."""
    payload = _opened(token)
    seal = payload.pop("seal", None) if payload else None
    if payload is None or not isinstance(seal, str):
        raise errors.invalid_session_token()
    expected = _seal(call.emulator, place, dataset, orjson.dumps(payload))
    if not hmac.compare_digest(seal.encode(), expected.encode()) or call.now > payload["expires"]:
        raise errors.invalid_session_token()


def _opened(token: str) -> dict[str, Any] | None:
    if len(token) > _LONGEST:
        return None
    try:
        opened = zlib.decompressobj(wbits=31).decompress(base64.b64decode(token, validate=True), _LONGEST)
        payload = orjson.loads(opened)
    except (binascii.Error, ValueError, zlib.error):
        return None
    return payload if isinstance(payload, dict) else None


def _seal(emulator: Emulator, place: Place, dataset: str, content: bytes) -> str:
    secret = emulator.settings.get_or_make("sync session secret", lambda: emulator.randomness.bytes(32).hex())
    bound = orjson.dumps([place.pool_id, place.identity_id, dataset]) + content
    return hmac.new(bytes.fromhex(secret), bound, hashlib.sha256).hexdigest()
