"""`cognito-emulator import`: a document that `export` wrote, into a store."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cognito_emulator.cli import Failed
from cognito_emulator.cli.options import add_options
from cognito_emulator.cli.state import ENCODING, lasting_store, noun

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "import",
        help="fill a store with what export wrote",
        description="Fill an empty store with a document that export wrote: all of it, or nothing.",
    )
    add_options(parser, "store")
    parser.add_argument("file", nargs="?", metavar="FILE", default="-", help="the file; - or none: standard input")
    parser.add_argument(
        "--overwrite", action="store_true", help="replace everything that the store holds; stop its servers first"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Fill the store."""
    from cognito_emulator.store.document import NotEmpty, read_document, write_contents
    from cognito_emulator.tables import all_tables

    document = _read(arguments.file)
    try:
        contents = read_document(all_tables(), document)
        with lasting_store(arguments, new=True) as store:
            count = write_contents(store, contents, replace=arguments.overwrite)
    except NotEmpty as error:
        raise Failed(f"the store is not empty, it has {error}; --overwrite replaces all it holds") from None
    except ValueError as error:
        raise Failed(str(error)) from None
    print(f"imported {noun(count, 'record')}", file=sys.stderr)
    return 0


def _read(name: str) -> Any:
    import json

    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return json.loads(content.decode(*ENCODING), parse_constant=_refuse)
    except OSError as error:
        raise Failed(f"cannot read {name}: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise Failed(f"{name} is not JSON: {error}") from None


def _refuse(constant: str) -> Any:
    """`NaN` and the like, which only Python takes for JSON."""
    raise ValueError(f"{constant} is no number")
