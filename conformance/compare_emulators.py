"""`python conformance/compare_emulators.py [name=URL …]`: the suite against several endpoints; writes RESULTS.md.

Without arguments it starts this emulator, and those of `OTHERS` that are installed (`--others FOLDER` says where: a
virtual environment `v` with moto and ministack, `node_modules` with cognito-local).
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from cognito_emulator import __version__
from cognito_emulator.conformance.endpoint import Endpoint, HttpTransport, emulated_aws
from cognito_emulator.conformance.functions import FunctionServer
from cognito_emulator.conformance.matrix import run_suite
from cognito_emulator.conformance.replay import Result, Verdict

RESULTS = Path(__file__).parent / "RESULTS.md"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}


@dataclass
class Emulator:
    """One endpoint under test: how it is started, what says its version, and whether it is the rest of AWS as well."""

    name: str
    command: list[str]
    environment: dict[str, str]
    version: str
    whole_aws: bool = False


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def emulators(others: Path | None, port: int, lambda_url: str, aws_url: str) -> list[Emulator]:
    """This emulator and the others that are installed. `aws_url` is an emulated AWS for those that are Cognito only."""
    found = [
        Emulator(
            "cognito-emulator",
            [sys.executable, "-m", "cognito_emulator", "serve", f"--port={port}", "--log-format=off"],
            {"AWS_ENDPOINT_URL_LAMBDA": lambda_url, "AWS_ENDPOINT_URL": aws_url},
            __version__,
        )
    ]
    if others is None:
        return found
    binaries = others / "v" / "bin"
    if (binaries / "moto_server").exists():
        command = [str(binaries / "moto_server"), "-p", str(port)]
        found.append(Emulator("moto", command, {}, _pip_version(binaries, "moto"), whole_aws=True))
    if (binaries / "ministack").exists():
        environment = {"GATEWAY_PORT": str(port), "AWS_ENDPOINT_URL_LAMBDA": lambda_url}
        command, version = [str(binaries / "ministack")], _pip_version(binaries, "ministack")
        found.append(Emulator("ministack", command, environment, version, whole_aws=True))
    local = others / "node_modules" / "cognito-local"
    if local.exists():
        command = ["node", str(others / "node_modules" / ".bin" / "cognito-local")]
        environment = {"PORT": str(port), "AWS_ENDPOINT_URL_LAMBDA": lambda_url}
        version = (local / "package.json").read_text().partition('"version": "')[2].partition('"')[0]
        found.append(Emulator("cognito-local", command, environment, version))
    return found


def _pip_version(binaries: Path, package: str) -> str:
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    return subprocess.run(
        [str(binaries / "python"), "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


@contextmanager
def running(command: list[str], environment: dict[str, str], port: int) -> Iterator[str]:
    """A server while it is needed; its address."""
    with tempfile.TemporaryDirectory() as folder, open(Path(folder) / "log", "w") as log:
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **CREDENTIALS, **environment}, stdout=log, stderr=log
        )
        try:
            _wait(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


def results_of(emulator: Emulator, port: int, functions: FunctionServer, aws_url: str) -> list[Result]:
    """Start an emulator, run the suite, stop it."""
    with running(emulator.command, emulator.environment, port) as url:
        other_aws = emulated_aws(url if emulator.whole_aws else aws_url)
        return run_suite(Endpoint(HttpTransport(url), functions=functions, other_aws=other_aws))


def _wait(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                time.sleep(0.5)
                return
        time.sleep(0.2)
    raise TimeoutError(f"nothing listens on {port}")


def render(results: dict[str, list[Result]], versions: dict[str, str]) -> str:
    """RESULTS.md."""
    names = list(results)
    operations = sorted({(r.service, r.operation) for found in results.values() for r in found})
    counts = {
        name: {key: Counter(r.verdict for r in found if (r.service, r.operation) == key) for key in operations}
        for name, found in results.items()
    }
    lines = [
        "# Conformance results",
        "",
        "Generated by `python conformance/compare_emulators.py`; do not edit. Each cell: steps that hold / steps that",
        "were played. A step that an emulator cannot reach because an earlier call fails counts as not holding.",
        "Steps that need codes of messages or a clock that moves need a control API: only this emulator has the one",
        "that the suite knows, so the others are also counted without those (last line). Forms count: a date without",
        "its fraction, or an error text without its full stop, does not hold. Where a case needs other services of AWS",
        "(SNS, Kinesis, IAM), they are the emulator's own, or moto's beside an emulator that has Cognito only.",
        "",
        f"| operation | {' | '.join(f'{name} {versions[name]}' for name in names)} |",
        "| --- |" + " ---: |" * len(names),
    ]
    for key in operations:
        cells = [_cell(counts[name][key]) for name in names]
        lines.append(f"| {key[0]}: {key[1]} | {' | '.join(cells)} |")
    totals = [sum(counts[name].values(), Counter[Verdict]()) for name in names]
    lines.append(f"| **all** | {' | '.join(f'**{_cell(total)}**' for total in totals)} |")
    shared = [_shared(found) for found in results.values()]
    lines.append(f"| **without control API** | {' | '.join(f'**{cell}**' for cell in shared)} |")
    return "\n".join(lines) + "\n"


def _cell(counter: Counter[Verdict]) -> str:
    return f"{counter[Verdict.PASSED]}/{sum(counter.values())}"


_CONTROL = ("control API", "messages that can be read", "a clock that can be moved", "Lambda functions")


def _shared(found: list[Result]) -> str:
    """Steps that need no control API."""
    left = [r for r in found if not any(word in r.text for word in _CONTROL)]
    return f"{sum(r.verdict is Verdict.PASSED for r in left)}/{len(left)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--others", type=Path, help="folder with v/ (moto, ministack) and node_modules/ (cognito-local)"
    )
    given = parser.parse_args()
    functions = FunctionServer()
    results: dict[str, list[Result]] = {}
    versions: dict[str, str] = {}
    for number, _ in enumerate(emulators(given.others, 0, "", "")):
        port, aws_port = free_port(), free_port()
        emulator = emulators(given.others, port, functions.url, f"http://127.0.0.1:{aws_port}")[number]
        try:
            with running([sys.executable, "-m", "moto.server", "-p", str(aws_port)], {}, aws_port) as aws_url:
                results[emulator.name] = results_of(emulator, port, functions, aws_url)
        except (TimeoutError, HTTPException) as problem:
            print(f"{emulator.name}: {problem}", file=sys.stderr)
            continue
        versions[emulator.name] = emulator.version
        held = sum(r.verdict is Verdict.PASSED for r in results[emulator.name])
        print(f"{emulator.name} {emulator.version}: {held} of {len(results[emulator.name])} steps hold", flush=True)
    functions.close()
    RESULTS.write_text(render(results, versions))


if __name__ == "__main__":
    main()
