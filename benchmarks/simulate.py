"""`make simulate`: a day of a large bot on paper, for one to eight workers: throughput, latency, backlog, cost.

The figures of an update come from `python -m benchmarks inbound`; give your own with --cost-ms.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass

#: Seconds of one step, and of the day.
STEP, DAY = 60, 86_400
#: Of the users, how many write on a day, and how many messages each.
ACTIVE, MESSAGES = 1 / 3, 6
#: Of those whom a push reaches, how many write after it, and how many messages; the seconds in which they do.
STIRRED, REPLIES, AFTER = 1 / 50, 2, 900
#: The hours at which pushes begin, and of their audience how many have blocked the bot.
PUSHES, BLOCKED = (9, 17), 0.01
#: Seconds for which Telegram is slow in the evening, and by how much an answer takes longer then.
SLOW_FROM, SLOW_FOR, SLOW = 20 * 3600, 1800, 0.5


@dataclass(frozen=True, slots=True)
class Day:
    """What a day came to with so many workers."""

    workers: int
    handled: int
    busiest: float
    #: Seconds that an update waited: half of all less, and 99 of 100.
    median: float
    worst: float
    backlog: int
    cpu_hours: float


def arrivals(users: int, rate: float) -> list[float]:
    """Updates in each minute of the day: a wave with its top in the evening, and what pushes stir up."""
    steps = DAY // STEP
    daily = users * ACTIVE * MESSAGES
    wave = [1 + 0.95 * math.sin(2 * math.pi * (step / steps - 0.55)) ** 3 for step in range(steps)]
    found = [daily * height / sum(wave) for height in wave]
    for hour in PUSHES:
        for step in range(steps):
            since = step * STEP - hour * 3600
            reached = min(max(0.0, since) * rate, users * (1 - BLOCKED))
            before = min(max(0.0, since - AFTER) * rate, users * (1 - BLOCKED))
            found[step] += (reached - before) * STIRRED * REPLIES * STEP / AFTER
    return found


def live(users: int, workers: int, cost: float, rate: float, latency: float) -> Day:
    """One day. `cost`: CPU seconds of an update; `rate`: messages a second; `latency`: seconds of a call."""
    capacity = min(workers / cost, rate) * STEP
    backlog = most = handled = 0.0
    waits: list[tuple[float, float]] = []
    coming = arrivals(users, rate)
    for step, count in enumerate(coming):
        slow = SLOW if SLOW_FROM <= step * STEP < SLOW_FROM + SLOW_FOR else 0.0
        load = min(0.99, count / capacity)
        queued = backlog / capacity * STEP + cost * load / (1 - load) / 2
        waits.append((queued + cost + latency + slow, count))
        done = min(backlog + count, capacity)
        backlog, handled = backlog + count - done, handled + done
        most = max(most, backlog)
    busiest = max(coming) / STEP
    return Day(
        workers, round(handled), busiest, share(waits, 0.5), share(waits, 0.99), round(most), handled * cost / 3600
    )


def share(waits: list[tuple[float, float]], part: float) -> float:
    """What so large a part of all updates waited at most."""
    left = part * sum(count for _, count in waits)
    for wait, count in sorted(waits):
        left -= count
        if left <= 0:
            return wait
    return max(wait for wait, _ in waits)


def table(days: list[Day], price: float) -> str:
    """A line for each number of workers. `price`: of an hour of one core."""
    lines = [
        f"{'workers':>8}{'handled':>14}{'top/s':>8}{'p50 s':>9}{'p99 s':>11}{'most waiting':>14}{'per million':>13}"
    ]
    for day in days:
        cost = day.cpu_hours * price / day.handled * 1_000_000
        lines.append(
            f"{day.workers:>8}{day.handled:>14,}{day.busiest:>8,.0f}{day.median:>9.2f}{day.worst:>11,.2f}"
            f"{day.backlog:>14,}{cost:>13.3f}"
        )
    return "\n".join(lines)


def main() -> None:
    """Print the day for one to eight workers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=10_000_000)
    parser.add_argument("--cost-ms", type=float, default=2.3, help="CPU of one update, in milliseconds")
    parser.add_argument("--rate", type=float, default=1000.0, help="messages a second that Telegram allows")
    parser.add_argument("--latency", type=float, default=0.05, help="seconds that a call of Telegram takes")
    parser.add_argument("--price", type=float, default=0.03, help="of an hour of one core, in your money")
    given = parser.parse_args()
    days = [live(given.users, count, given.cost_ms / 1000, given.rate, given.latency) for count in range(1, 9)]
    print(
        f"A day of {given.users:,} users, on paper ({given.cost_ms} ms an update, {given.rate:.0f} messages a second)"
    )
    print(table(days, given.price))


if __name__ == "__main__":
    main()
