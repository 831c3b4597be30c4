"""`make simulate`: a day of a large bot: throughput, latency, backlog and cost.

In earnest and in fast time for as many workers as the machine has cores (`benchmarks.earnest`), then on paper for one
to eight, with what an update has cost; give your own with --cost-ms, and nothing but paper comes.
"""

from __future__ import annotations

import argparse
import math
import os
from dataclasses import dataclass

from benchmarks import earnest

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


def in_earnest(users: int, rate: float, latency: float, price: float, seconds: int) -> float:
    """Print the day in earnest for one worker, two … as many as there are cores; returns the CPU ms of an update."""
    minutes = arrivals(users, rate)
    times = [DAY // STEP * second // seconds for second in range(seconds)]
    rates = [minutes[minute] / STEP for minute in times]
    slow = [SLOW if SLOW_FROM <= minute * STEP < SLOW_FROM + SLOW_FOR else 0.0 for minute in times]
    delays = [latency + more for more in slow]
    print(f"A day of {users:,} users in {seconds} seconds, in earnest, on this machine's {os.cpu_count()} cores")
    days = [earnest.live(count, rates, delays, BLOCKED) for count in range(1, (os.cpu_count() or 1) + 1)]
    print(earnest.table(days, max(rates), price), end="\n\n", flush=True)
    return days[-1].own + days[-1].database


def main() -> None:
    """Print the days."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=10_000_000)
    parser.add_argument("--cost-ms", type=float, help="CPU of one update, in milliseconds: on paper only")
    parser.add_argument("--rate", type=float, default=1000.0, help="messages a second that Telegram allows")
    parser.add_argument("--latency", type=float, default=0.05, help="seconds that a call of Telegram takes")
    parser.add_argument("--price", type=float, default=0.03, help="of an hour of one core, in your money")
    parser.add_argument("--seconds", type=int, default=48, help="how long the day takes in earnest")
    given = parser.parse_args()
    cost = given.cost_ms or in_earnest(given.users, given.rate, given.latency, given.price, given.seconds)
    days = [live(given.users, count, cost / 1000, given.rate, given.latency) for count in range(1, 9)]
    print(f"A day of {given.users:,} users, on paper ({cost:.2f} ms an update, {given.rate:.0f} messages a second)")
    print(table(days, given.price))


if __name__ == "__main__":
    main()
