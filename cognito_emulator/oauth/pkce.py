"""Proof Key for Code Exchange: S256 only. Source: RFC 7636; reference oauth-and-hosted-ui.md §5."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

METHOD = "S256"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


def is_challenge(text: str) -> bool:
    """Whether a text can be the SHA-256 of a verifier in base64url."""
    return bool(_CHALLENGE.fullmatch(text))


def proves(challenge: str, verifier: str | None) -> bool:
    """Whether a verifier is the one that a challenge was made from."""
    digest = hashlib.sha256((verifier or "").encode("utf-8", "surrogatepass")).digest()
    made = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return bool(verifier) and hmac.compare_digest(made, challenge)
