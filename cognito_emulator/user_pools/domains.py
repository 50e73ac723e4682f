"""What belongs to a pool's domain, found by intent: domains, scopes of resource servers, branding, terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_emulator.store.interface import Reader, Transaction
from cognito_emulator.user_pools import domain_records as records
from cognito_emulator.user_pools import errors
from cognito_emulator.user_pools.domain_records import (
    BRANDINGS,
    DOMAINS,
    RESOURCE_SERVERS,
    TERMS,
    UI_CUSTOMIZATIONS,
    Branding,
    Domain,
    ResourceServer,
    Terms,
    UiCustomization,
)
from cognito_emulator.user_pools.records import POOLS, Pool
from cognito_emulator.user_pools.tokens import scopes
from cognito_emulator.user_pools.tokens.issuer import is_aws, issuer_of

if TYPE_CHECKING:
    from cognito_emulator.aws.call import Call

ALL_CLIENTS = "ALL"
TERMS_OF_USE = "terms-of-use"
PRIVACY_POLICY = "privacy-policy"
MANAGED_LOGIN = 2


def find(reader: Reader, region: str, name: str) -> Domain | None:
    """The domain of that name: a custom domain, or a prefix in that region."""
    return reader.get(DOMAINS, "" if "." in name else region, name)


def of_pool(reader: Reader, pool: Pool, *, custom: bool) -> Domain | None:
    """A pool's prefix domain, or its custom domain."""
    return reader.find(DOMAINS, "pool", pool.id, "custom" if custom else "prefix")


def main_domain(reader: Reader, pool: Pool) -> Domain | None:
    """The domain that documents and messages name: the custom one, if there is one."""
    return of_pool(reader, pool, custom=True) or of_pool(reader, pool, custom=False)


def has_managed_login(reader: Reader, account: str, region: str) -> bool:
    """Whether a pool of the account in that region has a domain with managed login."""
    pools = reader.page(POOLS, "owner", (account, region)).records
    found = (of_pool(reader, pool, custom=custom) for pool in pools for custom in (True, False))
    return any(domain is not None and domain.managed_login == MANAGED_LOGIN for domain in found)


def host(domain: Domain) -> str:
    """The host name of a domain on AWS."""
    if domain.is_custom:
        return domain.name
    return f"{domain.name}.auth.{domain.region}.amazoncognito.com"


def resource_server(reader: Reader, pool: Pool, identifier: str) -> ResourceServer:
    found = reader.get(RESOURCE_SERVERS, pool.id, identifier)
    if found is None:
        raise errors.resource_server_does_not_exist(identifier)
    return found


def custom_scopes(reader: Reader, pool: Pool) -> set[str]:
    """The scopes of a pool's resource servers, as tokens have them, and the service's own for registration."""
    servers = reader.page(RESOURCE_SERVERS, None, (pool.id,)).records
    return {scopes.REGISTER} | {
        f"{server.identifier}/{scope['ScopeName']}" for server in servers for scope in server.scopes
    }


def ui_customization(reader: Reader, pool: Pool, client_id: str) -> UiCustomization | None:
    """The classic branding of a client: its own, or that of all clients."""
    own = reader.get(UI_CUSTOMIZATIONS, pool.id, client_id)
    if own is not None and not own.is_removed:
        return own
    return reader.get(UI_CUSTOMIZATIONS, pool.id, ALL_CLIENTS) or own


def branding_of(reader: Reader, pool: Pool, client_id: str) -> Branding | None:
    """The managed login branding of a client."""
    return reader.find(BRANDINGS, "client", pool.id, client_id)


def terms_of(reader: Reader, pool: Pool, client_id: str, name: str) -> Terms | None:
    """One kind of terms document of a client."""
    return reader.find(TERMS, "client", pool.id, client_id, name)


def drop_browser_sessions(tx: Transaction, pool: Pool) -> None:
    """Sign every browser of a pool out."""
    tx.delete_all(records.BROWSER_SESSIONS, "user", (pool.id,))


def delete_of_client(tx: Transaction, pool_id: str, client_id: str) -> None:
    """Remove what is a client's own: branding and terms."""
    tx.delete(UI_CUSTOMIZATIONS, pool_id, client_id)
    tx.delete_all(BRANDINGS, "client", (pool_id, client_id))
    tx.delete_all(TERMS, "client", (pool_id, client_id))


def delete_of_user(tx: Transaction, pool_id: str, user_key: str) -> None:
    """Remove a user's browser sessions and codes."""
    tx.delete_all(records.BROWSER_SESSIONS, "user", (pool_id, user_key))
    tx.delete_all(records.AUTHORIZATION_CODES, "user", (pool_id, user_key))


def public_url(call: Call, pool: Pool) -> str:
    """Where the endpoints and pages of a pool's domain are, without path.

    In issuer mode `local` they are named on the host that was called, which serves them too.
    """
    base = issuer_of(call.emulator.config, pool, call.request.base_url).rpartition("/")[0]
    domain = main_domain(call.reader, pool)
    return f"https://{host(domain)}" if domain is not None and is_aws(base) else base


def image_url(call: Call, pool: Pool, customization: UiCustomization) -> str:
    """Where the logo of a classic branding is served: by CloudFront on AWS, by the emulator in issuer mode local."""
    path = f"{pool.id}/{customization.client_id}/{customization.css_version}/assets/images/image.jpg"
    domain = main_domain(call.reader, pool)
    if call.emulator.config.issuer == "aws" and domain is not None:
        return f"https://{domain.distribution}/{path}"
    return f"{call.request.base_url}/{path}"
