"""`cognito-emulator serve`: the server."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from cognito_emulator.cli import Failed
from cognito_emulator.cli.options import add_options, config_of

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "serve",
        help="serve the AWS APIs, the issuers' documents and the control API at one address",
        description="Serve everything at one address. Prints one line with the address when it accepts connections.",
    )
    add_options(parser)
    parser.add_argument(
        "--exit-with-stdin",
        action="store_true",
        help="stop when standard input is closed, and so with the process that started this one",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until a signal comes."""
    config = config_of(arguments)

    from cognito_emulator.http.server import CannotServe, serve

    try:
        serve(config, exit_with_stdin=arguments.exit_with_stdin)
    except CannotServe as error:
        raise Failed(str(error)) from None
    return 0
