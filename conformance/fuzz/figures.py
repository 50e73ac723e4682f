"""What a run of the fuzz did, for `benchmarks/fuzz.md`: inputs, refusals, sequences, memory."""

from __future__ import annotations

import resource
import sys
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Figures:
    """Counts of this process."""

    inputs: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    sequences: int = 0
    steps: int = 0

    def count(self, operation: str, status: int) -> None:
        """Count an input and how it was answered."""
        self.inputs[operation] += 1
        self.refused[operation] += status >= 400

    def lines(self) -> list[str]:
        """The figures as text."""
        if not self.inputs and not self.sequences:
            return []
        found = []
        if self.inputs:
            total, refused = self.inputs.total(), self.refused.total()
            fewest, most = min(self.inputs.values()), max(self.inputs.values())
            found.append(
                f"{len(self.inputs)} operations, {total} inputs ({fewest} to {most} each), {refused} of them refused"
            )
        if self.sequences:
            found.append(f"{self.sequences} sequences of {self.steps} steps in all")
        # macOS counts bytes, the others kilobytes.
        unit = 1024 if sys.platform == "darwin" else 1
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit // 1024
        return [*found, f"most memory of the process: {peak} MB"]


FIGURES = Figures()
