"""Results as rows: what was measured, the baseline in the same run, and the ratio."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Measured:
    """One program in one repetition."""

    #: Messages per second.
    rate: float
    #: CPU seconds per 1,000 messages.
    cpu: float
    #: The most memory at once, in MB.
    memory: float
    #: How many cores of the machine were busy meanwhile, with whatever.
    cores: float


def middle(runs: list[Measured]) -> Measured:
    """The median of each figure."""
    return Measured(
        median(run.rate for run in runs),
        median(run.cpu for run in runs),
        median(run.memory for run in runs),
        median(run.cores for run in runs),
    )


def show(title: str, unit: str, baseline: list[Measured], ours: list[Measured], *, against: str) -> str:
    """Both programs with their medians, and how many times the baseline ours is."""
    bare, own = middle(baseline), middle(ours)
    lines = [
        f"{title} (medians of {len(ours)} interleaved repetitions)",
        f"  {'':34}{unit:>14}{'CPU s per 1,000':>18}{'memory MB':>12}{'cores busy':>12}",
        _row(against, bare),
        _row("frontdesk", own),
        f"  {'ratio':34}{own.rate / bare.rate:>13.2f}x{own.cpu / bare.cpu:>17.2f}x{own.memory / bare.memory:>11.2f}x",
    ]
    return "\n".join(lines)


def _row(name: str, run: Measured) -> str:
    return f"  {name:34}{run.rate:>14,.0f}{run.cpu:>18.2f}{run.memory:>12.0f}{run.cores:>12.2f}"
