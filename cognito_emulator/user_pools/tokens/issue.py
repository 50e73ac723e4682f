"""Tokens of a sign-in, signed."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace
from typing import Any

import orjson

from cognito_emulator.aws.call import Call
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import records, repository, user_sessions
from cognito_emulator.user_pools.expiry import purge_expired
from cognito_emulator.user_pools.records import Client, Pool, RefreshToken, TokenFamily, User
from cognito_emulator.user_pools.schema import client_settings
from cognito_emulator.user_pools.session_records import UserSession
from cognito_emulator.user_pools.tokens import scopes
from cognito_emulator.user_pools.tokens.claims import Claims, access_claims, at_hash, client_claims, id_claims
from cognito_emulator.user_pools.tokens.issuer import issuer_of
from cognito_emulator.user_pools.tokens.keys import Key, KeyRing, base64url
from cognito_emulator.user_pools.triggers import pre_token_generation
from cognito_emulator.user_pools.triggers.pre_token_generation import Occasion

ADMIN_SCOPE = scopes.ADMIN
_JWE_HEADER = base64.urlsafe_b64encode(b'{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}').rstrip(b"=").decode()


def validity(client: Client, token: str) -> int:
    """Seconds that a token of the client lives. `token` is `AccessToken`, `IdToken` or `RefreshToken`."""
    return client_settings.validity(client.settings, token)


@dataclass(frozen=True)
class SignedIn:
    """A sign-in with its first tokens; `keep` has to be run in a transaction for them to work."""

    family: TokenFamily
    result: dict[str, Any]
    refresh_token: RefreshToken | None
    session: UserSession | None = None

    def keep(self, tx: Transaction) -> None:
        """Write the sign-in and its refresh token."""
        purge_expired(tx, self.family)
        tx.insert(records.FAMILIES, self.family)
        if self.refresh_token is not None:
            tx.insert(records.REFRESH_TOKENS, self.refresh_token)
        if self.session is not None:
            user_sessions.begin(tx, self.session)


def sign_in(
    call: Call,
    pool: Pool,
    client: Client,
    user: User,
    *,
    device_key: str = "",
    event_id: str | None = None,
    assurance: dict[str, Any] | None = None,
    occasion: Occasion = Occasion(),  # noqa: B008  (frozen)
) -> SignedIn:
    """Tokens for a user who proved to the API who they are.

    `occasion` is what a pre token generation function is told, `event_id` the event in the user's history, where
    the pool keeps one, `assurance` what the tokens say of the level, where one was asked for.
    """
    family = replace(family_of(call, pool, client, user, ADMIN_SCOPE), device_key=device_key, assurance=assurance)
    family = replace(family, event_id=event_id or family.event_id)
    return _signed_in(call, pool, client, user, family, occasion)


@dataclass(frozen=True)
class Grant:
    """What a user granted an app at the pool's domain, and when they signed in.

    `session_id` is the session of the browser, where sessions are tracked, `event_id` the sign-in in the user's
    history, where the pool keeps one. `assurance` has the claims of the level, where one was asked for.
    """

    scopes: list[str]
    auth_time: float
    nonce: str | None = None
    resource: str | None = None
    session_id: str = ""
    event_id: str = ""
    assurance: dict[str, Any] | None = None


def grant(call: Call, pool: Pool, client: Client, user: User, given: Grant, *, refreshable: bool) -> SignedIn:
    """Tokens for what a user granted at the pool's domain; the implicit grant has no refresh token."""
    oauth = {"nonce": given.nonce, "resource": given.resource}
    family = family_of(call, pool, client, user, " ".join(given.scopes))
    family = replace(family, auth_time=int(given.auth_time), oauth=oauth, assurance=given.assurance)
    family = replace(family, event_id=given.event_id or family.event_id)
    occasion = Occasion(pre_token_generation.HOSTED_AUTH)
    return _signed_in(call, pool, client, user, family, occasion, refreshable=refreshable, origin_id=given.session_id)


def client_token(
    call: Call, pool: Pool, client: Client, granted: list[str], metadata: dict[str, str] | None = None
) -> dict[str, Any]:
    """The access token that a client gets for itself, as `ClientAuthenticationResult` has it.

    `metadata` is for the pool's pre token generation function.
    """
    issued, seconds = int(call.now), validity(client, "AccessToken")
    common: Claims = {
        "iss": issuer_of(call.emulator.config, pool, call.request.base_url),
        "auth_time": issued,
        "iat": issued,
        "exp": issued + seconds,
        "jti": call.emulator.randomness.uuid(),
    }
    changes = pre_token_generation.run_for_machine(call, pool, client.id, granted, metadata)
    claims = changes.in_access_token(client_claims(client, " ".join(granted), common))
    token = sign(claims, call.emulator.part(KeyRing).of(pool.id).access)
    return {"AccessToken": token, "ExpiresIn": seconds, "TokenType": "Bearer"}


