"""What the gateway does, read from a document. Names are those of CloudFormation's resources.

`AWS::ApiGatewayV2::Authorizer` (JWT), `AWS::ApiGateway::Authorizer` (COGNITO_USER_POOLS), and the
`AuthenticateCognitoConfig` of an `AWS::ElasticLoadBalancingV2::Listener`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from cognito_emulator.gateway.apis.cors import Cors, read_cors
from cognito_emulator.gateway.apis.parameters import Change, read_changes
from cognito_emulator.gateway.patterns import BadPattern, Pattern, path_pattern, route_key
from cognito_emulator.gateway.settings import BadConfiguration, Settings

JWT = "JWT"
USER_POOLS = "COGNITO_USER_POOLS"
AUTHENTICATE = "authenticate-cognito"
_POOL_ARN = re.compile(r"arn:aws[\w-]*:cognito-idp:([a-z0-9-]+):(\d{12}):userpool/([\w-]+_[0-9a-zA-Z]+)")
_COOKIE_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_WEEK = 604_800


@dataclass(frozen=True)
class UserPool:
    """A user pool by its ARN."""

    region: str
    account: str
    id: str


@dataclass(frozen=True)
class Identity:
    """Where a token is in a request: a header or a parameter of the query."""

    place: str
    name: str


@dataclass(frozen=True)
class JwtAuthorizer:
    """An HTTP API's."""

    name: str
    issuer: str
    audience: tuple[str, ...]
    identity: Identity


@dataclass(frozen=True)
class UserPoolsAuthorizer:
    """A REST API's."""

    name: str
    pools: tuple[UserPool, ...]
    identity: Identity
    expression: re.Pattern[str] | None


@dataclass(frozen=True)
class LoginAction:
    """A load balancer's `authenticate-cognito`."""

    name: str
    pool: UserPool
    client_id: str
    client_secret: str | None
    domain: str
    on_unauthenticated: str
    scope: str
    cookie: str
    session_seconds: float
    extra: dict[str, str] = field(hash=False)


Authorizer = JwtAuthorizer | UserPoolsAuthorizer | LoginAction


@dataclass(frozen=True)
class Route:
    """Which requests, and what they need. No authorizer: they need nothing."""

    pattern: Pattern
    authorizer: Authorizer | None
    scopes: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def is_of_http_api(self) -> bool:
        """Whether it may be a route of an HTTP API."""
        return self.pattern.is_route_key and isinstance(self.authorizer, (JwtAuthorizer, type(None)))


@dataclass(frozen=True)
class Configuration:
    """All of it. `routes` are in the order in which they are tried."""

    target: str
    endpoint: str | None
    timeout: float | None
    load_balancer: str
    routes: tuple[Route, ...]
    cors: Cors | None

    @property
    def logins(self) -> tuple[LoginAction, ...]:
        """The load balancer's actions."""
        actions = (route.authorizer for route in self.routes if isinstance(route.authorizer, LoginAction))
        return tuple({action.name: action for action in actions}.values())


def read(document: Any) -> Configuration:
    """The configuration in a document. Raises BadConfiguration."""
    settings = Settings(document)
    authorizers = {name: _authorizer(name, inner) for name, inner in settings.named("Authorizers").items()}
    routes = [_route(inner, authorizers) for inner in settings.inners("Routes")]
    if not routes:
        raise settings.wrong("Routes", "there are none")
    for unused in set(authorizers) - {route.authorizer.name for route in routes if route.authorizer}:
        raise settings.wrong(f"Authorizers.{unused}", "no route uses it")
    target = _address(settings, "Target", required=True)
    endpoint = _address(settings, "Endpoint")
    if urlsplit(target or "").path:
        raise settings.wrong("Target", "an address without a path is expected: the app sees the path of the request")
    regions = (one.pool.region for one in authorizers.values() if isinstance(one, LoginAction))
    balancers = f"arn:aws:elasticloadbalancing:{next(regions, 'us-east-1')}:123456789012:loadbalancer/app"
    configuration = Configuration(
        target=target or "",
        endpoint=endpoint,
        timeout=settings.number("TimeoutInSeconds", 0.05, 4000),
        load_balancer=settings.text("LoadBalancerArn") or f"{balancers}/cognito-emulator/50dc6c495c0c9188",
        cors=read_cors(settings),
        routes=tuple(sorted(routes, key=lambda route: route.pattern.order)),
    )
    settings.done()
    return configuration


def _address(settings: Settings, name: str, required: bool = False) -> str | None:
    """A base URL without a slash at its end."""
    value = settings.text(name, required=required)
    if value is None:
        return None
    parts = urlsplit(value)
    try:
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or parts.query or parts.fragment or parts.username is not None:
        raise settings.wrong(name, f"an address such as http://127.0.0.1:3000 is expected, not {value}")
    return value.rstrip("/")


