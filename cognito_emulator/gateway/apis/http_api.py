"""The JWT authorizer of API Gateway's HTTP APIs.

A token is good if a key of its issuer signed it (RSA only), `iss` is the issuer, `aud` (or `client_id`, where there is
no `aud`) is in the audience, `exp` is to come, `nbf` and `iat` have passed, and it has one of the route's scopes in
`scope` or `scp`.

Source: API Gateway developer guide, "Control access to HTTP APIs with JWT authorizers".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cognito_emulator.gateway import tokens
from cognito_emulator.gateway.apis import context
from cognito_emulator.gateway.apis.identity import token_in
from cognito_emulator.gateway.cognito import KeysUnreachable
from cognito_emulator.gateway.configuration import JwtAuthorizer, Route
from cognito_emulator.gateway.messages import Decision, Request

if TYPE_CHECKING:
    from cognito_emulator.gateway.apis.answers import HttpApiAnswers
    from cognito_emulator.gateway.cognito import Cognito


class _Refused(Exception):
    """The token is not good; the text is what the client is told."""


class HttpApi:
    """Decides about requests to routes with a JWT authorizer."""

    def __init__(self, cognito: Cognito, answers: HttpApiAnswers) -> None:
        self._cognito = cognito
        self._answers = answers

    def decide(self, request: Request, route: Route, authorizer: JwtAuthorizer) -> Decision:
        token = token_in(request, authorizer.identity)
        if not token:
            return self._answers.unauthorized()
        try:
            claims = self._verified(tokens.without_scheme(token), authorizer)
        except _Refused as refused:
            return self._answers.refused(str(refused))
        scopes = _scopes(claims)
        if route.scopes and not set(scopes) & set(route.scopes):
            return self._answers.forbidden(route.scopes)
        return context.of_http_api(request, route, claims, self._cognito.now(), self._answers.request_id())

    def _verified(self, token: str, authorizer: JwtAuthorizer) -> tokens.Claims:
        if token.count(".") != 2:
            raise _Refused("token contains an invalid number of segments")
        if token.lower().startswith("bearer "):
            raise _Refused("tokenstring should not contain 'bearer '")
        found = tokens.parts(token)
        if found is None:
            raise _Refused("token is malformed")
        header, claims = found
        self._check_signature(token, header, authorizer)
        self._check_claims(claims, authorizer)
        return claims

    def _check_signature(self, token: str, header: tokens.Claims, authorizer: JwtAuthorizer) -> None:
        algorithm, key_id = header.get("alg"), header.get("kid")
        if algorithm not in tokens.RSA_ALGORITHMS:
            raise _Refused(f"signing method {algorithm} is invalid")
        if not isinstance(key_id, str):
            raise _Refused("the token does not have a kid")
        try:
            key = self._cognito.key_of_issuer(authorizer.issuer, key_id)
        except KeysUnreachable:
            raise _Refused("OIDC discovery endpoint communication error") from None
        if key is None:
            raise _Refused("the token does not have a valid kid")
        if not tokens.is_signed(token, key, algorithm):
            raise _Refused("crypto/rsa: verification error")

    def _check_claims(self, claims: tokens.Claims, authorizer: JwtAuthorizer) -> None:
        if claims.get("iss") != authorizer.issuer:
            raise _Refused("the token does not have a valid issuer")
        if not set(_audience(claims)) & set(authorizer.audience):
            raise _Refused("the token does not have a valid audience")
        now = self._cognito.now()
        expires = tokens.moment(claims, "exp")
        if expires is None or expires <= now:
            raise _Refused("the token has expired")
        # One second of grace: times in tokens have no fractions.
        if any((moment := tokens.moment(claims, name)) is not None and moment > now + 1 for name in ("nbf", "iat")):
            raise _Refused("the token is not valid yet")


def _audience(claims: tokens.Claims) -> list[Any]:
    """The audiences of a token: its client only where it has no `aud`."""
    value = claims["aud"] if "aud" in claims else claims.get("client_id")
    return value if isinstance(value, list) else [value]


def _scopes(claims: tokens.Claims) -> list[str]:
    value = claims["scope"] if "scope" in claims else claims.get("scp")
    if isinstance(value, str):
        return value.split()
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
