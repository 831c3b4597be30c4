"""What the bot does by itself beside sending pushes: forget people, send what was planned, make exports and such."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import DBAPIError

from bot.background import Background
from bot.exports import Exports
from bot.limits import Sleep
from bot.services import bans, messages_planned, retention, users_forget, users_traces
from bot.services.agenda import look
from bot.services.clock import Clock
from bot.services.database import Database
from bot.services.retention import Keep
from bot.services.users_traces import Whose

log = structlog.get_logger(__name__)

Errand = Callable[[], Awaitable[None]]
#: Seconds between two looks at what is due.
LOOK = 1.0
#: How often old rows are looked for.
SWEEP = timedelta(days=1)


class Errands:
    """Looks for what is to be done, for ever; begin it in the background and cancel it at the end."""

    def __init__(
        self,
        database: Database,
        exports: Exports,
        take_back: Errand,
        deliver: Callable[[Iterable[int]], None],
        clock: Clock,
        keep: Keep,
        *,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """`take_back`: go on with what is taken back or changed; `deliver`: something waits for these people."""
        self._database = database
        self._exports = exports
        self._take_back = take_back
        self._deliver = deliver
        self._clock = clock
        self._keep = keep
        self._sleep = sleep
        self._work = Background()
        self._swept: datetime | None = None

    async def run(self) -> None:
        """Do what is due, each kind at its own pace, until cancelled."""
        working: dict[Errand, asyncio.Task[None]] = {}
        try:
            while True:
                for errand in await self._due():
                    if errand not in working or working[errand].done():
                        working[errand] = self._work.run(self._do(errand), "an errand")
                await self._sleep(LOOK)
        finally:
            await self._work.stop()

    async def _due(self) -> list[Errand]:
        try:
            due = await self._database.read(look, self._clock.now())
        except DBAPIError as away:
            log.warning("the errands wait for the database", reason=str(away.orig))
            return []
        wanted: list[tuple[bool, Errand]] = [
            (due.messages, self.send_planned),
            (due.bans, self.lift_bans),
            (due.farewells, self.forget),
            (due.exports, self._exports.make),
            (due.sweeps, self._take_back),
            (True, self.sweep),
        ]
        return [errand for is_due, errand in wanted if is_due]

    async def _do(self, errand: Errand) -> None:
        try:
            await errand()
        except DBAPIError as away:
            log.warning("an errand waits for the database", reason=str(away.orig))

    async def send_planned(self) -> None:
        """Messages whose time has come go into the log, and out."""
        self._deliver(await self._database.write(messages_planned.send_due, self._clock.now()))

    async def lift_bans(self) -> None:
        """Whose time is over is free again."""
        now = self._clock.now()
        for user_id in await self._database.read(bans.due, now):
            await self._database.write(bans.lift_due, user_id, now)

    async def forget(self) -> None:
        """Everybody who is to be forgotten, and about whom nothing is under way."""
        for user_id in await self._database.read(users_forget.due):
            await self._forget(user_id)

    async def _forget(self, user_id: int) -> None:
        """Traces in the rows of others go before the person's own row, and once more after it."""
        who = await self._database.read(users_traces.whose, user_id)
        await self._erase(who)
        while await self._database.write(users_forget.shorten, user_id):
            pass
        if await self._database.write(users_forget.let_go, user_id, now=self._clock.now()):
            await self._erase(who)
            log.info("somebody was forgotten")

    async def _erase(self, who: Whose) -> None:
        while traces := await self._database.read(users_traces.find, who):
            await self._database.write(users_traces.erase, who, traces)

    async def sweep(self) -> None:
        """Once a day what is too old goes, in small pieces."""
        now, keep = self._clock.now(), self._keep
        if self._swept is not None and now - self._swept < SWEEP:
            return
        self._swept = now
        if before := keep.before(keep.inbox, now):
            while await self._database.write(retention.inbox, before):
                await self._sleep(0)
        if before := keep.before(keep.audit, now):
            while await self._database.write(retention.audit, before):
                await self._sleep(0)
        if before := keep.before(keep.messages, now):
            await self._sweep_messages(before)

    async def _sweep_messages(self, before: datetime) -> None:
        at: int | None = None
        while (at := await self._database.write(retention.messages, before, at)) is not None:
            await self._sleep(0)
