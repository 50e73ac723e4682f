"""Records of a pool's domain: domains, resource servers, branding, terms, browser sessions, codes.

As in `records`, times are seconds since the epoch.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cognito_emulator.store.interface import Index, Table
from cognito_emulator.user_pools.records import milliseconds

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain of a pool. `region` is empty for a custom domain: those are unique over all regions.

    `distribution` is the name of the CloudFront distribution in front of it.
    """

    region: str
    name: str
    pool_id: str
    account: str
    created: float
    modified: float
    distribution: str
    managed_login: int = 1
    custom: Json = field(default_factory=dict)
    routing: Json = field(default_factory=dict)

    @property
    def is_custom(self) -> bool:
        return not self.region


@dataclass(frozen=True, slots=True)
class ResourceServer:
    """An API with scopes of its own; `scopes` are `{ScopeName, ScopeDescription}`."""

    pool_id: str
    identifier: str
    name: str
    created: float
    scopes: list[Json] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class UiCustomization:
    """CSS and logo of the classic pages of one client, or of all (`ALL`). The image is base64."""

    pool_id: str
    client_id: str
    created: float
    modified: float
    css: str | None = None
    css_version: str | None = None
    image: str | None = None
    image_type: str = ""

    @property
    def is_removed(self) -> bool:
        """Whether the latest call set nothing, which leaves no more than a version."""
        return self.css is None and self.image is None


@dataclass(frozen=True, slots=True)
class Branding:
    """A branding style of the managed login pages of one client."""

    pool_id: str
    id: str
    client_id: str
    created: float
    modified: float
    provided: bool
    settings: Json | None = None
    assets: list[Json] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Terms:
    """One kind of terms document of one client: links by language."""

    pool_id: str
    id: str
    client_id: str
    name: str
    source: str
    enforcement: str
    links: dict[str, str]
    created: float
    modified: float


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """That a user is signed in at the domain with a browser; `id` is the hash of the cookie.

    It remembers the client and the provider (`COGNITO` for local users) of the sign-in that made it, and in a pool
    that tracks sessions the one that it is tracked as. `methods` and `level` are how strongly the user signed in,
    `event_id` is the sign-in in their history, where the pool keeps one.
    """

    id: str
    pool_id: str
    client_id: str
    user_key: str
    provider: str
    auth_time: float
    expires: float
    session_id: str = ""
    methods: list[str] = field(default_factory=list)
    level: int = 0
    event_id: str = ""


@dataclass(frozen=True, slots=True)
class AuthorizationCode:
    """A code that an app exchanges for tokens; `id` is its hash.

    `redirect_uri` is as the app sent it to the authorize endpoint, or the client's only one where it sent none.
    """

    id: str
    pool_id: str
    client_id: str
    user_key: str
    redirect_uri: str
    scopes: list[str]
    auth_time: float
    expires: float
    challenge: str | None = None
    nonce: str | None = None
    resource: str | None = None
    session_id: str = ""
    event_id: str = ""
    assurance: Json | None = None


@dataclass(frozen=True, slots=True)
class PageState:
    """What the pages remember of one browser between two requests; `id` is the hash of the cookie."""

    id: str
    pool_id: str
    client_id: str
    expires: float
    data: Json


DOMAINS = Table(
    "domains",
    Domain,
    lambda domain: (domain.region, domain.name),
    (
        Index("pool", lambda domain: (domain.pool_id, "custom" if domain.is_custom else "prefix")),
        Index("custom", lambda domain: (domain.account, domain.name) if domain.is_custom else None),
    ),
)
RESOURCE_SERVERS = Table("resource_servers", ResourceServer, lambda server: (server.pool_id, server.identifier))
UI_CUSTOMIZATIONS = Table("ui_customizations", UiCustomization, lambda ui: (ui.pool_id, ui.client_id))
BRANDINGS = Table(
    "brandings",
    Branding,
    lambda branding: (branding.pool_id, branding.id),
    (Index("client", lambda branding: (branding.pool_id, branding.client_id), unique=True),),
)
TERMS = Table(
    "terms",
    Terms,
    lambda terms: (terms.pool_id, terms.id),
    (Index("client", lambda terms: (terms.pool_id, terms.client_id, terms.name), unique=True),),
)
BROWSER_SESSIONS = Table(
    "browser_sessions",
    BrowserSession,
    lambda session: (session.id,),
    (
        Index("user", lambda session: (session.pool_id, session.user_key)),
        Index("expires", lambda session: (milliseconds(session.expires),)),
    ),
)
AUTHORIZATION_CODES = Table(
    "authorization_codes",
    AuthorizationCode,
    lambda code: (code.id,),
    (
        Index("user", lambda code: (code.pool_id, code.user_key)),
        Index("expires", lambda code: (milliseconds(code.expires),)),
    ),
)
PAGE_STATES = Table(
    "page_states",
    PageState,
    lambda state: (state.id,),
    (
        Index("pool", lambda state: (state.pool_id,)),
        Index("expires", lambda state: (milliseconds(state.expires),)),
    ),
)

# Tables whose primary keys begin with the pool, and tables with an index that does.
OF_POOL: tuple[Table[Any], ...] = (RESOURCE_SERVERS, UI_CUSTOMIZATIONS, BRANDINGS, TERMS)
BY_POOL: tuple[tuple[Table[Any], str], ...] = (
    (DOMAINS, "pool"),
    (BROWSER_SESSIONS, "user"),
    (AUTHORIZATION_CODES, "user"),
    (PAGE_STATES, "pool"),
)
