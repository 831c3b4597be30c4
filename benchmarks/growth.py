"""What an update and a message of a push cost with few users and with many: neither may grow with their number."""

from __future__ import annotations

import math
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.crowd import fill
from benchmarks.frontdesk import Frontdesk
from benchmarks.telegram import FIRST_PERSON, Telegram
from tests import postgres

#: People who write, spread over all users.
WRITERS = 200
#: Messages of a push before it is measured, and while it is.
BEFORE, MEASURED = 1_000, 8_000


def measure(few: int = 10_000, many: int = 1_000_000, updates: int = 4_000, repeats: int = 5) -> str:
    """Both databases; returns the table."""
    server = postgres.start(*postgres.DURABLE)
    lines = [
        "CPU ms of the bot by the number of users; the slope is the power with which it grows",
        f"  {'':34}{f'{few:,}':>12}{f'{many:,}':>12}{'ratio':>8}{'slope':>8}{'own MB':>8}",
    ]
    try:
        for name, given in (("SQLite", None), ("PostgreSQL", server)):
            found = _both((few, many), given, updates, repeats)
            for what, place in (("an update", 0), ("a message of a push", 1)):
                lines.append(_line(f"{what}, {name}", found[0][place], found[1][place], many / few, found[1][2]))
    finally:
        server.stop()
    return "\n".join(lines)


def _line(name: str, few: float, many: float, times: float, memory: float) -> str:
    slope = math.log(many / few) / math.log(times)
    return f"  {name:34}{few:>12.3f}{many:>12.3f}{many / few:>7.2f}x{slope:>8.3f}{memory:>8.0f}"


class _Town:
    """A bot with so many users, of whom some write."""

    def __init__(self, stack: ExitStack, users: int, server: postgres.Server | None) -> None:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        self._telegram = stack.enter_context(Telegram())
        self._telegram.ask("people", count=BEFORE + MEASURED)
        self._apart = users // WRITERS
        self._telegram.ask("people", count=WRITERS, apart=self._apart)
        self.bot = Frontdesk(folder, self._telegram, database=server.create() if server else None)
        fill(self.bot.database, FIRST_PERSON, FIRST_PERSON + users - 1)
        self.updates: list[float] = []

    def write(self, count: int) -> float:
        """CPU ms of an update, of so many."""
        begun = self.bot.cpu_seconds()
        self._telegram.ask("write", count=count, people=WRITERS, apart=self._apart)
        return (self.bot.cpu_seconds() - begun) / count * 1000

    def push(self) -> tuple[float, float]:
        """CPU ms of a message, and the megabytes that are its own in the end."""
        self.bot.plan()
        self._telegram.tell("await_sends", count=BEFORE)
        with self.bot:
            self._telegram.hear()
            begun = self.bot.cpu_seconds()
            self._telegram.ask("await_sends", count=MEASURED)
            return (self.bot.cpu_seconds() - begun) / MEASURED * 1000, self.bot.own_megabytes()


def _both(
    sizes: tuple[int, int], server: postgres.Server | None, updates: int, repeats: int
) -> list[tuple[float, float, float]]:
    """CPU ms of an update and of a message, and the most megabytes of its own; with few users and with many."""
    with ExitStack() as stack:
        towns = [_Town(stack, users, server) for users in sizes]
        with ExitStack() as running:
            for town in towns:
                running.enter_context(town.bot)
                town.write(WRITERS)
            for _ in range(repeats):
                for town in towns:
                    town.updates.append(town.write(updates))
            memory = [town.bot.own_megabytes() for town in towns]
        pushed = [town.push() for town in towns]
    return [
        (median(town.updates), message, max(before, after))
        for town, before, (message, after) in zip(towns, memory, pushed, strict=True)
    ]
