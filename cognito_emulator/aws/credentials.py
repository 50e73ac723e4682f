"""Who calls: the caller of a SigV4-signed request, and what a signature must look like.

Signatures are not verified (there is no secret to verify them against); their form is.
Sources for the texts: the Signature Version 4 troubleshooting guide
(docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html), reference user-pools.md §1.5.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from cognito_emulator.aws import errors
from cognito_emulator.aws.call import HttpRequest

ALGORITHM = "AWS4-HMAC-SHA256"
_PARTS = re.compile(r"(Credential|SignedHeaders|Signature)\s*=\s*([^,\s]*)")


@dataclass(frozen=True)
class Caller:
    """The caller as the credential scope of a signature names it."""

    access_key: str
    region: str
    service: str

    @property
    def is_temporary(self) -> bool:
        """Whether the key has the form of those that STS gives out."""
        return self.access_key.startswith("ASIA")

    def account(self, default: str) -> str:
        """The caller's account: an access key of twelve digits is an account id, others belong to `default`."""
        return self.access_key if re.fullmatch(r"\d{12}", self.access_key) else default


def caller_of(request: HttpRequest) -> Caller | None:
    """The caller of a signed request; None if it has no signature.

    Raises `IncompleteSignatureException` for an authorization that cannot be read.
    """
    authorization = request.headers.get("authorization")
    if authorization is None:
        return _presigned(request)
    scheme, _, rest = authorization.partition(" ")
    if scheme != ALGORITHM:
        raise errors.missing_authentication_token()
    parts = dict(_PARTS.findall(rest))
    _require_parts(parts, authorization, request.headers)
    return _scope(parts["Credential"])


def _require_parts(parts: Mapping[str, str], authorization: str, headers: Mapping[str, str]) -> None:
    complaints = [
        f"Authorization header requires '{name}' parameter."
        for name in ("Credential", "Signature", "SignedHeaders")
        if not parts.get(name)
    ]
    if "x-amz-date" not in headers and "date" not in headers:
        complaints.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    if complaints:
        digest = base64.b64encode(hashlib.sha256(authorization.encode()).digest()).decode()
        complaints.append(f"(Hashed with SHA-256 and encoded with Base64) Authorization={digest}")
        raise errors.incomplete_signature(" ".join(complaints))


def _scope(credential: str) -> Caller:
    fields = credential.split("/")
    if len(fields) != 5 or fields[4] != "aws4_request" or not all(fields):
        raise errors.incomplete_signature(
            "Credential must have exactly 5 slash-delimited elements, e.g. "
            f"keyid/date/region/service/term, got '{credential}'"
        )
    return Caller(access_key=fields[0], region=fields[2], service=fields[3])


def _presigned(request: HttpRequest) -> Caller | None:
    if "X-Amz-Credential" not in request.query:
        return None
    return _scope(dict(parse_qsl(request.query))["X-Amz-Credential"])


def require_service(caller: Caller, signing_name: str) -> None:
    """Refuse a signature that was made for another service."""
    if caller.service != signing_name:
        raise errors.invalid_signature(f"Credential should be scoped to correct service: '{signing_name}'. ")
