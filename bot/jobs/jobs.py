"""The clock of the house: APScheduler wakes, rows say what is due, nothing is kept in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.jobs.digests import Digests
from bot.jobs.planner import Planner
from bot.jobs.sender import Deliver, Send, Sender
from bot.jobs.support import Support
from bot.services import conversations, deliveries, push_runs_due, waits
from bot.services.agenda import look
from bot.services.clock import Clock
from bot.services.database import Database
from bot.services.setup import Setup

log = structlog.get_logger(__name__)

#: Seconds between two looks at what is due.
BEAT = 1
#: The machine slept or the bot was down if two looks are further apart than this.
ASLEEP = timedelta(minutes=1)

ShowCards = Callable[[], Awaitable[None]]
Follow = Callable[[], Awaitable[None]]


class Jobs:
    """What the bot does by itself: planned pushes, waits that end, and people who wait for staff."""

    def __init__(
        self,
        database: Database,
        send: Send,
        deliver: Deliver,
        setup: Callable[[], Setup],
        clock: Clock,
        *,
        show_cards: ShowCards,
        follow: Follow,
        in_flight: int = 100,
    ) -> None:
        """`deliver`: something waits for some people. `show_cards`: bring the living cards of runs up to date.

        `follow`: use the flow and the settings that hold by now, which another process may have changed.
        """
        self._database = database
        self._deliver = deliver
        self._setup = setup
        self._clock = clock
        self._show_cards = show_cards
        self._planner = Planner(database, setup, clock)
        self._follow = follow
        self._sender = Sender(database, send, deliver, setup, clock, in_flight=in_flight)
        self._digests = Digests(database, deliver, setup)
        self._support = Support(database, deliver, setup)
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._working: dict[int, asyncio.Task[None]] = {}
        self._awake_since = self._looked = clock.now()
        self._beating = asyncio.Lock()

    async def start(self) -> None:
        """Settle what the last process left behind, then look every second."""
        await self.settle()
        self._scheduler.add_job(self.beat, "interval", seconds=BEAT, max_instances=1, coalesce=True)
        self._scheduler.start()

    async def settle(self) -> None:
        """Deliveries whose end nobody noted are unsure; typed times follow their zone."""
        now = self._clock.now()
        if unsure := await self._database.write(deliveries.recover, now):
            log.warning("pushes were on their way when the bot ended", unsure=unsure)
        if moved := await self._database.write(push_runs_due.follow_zone, self._setup().zone):
            log.warning("the time zone's rules changed, planned pushes follow", moved=moved)

    async def stop(self) -> None:
        """Wake no more, claim nobody more, and note what is on its way."""
        self._planner.close()
        self._sender.close()
        self._scheduler.remove_all_jobs()
        async with self._beating:  # a shutdown would break a look off
            await self.idle()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def idle(self) -> None:
        """Wait until no run is being worked on."""
        while self._working:
            await asyncio.gather(*self._working.values())

    async def beat(self) -> None:
        """One look, called by the scheduler. What fails is logged, and looked at again at the next one."""
        async with self._beating:
            try:
                await self.tick(self._clock.now())
            except Exception as error:
                log.error("a look at what is due failed", exc_info=error)

    async def tick(self, now: datetime) -> None:
        """Do what is due at `now`; runs are planned and sent in the background (see `idle`)."""
        if now - self._looked > ASLEEP:
            self._awake_since = now
        self._looked = now
        await self._follow()
        due = await self._database.read(look, now)
        if not self._setup().maintenance:
            if due.runs:
                await self._begin_due(now)
            if due.waits:
                await self._wake_people(now)
            await self._support.look(now)
            await self._digests.look(now)
        await self._work_on(await self._database.read(push_runs_due.to_work_on, now) if due.runs or due.begun else [])
        await self._show_cards()

    async def _begin_due(self, now: datetime) -> None:
        setup, awake = self._setup(), self._awake_since
        told = await self._database.write(push_runs_due.begin_due, awake_since=awake, setup=setup, now=now)
        self._deliver(told)

    async def _wake_people(self, now: datetime) -> None:
        for user_id, block in await self._database.read(waits.due, now):
            woken = await self._database.write(conversations.wake, user_id, block, setup=self._setup(), now=now)
            self._deliver(woken.pending)

    async def _work_on(self, runs: Sequence[int]) -> None:
        self._sender.hold_back(runs)
        for run_id in sorted({*runs, *self._sender.unnoted()} - self._working.keys()):
            self._working[run_id] = asyncio.create_task(self._work(run_id), name=f"push run {run_id}")

    async def _work(self, run_id: int) -> None:
        structlog.contextvars.bind_contextvars(run=run_id)  # this task's own
        try:
            push_id = await self._database.read(push_runs_due.push_of, run_id)
            structlog.contextvars.bind_contextvars(push=push_id)
            await self._planner.plan(run_id)
            await self._sender.send_all(run_id)
        except Exception as error:
            log.error("a run was interrupted", exc_info=error)
        finally:
            del self._working[run_id]
