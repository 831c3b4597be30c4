"""What one process does for all: plan and send, wait, call, tidy up. With several workers it is the elected one."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import AsyncExitStack

from bot.calls import Calls
from bot.config import Config
from bot.errands import Errands
from bot.exports import Exports
from bot.house import House
from bot.http_call import Caller
from bot.jobs.jobs import Jobs
from bot.services.retention import Keep
from bot.sweeps import Sweeps

#: Seconds that running jobs may take at the end.
FINISH_JOBS = 1.0


class Duties:
    """Can be begun and ended again and again."""

    def __init__(self, house: House, config: Config) -> None:
        self._house = house
        self._config = config
        self._ending: AsyncExitStack | None = None

    async def start(self) -> None:
        """Take them up; what the last one left behind is settled first."""
        async with AsyncExitStack() as stack:
            house = self._house
            await house.outbox.start()
            stack.push_async_callback(house.outbox.rest)
            jobs = self._jobs()
            await jobs.start()
            stack.push_async_callback(_stop_jobs, jobs)
            caller = await stack.enter_async_context(Caller(self._config.http.hosts))
            begun = (house.menus.start(), house.topics.run())
            works = (*begun, self._errands().run(), self._calls(caller).run())
            tasks = [house.background.run(work, "a duty") for work in works]
            stack.push_async_callback(_end, tasks)
            self._ending = stack.pop_all()

    async def stop(self) -> None:
        """Lay them down."""
        if self._ending is not None:
            await self._ending.aclose()
            self._ending = None

    def _calls(self, caller: Caller) -> Calls:
        """What the flow asks other servers."""
        house = self._house
        return Calls(house.database, caller, house.outbox.poke, lambda: house.setup, house.clock)

    def _errands(self) -> Errands:
        """What the bot does by itself beside pushes."""
        house, days = self._house, self._config.retention
        exports = Exports(house.database, house.outbox.call, lambda: house.setup, house.clock)
        keep = Keep(days.inbox_days, days.messages_days, days.audit_days)
        sweeps = Sweeps(house.database, house.outbox, lambda: house.setup, house.clock)
        return Errands(house.database, exports, sweeps.work, house.outbox.poke, house.clock, keep)

    def _jobs(self) -> Jobs:
        """What runs when."""
        house = self._house
        return Jobs(
            house.database,
            house.outbox.send_now,
            house.outbox.poke,
            lambda: house.setup,
            house.clock,
            show_cards=house.cards.refresh,
            follow=house.follow,
            in_flight=self._config.push.in_flight,
        )


async def _stop_jobs(jobs: Jobs) -> None:
    """What is on its way is noted, unless that takes too long: then it is unsure at the next start."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(FINISH_JOBS):
            await jobs.stop()


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
