"""Records of federation: providers, their identifiers, identities of users, keys, sign-ins under way.

As in `user_pools.records`, times are seconds since the epoch.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cognito_emulator.store.interface import Index, Table
from cognito_emulator.user_pools.records import milliseconds

Json = dict[str, Any]
SUBJECT = "Cognito_Subject"
"""The attribute that stands for a user's id at the provider."""


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """An identity provider of a pool.

    `details` are as DescribeIdentityProvider shows them; `hidden` are those that are never shown (Apple's private
    key). `mapping` goes from the pool's attributes to the provider's. `metadata` is the SAML metadata document,
    `encryption_key` the key (PEM) that SAML assertions are encrypted for. `metadata_due` is when a document that came
    by URL is to be read again.
    """

    pool_id: str
    name: str
    type: str
    created: float
    modified: float
    details: dict[str, str]
    mapping: dict[str, str] = field(default_factory=dict)
    identifiers: list[str] = field(default_factory=list)
    acr_mapping: Json | None = None
    hidden: dict[str, str] = field(default_factory=dict)
    metadata: str = ""
    encryption_key: str = ""
    metadata_due: float | None = None

    @property
    def is_saml(self) -> bool:
        return self.type == "SAML"

    @property
    def is_social(self) -> bool:
        return self.type not in ("OIDC", "SAML")

    @property
    def group(self) -> str:
        """The group of users who sign in with the provider."""
        return f"{self.pool_id}_{self.name}"

    def flag(self, name: str) -> bool:
        """A detail that is true or false."""
        return self.details.get(name, "").lower() == "true"


@dataclass(frozen=True, slots=True)
class ProviderIdentifier:
    """Another name for a provider, unique in the pool."""

    pool_id: str
    identifier: str
    provider: str


@dataclass(frozen=True, slots=True)
class Identity:
    """That a person at a provider is a user of the pool.

    `attribute` is `Cognito_Subject`, or the pool's attribute by which the person is to be known until their first
    sign-in. `primary`: the user was made from this identity. A `disabled` identity no longer lets anybody in.
    `session_index` is what a SAML provider calls the latest sign-in.
    """

    pool_id: str
    provider: str
    attribute: str
    value: str
    user_key: str
    created: float
    primary: bool
    provider_type: str
    issuer: str | None = None
    disabled: bool = False
    session_index: str = ""


@dataclass(frozen=True, slots=True)
class SamlSigningKey:
    """The key that signs a pool's SAML requests, and its certificate (both PEM)."""

    pool_id: str
    key: str
    certificate: str


@dataclass(frozen=True, slots=True)
class FederationState:
    """A sign-in that is away at a provider; `id` is the hash of the state that comes back.

    `query` is the app's authorization request. `data` is what the way back is checked with.
    """

    id: str
    pool_id: str
    client_id: str
    provider: str
    query: str
    expires: float
    data: Json


@dataclass(frozen=True, slots=True)
class SpentAssertion:
    """A SAML assertion that was used: it is not taken again while it would be valid."""

    pool_id: str
    provider: str
    assertion: str
    expires: float


def _in_lower_case(identity: Identity) -> tuple[str, str, str]:
    return (identity.pool_id, identity.provider, identity.value.lower())


PROVIDERS = Table("identity_providers", IdentityProvider, lambda provider: (provider.pool_id, provider.name))
IDENTIFIERS = Table(
    "identity_provider_identifiers",
    ProviderIdentifier,
    lambda identifier: (identifier.pool_id, identifier.identifier),
    (Index("provider", lambda identifier: (identifier.pool_id, identifier.provider)),),
)
IDENTITIES = Table(
    "federated_identities",
    Identity,
    lambda identity: (identity.pool_id, identity.provider, identity.attribute, identity.value),
    (
        Index("user", lambda identity: (identity.pool_id, identity.user_key, milliseconds(identity.created))),
        Index("folded", lambda identity: _in_lower_case(identity) if identity.attribute == SUBJECT else None),
    ),
)
SAML_SIGNING_KEYS = Table("saml_signing_keys", SamlSigningKey, lambda key: (key.pool_id,))
STATES = Table(
    "federation_states",
    FederationState,
    lambda state: (state.id,),
    (
        Index("pool", lambda state: (state.pool_id,)),
        Index("expires", lambda state: (milliseconds(state.expires),)),
    ),
)
SPENT_ASSERTIONS = Table(
    "spent_assertions",
    SpentAssertion,
    lambda spent: (spent.pool_id, spent.provider, spent.assertion),
    (Index("expires", lambda spent: (milliseconds(spent.expires),)),),
)

# Tables whose primary keys begin with the pool.
OF_POOL: tuple[Table[Any], ...] = (PROVIDERS, IDENTIFIERS, IDENTITIES, SAML_SIGNING_KEYS, SPENT_ASSERTIONS)
