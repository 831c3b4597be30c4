"""A wire whose answers a test decides, and the jobs that send over it."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from bot.flow.content import Content
from bot.jobs.jobs import Jobs
from bot.services import push_runs, pushes
from bot.services.database import Database
from bot.services.push_runs_time import Due
from bot.services.receipt import Outcome, Receipt
from bot.services.setup import Setup
from models import PushRun
from tests.clock import FakeClock
from tests.services import campaign
from tests.services.campaign import ADA, Campaign

SENT = Receipt(Outcome.SENT, telegram_id=1)


@dataclass
class FakeWire:
    """Takes messages; answers as told, else that they arrived. `hold` keeps them on their way until it is released."""

    answers: dict[int, list[Receipt]] = field(default_factory=lambda: defaultdict(list))
    taken: list[int] = field(default_factory=list)
    lanes: set[int] = field(default_factory=set)
    on_their_way: int = 0
    most: int = 0
    gate: asyncio.Event | None = None
    #: Until it is set nobody has a slot, so that nothing comes to the wire.
    slots: asyncio.Event | None = None
    wait_for_a_slot: int = 0
    #: Whose message stays on its way until this happens.
    slow: dict[int, asyncio.Event] = field(default_factory=dict)
    #: Called with the number of messages taken so far, before each answer.
    watch: Callable[[int], None] = lambda count: None

    async def send(self, user_id: int, content: Content, *, lane: int, leaves: Callable[[], None]) -> Receipt:
        if self.slots is not None:
            self.wait_for_a_slot += 1
            await self.slots.wait()
        leaves()
        self.taken.append(user_id)
        self.lanes.add(lane)
        self.on_their_way += 1
        self.most = max(self.most, self.on_their_way)
        self.watch(len(self.taken))
        await asyncio.sleep(0)
        if self.gate is not None:
            await self.gate.wait()
        if user_id in self.slow:
            await self.slow[user_id].wait()
        self.on_their_way -= 1
        answers = self.answers[user_id]
        return answers.pop(0) if answers else SENT

    def times(self) -> Counter[int]:
        """How often each person was sent to."""
        return Counter(self.taken)


class Bot:
    """Jobs over one database and one wire; `again` is the same after a crash."""

    def __init__(self, database: Database, clock: FakeClock, wire: FakeWire, in_flight: int = 100) -> None:
        self.database = database
        self.clock = clock
        self.wire = wire
        self.told: list[int] = []
        self.cards = 0
        self.setup = campaign.setup()
        self.jobs = Jobs(
            database,
            wire.send,
            self._deliver,
            self.present,
            clock,
            show_cards=self._show_cards,
            follow=self._follow,
            in_flight=in_flight,
        )

    def present(self) -> Setup:
        return self.setup

    def _deliver(self, people: Iterable[int]) -> None:
        self.told += people

    async def _show_cards(self) -> None:
        self.cards += 1

    async def _follow(self) -> None:
        """Nobody changes the flow or the settings here."""

    async def ticks(self) -> None:
        """One look at what is due, and everything that follows from it."""
        await self.jobs.tick(self.clock.now())
        await self.jobs.idle()

    async def dies(self) -> None:
        """What was on its way is never noted."""
        working = [task for task in asyncio.all_tasks() if task.get_name().startswith("push run")]
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)

    async def confirms(self, *, due: Due | None = None, recipients: str = "all", late: str = "send") -> int:
        """An admin sends the first push."""
        return await self.database.write(self._confirm, due, recipients, late)

    def _confirm(self, db: Session, due: Due | None, recipients: str, late: str) -> int:
        push, now = pushes.find(db, "Spring"), self.clock.now()
        run = push_runs.draft(db, push.id, by=ADA, now=now)
        push_runs.set_recipients(db, run.id, recipients, by=ADA)
        push_runs.set_time(db, run.id, due, by=ADA, now=now)
        push_runs.set_late(db, run.id, late, by=ADA)
        return push_runs.confirm(db, run.id, by=ADA, setup=self.setup, now=now).id

    async def run(self, run_id: int) -> PushRun:
        """The run as it stands; its counters are those of the ledger."""
        return await self.database.read(self._run, run_id)

    def _run(self, db: Session, run_id: int) -> PushRun:
        Campaign.over(db, self.clock).check(run_id)
        return db.get_one(PushRun, run_id)


def prepare(db: Session, clock: FakeClock, count: int) -> None:
    """So many people, and a push for everyone."""
    campaign.people(db, clock, count)
    Campaign(db, clock)
