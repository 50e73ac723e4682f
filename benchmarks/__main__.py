"""`python -m benchmarks`: measure, and write README.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable

from benchmarks import floor, in_process, inside, served
from benchmarks.peers import OURS, PEERS
from benchmarks.report import Findings, render, write

# What `--only` names, and the scenarios behind each name.
PARTS: dict[str, tuple[str, ...]] = {
    "start": (served.START, served.MEMORY),
    "sign-in": (served.SIGN_IN_8, served.SIGN_IN_1),
    "get-user": (served.GET_USER,),
    "srp": (served.SRP,),
    "list-users": (served.LIST_USERS, served.SIGN_IN_MANY),
    "in-process": (in_process.ONE_TEST, in_process.OVER_FLOOR, in_process.FIRST),
    "profile": (),
    "scale": (),
    "growth": (),
}
SERVED = ("start", "sign-in", "get-user", "srp", "list-users")


def main() -> None:
    """Measure what is asked for; write the report if that is everything."""
    arguments = _arguments()
    chosen = arguments.only or list(PARTS)
    scenarios = {scenario for part in chosen for scenario in PARTS[part]}
    peers = [peer for peer in PEERS if not arguments.peers or peer.name in arguments.peers or peer.name == OURS]
    findings = Findings(quick=arguments.quick)
    if any(PARTS[part] for part in chosen) or "profile" in chosen:
        for peer in peers:
            peer.install()
            findings.versions[peer.name] = peer.version
    if any(part in SERVED for part in chosen):
        scale = served.Scale(1.0, 1, 2, 200) if arguments.quick else served.Scale()
        findings.served = served.measure(peers, scale, lambda name: name in scenarios)
    moto = next((peer for peer in peers if peer.name == "moto"), None)
    if "in-process" in chosen and moto is not None:
        ours = next(peer for peer in peers if peer.name == OURS)
        wanted = [name for name in PARTS["in-process"] if name in scenarios]
        findings.in_process = in_process.measure(ours, moto, 2 if arguments.quick else 5, wanted)
    _inside(findings, chosen, arguments.quick)
    print(render(findings))
    if arguments.only or arguments.peers or arguments.quick:
        print("\nREADME.md was left alone: that takes a whole run.", file=sys.stderr)
    else:
        write(findings)


def _inside(findings: Findings, chosen: list[str], quick: bool) -> None:
    times = 160 if quick else 800
    steps: list[tuple[str, Callable[[], None]]] = [
        ("profile", lambda: _profile(findings, times)),
        ("srp", lambda: findings.srp.update(inside.srp_cost())),
        ("scale", lambda: _scale(findings, times, 10_000 if quick else 100_000)),
        ("growth", lambda: _growth(findings, times // 2, 3 if quick else 4)),
    ]
    for name, step in steps:
        if name in chosen:
            print(f"{name} …", file=sys.stderr)
            step()


def _profile(findings: Findings, times: int) -> None:
    findings.signature_pair = inside.signature_pair()
    findings.floor_rate = floor.rate(8, 1.0 if times < 200 else 3.0)
    findings.stages = inside.stages(times)


def _scale(findings: Findings, times: int, many: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for label, store in (("memory", "memory:"), ("SQLite", f"sqlite:///{folder}/{{}}.db")):
            findings.scale[label] = inside.growth("users", [100, many], times, store)


def _growth(findings: Findings, times: int, powers: int) -> None:
    sizes = [10 ** (power + 1) for power in range(powers + 1)]
    for kind in inside.ADD:
        # A pool has at most 10,000 groups, an account 10,000 pools in a region.
        allowed = [size for size in sizes if size <= 10_000 or kind in ("users", "sessions")]
        findings.growth[kind] = (allowed, inside.growth(kind, allowed, times))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short runs, to see whether it works")
    parser.add_argument("--only", action="append", choices=sorted(PARTS), help="a part of it; may be repeated")
    parser.add_argument(
        "--peers", action="append", choices=[peer.name for peer in PEERS], help="beside these only; may be repeated"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
