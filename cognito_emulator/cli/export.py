"""`cognito-emulator export`: a whole store as one readable document."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cognito_emulator.cli import Failed
from cognito_emulator.cli.options import add_options
from cognito_emulator.cli.state import ENCODING, lasting_store, noun

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "export",
        help="write everything in a store to a file",
        description="Write everything in a store (pools, users, keys, sessions, messages, settings) to one JSON file, "
        "as it is at one moment. Servers on the store may go on.",
    )
    add_options(parser, "store")
    parser.add_argument("file", nargs="?", metavar="FILE", default="-", help="the file; - or none: standard output")
    parser.add_argument("--overwrite", action="store_true", help="write over a file that is there")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the document."""
    import json

    from cognito_emulator.store.document import export_document
    from cognito_emulator.tables import all_tables

    with lasting_store(arguments, new=False) as store:
        document = export_document(store, all_tables())
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    _write(arguments.file, text.encode(*ENCODING), arguments.overwrite)
    count = sum(map(len, document["tables"].values()))
    print(f"exported {noun(count, 'record')}", file=sys.stderr)
    return 0


def _write(name: str, content: bytes, overwrite: bool) -> None:
    if name == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return
    try:
        with Path(name).open("wb" if overwrite else "xb") as file:
            file.write(content)
    except FileExistsError:
        raise Failed(f"{name} is there already; --overwrite writes over it") from None
    except OSError as error:
        raise Failed(f"cannot write {name}: {error.strerror or error}") from None
