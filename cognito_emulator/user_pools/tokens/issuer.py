"""Issuer and public URLs of a pool, computed here only.

Source: `IssuerConfigurationType` in botocore's model (a pool's issuer is on one of two hosts; both have its keys).
"""

from __future__ import annotations

import re

from cognito_emulator.config import Config
from cognito_emulator.user_pools.records import Pool

UPDATED = "UPDATED"
ORIGINAL_HOST, UPDATED_HOST = "cognito-idp", "issuer-cognito-idp"
_ISSUER_HOST = re.compile(rf"^https://({ORIGINAL_HOST}|{UPDATED_HOST})\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$")
_AWS = re.compile(r"^http://([a-z0-9.-]+\.(?:amazonaws\.com|amazonaws\.com\.cn|amazoncognito\.com))$")


def is_aws(base_url: str) -> bool:
    """Whether a base URL is one of AWS's own endpoints."""
    return bool(_AWS.match(base_url.replace("https://", "http://", 1)))


def public_base(base_url: str) -> str:
    """The URL that was called, as its caller wrote it.

    Nobody calls AWS's own host names in clear: what brings their requests here has ended TLS.
    """
    return _AWS.sub(r"https://\1", base_url)


def issuer_of(config: Config, pool: Pool, base_url: str) -> str:
    """The `iss` of a pool's tokens.

    `base_url` is scheme, host and port that the client called; it counts in the issuer mode `local`. In mode
    `aws` the issuer is exactly AWS's, in the third mode it begins with the URL that is configured. Which of AWS's
    hosts it is on is for the pool's `IssuerConfiguration` to say; the emulator's own hosts are one and the same.
    """
    updated = pool.settings.get("IssuerConfiguration", {}).get("Type") == UPDATED
    if config.issuer == "aws" or (config.issuer == "local" and updated and is_aws(base_url)):
        return _of_aws(pool, UPDATED_HOST if updated else ORIGINAL_HOST)
    if config.issuer == "local":
        return f"{public_base(base_url)}/{pool.id}"
    return f"{config.issuer.rstrip('/')}/{pool.id}"


def issuer_at(config: Config, pool: Pool, base_url: str) -> str:
    """The issuer that the documents at a host are of: each of AWS's two hosts speaks for itself.

    That the original host goes on naming itself where tokens have the updated issuer, verifiers of tokens report.
    """
    called = _ISSUER_HOST.match(public_base(base_url))
    if called is None or config.issuer not in ("aws", "local"):
        return issuer_of(config, pool, base_url)
    return _of_aws(pool, called.group(1)) if config.issuer == "aws" else f"{public_base(base_url)}/{pool.id}"


def issuers_of(config: Config, pool: Pool) -> set[str]:
    """Every `iss` that the tokens of a pool can have, before and after a change of its `IssuerConfiguration`.

    In the issuer mode `local` they cannot be listed.
    """
    if config.issuer == "aws":
        return {_of_aws(pool, host) for host in (ORIGINAL_HOST, UPDATED_HOST)}
    return {issuer_of(config, pool, "")}


def _of_aws(pool: Pool, host: str) -> str:
    suffix = ".cn" if pool.region.startswith("cn-") else ""
    return f"https://{host}.{pool.region}.amazonaws.com{suffix}/{pool.id}"
