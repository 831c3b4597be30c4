"""Updates per second through the whole path: row, transaction, engine, answer; against echoes that store nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.frontdesk import Frontdesk, Workers
from benchmarks.lean import LeanTelegram
from benchmarks.process import Program, busy_seconds, rival
from benchmarks.table import Measured, show
from benchmarks.telegram import Telegram
from tests import postgres

PEOPLE = 200
#: As many as write to a bot within the same seconds that is worth two workers.
CROWD = 2000
WARM_UP = 400
#: Seconds that a slow Telegram takes for each message.
SLOW = 0.05
UNIT = "updates/s"

Start = Callable[[Path, Telegram], Program]


def measure(repeats: int = 3, updates: int = 3000) -> str:
    """All bots by turns; returns the tables."""
    server = postgres.start(*postgres.DURABLE)
    try:
        return _measure(repeats, updates, server)
    finally:
        server.stop()


def _measure(repeats: int, updates: int, server: postgres.Server) -> str:
    runs: dict[str, list[Measured]] = {}
    kinds: dict[str, tuple[Start, int, float]] = {
        "bare": (partial(_bare, "echo"), updates // 2, 0.0),
        "aiogram": (_rival, updates // 2, 0.0),
        "sqlite": (Frontdesk, updates, 0.0),
        "postgresql": (partial(_workers, server, 1), updates, 0.0),
        "bare, slow": (partial(_bare, "echo"), updates // 40, SLOW),
        "concurrent, slow": (partial(_bare, "concurrent"), updates // 4, SLOW),
        "sqlite, slow": (Frontdesk, updates, SLOW),
    }
    for _ in range(repeats):
        for kind, (start, count, delay) in kinds.items():
            runs.setdefault(kind, []).append(_one(start, count, delay))
    return "\n\n".join(_tables(runs))


def _tables(runs: dict[str, list[Measured]]) -> list[str]:
    bare, together = "bare python-telegram-bot echo", "the same, 256 updates at once"
    pairs = (
        ("polling, SQLite", "bare", "sqlite", bare),
        ("webhook, PostgreSQL, one worker", "bare", "postgresql", bare),
        ("polling, SQLite", "aiogram", "sqlite", "aiogram echo"),
        ("webhook, PostgreSQL, one worker", "aiogram", "postgresql", "aiogram echo"),
        ("50 ms a call, SQLite", "bare, slow", "sqlite, slow", bare),
        ("50 ms a call, SQLite", "concurrent, slow", "sqlite, slow", together),
    )
    return [show(f"Inbound, {what}", UNIT, runs[one], runs[other], against=name) for what, one, other, name in pairs]


def measure_workers(repeats: int = 5, updates: int = 12_000) -> str:
    """One worker and two, by turns, on one PostgreSQL; returns the tables: of many people, and of a few who never wait.

    The sandbox would be what is measured, so both have a Telegram that does next to nothing.
    """
    server = postgres.start(*postgres.DURABLE)
    tables = []
    try:
        for people, who in ((CROWD, f"{CROWD:,} people"), (PEOPLE, f"{PEOPLE} people who never wait for an answer")):
            runs: dict[int, list[Measured]] = {1: [], 2: []}
            for _ in range(repeats):
                for count, found in runs.items():
                    start = partial(_workers, server, count)
                    found.append(_one(start, updates, 0.0, LeanTelegram, people))
            title = f"Inbound, two workers on PostgreSQL, {who}"
            tables.append(show(title, UNIT, runs[1], runs[2], against="one worker"))
    finally:
        server.stop()
    return "\n\n".join(tables)


def _bare(how: str, folder: Path, telegram: Telegram) -> Program:
    return Program("benchmarks.bare", how, telegram.url, telegram.token, folder=folder)


def _rival(folder: Path, telegram: Telegram) -> Program:
    return rival(folder, telegram.url, telegram.token)


def _workers(server: postgres.Server, count: int, folder: Path, telegram: Telegram) -> Program:
    return Workers(folder, telegram, server.create(), count)


def _one(
    start: Start, updates: int, delay: float, make: Callable[[], Telegram] = Telegram, people: int = PEOPLE
) -> Measured:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        telegram = stack.enter_context(make())
        telegram.ask("people", count=people)
        if delay:
            telegram.ask("slow", seconds=delay)
        program = stack.enter_context(start(folder, telegram))
        telegram.ask("write", count=min(max(WARM_UP, people), updates), people=people)
        before, busy = program.cpu_seconds(), busy_seconds()
        found = telegram.ask("write", count=updates, people=people)
        assert found.get("in_order", True), "the answers of somebody came in another order than their words"
        cpu, cores = program.cpu_seconds() - before, (busy_seconds() - busy) / found["seconds"]
        return Measured(updates / found["seconds"], cpu / updates * 1000, program.megabytes(), cores)
