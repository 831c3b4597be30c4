"""Digests on their way: once a minute it is looked whether one is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.jobs.seldom import Seldom
from bot.jobs.sender import Deliver
from bot.services import digests
from bot.services.database import Database
from bot.services.setup import Setup

EVERY = timedelta(minutes=1)


class Digests:
    """Looks for what is due."""

    def __init__(self, database: Database, deliver: Deliver, setup: Callable[[], Setup]) -> None:
        self._database = database
        self._deliver = deliver
        self._setup = setup
        self._seldom = Seldom(EVERY)

    async def look(self, now: datetime) -> None:
        """Send what is due."""
        if not self._seldom.is_time(now):
            return
        if await self._database.read(digests.are_due, now):
            self._deliver(await self._database.write(digests.send_due, setup=self._setup(), now=now))
