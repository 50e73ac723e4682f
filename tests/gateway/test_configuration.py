"""The gateway's configuration: what is read, and what is refused with which words."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cognito_emulator.cli import main
from cognito_emulator.gateway.configuration import BadConfiguration, JwtAuthorizer, LoginAction, read
from cognito_emulator.gateway.settings import with_variables

ARN = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEfGhI"
JWT = {"AuthorizerType": "JWT", "JwtConfiguration": {"Issuer": "http://127.0.0.1:9229/x_1", "Audience": ["a"]}}
LOGIN_CONFIG = {"UserPoolArn": ARN, "UserPoolClientId": "c", "UserPoolDomain": "d"}
LOGIN = {"AuthorizerType": "authenticate-cognito", "AuthenticateCognitoConfig": LOGIN_CONFIG}


def document(authorizer: Any = JWT, route: dict[str, Any] | None = None, **settings: Any) -> dict[str, Any]:
    routes = [route or {"RouteKey": "$default", "Authorizer": "a"}]
    return {"Target": "http://127.0.0.1:3000", "Authorizers": {"a": authorizer}, "Routes": routes, **settings}


def login(**settings: Any) -> dict[str, Any]:
    return {**LOGIN, "AuthenticateCognitoConfig": {**LOGIN_CONFIG, **settings}}


def user_pools(**settings: Any) -> dict[str, Any]:
    return {"AuthorizerType": "COGNITO_USER_POOLS", "ProviderARNs": [ARN], **settings}


def test_what_is_not_said_has_awss_defaults() -> None:
    (route,) = read(document()).routes
    assert isinstance(route.authorizer, JwtAuthorizer)
    assert (route.authorizer.identity.place, route.authorizer.identity.name) == ("header", "Authorization")
    (action,) = read(document(LOGIN)).logins
    assert isinstance(action, LoginAction)
    assert (action.on_unauthenticated, action.scope, action.session_seconds) == ("authenticate", "openid", 604_800)
    assert action.cookie == "AWSELBAuthSessionCookie"
    assert action.pool.region == "eu-west-1"


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (document(Tarket="x"), "Tarket: unknown setting; did you mean Target?"),
        (document({**JWT, "Audience": "a"}), "Authorizers.a.Audience: unknown setting; there are AuthorizerType, "),
        (document({**JWT, "AuthorizerType": "jwt"}), "Authorizers.a.AuthorizerType: 'jwt' is none of JWT, "),
        (document({"AuthorizerType": "JWT"}), "Authorizers.a.JwtConfiguration: is missing"),
        (
            document({**JWT, "JwtConfiguration": {"Issuer": "x_1", "Audience": "a"}}),
            "Authorizers.a.JwtConfiguration.Issuer: an address such as",
        ),
        (
            document({**JWT, "JwtConfiguration": {"Issuer": "http://x/x_1", "Audience": []}}),
            "Authorizers.a.JwtConfiguration.Audience: is empty",
        ),
        (document({**JWT, "IdentitySource": "Authorization"}), "Authorizers.a.IdentitySource: one expression such as "),
        (document(user_pools(ProviderARNs=["eu-west-1_x"])), "Authorizers.a.ProviderARNs: the ARN of a user pool is "),
        (document(user_pools(IdentityValidationExpression="(")), "Authorizers.a.IdentityValidationExpression: missing"),
        (document(login(SessionTimeout=604_801)), "Authorizers.a.AuthenticateCognitoConfig.SessionTimeout: a number "),
        (document(login(OnUnauthenticatedRequest="reject")), "Authorizers.a.AuthenticateCognitoConfig.OnUnauthentica"),
        (document(login(SessionCookieName="a b")), "Authorizers.a.AuthenticateCognitoConfig.SessionCookieName: 'a b'"),
        (
            document(login(SessionTimeOut=1)),
            "Authorizers.a.AuthenticateCognitoConfig.SessionTimeOut: unknown setting; ",
        ),
        (document(Target=None), "Target: is missing"),
        (document(Target="127.0.0.1:3000"), "Target: an address such as http://127.0.0.1:3000 is expected"),
        (document(Target="http://127.0.0.1:3000/api"), "Target: an address without a path is expected"),
        (document(Endpoint="ftp://x"), "Endpoint: an address such as http://127.0.0.1:3000 is expected"),
        (document(TimeoutInSeconds="soon"), "TimeoutInSeconds: a number from 0.05 to 4000 is expected"),
        (document(Routes=[]), "Routes: there are none"),
        (document(Routes={}), "Routes: a list is expected, not settings"),
        (document(Routes=["GET /"]), "Routes[0]: settings are expected, not a text"),
        (document(route={"RouteKey": "GET /"}), "Authorizers.a: no route uses it"),
        (document(route={"RouteKey": "$default", "Authorizer": "b"}), "Routes[0].Authorizer: 'b' is none of a, NONE"),
        (document(route={"Authorizer": "a"}), "Routes[0].RouteKey: a route has either a RouteKey or a PathPattern"),
        (document(route={"RouteKey": "get /", "Authorizer": "a"}), "Routes[0].RouteKey: 'get /' is not $default"),
        (document(route={"RouteKey": "GET", "Authorizer": "a"}), "Routes[0].RouteKey: 'GET' has no path"),
        (document(route={"RouteKey": "GET /{a+}/b", "Authorizer": "a"}), "Routes[0].RouteKey: '{a+}' can only be the"),
        (document(route={"RouteKey": "GET /a{b}", "Authorizer": "a"}), "Routes[0].RouteKey: 'a{b}' is neither a text"),
        (document(route={"PathPattern": "a", "Authorizer": "a"}), "Routes[0].PathPattern: 'a' does not begin with /"),
        (
            document(LOGIN, route={"PathPattern": "/*", "Authorizer": "a", "AuthorizationScopes": ["x"]}),
            "Routes[0].AuthorizationScopes: only routes with a JWT or COGNITO_USER_POOLS authorizer have them",
        ),
        (
            document(route={"RouteKey": "$default", "Authorizer": "a", "RequestParameters": {"x": "y"}}),
            "Routes[0].RequestParameters: x is neither overwrite:header.NAME nor ",
        ),
        (
            document(
                route={
                    "RouteKey": "$default",
                    "Authorizer": "a",
                    "RequestParameters": {"overwrite:header.Host": "$context.authorizer.claims.sub"},
                }
            ),
            "Routes[0].RequestParameters: overwrite:header.Host: this header cannot be changed",
        ),
        ([], "the configuration: settings are expected, not a list"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(given: Any, text: str) -> None:
    with pytest.raises(BadConfiguration) as raised:
        read(given)
    assert str(raised.value).startswith(text)


def matching(*routes: dict[str, Any]) -> Any:
    """Which of several routes a request is for, by its number."""
    configuration = read(
        {
            "Target": "http://app",
            "Routes": [
                {**route, "RequestParameters": {"overwrite:header.n": str(n)}} for n, route in enumerate(routes)
            ],
        }
    )

    def number(method: str, path: str) -> int | None:
        found = next((route for route in configuration.routes if route.pattern.fits(method, path)), None)
        return int(found.changes[0].text or "") if found is not None else None

    return number


def test_the_most_specific_route_key_counts() -> None:
    keys = (
        "$default",
        "ANY /{proxy+}",
        "GET /pets/{id}",
        "ANY /pets/dog",
        "GET /pets/dog",
        "GET /pets/{proxy+}",
        "GET /",
    )
    route = matching(*({"RouteKey": key} for key in keys))
    assert route("GET", "/pets/dog") == 4
    assert route("POST", "/pets/dog") == 3
    assert route("GET", "/pets/cat") == 2
    assert route("GET", "/pets/cat/1") == 5
    assert route("GET", "/other") == route("POST", "/pets/cat") == 1
    assert route("GET", "/") == 6
    assert route("POST", "/") == 0


def test_path_patterns_count_in_their_order_and_before_route_keys() -> None:
    route = matching(
        {"RouteKey": "GET /img/a.png"},
        {"PathPattern": "/img/*", "HttpRequestMethod": ["GET", "HEAD"]},
        {"PathPattern": ["/img/?.png", "/doc/*"]},
    )
    assert route("GET", "/img/a.png") == 1
    assert route("POST", "/img/a.png") == 2
    assert route("POST", "/img/ab.png") is None
    assert route("GET", "/doc/x/y") == 2
    assert route("GET", "/DOC/x") is None
    assert route("GET", "/img.png") is None


def test_variables() -> None:
    given = {"a": ["http://${HOST}:${PORT}/", 7], "b": "$request.header.Authorization"}
    values = {"HOST": "127.0.0.1", "PORT": "80"}
    assert with_variables(given, values.get) == {"a": ["http://127.0.0.1:80/", 7], "b": "$request.header.Authorization"}
    with pytest.raises(BadConfiguration, match=r"^\$\{POOL\}: there is no such environment variable$"):
        with_variables("x${POOL}", values.get)


# The command


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Exit code and last line of standard error."""
    try:
        code = main(["gateway", "--port", "0", *arguments])
    except SystemExit as end:
        code = int(end.code or 0)
    return code, capsys.readouterr().err.strip().splitlines()[-1]


