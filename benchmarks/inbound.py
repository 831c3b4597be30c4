"""Updates per second through the whole path: row, transaction, engine, answer; against echoes that store nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.frontdesk import Frontdesk, Workers
from benchmarks.process import Program
from benchmarks.table import Measured, show
from benchmarks.telegram import Telegram
from tests import postgres

PEOPLE = 200
WARM_UP = 200
#: Seconds that a slow Telegram takes for each message.
SLOW = 0.05

Start = Callable[[Path, Telegram], Program]


def measure(repeats: int = 3, updates: int = 3000) -> str:
    """All bots by turns; returns the tables."""
    server = postgres.start()
    try:
        return _measure(repeats, updates, server)
    finally:
        server.stop()


def _measure(repeats: int, updates: int, server: postgres.Server) -> str:
    runs: dict[str, list[Measured]] = {}
    kinds: dict[str, tuple[Start, int, float]] = {
        "bare": (_bare, updates, 0.0),
        "sqlite": (Frontdesk, updates, 0.0),
        "one worker": (lambda folder, telegram: Workers(folder, telegram, server.create(), 1), updates, 0.0),
        "two workers": (lambda folder, telegram: Workers(folder, telegram, server.create(), 2), updates, 0.0),
        "bare, slow": (_bare, updates // 30, SLOW),
        "sqlite, slow": (Frontdesk, updates, SLOW),
    }
    for _ in range(repeats):
        for kind, (start, count, delay) in kinds.items():
            runs.setdefault(kind, []).append(_one(start, count, delay))
    bare, unit = "bare python-telegram-bot echo", "updates/s"
    tables = (
        show("Inbound, polling, SQLite", unit, runs["bare"], runs["sqlite"], against=bare),
        show("Inbound, webhook, PostgreSQL, one worker", unit, runs["bare"], runs["one worker"], against=bare),
        show("Inbound, two workers on PostgreSQL", unit, runs["one worker"], runs["two workers"], against="one worker"),
        show("Inbound, 50 ms a call, SQLite", unit, runs["bare, slow"], runs["sqlite, slow"], against=bare),
    )
    return "\n\n".join(tables)


def _bare(folder: Path, telegram: Telegram) -> Program:
    return Program("benchmarks.bare", "echo", telegram.url, telegram.token, folder=folder)


def _one(start: Start, updates: int, delay: float) -> Measured:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        telegram = stack.enter_context(Telegram())
        telegram.ask("people", count=PEOPLE)
        if delay:
            telegram.ask("slow", seconds=delay)
        program = stack.enter_context(start(folder, telegram))
        telegram.ask("write", count=min(WARM_UP, updates), people=PEOPLE)
        before = program.cpu_seconds()
        seconds = telegram.ask("write", count=updates, people=PEOPLE)["seconds"]
        cpu = program.cpu_seconds() - before
        return Measured(updates / seconds, cpu / updates * 1000, program.megabytes())
