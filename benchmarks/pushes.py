"""Planning a push for 10,000 and 1,000,000 people, on both databases, while somebody talks with the bot all the time.

What it takes until the ledger is written; the longest that an answer's transaction waited meanwhile; the same for those
who are new since the last sending; and the memory that planning needed.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, insert, text
from sqlalchemy.orm import Session

from benchmarks.crowd import fill
from benchmarks.frontdesk import FLOW
from bot.flow import parse
from bot.jobs.planner import Planner
from bot.services import engines, people, push_runs_due
from bot.services.clock import SystemClock
from bot.services.database import Database
from bot.services.people import Sender
from bot.services.setup import Setup
from models import Push, PushRun
from tests import postgres

SMALL, LARGE = 10_000, 1_000_000
#: People who have come since the last sending.
NEWCOMERS = 1_000
FIRST = 100_000
#: Seconds between two answers.
PACE = 0.005
TARGETS = {"sqlite": 3.0, "postgresql": 8.0}


@dataclass(frozen=True, slots=True)
class Planned:
    """One audience: seconds to plan all and those who are new, the longest wait of an answer, megabytes more."""

    all: float
    new: float
    wait: float
    memory: float


def measure(large: int = LARGE) -> str:
    """Both databases with few and with many people; returns the table."""
    server = postgres.start(*postgres.DURABLE, "shared_buffers=512MB", "max_wal_size=4GB")
    try:
        with TemporaryDirectory() as folder:
            rows = [_head()]
            for people_there in (SMALL, large):
                urls = {"sqlite": f"sqlite:///{folder}/{people_there}.sqlite3", "postgresql": server.create()}
                for name, url in urls.items():
                    rows.append(_row(name, people_there, _in_a_process(url, people_there)))
        return "\n".join(rows)
    finally:
        server.stop()


def _in_a_process(url: str, count: int) -> Planned:
    """The memory of a process is its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.pushes", url, str(count)], check=True, capture_output=True, text=True
    )
    return Planned(**json.loads(done.stdout))


def _head() -> str:
    return (
        "Planning pushes while somebody writes without a pause\n"
        f"  {'':34}{'seconds':>10}{'target':>9}{'new, s':>9}{'longest wait ms':>17}{'MB more':>9}"
    )


def _row(name: str, count: int, planned: Planned) -> str:
    target = f"{TARGETS[name]:.0f}" if count == LARGE else "–"
    figures = f"{planned.all:>10.2f}{target:>9}{planned.new:>9.2f}{planned.wait * 1000:>17.0f}{planned.memory:>9.0f}"
    return f"  {f'{name}, {count:,} people':34}{figures}"


async def plan(url: str, count: int) -> Planned:
    """Plan for everybody, then for the newcomers, in a database made for it."""
    fill(url, FIRST, FIRST + count - 1)
    engine = engines.connect(url)
    database, before = Database(url), _megabytes()
    setup = Setup(parse(FLOW, folder=None), 1, "bench_bot")
    try:
        seconds, wait = await _timed(database, setup, _run(engine, "all"))
        memory = _megabytes() - before
        with engine.begin() as db:
            db.execute(text("UPDATE deliveries SET state = 'sent' WHERE state = 'waiting'"))
            db.execute(text("UPDATE push_runs SET state = 'done'"))
        fill(url, FIRST + count, FIRST + count + NEWCOMERS - 1)
        new, _ = await _timed(database, setup, _run(engine, "new"))
        return Planned(seconds, new, wait, memory)
    finally:
        await database.close()
        engine.dispose()


async def _timed(database: Database, setup: Setup, run_id: int) -> tuple[float, float]:
    """Seconds until the run is planned, and the longest wait of an answer's transaction."""
    waits: list[float] = []
    talking = asyncio.create_task(_talk(database, setup, waits))
    await database.write(push_runs_due.begin_due, awake_since=datetime.now(UTC), setup=setup, now=datetime.now(UTC))
    start = time.perf_counter()
    await Planner(database, lambda: setup, SystemClock()).plan(run_id)
    seconds = time.perf_counter() - start
    talking.cancel()
    with suppress(asyncio.CancelledError):
        await talking
    return seconds, max(waits)


async def _talk(database: Database, setup: Setup, waits: list[float]) -> None:
    """Somebody who writes: the first statement of every update, again and again."""
    while True:
        start = time.perf_counter()
        await database.write(people.meet, Sender(FIRST, "Vera"), setup=setup, now=datetime.now(UTC))
        waits.append(time.perf_counter() - start)
        await asyncio.sleep(PACE)


def _run(engine: Engine, recipients: str) -> int:
    """A run of one push to everyone, due at once."""
    now = datetime.now(UTC) - timedelta(seconds=1)
    with Session(engine) as db, db.begin():
        push = db.get(Push, 1)
        if push is None:
            values = {"id": 1, "title": "News", "folded": "news", "start": "news", "everyone": True, "created_at": now}
            db.execute(insert(Push), values)
        run = PushRun(push_id=1, recipients=recipients, state="planned", due_at=now, created_at=now)
        db.add(run)
        db.flush()
        return run.id


def _megabytes() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(plan(sys.argv[1], int(sys.argv[2]))))))
