"""Issuer and public URLs of a pool, computed here only."""

from __future__ import annotations

from cognito_emulator.config import Config
from cognito_emulator.user_pools.records import Pool


def issuer_of(config: Config, pool: Pool, base_url: str) -> str:
    """The `iss` of a pool's tokens.

    `base_url` is scheme, host and port that the client called; it counts in the issuer mode `local`. In mode
    `aws` the issuer is exactly AWS's, in the third mode it begins with the URL that is configured.
    """
    if config.issuer == "local":
        return f"{base_url}/{pool.id}"
    if config.issuer == "aws":
        suffix = ".cn" if pool.region.startswith("cn-") else ""
        return f"https://cognito-idp.{pool.region}.amazonaws.com{suffix}/{pool.id}"
    return f"{config.issuer.rstrip('/')}/{pool.id}"
