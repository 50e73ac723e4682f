"""`cognito-emulator replay`: recordings of real traffic against an endpoint."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from cognito_emulator.cli import UsageError

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "replay",
        help="replay recordings (VCR, HAR, placebo, botocore logs) against an endpoint",
        description="Replay recorded calls and show where the answers differ. Exit code 1 if any does.",
    )
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="cassette, HAR, placebo folder, log or .jsonl"
    )
    parser.add_argument(
        "--endpoint", metavar="URL", help="address of the endpoint (default: an emulator in this process)"
    )
    parser.add_argument("--region", default="us-east-1", help="region of the calls (default: us-east-1)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Replay every file."""
    from cognito_emulator.conformance.endpoint import Endpoint, HttpTransport, InProcess
    from cognito_emulator.conformance.replay import Verdict
    from cognito_emulator.conformance.wild import NotARecording
    from cognito_emulator.conformance.wild_replay import replay

    if arguments.endpoint:
        endpoint = Endpoint(HttpTransport(arguments.endpoint), arguments.region)
    else:
        from cognito_emulator.emulator import Emulator

        endpoint = Endpoint(InProcess(Emulator(log_format="off")), arguments.region)
    failed = False
    for file in arguments.files:
        try:
            results = replay(file, endpoint)
        except (NotARecording, OSError) as problem:
            raise UsageError(f"{file}: {problem}") from None
        for result in results:
            print(f"{result.verdict.value:<8}{result.id}  {result.service}:{result.operation}")
            for reason in result.reasons:
                print(f"          {reason}")
            failed = failed or result.verdict is Verdict.FAILED
    return int(failed)
