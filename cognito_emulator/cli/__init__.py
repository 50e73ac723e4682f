"""The command line: parses arguments and nothing else.

Each command is a module of this package with `add_parser(subparsers)`, which sets `run` (arguments → exit code) as a
default of its parser, and imports what does the work inside `run`. A new command is a module and a name in `COMMANDS`.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from cognito_emulator import __version__

COMMANDS = ("serve", "gateway", "export", "import_", "conform", "record", "replay")


class UsageError(Exception):
    """What the user asked for cannot be; the text says why. Exit code 2."""


class Failed(Exception):
    """The command failed; the text says why, in one line. Exit code 1."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command in `arguments` (default: those of the process) and return its exit code."""
    parser = argument_parser()
    given = parser.parse_args(arguments)
    if given.run is None:
        parser.print_help()
        return 0
    try:
        code: int = given.run(given)
    except UsageError as error:
        parser.error(str(error))
    except Failed as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    return code


def argument_parser() -> argparse.ArgumentParser:
    """The parser of every command."""
    parser = argparse.ArgumentParser(
        prog="cognito-emulator",
        description="An emulator of Amazon Cognito: user pools, identity pools and Cognito Sync.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.set_defaults(run=None)
    subparsers = parser.add_subparsers(title="commands", metavar="<command>")
    for name in COMMANDS:
        importlib.import_module(f"{__name__}.{name}").add_parser(subparsers)
    return parser
