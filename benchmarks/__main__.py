"""`make bench`: all benchmarks, or those that are named; `--short`: with few messages, where there is such a form."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

from benchmarks import answers, engine, growth, inbound, outbound, pushes, sending, support, users

ALL: dict[str, Callable[[], str]] = {
    "answers": answers.measure,
    "engine": engine.measure,
    "growth": growth.measure,
    "inbound": inbound.measure,
    "limit": outbound.measure_limited,
    "outbound": outbound.measure,
    "pushes": pushes.measure,
    "sending": sending.measure,
    "start": answers.measure_start,
    "support": support.measure,
    "users": users.measure,
    "workers": inbound.measure_workers,
}
#: The same with so little that it takes less than a minute, to see that it works.
SHORT: dict[str, Callable[[], str]] = {
    "outbound": partial(outbound.measure, repeats=1, people=1000),
    "pushes": partial(pushes.measure, large=50_000),
    "sending": partial(sending.measure, seconds=6, answers=30, crowd=5000, few=1000, many=50_000),
}


def main() -> int:
    """Print a table for each benchmark asked for; 2 for a name that there is not."""
    known = ALL | SHORT if "--short" in sys.argv else ALL
    asked = [name for name in sys.argv[1:] if name != "--short"] or list(ALL)
    if unknown := [name for name in asked if name not in ALL]:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(ALL)}.")
        return 2
    for name in asked:
        print(known[name](), end="\n\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
