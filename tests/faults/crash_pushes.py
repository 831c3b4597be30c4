"""A push whose bot is killed at every edge of sending and at random moments, and the judge of what became of it.

`make crash` does it for 300 and for 5,000 people, with 1, 8 and 100 of them on their way at once, on both databases.
The sandbox's own log says how often each person was sent to; the ledger at each death says what was on its way.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from random import Random

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from bot import failpoints
from bot.services import engines
from models import Delivery, Push, PushRun, User
from sandbox import Sandbox, Settings
from sandbox.shapes import Person as Someone
from tests import postgres
from tests.clock import NOON
from tests.faults.crash_scene import look
from tests.faults.process import BotProcess
from tests.faults.seeing import moment
from tests.faults.test_push_crash import FIRST, FLOW

#: Seconds in which a bot has to come to its next death, or to the end of the push.
PATIENCE = 600.0
#: Failpoints that a push comes to, and how often it may pass each before it dies there.
EDGES = (
    *(f"{name}.{side}_commit" for name in ("begin", "plan") for side in ("before", "after")),
    *(f"carry.{side}_commit:{times}" for side in ("before", "after") for times in (1, 2, 3)),
    *(f"send.{side}_call:{times}" for side in ("before", "after") for times in (1, 7)),
)


@dataclass(slots=True, kw_only=True)
class Doomed(BotProcess):
    """One push, due at once, for people whom a sandbox plays."""

    people: int
    in_flight: int
    kills: int = 0
    #: What was on its way at each death, together and at most.
    begun: int = 0
    most: int = 0
    sends: Counter[int] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    #: What the judge has found.
    faults: list[str] = field(default_factory=list)

    def prepare(self) -> None:
        """Everybody is there, on both sides, and the push is planned."""
        for number in range(self.people):
            self.sandbox.world.add_person(Someone(FIRST + number, "P", started=True))
        (flow := self.folder / "flow.toml").write_text(FLOW)
        self.configure(flow, owner=301)
        fill(self.url, self.people)
        self._count_sends()

    def _count_sends(self) -> None:
        log = self.sandbox.world.log
        add = log.add

        def count(method: str, params: dict[str, object], error: str | None, message_id: int | None = None) -> object:
            if method.lower() == "sendmessage" and error is None:
                self.sends[int(str(params["chat_id"]))] += 1
            return add(method, params, error, message_id)

        log.add = count  # type: ignore[method-assign,assignment]

    async def dies_at(self, point: str) -> None:
        """The bot runs until it comes to this edge; where the push is over before that, it is noted as missed."""
        await self._runs(**{failpoints.VARIABLE: point})
        await until(lambda: self.ended() or self.over())
        if not self.ended():
            self.missed.append(point)
        await self._is_dead()

    async def dies_after(self, sends: int, seconds: float) -> None:
        """The bot runs until so many more were sent, and so long, or the push is over."""
        wanted = self.sends.total() + sends
        await self._runs()
        await until(lambda: self.sends.total() >= wanted or self.over())
        await moment(seconds)
        await self._is_dead()

    async def ends(self) -> None:
        """The bot runs until the push is over."""
        await self._runs()
        await until(self.over)
        await self.dies()

    def over(self) -> bool:
        """Whether the push is done."""
        return bool(look(self.url, lambda db: db.scalars(select(PushRun.state)).one()) == "done")

    async def _runs(self, **environment: str) -> None:
        await self.starts(FRONTDESK_PUSH__IN_FLIGHT=str(self.in_flight), **environment)

    async def _is_dead(self) -> None:
        await self.dies()
        self.kills += 1
        begun = look(self.url, lambda db: db.scalar(select(func.count()).where(Delivery.state == "begun")))
        self.begun += begun
        self.most = max(self.most, begun)

    def judge(self) -> list[str]:
        """What is not as it has to be."""
        run, states = look(self.url, _ledger)
        unsure, seen = states["unsure"], len(self.sends)
        faults = {
            "somebody got it twice": max(self.sends.values()) > 1,
            "more were on their way than may be": self.most > self.in_flight,
            "unsure is not what was on its way at the deaths": unsure != self.begun,
            "an end that nothing led to": not states.keys() <= {"sent", "unsure"},
            "the states' sum is not the audience": not states.total() == run.audience == self.people,
            "the counters are not the ledger": (run.sent, run.unsure) != (states["sent"], unsure),
            "Telegram saw others than the ledger": not states["sent"] <= seen <= states["sent"] + unsure,
            "the push did not end": run.state != "done",
        }
        return [fault for fault, holds in faults.items() if holds]

    def line(self) -> str:
        """The figures in one line."""
        missed = f", not reached: {', '.join(self.missed)}" if self.missed else ""
        missed += f" FAULTS: {'; '.join(self.faults)}" if self.faults else ""
        return (
            f"kills {self.kills}, sent to {len(self.sends):,} of {self.people:,},"
            f" at most {max(self.sends.values())} each,"
            f" unsure {self.begun} (at most {self.most} at once of {self.in_flight}){missed}"
        )


def _ledger(db: Session) -> tuple[PushRun, Counter[str]]:
    return db.scalars(select(PushRun)).one(), Counter(db.scalars(select(Delivery.state)))


def fill(url: str, people: int) -> None:
    """So many users, and a push for everyone that is due."""
    engine = engines.prepare(url, threads=1)
    with Session(engine) as db, db.begin():
        rows = [
            {"id": FIRST + number, "first_name": "P", "joined_at": NOON, "last_seen_at": NOON}
            for number in range(people)
        ]
        db.execute(insert(User), rows)
        db.execute(insert(Push), {"title": "S", "folded": "s", "start": "spring", "everyone": True, "created_at": NOON})
        push = db.scalars(select(Push)).one()
        db.add(PushRun(push_id=push.id, recipients="all", state="planned", due_at=NOON, created_at=NOON))
    engine.dispose()


async def until(happened: Callable[[], bool], every: float = 0.1) -> None:
    """Look again and again. Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        while not happened():
            await moment(every)


