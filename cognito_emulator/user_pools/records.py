"""The records of user pools: frozen dataclasses, their tables and indexes. Times are seconds since the epoch."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from cognito_emulator.store.interface import Index, Key, Table

Json = dict[str, Any]


def milliseconds(seconds: float) -> int:
    """A time as the whole number that Cognito writes into answers, and that indexes of expiry sort by."""
    return int(seconds * 1000)


@dataclass(frozen=True, slots=True)
class Pool:
    """A user pool. `settings` are its members as DescribeUserPool shows them, `schema` keeps the attributes in order.

    `secret` is what made-up answers for unknown users are derived from; nobody ever sees it. `mfa` are the factors
    as `schema.mfa_settings` keeps them.
    """

    id: str
    region: str
    account: str
    name: str
    created: float
    modified: float
    settings: Json
    schema: dict[str, Json]
    secret: str
    tags: dict[str, str] = field(default_factory=dict)
    mfa: Json = field(default_factory=dict)

    @property
    def arn(self) -> str:
        return f"arn:aws:cognito-idp:{self.region}:{self.account}:userpool/{self.id}"

    @property
    def short_id(self) -> str:
        """The part after the underscore: the "pool name" of SRP."""
        return self.id.split("_", 1)[1]

    @property
    def case_sensitive(self) -> bool:
        configuration = self.settings.get("UsernameConfiguration")
        return bool(configuration["CaseSensitive"]) if configuration else True

    @property
    def username_attributes(self) -> list[str]:
        return list(self.settings.get("UsernameAttributes", ()))

    @property
    def alias_attributes(self) -> list[str]:
        return list(self.settings.get("AliasAttributes", ()))

    @property
    def auto_verified(self) -> list[str]:
        return list(self.settings.get("AutoVerifiedAttributes", ()))

    @property
    def password_policy(self) -> Json:
        policy: Json = self.settings["Policies"]["PasswordPolicy"]
        return policy

    @property
    def temporary_password_days(self) -> int:
        return int(self.password_policy.get("TemporaryPasswordValidityDays") or 7)

    @property
    def verified_before_update(self) -> list[str]:
        """Attributes that keep their old value until the new one is verified."""
        settings = self.settings.get("UserAttributeUpdateSettings", {})
        return list(settings.get("AttributesRequireVerificationBeforeUpdate", ()))

    @property
    def mfa_mode(self) -> str:
        """`OFF`, `OPTIONAL` or `ON`."""
        return str(self.settings["MfaConfiguration"])

    @property
    def first_factors(self) -> list[str]:
        """What users of the flow USER_AUTH may begin with."""
        return list(self.settings["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"])

    @property
    def passwordless(self) -> bool:
        """Whether users may do without a password: they get codes instead."""
        return not {"EMAIL_OTP", "SMS_OTP"}.isdisjoint(self.first_factors)

    @property
    def device_configuration(self) -> Json | None:
        """The settings of device tracking, if the pool tracks devices."""
        return self.settings.get("DeviceConfiguration")

    def fold(self, name: str) -> str:
        """A username as it is compared in this pool."""
        return name if self.case_sensitive else name.lower()


@dataclass(frozen=True, slots=True)
class Client:
    """An app client.

    `secrets` are `{id, value, created}`, oldest first; `settings` and `kind` are as DescribeUserPoolClient shows them.
    """

    id: str
    pool_id: str
    name: str
    created: float
    modified: float
    settings: Json
    secrets: list[Json] = field(default_factory=list)
    kind: str = "REGULAR"

    @property
    def hides_unknown_users(self) -> bool:
        return self.settings.get("PreventUserExistenceErrors") == "ENABLED"

    @property
    def revocation_enabled(self) -> bool:
        return bool(self.settings["EnableTokenRevocation"])

    @property
    def rotation(self) -> Json | None:
        """The refresh token rotation settings, if rotation is on."""
        rotation: Json | None = self.settings.get("RefreshTokenRotation")
        return rotation if rotation and rotation["Feature"] == "ENABLED" else None

    @property
    def session_seconds(self) -> int:
        """How long a challenge session lives."""
        return int(self.settings["AuthSessionValidity"]) * 60


@dataclass(frozen=True, slots=True)
class User:
    """A user. `key` is the username as the pool compares it.

    `password` is what `credentials.passwords` makes of a password (None: the user has none), `pending` holds
    new values of attributes that wait for verification. `generation` counts global sign-outs, `signed_out_at` is
    the time of the last.
    """

    pool_id: str
    key: str
    username: str
    sub: str
    status: str
    enabled: bool
    created: float
    modified: float
    attributes: dict[str, str]
    password: Json | None = None
    pending: dict[str, str] = field(default_factory=dict)
    generation: int = 0
    signed_out_at: float | None = None
    mfa: Json = field(default_factory=dict)

    def with_(self, now: float, **changes: Any) -> User:
        """The changed user, modified now."""
        return replace(self, modified=now, **changes)


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name a user signs in with: an e-mail address, a phone number or a preferred username."""

    pool_id: str
    attribute: str
    value: str
    user_key: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group of users."""

    pool_id: str
    name: str
    created: float
    modified: float
    description: str | None = None
    role_arn: str | None = None
    precedence: int | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """That a user is in a group."""

    pool_id: str
    group: str
    user_key: str
    created: float


@dataclass(frozen=True, slots=True)
class Code:
    """A code that was sent to an address of a user. `purpose` is `SignUp`, `ForgotPassword` or `Verify:<attribute>`."""

    pool_id: str
    user_key: str
    purpose: str
    value: str
    expires: float
    attribute: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Attempts:
    """Failures or requests of one user that a limit counts.

    `count` since `since`; `blocked_until` is used by the password lockout.
    """

    pool_id: str
    user_key: str
    action: str
    count: int
    since: float
    blocked_until: float = 0.0


@dataclass(frozen=True, slots=True)
class AuthSession:
    """A sign-in that waits for the answer to a challenge. `id` is the hash of the session string.

    `state` is what the engine and the challenge need to go on. `admin` tells which pair of operations began it.
    """

    id: str
    pool_id: str
    client_id: str
    user_key: str
    challenge: str
    expires: float
    admin: bool
    state: Json
    used: bool = False


@dataclass(frozen=True, slots=True)
class TokenFamily:
    """One sign-in and all tokens that come from it; they share `origin_jti`.

    `oauth` is set for a sign-in at the pool's domain: what its tokens repeat, `{nonce, resource}` as far as given.
    `session_id` is the session that it is tracked as, `assurance` has the claims `acr` and `amr`, where there are any.
    """

    origin_jti: str
    pool_id: str
    client_id: str
    user_key: str
    auth_time: int
    expires: float
    scope: str
    generation: int
    event_id: str
    revoked: bool = False
    session_id: str = ""
    device_key: str = ""
    oauth: Json | None = None
    assurance: Json | None = None

    @property
    def scopes(self) -> list[str]:
        return self.scope.split()


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token, by its hash. `replaced_at` is set when rotation gave out a new one."""

    id: str
    pool_id: str
    origin_jti: str
    expires: float
    replaced_at: float | None = None


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """The two RSA keys of a pool, PEM without encryption: one signs ID tokens, the other access tokens."""

    pool_id: str
    id_key: str
    id_kid: str
    access_key: str
    access_kid: str


