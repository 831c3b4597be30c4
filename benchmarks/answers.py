"""How long an answer takes at a steady 100 updates a second, and how long a bot takes to begin, beside baselines."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.crowd import fill
from benchmarks.frontdesk import Frontdesk, Workers
from benchmarks.process import Program
from benchmarks.telegram import FIRST_PERSON, Telegram
from tests import postgres

RATE, PEOPLE = 100, 500
Start = Callable[[Path, Telegram], Program]


def measure(repeats: int = 3, seconds: int = 8) -> str:
    """All bots by turns; returns the table."""
    server = postgres.start(*postgres.DURABLE)
    kinds: dict[str, Start] = {
        "bare python-telegram-bot echo": _bare,
        "frontdesk, polling, SQLite": Frontdesk,
        "frontdesk, webhook, PostgreSQL": lambda folder, telegram: Workers(folder, telegram, server.create(), 1),
    }
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in kinds}
    try:
        for _ in range(repeats):
            for name, start in kinds.items():
                runs[name].append(_paced(start, seconds))
    finally:
        server.stop()
    found = {name: (median(one for one, _ in all), median(one for _, one in all)) for name, all in runs.items()}
    (bare, base), *ours = found.items()
    lines = [
        f"Answers at {RATE} updates a second (medians of {repeats} interleaved repetitions)",
        f"  {'':34}{'median ms':>12}{'ratio':>8}{'p99 ms':>10}{'ratio':>8}",
        _line(bare, base, base),
        *(_line(name, one, base) for name, one in ours),
    ]
    return "\n".join(lines)


def _line(name: str, one: tuple[float, float], base: tuple[float, float]) -> str:
    middle, worst = one
    figures = f"{middle * 1000:>12.1f}{middle / base[0]:>7.2f}x{worst * 1000:>10.1f}{worst / base[1]:>7.2f}x"
    return f"  {name:34}{figures}"


def _paced(start: Start, seconds: int) -> tuple[float, float]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        telegram = stack.enter_context(Telegram())
        telegram.ask("people", count=PEOPLE)
        stack.enter_context(start(folder, telegram))
        telegram.ask("write", count=PEOPLE, people=PEOPLE)
        found = telegram.ask("pace", count=RATE * seconds, people=PEOPLE, rate=RATE)
        return float(found["median"]), float(found["p99"])


def _bare(folder: Path, telegram: Telegram) -> Program:
    return Program("benchmarks.bare", "echo", telegram.url, telegram.token, folder=folder)


def measure_start(repeats: int = 5, users: int = 1_000_000) -> str:
    """From nothing to the first answer, with an empty file and with one that is full, by turns; returns the table."""
    with TemporaryDirectory() as name:
        full = f"sqlite:///{name}/full.sqlite3"
        fill(full, FIRST_PERSON, FIRST_PERSON + users - 1)
        runs: dict[str, list[float]] = {"empty": [], "full": []}
        for number in range(repeats):
            empty = f"sqlite:///{name}/empty{number}.sqlite3"
            fill(empty, FIRST_PERSON, FIRST_PERSON)
            for kind, url in (("empty", empty), ("full", full)):
                runs[kind].append(_first_answer(partial(Frontdesk, database=url)))
    few, many = median(runs["empty"]), median(runs["full"])
    lines = [
        f"From the start to the first answer, SQLite (medians of {repeats} interleaved repetitions)",
        f"  {'one user':34}{few:>10.2f} s",
        f"  {f'{users:,} users':34}{many:>10.2f} s{many / few:>8.2f}x",
    ]
    return "\n".join(lines)


def _first_answer(start: Start) -> float:
    """Somebody wrote while the bot was away."""
    with TemporaryDirectory() as name, Telegram() as telegram:
        telegram.ask("people", count=1)
        program = start(Path(name), telegram)
        telegram.tell("write", count=1, people=1)
        began = time.perf_counter()
        with program:
            telegram.hear()
            return time.perf_counter() - began
