"""`cognito-emulator record`: real traffic to a recording, without secrets and personal data."""

from __future__ import annotations

import argparse
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cognito_emulator.cli import Failed, UsageError

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "record",
        help="record calls to AWS through a local endpoint, scrubbed",
        description=(
            "Serve an endpoint that hands every Cognito call on to AWS and writes it, without secrets and personal "
            "data, to a file that can be contributed. Stop with Ctrl-C."
        ),
    )
    parser.add_argument("file", type=Path, metavar="FILE.jsonl", help="where the recording goes")
    parser.add_argument("--region", default="us-east-1", help="region of the calls (default: us-east-1)")
    parser.add_argument("--port", type=int, default=9230, help="port to listen on (default: 9230; 0: a free one)")
    parser.add_argument("--to", default="", metavar="URL", help="another endpoint instead of AWS")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted."""
    from cognito_emulator.conformance.endpoint import Credentials, aws
    from cognito_emulator.conformance.record import Proxy, Recorder

    if arguments.to:
        credentials = Credentials()
    else:
        try:
            credentials = aws(arguments.region).credentials
        except LookupError as problem:
            raise UsageError(str(problem)) from None
    recorder = Recorder(arguments.file)
    try:
        proxy = Proxy(recorder, arguments.region, arguments.port, credentials, arguments.to)
    except OSError as problem:
        raise Failed(f"cannot listen on port {arguments.port}: {problem.strerror}") from None
    print(f"Recording to {arguments.file}; use the endpoint {proxy.url}", flush=True)
    with suppress(KeyboardInterrupt):
        proxy.serve()
    print(f"{recorder.count} calls recorded")
    return 0
