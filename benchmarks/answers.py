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
#: One after the other in the same distance; and as people write who know nothing of each other.
WAYS = ("evenly", "as people write")
Start = Callable[[Path, Telegram], Program]


def measure(repeats: int = 3, seconds: int = 8) -> str:
    """All bots by turns; returns the table."""
    server = postgres.start(*postgres.DURABLE)
    kinds: dict[str, Start] = {
        "bare python-telegram-bot echo": _bare,
        "frontdesk, polling, SQLite": Frontdesk,
        "frontdesk, webhook, PostgreSQL": lambda folder, telegram: Workers(folder, telegram, server.create(), 1),
    }
    runs: dict[str, dict[str, list[tuple[float, float]]]] = {way: {name: [] for name in kinds} for way in WAYS}
    try:
        for number in range(1, repeats + 1):
            for name, start in kinds.items():
                for way, one in _paced(start, seconds, seed=number).items():
                    runs[way][name].append(one)
    finally:
        server.stop()
    return "\n".join(
        [f"Answers at {RATE} updates a second (medians of {repeats} interleaved repetitions)"]
        + [line for way in WAYS for line in _table(way, runs[way])]
    )


def _table(way: str, runs: dict[str, list[tuple[float, float]]]) -> list[str]:
    found = {name: (median(one for one, _ in all), median(one for _, one in all)) for name, all in runs.items()}
    base = next(iter(found.values()))
    head = f"  {way:34}{'median ms':>12}{'ratio':>8}{'p99 ms':>10}{'ratio':>8}"
    return [head, *(_line(name, one, base) for name, one in found.items())]


def _line(name: str, one: tuple[float, float], base: tuple[float, float]) -> str:
    middle, worst = one
    figures = f"{middle * 1000:>12.1f}{middle / base[0]:>7.2f}x{worst * 1000:>10.1f}{worst / base[1]:>7.2f}x"
    return f"  {name:34}{figures}"


def _paced(start: Start, seconds: int, seed: int) -> dict[str, tuple[float, float]]:
    """The median and the 99th percentile of each way."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        telegram = stack.enter_context(Telegram())
        telegram.ask("people", count=PEOPLE)
        stack.enter_context(start(folder, telegram))
        telegram.ask("write", count=PEOPLE, people=PEOPLE)
        found = [
            telegram.ask("pace", count=RATE * seconds, people=PEOPLE, rate=RATE, seed=given) for given in (0, seed)
        ]
        return {way: (float(one["median"]), float(one["p99"])) for way, one in zip(WAYS, found, strict=True)}


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
