"""Issuer and public URLs of a pool, computed here only."""

from __future__ import annotations

import re

from cognito_emulator.config import Config
from cognito_emulator.user_pools.records import Pool

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
    `aws` the issuer is exactly AWS's, in the third mode it begins with the URL that is configured.
    """
    if config.issuer == "local":
        return f"{public_base(base_url)}/{pool.id}"
    if config.issuer == "aws":
        suffix = ".cn" if pool.region.startswith("cn-") else ""
        return f"https://cognito-idp.{pool.region}.amazonaws.com{suffix}/{pool.id}"
    return f"{config.issuer.rstrip('/')}/{pool.id}"
