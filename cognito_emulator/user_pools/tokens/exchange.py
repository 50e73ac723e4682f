"""Token exchange: from a token that one service holds to one for the next service.

The new token is the subject's: revoking the sign-in behind the subject token revokes it too. It has no refresh token.
A subject token is of a user; an actor token may also be one that an app client got for itself, or of somebody who is
no user here. ID tokens stand for the scopes of the sign-in that they come from, those of other issuers for none.

Sources: GetDerivedToken in botocore's model; RFC 8693 (the claim `act` names the actor, and holds the `act` of the
subject token; an issued token that is no access token has the token type `N_A`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from cognito_emulator.aws.call import Call
from cognito_emulator.user_pools import domains, errors, records, repository
from cognito_emulator.user_pools.records import Client, Pool, TokenFamily, User
from cognito_emulator.user_pools.tokens import foreign, issue
from cognito_emulator.user_pools.tokens.claims import access_claims, id_claims
from cognito_emulator.user_pools.tokens.keys import KeyRing
from cognito_emulator.user_pools.tokens.verify import is_revoked, pool_id_of
from cognito_emulator.user_pools.triggers import pre_token_generation
from cognito_emulator.user_pools.triggers.pre_token_generation import Occasion

Claims = dict[str, Any]
Params = dict[str, Any]
ACCESS_TOKEN, ID_TOKEN = "ACCESS_TOKEN", "ID_TOKEN"
IMPERSONATION, DELEGATION = "TOKEN_EXCHANGE_IMPERSONATION", "TOKEN_EXCHANGE_DELEGATION"


@dataclass(frozen=True)
class Presented:
    """A token that was presented, and whom it is of: `user` is None for an app client's own."""

    claims: Claims
    user: User | None
    family: TokenFamily | None
    is_foreign: bool = False

    @property
    def scopes(self) -> list[str]:
        if "scope" in self.claims or self.family is None:
            return str(self.claims.get("scope", "")).split()
        return self.family.scopes if self.claims["token_use"] == "id" else []


@dataclass(frozen=True)
class Wanted:
    """What the new token is to be."""

    type: str
    scopes: list[str]
    audience: str | None
    act: Claims | None


def check_combinations(params: Params) -> None:
    """Refuse parameters of GetDerivedToken that do not go together."""
    if params.get("Audiences") and params.get("Resources"):
        raise errors.audiences_and_resources()
    if ("ActorToken" in params) != ("ActorTokenType" in params):
        raise errors.token_and_type_go_together("Actor")
    if "ActorTokenProviderName" in params and "ActorToken" not in params:
        raise errors.provider_of_missing_token("Actor")


def flow_of(params: Params) -> str:
    """The flow that a client needs for an exchange."""
    return DELEGATION if "ActorToken" in params else IMPERSONATION


def run(call: Call, pool: Pool, client: Client, params: Params) -> Claims:
    """GetDerivedToken for a client that may exchange: the parameters and the answer are that operation's."""
    if params.get("Resources"):
        domains.resource_server(call.reader, pool, params["Resources"][0])
    subject = _presented(call, pool, params, "Subject")
    actor = _presented(call, pool, params, "Actor") if "ActorToken" in params else None
    if subject.user is None:
        raise errors.invalid_exchange_token("Subject")
    wanted = Wanted(
        type=params.get("RequestedTokenType", ACCESS_TOKEN),
        scopes=granted(client, subject, params.get("Scopes", [])),
        audience=next(iter(params.get("Audiences") or params.get("Resources") or []), None),
        act=actor_claim(subject, actor),
    )
    return derive(call, pool, client, subject, subject.user, wanted)


def _presented(call: Call, pool: Pool, params: Params, name: str) -> Presented:
    provider = params.get(f"{name}TokenProviderName")
    return present(call, pool, name, params[f"{name}Token"], params[f"{name}TokenType"], provider)


