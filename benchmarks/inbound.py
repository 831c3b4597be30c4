"""Updates per second through the whole path: row, transaction, engine, answer; against an echo that stores nothing."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.frontdesk import Frontdesk
from benchmarks.process import Program
from benchmarks.table import Measured, show
from benchmarks.telegram import Telegram

PEOPLE = 200
WARM_UP = 200


def measure(repeats: int = 3, updates: int = 3000) -> str:
    """Both bots by turns; returns the table."""
    bare: list[Measured] = []
    ours: list[Measured] = []
    for _ in range(repeats):
        bare.append(_one(updates, own=False))
        ours.append(_one(updates, own=True))
    return show("Inbound, polling, SQLite", "updates/s", bare, ours, against="bare python-telegram-bot echo")


def _one(updates: int, *, own: bool) -> Measured:
    with TemporaryDirectory() as name, Telegram() as telegram:
        folder = Path(name)
        telegram.ask("people", count=PEOPLE)
        bare = Program("benchmarks.bare", "echo", telegram.url, telegram.token, folder=folder)
        with Frontdesk(folder, telegram) if own else bare as program:
            telegram.ask("write", count=WARM_UP, people=PEOPLE)
            before = program.cpu_seconds()
            seconds = telegram.ask("write", count=updates, people=PEOPLE)["seconds"]
            cpu = program.cpu_seconds() - before
            return Measured(updates / seconds, cpu / updates * 1000, program.megabytes())
