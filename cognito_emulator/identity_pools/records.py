"""The records of identity pools: frozen dataclasses, their tables and indexes. Times are seconds since the epoch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cognito_emulator.store.interface import Index, Key, Table

Json = dict[str, Any]

DEVELOPER_PROVIDER = "DeveloperProviderName"


@dataclass(frozen=True, slots=True)
class IdentityPool:
    """An identity pool. `settings` are its members as DescribeIdentityPool shows them.

    `roles` and `role_mappings` are what SetIdentityPoolRoles set, `principal_tags` what SetPrincipalTagAttributeMap
    set, by provider: `{"UseDefaults": …, "PrincipalTags": …}`.
    """

    id: str
    region: str
    account: str
    name: str
    created: float
    settings: Json
    tags: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    role_mappings: dict[str, Json] = field(default_factory=dict)
    principal_tags: dict[str, Json] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        return f"arn:{self.partition}:cognito-identity:{self.region}:{self.account}:identitypool/{self.id}"

    @property
    def partition(self) -> str:
        return "aws-cn" if self.region.startswith("cn-") else "aws"

    @property
    def service_host(self) -> str:
        """The provider name of the service's own tokens. Source: reference identity-pools.md §3 and §9."""
        if self.partition == "aws-cn":
            return f"cognito-identity.{self.region}.amazonaws.com.cn"
        return "cognito-identity.amazonaws.com"

    @property
    def allows_guests(self) -> bool:
        return bool(self.settings["AllowUnauthenticatedIdentities"])

    @property
    def developer_provider(self) -> str | None:
        name: str | None = self.settings.get(DEVELOPER_PROVIDER)
        return name

    @property
    def social_providers(self) -> dict[str, str]:
        """App ids by provider."""
        return dict(self.settings.get("SupportedLoginProviders", {}))

    @property
    def has_providers(self) -> bool:
        """Whether anybody can sign in at all."""
        return any(
            self.settings.get(member)
            for member in (
                "SupportedLoginProviders",
                DEVELOPER_PROVIDER,
                "OpenIdConnectProviderARNs",
                "SamlProviderARNs",
                "CognitoIdentityProviders",
            )
        )

    @property
    def open_id_arns(self) -> list[str]:
        return list(self.settings.get("OpenIdConnectProviderARNs", ()))

    @property
    def saml_arns(self) -> list[str]:
        return list(self.settings.get("SamlProviderARNs", ()))

    @property
    def user_pool_clients(self) -> list[Json]:
        """`CognitoIdentityProvider`s: `ProviderName`, `ClientId`, `ServerSideTokenCheck`."""
        return list(self.settings.get("CognitoIdentityProviders", ()))


@dataclass(frozen=True, slots=True)
class Identity:
    """An identity. One that was merged into another is disabled, and `merged_into` names the other.

    `unlinked` is one whose last login was taken off: nobody can reach it.
    """

    id: str
    pool_id: str
    created: float
    modified: float
    merged_into: str | None = None
    unlinked: bool = False

    @property
    def enabled(self) -> bool:
        return self.merged_into is None


@dataclass(frozen=True, slots=True)
class Login:
    """A user of a login provider, and the identity that is theirs: one login, one identity."""

    pool_id: str
    provider: str
    subject: str
    identity_id: str
    linked: float


@dataclass(frozen=True, slots=True)
class Session:
    """Temporary credentials that somebody holds: an assumed role, and what policies can ask about it.

    `context` are condition keys with their values (the identity, principal tags), `policies` and `policy_arns` are
    session policies: what the session may do is in all of them and in the role's own. `role_is_known` tells whether
    there was an IAM to ask about the role when it was assumed.
    """

    access_key: str
    secret_key: str
    token: str
    account: str
    role_arn: str
    role_id: str
    name: str
    expires: float
    context: dict[str, Any] = field(default_factory=dict)
    policies: list[Json] = field(default_factory=list)
    policy_arns: list[str] = field(default_factory=list)
    identity_id: str | None = None
    role_is_known: bool = True

    @property
    def arn(self) -> str:
        """The caller's ARN, as GetCallerIdentity shows it."""
        partition = self.role_arn.split(":")[1]
        return f"arn:{partition}:sts::{self.account}:assumed-role/{self.role_arn.rsplit('/', 1)[-1]}/{self.name}"


@dataclass(frozen=True, slots=True)
class ServiceKey:
    """The key that signs the service's OpenID tokens."""

    name: str
    pem: str


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)


def _enabled(identity: Identity) -> Key | None:
    return (identity.pool_id, _milliseconds(identity.created), identity.id) if identity.enabled else None


POOLS = Table(
    "identity_pools",
    IdentityPool,
    lambda pool: (pool.id,),
    (Index("owner", lambda pool: (pool.account, pool.region, _milliseconds(pool.created), pool.id)),),
)
IDENTITIES = Table(
    "identities",
    Identity,
    lambda identity: (identity.id,),
    (
        Index("pool", lambda identity: (identity.pool_id, _milliseconds(identity.created), identity.id)),
        Index("enabled", _enabled),
        Index(
            "parent",
            lambda identity: (
                (identity.merged_into, _milliseconds(identity.created), identity.id) if identity.merged_into else None
            ),
        ),
    ),
)
LOGINS = Table(
    "logins",
    Login,
    lambda login: (login.pool_id, login.provider, login.subject),
    (
        Index(
            "identity",
            lambda login: (login.identity_id, login.provider, _milliseconds(login.linked), login.subject),
        ),
    ),
)
SESSIONS = Table(
    "role_sessions",
    Session,
    lambda session: (session.access_key,),
    (Index("expires", lambda session: (_milliseconds(session.expires),)),),
)
SERVICE_KEYS = Table("identity_service_keys", ServiceKey, lambda key: (key.name,))