def family_of(call: Call, pool: Pool, client: Client, user: User, scope: str) -> TokenFamily:
    """The record of a sign-in that happens now; nothing is written."""
    uuid = call.emulator.randomness.uuid
    return TokenFamily(
        origin_jti=uuid(),
        pool_id=pool.id,
        client_id=client.id,
        user_key=user.key,
        auth_time=int(call.now),
        expires=call.now + validity(client, "RefreshToken"),
        scope=scope,
        generation=user.generation,
        event_id=uuid(),
    )


def _signed_in(
    call: Call,
    pool: Pool,
    client: Client,
    user: User,
    family: TokenFamily,
    occasion: Occasion,
    *,
    refreshable: bool = True,
    origin_id: str = "",
) -> SignedIn:
    expires = family.expires if refreshable else call.now + validity(client, "AccessToken")
    session = user_sessions.of_sign_in(call, client, family, expires, origin_id)
    if session is not None:
        family = replace(family, session_id=session.id)
    result = signed_tokens(call, pool, client, user, family, occasion)
    if not refreshable:
        return SignedIn(family, result, None, session)
    text, refresh_token = new_refresh_token(call, family)
    result["RefreshToken"] = text
    return SignedIn(family, result, refresh_token, session)


def new_refresh_token(call: Call, family: TokenFamily) -> tuple[str, RefreshToken]:
    """A refresh token (an opaque text of five parts) and its record. It ends when the sign-in ends."""
    raw = call.emulator.randomness.bytes(1068)
    parts = (raw[:256], raw[256:268], raw[268:])
    text = ".".join([_JWE_HEADER, *(base64url(part).decode() for part in parts)])
    text = f"{text}.{_made_for(family.client_id, text)}"
    return text, RefreshToken(token_hash(text), family.pool_id, family.origin_jti, family.expires)


def is_made_for(client_id: str, refresh_token: str) -> bool:
    """Whether a text is a refresh token that a client once had, in force or forgotten long ago.

    It is no secret how to tell: nothing is granted for it.
    """
    text, _, last = refresh_token.rpartition(".")
    return text.startswith(f"{_JWE_HEADER}.") and last == _made_for(client_id, text)


def _made_for(client_id: str, text: str) -> str:
    digest = hashlib.sha256(f"{client_id}.{text}".encode("utf-8", "surrogatepass")).digest()
    return base64url(digest[:16]).decode()


def token_hash(text: str) -> str:
    """What is kept of an opaque token."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def signed_tokens(
    call: Call, pool: Pool, client: Client, user: User, family: TokenFamily, occasion: Occasion
) -> dict[str, Any]:
    """A fresh ID and access token of a sign-in, as `AuthenticationResult` has them.

    What was granted at the pool's domain without the scope openid has no ID token.
    Runs the pool's pre token generation function, which may refuse, and is so never called in a transaction.
    """
    keys = call.emulator.part(KeyRing).of(pool.id)
    groups = repository.groups_of(call.reader, user)
    access = access_claims(user, client, family, groups, common_claims(call, pool, client, user, family, "AccessToken"))
    changes = pre_token_generation.run(call, pool, client.id, user, groups, family.scopes, occasion)
    result: dict[str, Any] = {
        "AccessToken": sign(changes.in_access_token(access), keys.access),
        "ExpiresIn": validity(client, "AccessToken"),
        "TokenType": "Bearer",
    }
    if family.oauth is None or scopes.OPENID in family.scopes:
        identity = id_claims(user, client, family, groups, common_claims(call, pool, client, user, family, "IdToken"))
        if family.oauth is not None:
            identity["at_hash"] = at_hash(result["AccessToken"])
        result["IdToken"] = sign(changes.in_id_token(identity), keys.id)
    return result


def common_claims(call: Call, pool: Pool, client: Client, user: User, family: TokenFamily, token: str) -> Claims:
    """Claims that ID and access tokens have in common; `token` is `IdToken` or `AccessToken`."""
    issued = int(call.now)
    claims: Claims = {
        "sub": user.sub,
        "iss": issuer_of(call.emulator.config, pool, call.request.base_url),
        "auth_time": family.auth_time,
        "iat": issued,
        "exp": issued + validity(client, token),
        "jti": call.emulator.randomness.uuid(),
        **(family.assurance or {}),
    }
    if family.oauth is None or token == "IdToken":
        claims["event_id"] = family.event_id
    if client.revocation_enabled:
        claims["origin_jti"] = family.origin_jti
    return claims


def sign(claims: Claims, key: Key) -> str:
    """A JWT with the header that the service writes: `kid` and `alg`, no `typ`; slashes in the claims are escaped.

    Source: reference oauth-and-hosted-ui.md §7 (a decoded ID token).
    """
    signed = key.jwt_header + b"." + base64url(orjson.dumps(claims).replace(b"/", b"\\/"))
    return (signed + b"." + base64url(key.signature(signed))).decode()
