"""The COGNITO_USER_POOLS authorizer of API Gateway's REST APIs.

A route without scopes wants an ID token, one with scopes an access token that has one of them. Either is of one of the
pools: one of the pool's keys signed it, and the pool is at the end of its issuer, whatever the emulator calls itself.

Sources: API Gateway developer guide, "Control access to REST APIs using Amazon Cognito user pools as an authorizer"
and "Integrate a REST API with an Amazon Cognito user pool"; API reference, `Authorizer.identityValidationExpression`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_emulator.gateway import tokens
from cognito_emulator.gateway.apis import context
from cognito_emulator.gateway.apis.identity import token_in
from cognito_emulator.gateway.cognito import KeysUnreachable
from cognito_emulator.gateway.configuration import Route, UserPoolsAuthorizer
from cognito_emulator.gateway.messages import Decision, Request

if TYPE_CHECKING:
    from cognito_emulator.gateway.apis.answers import RestApiAnswers
    from cognito_emulator.gateway.cognito import Cognito


class RestApi:
    """Decides about requests to routes with a COGNITO_USER_POOLS authorizer."""

    def __init__(self, cognito: Cognito, answers: RestApiAnswers) -> None:
        self._cognito = cognito
        self._answers = answers

    def decide(self, request: Request, route: Route, authorizer: UserPoolsAuthorizer) -> Decision:
        value = token_in(request, authorizer.identity)
        if not value:
            return self._answers.unauthorized("no token")
        token = tokens.without_scheme(value)
        found = tokens.parts(token)
        if found is None:
            return self._answers.unauthorized("not a token")
        header, claims = found
        if not self._is_of_a_pool(token, header, claims, authorizer):
            return self._answers.unauthorized("not signed by a user pool of the authorizer")
        now = self._cognito.now()
        expires = tokens.moment(claims, "exp")
        if expires is None or expires <= now:
            return self._answers.expired()
        reason = _unfit(claims, route, authorizer)
        if reason is not None:
            return self._answers.unauthorized(reason)
        if route.scopes and not set(str(claims.get("scope", "")).split()) & set(route.scopes):
            return self._answers.denied(f"the token has none of the scopes {' '.join(route.scopes)}")
        return context.of_rest_api(request, route, claims, now, self._answers.request_id())

    def _is_of_a_pool(
        self, token: str, header: tokens.Claims, claims: tokens.Claims, authorizer: UserPoolsAuthorizer
    ) -> bool:
        issuer, key_id, algorithm = claims.get("iss"), header.get("kid"), header.get("alg")
        if not isinstance(issuer, str) or not isinstance(key_id, str) or algorithm not in tokens.RSA_ALGORITHMS:
            return False
        pool = next((pool for pool in authorizer.pools if issuer.endswith(f"/{pool.id}")), None)
        if pool is None:
            return False
        try:
            key = self._cognito.key_of_pool(pool, key_id)
        except KeysUnreachable:
            return False
        return key is not None and tokens.is_signed(token, key, str(algorithm))


def _unfit(claims: tokens.Claims, route: Route, authorizer: UserPoolsAuthorizer) -> str | None:
    """Why a good token is of the wrong kind for this route; None if it is of the right one."""
    wanted, name = ("access", "an access token") if route.scopes else ("id", "an ID token")
    if claims.get("token_use") != wanted:
        return f"a route {'with' if route.scopes else 'without'} scopes wants {name}"
    audience = claims.get("aud")
    if authorizer.expression is not None and not authorizer.expression.fullmatch(str(audience or "")):
        return "IdentityValidationExpression does not match aud"
    return None
