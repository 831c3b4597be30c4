"""What was measured in one database, and its table."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from statistics import median
from typing import ParamSpec

P = ParamSpec("P")

#: Milliseconds at the median, and at worst where that has a target of its own.
TARGETS = {
    "first page": (10, 100),
    "page 1,000": (10, 100),
    "first page and its number": (20, None),
    "capped count": (10, None),
    "exact count of one condition": (None, 120),
    "exact count of three": (None, 700),
    "card": (10, None),
}
#: No page and no card shall take longer by more than this with ten times as many people.
GROWTH = 1.5


class Times:
    """Milliseconds by what was asked for and for which filter or person; of repetitions the median counts."""

    def __init__(self) -> None:
        self._taken: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))

    def note(self, what: str, which: str, ask: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Ask once and note how long it took."""
        start = time.perf_counter()
        ask(*args, **kwargs)
        self._taken[what][which].append((time.perf_counter() - start) * 1000)

    def of(self, what: str) -> dict[str, float]:
        """The median of the repetitions, by filter or person."""
        return {which: median(taken) for which, taken in self._taken[what].items()}


def table(title: str, few: Times, many: Times) -> str:
    """Each thing that is asked for: its median, its worst, the targets, and how it has grown.

    `over`: of how many filters or people it takes longer than its target; `grown`: of how many more than 1.5 times as
    long as with few people.
    """
    columns = f"{'median ms':>11}{'worst ms':>10}{'targets':>12}{'over':>6}{'growth':>8}{'grown':>7}"
    head = f"  {'':34}{columns}   worst filter"
    return "\n".join([title, head, *(_line(what, few.of(what), many.of(what)) for what in TARGETS)])


def _line(what: str, few: dict[str, float], many: dict[str, float]) -> str:
    middle, worst = TARGETS[what]
    slowest = max(many, key=lambda which: many[which])
    over = sum(taken > (worst or middle or 0) for taken in many.values())
    grown = median(many.values()) / median(few.values())
    more = sum(taken > GROWTH * few[which] for which, taken in many.items() if which in few)
    targets = f"{middle or '–'} / {worst or '–'}"
    figures = f"{median(many.values()):>11.1f}{many[slowest]:>10.1f}{targets:>12}{over:>6}{grown:>7.2f}x{more:>7}"
    return f"  {what:34}{figures}   {slowest}"


def slowest(many: Times, whats: Iterable[str], *, above: float) -> str:
    """The filters that take longer than so many ms, the longest first."""
    rows = [(taken, what, which) for what in whats for which, taken in many.of(what).items() if taken > above]
    lines = [f"  {what:34}{taken:>11.1f}   {which}" for taken, what, which in sorted(rows, reverse=True)]
    return "\n".join([f"  longer than {above:.0f} ms:", *lines]) if lines else ""


def against(many: Times, pairs: Iterable[tuple[str, str]]) -> str:
    """What the naive forms take for the same filters, as a ratio to ours."""
    lines = [f"  {'the naive forms, same filters':34}{'median ms':>11}{'worst ms':>10}{'ours':>12}{'ratio':>14}"]
    for naive, ours in pairs:
        theirs = many.of(naive)
        own = {which: many.of(ours)[which] for which in theirs}
        middle, mine = median(theirs.values()), median(own.values())
        lines.append(f"  {naive:34}{middle:>11.1f}{max(theirs.values()):>10.1f}{mine:>12.1f}{middle / mine:>13.1f}x")
    return "\n".join(lines)
