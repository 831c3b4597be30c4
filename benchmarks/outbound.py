"""Pushes per second through the ledger, no limit set; against `Bot.send_message` in a loop with the default client."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.frontdesk import Frontdesk
from benchmarks.process import Program, busy_seconds
from benchmarks.table import Measured, show
from benchmarks.telegram import FIRST_PERSON, Telegram
from tests import postgres

Start = Callable[[Path, Telegram, int], Program]
#: Seconds that a slow Telegram takes for each message.
SLOW = 0.05


def measure(repeats: int = 3, people: int = 5000) -> str:
    """All senders by turns; returns the tables."""
    server = postgres.start(*postgres.DURABLE)
    runs: dict[str, list[Measured]] = {}
    kinds: dict[str, tuple[Start, int]] = {
        "bare": (_bare, people // 5),
        "SQLite": (_pushing, people),
        "PostgreSQL": (lambda *where: _pushing(*where, database=server.create()), people),
    }
    try:
        for _ in range(repeats):
            for kind, (start, count) in kinds.items():
                runs.setdefault(kind, []).append(_one(start, count))
    finally:
        server.stop()
    against = "bare Bot.send_message in a loop"
    return "\n\n".join(
        show(f"Outbound, {name}", "messages/s", runs["bare"], runs[name], against=against)
        for name in ("SQLite", "PostgreSQL")
    )


def measure_limited(limit: int = 1000, seconds: int = 15) -> str:
    """A push at the limit while each message takes 50 ms; returns the table."""
    with TemporaryDirectory() as name, Telegram() as telegram:
        people = limit * seconds
        telegram.ask("people", count=people)
        telegram.ask("slow", seconds=SLOW)
        telegram.tell("await_sends", count=people)
        program = Frontdesk(Path(name), telegram, push_rate=limit)
        program.plan_push(people)
        with program:
            seen = telegram.hear()
            cpu, memory = program.cpu_seconds() / people * 1000, program.megabytes()
    rate = seen["rate"]
    head = f"  {'':34}{'messages/s':>14}{'of it':>9}{'most in 1 s':>13}{'CPU s per 1,000':>18}{'memory MB':>12}"
    figures = f"{rate:>14,.1f}{rate / limit:>9.1%}{seen['most']:>13}{cpu:>18.2f}{memory:>12.0f}"
    return f"Outbound, 50 ms a call, limit {limit:,}/s, SQLite\n{head}\n  {f'{people:,} messages':34}{figures}"


def _one(start: Start, people: int) -> Measured:
    with TemporaryDirectory() as name, Telegram() as telegram:
        telegram.ask("people", count=people)
        telegram.tell("await_sends", count=people)
        with start(Path(name), telegram, people) as program:
            busy, began = busy_seconds(), time.perf_counter()
            seconds = telegram.hear()["seconds"]
            cores = (busy_seconds() - busy) / (time.perf_counter() - began)
            return Measured(people / seconds, program.cpu_seconds() / people * 1000, program.megabytes(), cores)


def _bare(folder: Path, telegram: Telegram, people: int) -> Program:
    arguments = ("send", telegram.url, telegram.token, str(FIRST_PERSON), str(people))
    return Program("benchmarks.bare", *arguments, folder=folder)


def _pushing(folder: Path, telegram: Telegram, people: int, *, database: str | None = None) -> Program:
    program = Frontdesk(folder, telegram, database=database)
    program.plan_push(people)
    return program