def _authorizer(name: str, settings: Settings) -> Authorizer:
    kind = settings.choice("AuthorizerType", (JWT, USER_POOLS, AUTHENTICATE))
    readers: dict[str, Callable[[str, Settings], Authorizer]] = {
        JWT: _jwt,
        USER_POOLS: _user_pools,
        AUTHENTICATE: _login,
    }
    made = readers[kind](name, settings)
    settings.done()
    return made


def _jwt(name: str, settings: Settings) -> JwtAuthorizer:
    inner = settings.inner("JwtConfiguration")
    issuer = _address(inner, "Issuer", required=True) or ""
    audience = inner.texts("Audience", required=True)
    inner.done()
    identity = _identity(settings, r"\$request\.(header|querystring)\.([\w-]+)", "$request.header.Authorization")
    return JwtAuthorizer(name, issuer, audience, identity)


def _user_pools(name: str, settings: Settings) -> UserPoolsAuthorizer:
    pools = tuple(_pool(settings, "ProviderARNs", arn) for arn in settings.texts("ProviderARNs", required=True))
    identity = _identity(settings, r"method\.request\.(header)\.([\w-]+)", "method.request.header.Authorization")
    expression = settings.text("IdentityValidationExpression")
    try:
        pattern = re.compile(expression) if expression is not None else None
    except re.error as error:
        raise settings.wrong("IdentityValidationExpression", str(error)) from None
    return UserPoolsAuthorizer(name, pools, identity, pattern)


def _login(name: str, settings: Settings) -> LoginAction:
    inner = settings.inner("AuthenticateCognitoConfig")
    cookie = inner.text("SessionCookieName", "AWSELBAuthSessionCookie") or ""
    if not _COOKIE_NAME.fullmatch(cookie):
        raise inner.wrong("SessionCookieName", f"{cookie!r} cannot be the name of a cookie")
    domain = _address(inner, "UserPoolDomain") if "://" in str(inner.value("UserPoolDomain")) else None
    made = LoginAction(
        name=name,
        pool=_pool(inner, "UserPoolArn", inner.required("UserPoolArn")),
        client_id=inner.required("UserPoolClientId"),
        client_secret=inner.text("UserPoolClientSecret"),
        domain=domain or inner.required("UserPoolDomain"),
        on_unauthenticated=inner.choice("OnUnauthenticatedRequest", ("authenticate", "allow", "deny"), "authenticate"),
        scope=inner.text("Scope", "openid") or "",
        cookie=cookie,
        session_seconds=inner.number("SessionTimeout", 1, _WEEK, _WEEK) or _WEEK,
        extra=inner.mapping("AuthenticationRequestExtraParams"),
    )
    inner.done()
    return made


def _pool(settings: Settings, name: str, arn: str) -> UserPool:
    found = _POOL_ARN.fullmatch(arn)
    if found is None:
        raise settings.wrong(name, f"the ARN of a user pool is expected, not {arn}")
    return UserPool(*found.groups())


def _identity(settings: Settings, form: str, default: str) -> Identity:
    given = settings.texts("IdentitySource") or (default,)
    found = re.fullmatch(form, given[0])
    if found is None or len(given) > 1:
        raise settings.wrong("IdentitySource", f"one expression such as {default} is expected, not {', '.join(given)}")
    return Identity(found.group(1), found.group(2))


def _route(settings: Settings, authorizers: dict[str, Authorizer]) -> Route:
    pattern = _pattern(settings)
    name = settings.text("Authorizer", "NONE") or ""
    authorizer = authorizers.get(name)
    if authorizer is None and name != "NONE":
        raise settings.wrong("Authorizer", f"{name!r} is none of {', '.join([*authorizers, 'NONE'])}")
    scopes = settings.texts("AuthorizationScopes")
    if scopes and not isinstance(authorizer, (JwtAuthorizer, UserPoolsAuthorizer)):
        raise settings.wrong("AuthorizationScopes", f"only routes with a {JWT} or {USER_POOLS} authorizer have them")
    try:
        changes = read_changes(settings.mapping("RequestParameters"))
    except ValueError as error:
        raise settings.wrong("RequestParameters", str(error)) from None
    if changes and isinstance(authorizer, LoginAction):
        raise settings.wrong("RequestParameters", "only routes of an API have them")
    settings.done()
    return Route(pattern, authorizer, scopes, changes)


def _pattern(settings: Settings) -> Pattern:
    if settings.has("RouteKey") == settings.has("PathPattern"):
        raise settings.wrong("RouteKey", "a route has either a RouteKey or a PathPattern")
    try:
        if settings.has("RouteKey"):
            return route_key(settings.required("RouteKey"))
        return path_pattern(settings.texts("PathPattern", required=True), settings.texts("HttpRequestMethod"))
    except BadPattern as error:
        raise settings.wrong("RouteKey" if settings.has("RouteKey") else "PathPattern", str(error)) from None


__all__ = ["BadConfiguration", "Configuration", "read"]
