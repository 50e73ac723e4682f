"""Host or client → pool and domain; issuer and public URLs of a visit.

On a domain's own host the host decides. On the plain endpoint host the app client in the request does, or the
token, code or state that it carries; such a pool needs a domain all the same, as on AWS.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import orjson

from cognito_emulator.aws.call import HttpRequest
from cognito_emulator.oauth import paths
from cognito_emulator.oauth.parameters import Parameters
from cognito_emulator.store.interface import Reader
from cognito_emulator.user_pools import domain_records, domains, records
from cognito_emulator.user_pools.domain_records import Domain
from cognito_emulator.user_pools.federation import records as federation_records
from cognito_emulator.user_pools.records import Pool
from cognito_emulator.user_pools.tokens.issuer import public_base

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator


@dataclass(frozen=True)
class Site:
    """Where a visit goes: a pool and its domain. `own_host` tells whether the domain's own host was called."""

    pool: Pool
    domain: Domain
    own_host: bool

    @property
    def managed_login(self) -> bool:
        """Whether the pages are managed login (version 2), not the classic ones."""
        return self.domain.managed_login == 2


def host_of(request: HttpRequest) -> str:
    """The host that was called, without port, in lower case."""
    return (urlsplit(request.base_url).hostname or "").lower()


def domain_of_host(reader: Reader, host: str) -> Domain | None:
    """The domain whose own host this is."""
    prefix = paths.prefix_of_host(host)
    if prefix is not None:
        return domains.find(reader, prefix[1], prefix[0])
    return reader.get(domain_records.DOMAINS, "", host) if "." in host else None


def is_domain_host(emulator: Emulator, host: str) -> bool:
    """Whether a host belongs to a user pool domain: by its form, or because a pool has it as custom domain."""
    return paths.prefix_of_host(host) is not None or domain_of_host(emulator.store.reader, host) is not None


def of_host(reader: Reader, host: str) -> Site | None:
    """The site that a host belongs to."""
    domain = domain_of_host(reader, host)
    pool = reader.get(records.POOLS, domain.pool_id) if domain is not None else None
    return Site(pool, domain, own_host=True) if pool is not None and domain is not None else None


def of_request(
    reader: Reader, given: Parameters, basic_id: str | None, bearer: str | None, state: str | None = None
) -> Site | None:
    """The site that a request on the plain endpoint host means: by client, access token, code or federation state."""
    pool_id = _pool_of_client(reader, basic_id or given.get("client_id"))
    pool_id = pool_id or _pool_of_token(bearer) or _pool_of_code(reader, given.get("code"))
    pool_id = pool_id or _pool_of_state(reader, state)
    return of_pool(reader, pool_id) if pool_id else None


def of_pool(reader: Reader, pool_id: str) -> Site | None:
    """The site of a pool that was told on a host of all pools."""
    pool = reader.get(records.POOLS, pool_id)
    domain = domains.main_domain(reader, pool) if pool is not None else None
    return Site(pool, domain, own_host=False) if pool is not None and domain is not None else None


def client_exists(reader: Reader, client_id: str) -> bool:
    """Whether any pool has an app client of that id."""
    return reader.get(records.CLIENTS, client_id) is not None


def issuer_base(request: HttpRequest, site: Site) -> str:
    """Scheme, host and port for the issuer of tokens that a visit leads to.

    The issuer is not on a prefix domain: for a host under `localhost` it is `localhost`, for AWS's own names it is
    AWS's endpoint. On other hosts it is the host that was called.
    """
    scheme, _, authority = request.base_url.partition("://")
    found = paths.prefix_of_host(host_of(request))
    if found is None or not site.own_host:
        return public_base(request.base_url)
    if host_of(request).endswith(".localhost"):
        port = urlsplit(f"//{authority}").port
        return f"{scheme}://localhost" + (f":{port}" if port else "")
    return f"https://cognito-idp.{found[1]}.amazonaws.com"


def hashed(secret: str) -> str:
    """What is kept of a code or a cookie."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _pool_of_client(reader: Reader, client_id: str | None) -> str | None:
    client = reader.get(records.CLIENTS, client_id) if client_id else None
    return client.pool_id if client is not None else None


def _pool_of_code(reader: Reader, code: str | None) -> str | None:
    found = reader.get(domain_records.AUTHORIZATION_CODES, hashed(code)) if code else None
    return found.pool_id if found is not None else None


def _pool_of_state(reader: Reader, state: str | None) -> str | None:
    found = reader.get(federation_records.STATES, hashed(state)) if state else None
    return found.pool_id if found is not None else None


def _pool_of_token(token: str | None) -> str | None:
    """The pool that an access token says it is from; whoever uses the token checks it."""
    try:
        payload = (token or "").split(".")[1]
        issuer = orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))).get("iss")
    except (IndexError, AttributeError, binascii.Error, ValueError):
        return None
    return issuer.rsplit("/", 1)[-1] if isinstance(issuer, str) else None
