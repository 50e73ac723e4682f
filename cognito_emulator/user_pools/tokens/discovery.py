"""`openid-configuration` and `jwks.json` of a pool's issuer.

Sources: recording `browser-captures/openid-configuration-prefix-domain/1`; reference oauth-and-hosted-ui.md §10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from cognito_emulator.aws.call import HttpRequest, HttpResponse
from cognito_emulator.user_pools import domains, repository
from cognito_emulator.user_pools.errors import user_pool_does_not_exist
from cognito_emulator.user_pools.records import Pool
from cognito_emulator.user_pools.tokens.issuer import is_aws, issuer_at
from cognito_emulator.user_pools.tokens.keys import KeyRing, jwk

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator


def document(emulator: Emulator, request: HttpRequest, pool_id: str, name: str) -> HttpResponse:
    """One of the two documents; 400 for a pool that does not exist."""
    headers = {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"}
    pool = repository.pool_by_id(emulator.store.reader, pool_id)
    if pool is None:
        body = orjson.dumps({"message": user_pool_does_not_exist(pool_id).message})
        return HttpResponse(400, headers, body)
    content = jwks(emulator, pool) if name == "jwks.json" else openid_configuration(emulator, pool, request.base_url)
    headers["Cache-Control"] = "public, max-age=86400"
    return HttpResponse(200, headers, orjson.dumps(content))


def jwks(emulator: Emulator, pool: Pool) -> dict[str, Any]:
    """Both public keys of a pool: the one for ID tokens first."""
    keys = emulator.part(KeyRing).of(pool.id)
    return {"keys": [jwk(keys.id), jwk(keys.access)]}


def openid_configuration(emulator: Emulator, pool: Pool, base_url: str) -> dict[str, Any]:
    """The discovery document: of the endpoints at the pool's domain, or (useless) at the issuer if it has none.

    In issuer mode `local` the endpoints of the domain are named on the host that was called, which serves them too;
    that for registration with the pool in its path, as nothing in a registration tells it.
    """
    issuer = issuer_at(emulator.config, pool, base_url)
    domain = domains.main_domain(emulator.store.reader, pool)
    document = {
        "authorization_endpoint": f"{issuer}/authorize",
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": issuer,
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "response_types_supported": ["code", "token"],
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "token_endpoint": f"{issuer}/token",
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "userinfo_endpoint": f"{issuer}/userInfo",
    }
    if domain is None:
        return document
    base = f"https://{domains.host(domain)}" if is_aws(issuer.rpartition("/")[0]) else issuer.rpartition("/")[0]
    document |= {
        "authorization_endpoint": f"{base}/oauth2/authorize",
        "end_session_endpoint": f"{base}/logout",
        "revocation_endpoint": f"{base}/oauth2/revoke",
        "token_endpoint": f"{base}/oauth2/token",
        "userinfo_endpoint": f"{base}/oauth2/userInfo",
    }
    if pool.settings.get("DcrConfiguration", {}).get("EnableStatus") == "Enabled":
        place = "" if is_aws(issuer.rpartition("/")[0]) else f"/{pool.id}"
        document["registration_endpoint"] = f"{base}{place}/oauth2/register"
    return dict(sorted(document.items()))