async def play(
    url: str, folder: Path, *, people: int, in_flight: int, edges: Iterable[str], random_kills: int, seed: int = 1
) -> Doomed:
    """Die at each of the edges and so often at random; then let it end. The database at `url` is new."""
    chance = Random(f"{seed} {people} {in_flight} {url[:6]}")
    async with Sandbox(Settings()) as sandbox:
        push = Doomed(sandbox, folder, url, people=people, in_flight=in_flight)
        push.prepare()
        try:
            for edge in edges:
                await push.dies_at(edge)
            for kill in range(random_kills):
                left = people - push.sends.total()
                await push.dies_after(
                    chance.randrange(1, max(2, left // (random_kills - kill))), chance.uniform(0, 0.1)
                )
            await push.ends()
        finally:
            await push.dies()
        push.faults = push.judge()
        return push


def main() -> int:
    """Every size and concurrency on both databases; 1 where something is not as it has to be."""
    given = argparse.ArgumentParser(description="Kill a bot that sends a push, at every edge and at random.")
    given.add_argument("--people", type=int, nargs="+", default=[300, 5000])
    given.add_argument("--in-flight", type=int, nargs="+", default=[1, 8, 100])
    given.add_argument("--kills", type=int, default=6, help="at random, in each case")
    given.add_argument("--seed", type=int, default=1)
    options = given.parse_args()
    server, bad = postgres.start(), False
    try:
        for name, people, in_flight in product(("sqlite", "postgresql"), options.people, options.in_flight):
            with tempfile.TemporaryDirectory(prefix="crash") as folder:
                url = server.create() if name == "postgresql" else f"sqlite:///{folder}/bot.sqlite3"
                playing = play(
                    url,
                    Path(folder),
                    people=people,
                    in_flight=in_flight,
                    edges=EDGES,
                    random_kills=options.kills,
                    seed=options.seed,
                )
                push = asyncio.run(playing)
            sys.stdout.write(f"{name}, {people:,} people, {in_flight} at once: {push.line()}\n")
            sys.stdout.flush()
            bad = bad or bool(push.faults)
    finally:
        server.stop()
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