def present(call: Call, pool: Pool, name: str, token: str, type: str, provider: str | None) -> Presented:
    """Check a token. `name` is `Subject` or `Actor`.

    Raises `NotAuthorizedException` for one that is not of the pool (or `provider`), not of that type, expired or
    revoked, and `UserNotFoundException` if its user is gone.
    """
    if provider is not None or type == foreign.SAML2:
        found = foreign.read(call, pool, name, token, type, provider)
        about = foreign.user_of(call, pool, found) if name == "Subject" else None
        return Presented(found.claims, about, None, is_foreign=True)
    claims = _verified(call, pool, token, type)
    client = call.reader.get(records.CLIENTS, claims.get("client_id") or claims["aud"]) if claims else None
    if claims is None or client is None:
        raise errors.invalid_exchange_token(name)
    if claims["exp"] <= call.now:
        raise errors.exchange_token_expired(name)
    family = call.reader.get(records.FAMILIES, claims.get("origin_jti") or "")
    username = claims.get("username") or claims.get("cognito:username")
    if username is None:
        return Presented(claims, None, None)
    user = call.reader.get(records.USERS, pool.id, pool.fold(username))
    if user is None or user.sub != claims["sub"]:
        raise errors.user_does_not_exist()
    if not user.enabled:
        raise errors.user_is_disabled()
    if is_revoked(client, user, claims, family):
        raise errors.exchange_token_revoked(name)
    return Presented(claims, user, family)


def granted(client: Client, subject: Presented, requested: list[str]) -> list[str]:
    """The scopes of the new token: the subject's, or those requested that subject and client both have."""
    if not requested:
        return subject.scopes
    allowed = set(client.settings.get("AllowedOAuthScopes", [])) & set(subject.scopes)
    return [scope for scope in dict.fromkeys(requested) if scope in allowed]


def actor_claim(subject: Presented, actor: Presented | None) -> Claims | None:
    """Who acts for the subject; who did so before is inside. Without an actor, the subject's own history stays.

    An actor that another issuer knows is named together with it. Source: RFC 8693, section 4.1.
    """
    earlier: Claims | None = subject.claims.get("act")
    if actor is None:
        return earlier
    whose = {"iss": actor.claims["iss"]} if actor.is_foreign else {}
    return {"sub": actor.claims["sub"], **whose, **({"act": earlier} if earlier else {})}


def derive(call: Call, pool: Pool, client: Client, subject: Presented, user: User, wanted: Wanted) -> Claims:
    """The new token, as the answer of GetDerivedToken has it. Runs the pool's pre token generation function."""
    family = replace(
        subject.family or issue.family_of(call, pool, client, user, ""),
        scope=" ".join(wanted.scopes),
        client_id=client.id,
        auth_time=int(subject.claims["auth_time"]),
        oauth=None,
    )
    groups = repository.groups_of(call.reader, user)
    keys = call.emulator.part(KeyRing).of(pool.id)
    changes = pre_token_generation.run(call, pool, client.id, user, groups, wanted.scopes, Occasion())
    answer: Claims = {"IssuedTokenType": wanted.type}
    if wanted.type == ID_TOKEN:
        common = issue.common_claims(call, pool, client, user, family, "IdToken")
        claims = changes.in_id_token(id_claims(user, client, family, groups, common))
        answer |= {"TokenType": "N_A", "ExpiresIn": issue.validity(client, "IdToken")}
    else:
        common = issue.common_claims(call, pool, client, user, family, "AccessToken")
        claims = changes.in_access_token(access_claims(user, client, family, groups, common))
        answer |= {"TokenType": "Bearer", "ExpiresIn": issue.validity(client, "AccessToken")}
        answer["Scopes"] = claims.get("scope", "").split()
    if subject.family is None:
        claims.pop("origin_jti", None)
    if wanted.audience is not None:
        claims["aud"] = wanted.audience
    if wanted.act is not None:
        claims["act"] = wanted.act
    answer["IssuedToken"] = issue.sign(claims, keys.id if wanted.type == ID_TOKEN else keys.access)
    return answer


def _verified(call: Call, pool: Pool, token: str, type: str) -> Claims | None:
    """The claims of a token of this pool and this type; None if it is not."""
    import jwt

    keys = call.emulator.part(KeyRing).of(pool.id)
    key, use = (keys.id, "id") if type == ID_TOKEN else (keys.access, "access")
    try:
        claims: Claims = jwt.decode(
            token,
            key.public,
            algorithms=["RS256"],
            options={"verify_exp": False, "verify_aud": False, "verify_iat": False},
        )
    except jwt.InvalidTokenError:
        return None
    return claims if claims.get("token_use") == use and pool_id_of(claims) == pool.id else None
