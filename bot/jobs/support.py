"""People who wait for staff: what is due for them at this moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.jobs.seldom import Seldom
from bot.jobs.sender import Deliver
from bot.services import staff_away, support_alarms
from bot.services.database import Database
from bot.services.setup import Setup

#: How often it is looked: nobody waits in seconds.
EVERY = timedelta(seconds=5)


class Support:
    """Looks at who waits."""

    def __init__(self, database: Database, deliver: Deliver, setup: Callable[[], Setup]) -> None:
        self._database = database
        self._deliver = deliver
        self._setup = setup
        self._seldom = Seldom(EVERY)

    async def look(self, now: datetime) -> None:
        """Who was away is back; remind, escalate, and let the bot return, where the setup wants any of it."""
        if not self._seldom.is_time(now):
            return
        if await self._database.read(staff_away.are_due, now):
            await self._database.write(staff_away.return_due, now)
        setup = self._setup()
        if setup.support.watches or setup.support.return_after:
            await self._ring(setup, now)

    async def _ring(self, setup: Setup, now: datetime) -> None:
        for user_id in await self._database.read(support_alarms.due, setup=setup, now=now):
            self._deliver(await self._database.write(support_alarms.ring, user_id, setup=setup, now=now))
