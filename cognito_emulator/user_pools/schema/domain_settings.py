"""Names and settings of a pool's domains: what may be, and what does not go together.

Sources: reference oauth-and-hosted-ui.md §13; recordings `github-issue-logs/domain-taken/1`,
`aws-cli-examples/cli-example-describe-user-pool-domain/1`; developer guide, "Configuring a user pool domain".
"""

from __future__ import annotations

import re
from typing import Any

from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.records import Pool

Json = dict[str, Any]

CLASSIC, MANAGED_LOGIN = 1, 2
CUSTOM_DOMAINS_PER_ACCOUNT = 4
_PREFIX = re.compile(r"[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?")
_CUSTOM = re.compile(r"(?:[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?")
_RESERVED = ("aws", "amazon", "cognito")

# The name of a region in the bucket that serves the pages' files: the airport code of the region.
_AIRPORTS = {
    "ap-northeast-1": "nrt",
    "ap-northeast-2": "icn",
    "ap-south-1": "bom",
    "ap-southeast-1": "sin",
    "ap-southeast-2": "syd",
    "ca-central-1": "yul",
    "eu-central-1": "fra",
    "eu-north-1": "arn",
    "eu-west-1": "dub",
    "eu-west-2": "lhr",
    "eu-west-3": "cdg",
    "sa-east-1": "gru",
    "us-east-1": "iad",
    "us-east-2": "cmh",
    "us-west-1": "sfo",
    "us-west-2": "pdx",
}


def check_name(name: str, custom: Json | None) -> None:
    """Refuse a name that cannot be a prefix, or with `custom` (the CustomDomainConfig) not a custom domain."""
    if custom is None:
        if not _PREFIX.fullmatch(name):
            raise errors.invalid_domain_name()
        # As a part between hyphens: `awesome` is fine. Source: cdk-preflight, pf-cognito-domain-reserved-word.
        for word in _RESERVED:
            if word in name.split("-"):
                raise errors.reserved_word(word)
        return
    if not _CUSTOM.fullmatch(name) or name.count(".") < 2:
        raise errors.invalid_subdomain()
    check_certificate(custom)


def check_certificate(custom: Json) -> None:
    """Refuse what is no certificate of ACM in us-east-1, where CloudFront looks for them."""
    parts = custom["CertificateArn"].split(":")
    if parts[1] == "aws" and parts[2:4] != ["acm", "us-east-1"]:
        raise errors.invalid_certificate()


def check_version(pool: Pool, version: int | None) -> None:
    """Refuse a version of the pages that does not exist, or that the pool's tier lacks."""
    if version not in (None, CLASSIC, MANAGED_LOGIN):
        raise errors.invalid_managed_login_version()
    if version == MANAGED_LOGIN and pool.settings["UserPoolTier"] == "LITE":
        raise errors.feature_not_available_in_tier("LITE", "Managed Login Version 2")


def bucket(region: str) -> str:
    """The bucket that serves the files of the pages in a region."""
    return f"aws-cognito-prod-{_AIRPORTS.get(region, region)}-assets"