def _folded(user: User, attribute: str) -> Key | None:
    value = user.attributes.get(attribute)
    return (user.pool_id, value.casefold()) if value is not None else None


# Attributes that ListUsers searches by value, besides username, sub and the two kinds of status.
SEARCHABLE = ("email", "phone_number", "name", "given_name", "family_name", "preferred_username")


def _search_index(attribute: str) -> Index[User]:
    return Index(attribute, lambda user: _folded(user, attribute))


POOLS = Table(
    "pools",
    Pool,
    lambda pool: (pool.id,),
    (Index("owner", lambda pool: (pool.account, pool.region, milliseconds(pool.created), pool.id)),),
)
CLIENTS = Table(
    "clients",
    Client,
    lambda client: (client.id,),
    (Index("pool", lambda client: (client.pool_id, milliseconds(client.created), client.id)),),
)
USERS = Table(
    "users",
    User,
    lambda user: (user.pool_id, user.key),
    (
        Index("sub", lambda user: (user.pool_id, user.sub), unique=True),
        *(_search_index(attribute) for attribute in SEARCHABLE),
        Index("cognito:user_status", lambda user: (user.pool_id, user.status.casefold())),
        Index("status", lambda user: (user.pool_id, "enabled" if user.enabled else "disabled")),
    ),
)
ALIASES = Table(
    "aliases",
    Alias,
    lambda alias: (alias.pool_id, alias.attribute, alias.value),
    (Index("user", lambda alias: (alias.pool_id, alias.user_key)),),
)
GROUPS = Table(
    "groups",
    Group,
    lambda group: (group.pool_id, group.name),
    (Index("folded", lambda group: (group.pool_id, group.name.casefold()), unique=True),),
)
MEMBERSHIPS = Table(
    "memberships",
    Membership,
    lambda membership: (membership.pool_id, membership.group, membership.user_key),
    (Index("user", lambda membership: (membership.pool_id, membership.user_key, membership.group)),),
)
CODES = Table("codes", Code, lambda code: (code.pool_id, code.user_key, code.purpose))
ATTEMPTS = Table("attempts", Attempts, lambda tries: (tries.pool_id, tries.user_key, tries.action))
SESSIONS = Table(
    "sessions",
    AuthSession,
    lambda session: (session.id,),
    (
        Index("pool", lambda session: (session.pool_id, session.user_key)),
        Index("expires", lambda session: (milliseconds(session.expires),)),
    ),
)
FAMILIES = Table(
    "token_families",
    TokenFamily,
    lambda family: (family.origin_jti,),
    (
        Index("user", lambda family: (family.pool_id, family.user_key)),
        Index("expires", lambda family: (milliseconds(family.expires),)),
    ),
)
REFRESH_TOKENS = Table(
    "refresh_tokens",
    RefreshToken,
    lambda token: (token.id,),
    (
        Index("family", lambda token: (token.pool_id, token.origin_jti)),
        Index("expires", lambda token: (milliseconds(token.expires),)),
    ),
)
SIGNING_KEYS = Table("signing_keys", SigningKeys, lambda keys: (keys.pool_id,))

TABLES: tuple[Table[Any], ...] = (
    POOLS,
    CLIENTS,
    USERS,
    ALIASES,
    GROUPS,
    MEMBERSHIPS,
    CODES,
    ATTEMPTS,
    SESSIONS,
    FAMILIES,
    REFRESH_TOKENS,
    SIGNING_KEYS,
)
