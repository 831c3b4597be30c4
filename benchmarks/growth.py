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


def measure(few: int = 10_000, many: int = 1_000_000, updates: int = 4_000, repeats: int = 3) -> str:
    """Both databases; returns the table."""
    server = postgres.start(*postgres.DURABLE)
    lines = [
        "CPU ms of the bot by the number of users; the slope is the power with which it grows",
        f"  {'':34}{f'{few:,}':>12}{f'{many:,}':>12}{'ratio':>8}{'slope':>8}{'own MB':>8}",
    ]
    try:
        for name, given in (("SQLite", None), ("PostgreSQL", server)):
            found = [_of(users, given, updates, repeats) for users in (few, many)]
            for what, place in (("an update", 0), ("a message of a push", 1)):
                lines.append(_line(f"{what}, {name}", found[0][place], found[1][place], many / few, found[1][2]))
    finally:
        server.stop()
    return "\n".join(lines)


def _line(name: str, few: float, many: float, times: float, memory: float) -> str:
    slope = math.log(many / few) / math.log(times)
    return f"  {name:34}{few:>12.3f}{many:>12.3f}{many / few:>7.2f}x{slope:>8.3f}{memory:>8.0f}"


def _of(users: int, server: postgres.Server | None, updates: int, repeats: int) -> tuple[float, float, float]:
    """CPU ms of an update and of a message, and the megabytes that are its own in the end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        telegram = stack.enter_context(Telegram())
        telegram.ask("people", count=BEFORE + MEASURED)
        telegram.ask("people", count=WRITERS, apart=users // WRITERS)
        bot = Frontdesk(folder, telegram, database=server.create() if server else None)
        fill(bot.database, FIRST_PERSON, FIRST_PERSON + users - 1)
        with bot:
            update, memory = _update(bot, telegram, users // WRITERS, updates, repeats), bot.own_megabytes()
        bot.plan()
        telegram.tell("await_sends", count=BEFORE)
        with bot:
            telegram.hear()
            begun = bot.cpu_seconds()
            telegram.ask("await_sends", count=MEASURED)
            message = (bot.cpu_seconds() - begun) / MEASURED * 1000
            return update, message, max(memory, bot.own_megabytes())


def _update(bot: Frontdesk, telegram: Telegram, apart: int, updates: int, repeats: int) -> float:
    telegram.ask("write", count=WRITERS, people=WRITERS, apart=apart)
    costs = []
    for _ in range(repeats):
        begun = bot.cpu_seconds()
        telegram.ask("write", count=updates, people=WRITERS, apart=apart)
        costs.append((bot.cpu_seconds() - begun) / updates * 1000)
    return median(costs)
