"""`cognito-emulator conform`: the conformance suite against any endpoint."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cognito_emulator.cli import Failed, UsageError

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from cognito_emulator.conformance.endpoint import Endpoint


def add_parser(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "conform",
        help="run the conformance suite against an endpoint",
        description="Run the cases and the recorded answers of AWS against an endpoint. Exit code 1 if any fails.",
    )
    parser.add_argument("--endpoint", required=True, metavar="URL", help="address of the endpoint, or aws for AWS")
    parser.add_argument("--region", default="us-east-1", help="region of the calls (default: us-east-1)")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")
    parser.add_argument(
        "--only", default="*", metavar="PATTERN", help="cases and recordings whose id fits: cases/*sign*"
    )
    parser.add_argument("--cases", metavar="FOLDER", help="another folder of cases (<service>/<resource>.yaml)")
    parser.add_argument(
        "--recordings", action=argparse.BooleanOptionalAction, default=True, help="replay the recordings as well"
    )
    parser.add_argument("--quiet", action="store_true", help="the matrix alone, no list of failures")
    parser.add_argument(
        "--lambda-port",
        type=int,
        metavar="PORT",
        help="port for the functions of cases with triggers; the endpoint's AWS_ENDPOINT_URL_LAMBDA must lead there",
    )
    parser.add_argument(
        "--aws-endpoint",
        metavar="URL",
        help="an emulated AWS beside the endpoint (SNS, Kinesis, IAM), the one that its AWS_ENDPOINT_URL names",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the suite."""
    from cognito_emulator.conformance import matrix
    from cognito_emulator.conformance.cases import BadCase, load_cases
    from cognito_emulator.conformance.gaps import load_gaps
    from cognito_emulator.conformance.replay import Verdict

    endpoint = _endpoint(arguments)
    try:
        cases = load_cases(Path(arguments.cases) if arguments.cases else None)
        results = matrix.run_suite(endpoint, only=arguments.only, recordings=arguments.recordings, cases=cases)
    except (BadCase, FileNotFoundError) as problem:
        raise UsageError(str(problem)) from None
    except OSError as problem:
        raise Failed(f"{arguments.endpoint} does not answer: {problem}") from None
    finally:
        if endpoint.functions is not None:
            endpoint.functions.close()
    # They are this project's own: another endpoint has to hold what it holds.
    gaps = load_gaps() if endpoint.has_control else {}
    if arguments.format == "json":
        print(matrix.as_json(results))
    else:
        print(matrix.as_table(results))
        if not arguments.quiet and (text := matrix.failures(results, gaps)):
            print(f"\n{text}", file=sys.stderr)
    return int(any(result.verdict is Verdict.FAILED and result.id not in gaps for result in results))


def _endpoint(arguments: argparse.Namespace) -> Endpoint:
    from cognito_emulator.conformance.endpoint import Endpoint, HttpTransport, aws, emulated_aws
    from cognito_emulator.conformance.functions import FunctionServer

    if arguments.endpoint == "aws":
        try:
            return aws(arguments.region)
        except LookupError as problem:
            raise UsageError(str(problem)) from None
    if not arguments.endpoint.startswith(("http://", "https://")):
        raise UsageError("--endpoint is an address (http://…) or aws")
    functions = FunctionServer(arguments.lambda_port) if arguments.lambda_port else None
    other_aws = emulated_aws(arguments.aws_endpoint) if arguments.aws_endpoint else None
    return Endpoint(HttpTransport(arguments.endpoint), arguments.region, functions=functions, other_aws=other_aws)
