"""Pushes per second through the ledger, no limit set; against `Bot.send_message` in a loop with the default client."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.frontdesk import Frontdesk
from benchmarks.process import Program
from benchmarks.table import Measured, show
from benchmarks.telegram import FIRST_PERSON, Telegram
from tests import postgres

Start = Callable[[Path, Telegram, int], Program]


def measure(repeats: int = 3, people: int = 5000) -> str:
    """All senders by turns; returns the tables."""
    server = postgres.start()
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


def _one(start: Start, people: int) -> Measured:
    with TemporaryDirectory() as name, Telegram() as telegram:
        telegram.ask("people", count=people)
        telegram.tell("await_sends", count=people)
        with start(Path(name), telegram, people) as program:
            seconds = telegram.hear()["seconds"]
            return Measured(people / seconds, program.cpu_seconds() / people * 1000, program.megabytes())


def _bare(folder: Path, telegram: Telegram, people: int) -> Program:
    arguments = ("send", telegram.url, telegram.token, str(FIRST_PERSON), str(people))
    return Program("benchmarks.bare", *arguments, folder=folder)


def _pushing(folder: Path, telegram: Telegram, people: int, *, database: str | None = None) -> Program:
    program = Frontdesk(folder, telegram, database=database)
    program.plan_push(people)
    return program
