"""Scenarios without a server: `mock_cognito` beside moto's `mock_aws`, each in its own interpreter."""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.peers import Peer

CHILD = Path(__file__).with_name("child.py")
ONE_TEST = "one test in process"
OVER_FLOOR = "list_user_pools over botocore alone"
FIRST = "import to first answer"
BOTOCORE = "botocore alone"


def child(peer: Peer, who: str, what: str, times: int) -> list[float]:
    """The numbers that a child prints."""
    command = [str(peer.python), str(CHILD), who, what, str(times)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode:
        raise RuntimeError(f"{what} with {who}: {finished.stderr[-2000:]}")
    return [float(line) for line in finished.stdout.split()]


def measure(ours: Peer, moto: Peer, rounds: int, wanted: list[str]) -> dict[str, dict[str, float]]:
    """Scenario → name of the emulator (and `BOTOCORE`) → milliseconds, measured in turns."""
    results: dict[str, dict[str, float]] = {}
    pair = ((ours, "ours"), (moto, "moto"))
    if ONE_TEST in wanted:
        results[ONE_TEST] = _in_turns(pair, "tests", 15, max(1, rounds - 1))
        results[ONE_TEST][BOTOCORE] = statistics.median(child(ours, "ours", "bare", 15))
    if FIRST in wanted:
        results[FIRST] = _in_turns(pair, "first", 1, rounds * 3)
    if OVER_FLOOR in wanted:
        # One floor for both: moto answers in the event in which the floor's answer is given.
        (real, floor), (motos, _) = child(ours, "ours", "calls", 100), child(moto, "moto", "calls", 100)
        results[OVER_FLOOR] = {ours.name: real - floor, moto.name: motos - floor, BOTOCORE: floor}
    for name, values in results.items():
        print(f"{name}: {values}", file=sys.stderr)
    return results


def _in_turns(pair: tuple[tuple[Peer, str], ...], what: str, times: int, rounds: int) -> dict[str, float]:
    found: dict[str, list[float]] = {peer.name: [] for peer, _ in pair}
    for _ in range(rounds):
        for peer, who in pair:
            found[peer.name] += child(peer, who, what, times)
    return {name: statistics.median(values) for name, values in found.items()}
