"""`make bench`: all benchmarks, or those that are named."""

from __future__ import annotations

import sys

from benchmarks import engine, inbound, outbound, pushes, support, users

ALL = {
    "engine": engine.measure,
    "inbound": inbound.measure,
    "outbound": outbound.measure,
    "pushes": pushes.measure,
    "support": support.measure,
    "users": users.measure,
}


def main() -> int:
    """Print a table for each benchmark asked for; 2 for a name that there is not."""
    asked = sys.argv[1:] or list(ALL)
    if unknown := [name for name in asked if name not in ALL]:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(ALL)}.")
        return 2
    for name in asked:
        print(ALL[name](), end="\n\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
