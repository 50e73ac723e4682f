"""What `export` and `import` share."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cognito_emulator.cli import Failed, UsageError
from cognito_emulator.cli.options import config_of

if TYPE_CHECKING:
    from cognito_emulator.store.interface import Store

# How documents are written. Texts may hold half a surrogate pair, as JSON may.
ENCODING = ("utf-8", "surrogatepass")


@contextmanager
def lasting_store(arguments: argparse.Namespace, *, new: bool) -> Iterator[Store]:
    """The store that the options name, closed at the end. Memory is refused: it ends with its process.

    A SQLite file that is not there is made only if the store may be `new`.
    """
    url = config_of(arguments).store
    if url == "memory:":
        raise UsageError("name a store that lasts: --store sqlite:///<path> or postgresql://…")
    path = url.removeprefix("sqlite:///")
    if not new and path != url and not Path(path).exists():
        raise Failed(f"--store: there is no file {path}")

    from cognito_emulator.store import open_store

    try:
        store = open_store(url)
    except Exception as error:
        raise Failed(f"--store: {error}") from error
    try:
        yield store
    finally:
        store.close()


def noun(count: int, name: str) -> str:
    """A number with its noun."""
    return f"{count} {name}" if count == 1 else f"{count} {name}s"