def test_the_command_says_what_is_wrong(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "gateway.yaml"
    assert said(capsys, "--config", str(path)) == (1, f"cognito-emulator: {path}: No such file or directory")
    path.write_text("Target: [http://127.0.0.1\nRoutes:\n")
    code, line = said(capsys, "--config", str(path))
    assert code == 1
    assert line.startswith(f"cognito-emulator: {path}: not YAML in line ")
    path.write_text("Target: http://127.0.0.1:3000\nRotes: []\n")
    assert said(capsys, "--config", str(path)) == (1, f"cognito-emulator: {path}: Routes: there are none")
    path.write_text("- a\n")
    assert said(capsys, "--config", str(path))[1].endswith(
        "settings are expected, such as Target: http://127.0.0.1:3000"
    )
    path.write_text("Target: ${NOWHERE_AT_ALL}\n")
    assert said(capsys, "--config", str(path))[1].endswith("${NOWHERE_AT_ALL}: there is no such environment variable")


def test_options_that_do_not_go_together(capsys: pytest.CaptureFixture[str]) -> None:
    prefix = "cognito-emulator: error: "
    assert said(capsys) == (2, f"{prefix}--config, or --issuer and --audience, say what is let through")
    assert said(capsys, "--config", "x", "--issuer", "y") == (2, f"{prefix}--issuer is for a gateway without --config")
    one = ["--target", "http://a", "--issuer", "http://x/x_1", "--audience", "a"]
    code, line = said(capsys, *one, "--tls-key", "y")
    assert (code, line) == (1, "cognito-emulator: --tls-certificate and --tls-key are given together, or not at all")
    assert said(capsys, "--issuer", "http://x/x_1", "--audience", "a") == (1, "cognito-emulator: Target: is missing")


def test_without_its_libraries_it_says_how_to_get_them() -> None:
    script = (
        "import sys; sys.modules['httpcore'] = None\n"
        "from cognito_emulator.cli import main\n"
        "sys.exit(main(['gateway', '--target', 'http://a', '--issuer', 'http://a/x_1', '--audience', 'a']))"
    )
    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert finished.returncode == 1
    assert finished.stderr.startswith(
        "cognito-emulator: the gateway needs two libraries more: pip install 'cognito-emulator[gateway]'"
    )
