"""A day of a large bot in fast time and in earnest: real workers and PostgreSQL, a Telegram that is slow and refuses.

The day takes as many seconds as it has steps here. Each second has the load that the bot has at that time of its day,
so the workers do what they would do then; only backlogs have less time to grow, and to shrink.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.crowd import fill
from benchmarks.frontdesk import Workers
from benchmarks.lean import LeanTelegram
from benchmarks.process import cpu_of_family
from benchmarks.telegram import FIRST_PERSON
from tests import postgres

#: People who take part; each of them writes a few times.
PEOPLE = 5_000
#: Seconds before the day, so that everything is warm.
WARM_UP = 3


@dataclass(frozen=True, slots=True)
class Lived:
    """What a day came to with so many workers."""

    workers: int
    #: Updates that came, and that were answered.
    count: int
    answered: int
    #: Seconds from an update to its answer.
    median: float
    p99: float
    #: Updates without an answer at the same time, at most.
    most: int
    #: CPU milliseconds of an update: of the workers, of the database.
    own: float
    database: float
    #: The most megabytes that one worker has had.
    memory: float


def live(workers: int, rates: list[float], delays: list[float], blocked: float) -> Lived:
    """One day; each second has its rate of updates, and what a message takes."""
    server = postgres.start(*postgres.DURABLE)
    with ExitStack() as stack:
        stack.callback(server.stop)
        url = server.create()
        fill(url, FIRST_PERSON, FIRST_PERSON + PEOPLE - 1)
        telegram = stack.enter_context(LeanTelegram())
        program = stack.enter_context(Workers(Path(stack.enter_context(TemporaryDirectory())), telegram, url, workers))
        telegram.ask("day", rates=rates[:1] * WARM_UP, delays=delays[:1] * WARM_UP, people=PEOPLE, blocked=blocked)
        before = program.cpu_seconds(), cpu_of_family(server.pid)
        day = telegram.ask("day", rates=rates, delays=delays, people=PEOPLE, blocked=blocked)
        assert day["in_order"], "the answers of somebody came in another order than their words"
        count = day["count"]
        own = (program.cpu_seconds() - before[0]) / count * 1000
        database = (cpu_of_family(server.pid) - before[1]) / count * 1000
        ends = day["median"], day["p99"], day["most"]
        return Lived(workers, count, day["answered"], *ends, own, database, program.megabytes())


def table(days: list[Lived], top: float, price: float) -> str:
    """A line for each number of workers. `price`: of an hour of one core."""
    lines = [
        f"{'workers':>8}{'updates':>10}{'answered':>10}{'top/s':>8}{'p50 s':>8}{'p99 s':>8}{'most waiting':>14}"
        f"{'CPU ms':>8}{'database':>10}{'MB':>6}{'per million':>13}"
    ]
    for day in days:
        cost = (day.own + day.database) / 3600 * 1000 * price
        lines.append(
            f"{day.workers:>8}{day.count:>10,}{day.answered:>10,}{top:>8,.0f}{day.median:>8.2f}{day.p99:>8.2f}"
            f"{day.most:>14,}{day.own:>8.2f}{day.database:>10.2f}{day.memory:>6.0f}{cost:>13.3f}"
        )
    return "\n".join(lines)
