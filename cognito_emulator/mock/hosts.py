"""Which hosts are Cognito's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator

# Suffixes of the AWS partitions, for plain and dual-stack endpoints. Source: botocore/data/partitions.json.
_SUFFIXES = (
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "c2s.ic.gov",
    "sc2s.sgov.gov",
    "cloud.adc-e.uk",
    "csp.hci.ic.gov",
    "api.aws",
    "api.amazonwebservices.com.cn",
    "api.amazonwebservices.eu",
    "api.aws.ic.gov",
    "api.aws.scloud",
    "api.cloud-aws.adc-e.uk",
    "api.aws.hci.ic.gov",
)
_API = re.compile(
    r"(cognito-(?:idp|identity|sync))(-fips)?\.([a-z0-9-]+)\.(" + "|".join(map(re.escape, _SUFFIXES)) + ")"
)
_POOL_ISSUER = re.compile(r"issuer-cognito-idp\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?")
_TOKEN_ISSUER = "cognito-identity.amazonaws.com"
_STS = re.compile(r"sts(?:-fips)?\.(?:[a-z0-9-]+\.)?(?:" + "|".join(map(re.escape, _SUFFIXES)) + ")")


def is_ours(host: str, emulator: Emulator) -> bool:
    """Whether requests to this host are for the emulator.

    These are the endpoints of the three services (plain, FIPS and dual-stack, in every partition), the updated issuer
    of user pools, the issuer of identity pools' tokens, the prefix domains of user pools, and the custom domains of
    pools of this emulator.
    """
    host = host.lower()
    if _API.fullmatch(host) or host == _TOKEN_ISSUER or _POOL_ISSUER.fullmatch(host):
        return True
    from cognito_emulator.oauth import site

    return site.is_domain_host(emulator, host)


def is_sts(host: str) -> bool:
    """Whether a host is an endpoint of STS, which the emulator answers for its own tokens and credentials."""
    return _STS.fullmatch(host.lower()) is not None


def plain_host(host: str) -> str:
    """The plain endpoint for a FIPS or dual-stack one, in the same region; other hosts as they are."""
    found = _API.fullmatch(host.lower())
    if found is None:
        return host
    service, _, region, suffix = found.groups()
    return f"{service}.{region}.amazonaws.com" + (".cn" if suffix.endswith(".cn") else "")
