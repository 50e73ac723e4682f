"""`cognito-emulator gateway`: a reverse proxy in front of an app, with the authorizers that AWS would have there."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cognito_emulator.cli import Failed, UsageError

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "gateway",
        help="stand in front of an app as API Gateway or a load balancer would, with their Cognito authorizers",
        description="A reverse proxy in front of an app. Each route has a JWT authorizer (API Gateway HTTP API), a "
        "COGNITO_USER_POOLS authorizer (REST API), the load balancer's authenticate-cognito, or nothing. Routes are in "
        "a file; --issuer and --audience alone put one JWT authorizer in front of everything.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8080, help="port to listen on; 0 picks a free one (default: 8080)")
    parser.add_argument("--config", type=Path, metavar="FILE", help="the routes and authorizers, in YAML or JSON")
    parser.add_argument("--target", metavar="URL", help="the app (in the file: Target)")
    parser.add_argument("--endpoint", metavar="URL", help="the emulator (in the file: Endpoint; without: AWS)")
    parser.add_argument("--issuer", metavar="URL", help="issuer of a JWT authorizer for all routes, without a file")
    parser.add_argument("--audience", action="append", metavar="ID", help="its audience; may be given repeatedly")
    parser.add_argument("--scope", action="append", metavar="SCOPE", help="its scopes; may be given repeatedly")
    parser.add_argument("--tls-certificate", metavar="FILE", help="serve HTTPS with this certificate (PEM)")
    parser.add_argument("--tls-key", metavar="FILE", help="the certificate's private key (PEM)")
    parser.add_argument("--log-format", choices=("text", "json", "off"), default="text", help="access log")
    parser.add_argument(
        "--exit-with-stdin",
        action="store_true",
        help="stop when standard input is closed, and so with the process that started this one",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until a signal comes."""
    from cognito_emulator.config import Config
    from cognito_emulator.gateway.server import BadConfiguration, document_in, serve
    from cognito_emulator.http.server import CannotServe

    _check(arguments)
    names = ("host", "port", "log_format", "tls_certificate", "tls_key")
    config = Config(**{name: getattr(arguments, name) for name in names})
    name = f"{arguments.config}: " if arguments.config else ""
    try:
        document = document_in(arguments.config) if arguments.config else _one_authorizer(arguments)
        for setting in ("target", "endpoint"):
            if getattr(arguments, setting) is not None:
                document[setting.capitalize()] = getattr(arguments, setting)
        serve(document, config, arguments.exit_with_stdin)
    except BadConfiguration as error:
        raise Failed(f"{name}{error}") from None
    except OSError as error:
        raise Failed(f"{name}{error.strerror or error}") from None
    except CannotServe as error:
        raise Failed(str(error)) from None
    return 0


def _check(arguments: argparse.Namespace) -> None:
    alone = [name for name in ("issuer", "audience", "scope") if getattr(arguments, name)]
    if arguments.config is not None and alone:
        raise UsageError(f"--{alone[0]} is for a gateway without --config")
    if arguments.config is None and not (arguments.issuer and arguments.audience):
        raise UsageError("--config, or --issuer and --audience, say what is let through")


def _one_authorizer(arguments: argparse.Namespace) -> dict[str, Any]:
    """The document of a gateway with one JWT authorizer."""
    route = {"RouteKey": "$default", "Authorizer": "jwt", "AuthorizationScopes": arguments.scope}
    configuration = {"Issuer": arguments.issuer, "Audience": arguments.audience}
    authorizers = {"jwt": {"AuthorizerType": "JWT", "JwtConfiguration": configuration}}
    return {"Authorizers": authorizers, "Routes": [route]}
