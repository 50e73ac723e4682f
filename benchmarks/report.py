"""Writes what was measured: the generated part of README.md, and the plot."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from benchmarks import in_process, served
from benchmarks.peers import OURS
from benchmarks.served import Results, Served

HERE = Path(__file__).parent
README, PLOT = HERE / "README.md", HERE / "growth.png"
BEGIN, END = "<!-- generated: begin -->", "<!-- generated: end -->"
# Where less is better, and the unit.
UNITS = {
    served.START: "ms",
    served.MEMORY: "MB",
    served.SRP: "ms",
    in_process.ONE_TEST: "ms",
    in_process.OVER_FLOOR: "ms",
    in_process.FIRST: "ms",
}


@dataclass
class Findings:
    """Everything that one run found; what it did not look at is empty."""

    served: Served = field(default_factory=Served)
    in_process: Results = field(default_factory=dict)
    stages: dict[str, float] = field(default_factory=dict)
    signature_pair: float = 0.0
    floor_rate: float = 0.0
    srp: dict[str, dict[str, float]] = field(default_factory=dict)
    scale: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    growth: dict[str, tuple[list[int], dict[str, list[float]]]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    quick: bool = False


def write(findings: Findings) -> None:
    """Put the findings into README.md; parts that this run did not look at stay away."""
    text = README.read_text()
    if findings.growth:
        plot(findings)
    new = f"{BEGIN}\n{render(findings)}\n{END}"
    README.write_text(re.sub(f"{BEGIN}.*{END}", lambda _: new, text, flags=re.DOTALL))


def render(findings: Findings) -> str:
    """The generated part."""
    parts = [_facts(findings), _targets(findings), _table(findings), _sign_in(findings), _srp(findings)]
    parts += [_scale(findings), _growth(findings), _notes(findings)]
    return "\n\n".join(part for part in parts if part)


def _facts(findings: Findings) -> str:
    day = datetime.now(timezone.utc).strftime("%Y-%m-%d")
    quick = " Short runs (`--quick`): good for finding out whether it works, not how fast." if findings.quick else ""
    versions = ", ".join(f"{name} {version}" for name, version in findings.versions.items())
    return (
        f"Measured on {day}: {_processor()}, {os.cpu_count()} cores, {_memory()} GB, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}, load average {os.getloadavg()[0]:.1f} at the end."
        f"{quick}\n{versions}."
    )


def _processor() -> str:
    try:
        found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    return found.group(1) if found else platform.processor() or "unknown processor"


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


# ── ratios ───────────────────────────────────────────────────────────────────────────────────────────────────


def _all(findings: Findings) -> Results:
    return {**findings.served.results, **findings.in_process}


def _table(findings: Findings) -> str:
    results = _all(findings)
    names = list(dict.fromkeys(name for values in results.values() for name in values))
    if not results:
        return ""
    rows = [f"| | {' | '.join(names)} |", f"| --- |{' ---: |' * len(names)}"]
    for scenario, values in results.items():
        unit = UNITS.get(scenario, "/s")
        shown = [_cell(values.get(name), values.get(OURS), unit) for name in names]
        rows.append(f"| {scenario} ({'per second' if unit == '/s' else unit}) | {' | '.join(shown)} |")
    explained = (
        "In brackets: how many times as fast this emulator is (for times and memory: how many times as much the other "
        "one needs)."
    )
    return "## Side by side\n\n" + "\n".join(rows) + f"\n\n{explained}"


def _cell(value: float | None, ours: float | None, unit: str) -> str:
    if value is None:
        return "–"
    digits = 2 if value < 10 else 0
    shown = f"{value:,.{digits}f}"
    if ours is None or value == ours or not value:
        return shown
    ratio = ours / value if unit == "/s" else value / ours
    return f"{shown} ({ratio:.1f}×)"


def _best(values: dict[str, float], names: Iterable[str], unit: str) -> float | None:
    found = [values[name] for name in names if name in values and name != OURS]
    if not found:
        return None
    return max(found) if unit == "/s" else min(found)


def _targets(findings: Findings) -> str:
    rows = [row for row in _goals(findings) if row is not None]
    if not rows:
        return ""
    lines = ["| | reached | wanted | |", "| --- | ---: | ---: | --- |"]
    lines += [f"| {what} | {reached} | {wanted} | {'✓' if holds else '✗'} |" for what, reached, wanted, holds in rows]
    return "## Targets\n\n" + "\n".join(lines)


Goal = tuple[str, str, str, bool] | None


def _goals(findings: Findings) -> list[Goal]:
    results, signs = _all(findings), findings.served.signs
    signing = [name for name, real in signs.items() if real]
    not_signing = [name for name, real in signs.items() if not real]
    sign_ins = results.get(served.SIGN_IN_8, {})
    goals = [
        _at_least("sign-ins, of the best peer that signs", sign_ins, signing, 3.0),
        _at_least("sign-ins, of the peer that signs nothing", sign_ins, not_signing, 1.0),
        _of_signatures(findings),
        _at_least("GetUser, of the best peer", results.get(served.GET_USER, {}), signs, 1.5),
        _at_least("ListUsers by e-mail, of the best peer", results.get(served.LIST_USERS, {}), signs, 1.5),
        _at_most("first answer after start, of the quickest peer", results.get(served.START, {}), 1.0),
        _in_process(results, in_process.ONE_TEST, "one test in process, times as fast as with moto", 25.0),
        _in_process(results, in_process.FIRST, "import to first answer, of moto's", 0.55),
    ]
    over = results.get(in_process.OVER_FLOOR, {}).get(OURS)
    if over is not None:
        goals.append(("a simple call, over botocore alone", f"{over:.2f} ms", "≤ 0.3 ms", over <= 0.3))
    for store, calls in findings.scale.items():
        worst = max(large / small for small, large in calls.values())
        goals.append(
            (f"100,000 users, of the time with 100 ({store})", f"{worst:.0%}", "≤ 110%", round(worst, 2) <= 1.10)
        )
    for label, cost in findings.srp.items():
        number = cost["sign-in"] / cost["exponentiation"]
        goals.append((f"SRP sign-in, {label}", f"{number:.1f} exponentiations", "≤ 4", number <= 4))
    return goals


def _at_least(what: str, values: dict[str, float], peers: Iterable[str], wanted: float) -> Goal:
    best, ours = _best(values, peers, "/s"), values.get(OURS)
    if best is None or ours is None:
        return None
    return what, f"{ours / best:.1f}×", f"≥ {wanted:.1f}×", ours / best >= wanted


def _at_most(what: str, values: dict[str, float], wanted: float) -> Goal:
    best, ours = _best(values, values, "ms"), values.get(OURS)
    if best is None or ours is None:
        return None
    return what, f"{ours / best:.2f}×", f"< {wanted:.0f}×", ours / best < wanted


def _in_process(results: Results, scenario: str, what: str, wanted: float) -> Goal:
    values = results.get(scenario, {})
    if OURS not in values or "moto" not in values:
        return None
    if wanted > 1:
        ratio = values["moto"] / values[OURS]
        return what, f"{ratio:.1f}×", f"≥ {wanted:.0f}×", ratio >= wanted
    ratio = values[OURS] / values["moto"]
    return what, f"{ratio:.2f}×", f"≤ {wanted:.2f}×", ratio <= wanted


def _of_signatures(findings: Findings) -> Goal:
    rate = findings.served.results.get(served.SIGN_IN_8, {}).get(OURS)
    if rate is None or not findings.signature_pair:
        return None
    share = rate * findings.signature_pair / 1000
    return "sign-ins, of what two RSA signatures each allow", f"{share:.0%}", "≥ 60%", share >= 0.6


# ── the parts below ──────────────────────────────────────────────────────────────────────────────────────────


def _sign_in(findings: Findings) -> str:
    if not findings.stages:
        return ""
    inside = sum(findings.stages.values())
    lines = ["| | ms | |", "| --- | ---: | ---: |"]
    rate = findings.served.results.get(served.SIGN_IN_1, {}).get(OURS)
    stages = dict(findings.stages)
    whole = inside
    if rate:
        whole = 1000 / rate  # over one connection: nothing else happens meanwhile
        stages["HTTP exchange: sockets, threads that wake up, the client"] = max(0.0, whole - inside)
    for stage, value in sorted(stages.items(), key=lambda item: -item[1]):
        lines.append(f"| {stage} | {value:.3f} | {value / whole:.0%} |")
    lines.append(f"| **one sign-in** | **{whole:.3f}** | |")
    pair = findings.signature_pair
    return (
        "## Where the time of one sign-in goes\n\n" + "\n".join(lines) + "\n\n"
        f"Two signatures take {pair:.3f} ms, so {1000 / pair:,.0f} sign-ins per second is what one core could do that "
        "did nothing else.\n\n" + _floor(findings)
    )


def _floor(findings: Findings) -> str:
    """What the floor is, and how far from it this emulator and the target are."""
    results, signs = findings.served.results.get(served.SIGN_IN_8, {}), findings.served.signs
    text = (
        "The floor is those two signatures, one password check and one HTTP exchange. Served by the same HTTP server, "
        f"with no emulator behind it (`benchmarks/floor.py`), that makes {findings.floor_rate:,.0f} sign-ins per "
        "second on all cores"
    )
    ours, best = results.get(OURS), _best(results, [name for name, real in signs.items() if real], "/s")
    if ours is None or best is None:
        return f"{text}."
    return (
        f"{text}; this emulator does {ours / findings.floor_rate:.0%} of it. Three times the best peer that signs "
        f"would be {3 * best / findings.floor_rate:.0%} of it."
    )


def _srp(findings: Findings) -> str:
    if not findings.srp:
        return ""
    lines = [
        "| | one exponentiation, ms | the server's arithmetic in a sign-in, ms | |",
        "| --- | ---: | ---: | ---: |",
    ]
    for label, cost in findings.srp.items():
        one, whole = cost["exponentiation"], cost["sign-in"]
        lines.append(f"| {label} | {one:.2f} | {whole:.2f} | {whole / one:.1f} |")
    return (
        "## SRP\n\nOne exponentiation is that of a 3072-bit number by a 256-bit exponent. A sign-in needs two of them; "
        "the powers of the generator come from a table.\n\n" + "\n".join(lines)
    )


def _scale(findings: Findings) -> str:
    if not findings.scale:
        return ""
    lines = ["| store | call | 100 users, ms | 100,000 users, ms | |", "| --- | --- | ---: | ---: | ---: |"]
    for store, calls in findings.scale.items():
        for name, (small, large) in calls.items():
            lines.append(f"| {store} | {name} | {small:.3f} | {large:.3f} | {large / small:.0%} |")
    return "## 100 users and 100,000\n\nIn process, without HTTP, which would hide a difference.\n\n" + "\n".join(lines)


def _growth(findings: Findings) -> str:
    if not findings.growth:
        return ""
    return (
        "## How cost grows\n\n![Milliseconds of five calls by the number of users, pools, groups and sessions]"
        f"({PLOT.name})\n\nMemory store, in process. Nothing looks at all records: every call finds what it needs by a "
        "key or an index."
    )


def _notes(findings: Findings) -> str:
    if not findings.served.notes:
        return ""
    return "## What others do not do\n\n" + "\n".join(f"- {note[:200]}" for note in findings.served.notes)


def plot(findings: Findings) -> None:
    """One panel for each kind of thing there may be many of."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    kinds = list(findings.growth)
    figure, panels = pyplot.subplots(1, len(kinds), figsize=(4 * len(kinds), 4), sharey=True, squeeze=False)
    for panel, kind in zip(panels[0], kinds, strict=True):
        sizes, calls = findings.growth[kind]
        for name, values in calls.items():
            panel.plot(sizes, values, marker="o", label=name)
        panel.set(xscale="log", yscale="log", xlabel=kind, title=f"by number of {kind}")
        panel.grid(True, which="major", alpha=0.3)
    panels[0][0].set_ylabel("milliseconds")
    handles, labels = panels[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncol=len(labels), frameon=False)
    figure.tight_layout(rect=(0, 0.08, 1, 1))
    figure.savefig(PLOT, dpi=110)
