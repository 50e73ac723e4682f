"""A login that was proved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Claims = dict[str, Any]


@dataclass(frozen=True)
class Verified:
    """A user of a login provider.

    `provider` is the provider's name as DescribeIdentity shows it, `detail` the third part of `amr`. `mapping` is the
    provider's key in role mappings, `tag_provider` the one in principal tag maps. `roles` are roles that a SAML
    assertion grants.
    """

    provider: str
    subject: str
    detail: str
    claims: Claims = field(default_factory=dict)
    mapping: str = ""
    tag_provider: str = ""
    roles: tuple[str, ...] = ()
    is_developer: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return (self.provider, self.subject)
