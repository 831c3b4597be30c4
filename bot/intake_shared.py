"""The way in where several workers share the updates: whoever is called stores, and takes what is nobody's."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from bot.backoff import Backoff, surely
from bot.intake import Intake, accepted
from bot.limits import Sleep
from bot.services import workers
from bot.services.clock import Clock
from bot.services.database import Database
from bot.services.inbox import Accepted
from bot.turns import Turns, Waiting

log = structlog.get_logger(__name__)

#: Seconds between two looks for updates that other workers have left: while there is much to do, and else.
BUSY, QUIET = 0.05, 0.5
#: Updates stored in one transaction at most.
TOGETHER = 200


class SharedIntake(Intake):
    """Updates that come at the same time are stored together. All open updates of a person are one worker's."""

    def __init__(
        self, database: Database, turns: Turns, clock: Clock, worker_id: int, sleep: Sleep = asyncio.sleep
    ) -> None:
        super().__init__(database, turns, clock)
        self._worker_id = worker_id
        self._sleep = sleep
        self._storage = Backoff("the database")
        self._waiting: list[tuple[Accepted, dict[str, Any], asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None
        #: What the database did first gets its place first.
        self._one_by_one = asyncio.Lock()
        #: Of the doubts of the turns, those that were looked into.
        self._resolved = 0

    async def store(self, updates: Sequence[dict[str, Any]]) -> None:
        """Returns when they are on disk, whoever has their turns. Raises DBAPIError."""
        loop = asyncio.get_running_loop()
        stored = [loop.create_future() for _ in updates]
        self._waiting.extend(zip(map(accepted, updates), updates, stored, strict=True))
        if self._task is None:
            self._task = asyncio.create_task(self._store_all(), name="storing updates")
        for one in stored:
            await one

    async def look(self) -> None:
        """Take what nobody has, for ever: updates of the dead, of people whom another had, and forgotten ones."""
        while True:
            idle = self._in_doubt() or (not self._turns.busy and self._task is None)
            waits = partial(self._database.read, workers.waits, self._worker_id, idle=idle)
            found = await surely(waits, self._storage, self._sleep)
            if found:
                await self.room()
                await surely(partial(self._take, idle), self._storage, self._sleep)
            await self._sleep(BUSY if found or self._turns.busy else QUIET)

    async def _store_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
            error: DBAPIError | None = None
            try:
                await self._store([(row, update) for row, update, _ in batch])
            except DBAPIError as away:
                error = away
                self._turns.doubts += 1  # it may be on disk all the same
            for *_, stored in batch:
                if stored.done():  # whoever waited has gone
                    continue
                if error is None:
                    stored.set_result(None)
                else:
                    stored.set_exception(error)
        self._task = None

    async def _store(self, batch: list[tuple[Accepted, dict[str, Any]]]) -> None:
        in_order = sorted(batch, key=lambda pair: pair[0].update_id)
        rows = [row for row, _ in in_order]
        async with self._one_by_one:
            await self._resolve()  # before what a person has sent since
            ours = await self._database.write(workers.store, rows, self._worker_id, self._clock.now())
            await self._resolve()
            for row, update in in_order:
                if row.update_id in ours:
                    self._turns.put(Waiting(row.update_id, row.lane, update))

    async def _take(self, idle: bool) -> None:
        async with self._one_by_one:
            await self._put(idle=idle, most=workers.ALL if idle else workers.TAKEN)

    async def _resolve(self) -> None:
        """Where there is doubt, all that is ours gets its place."""
        if self._in_doubt():
            await self._put(idle=True, most=workers.ALL)

    def _in_doubt(self) -> bool:
        return self._turns.doubts != self._resolved

    async def _put(self, *, idle: bool, most: int) -> None:
        doubts = self._turns.doubts
        rows = await self._database.write(workers.take, self._worker_id, idle=idle, most=most)
        if not idle:
            await self._resolve()
        for row in rows:
            self._turns.put(Waiting.from_row(row))
        if idle:
            self._resolved = doubts
