"""The way in where several workers share the updates: whoever is called stores, and finds what others have stored."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
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
#: Updates stored in one transaction at most; and the seconds in which they gather while others wait for their turns
#: anyway.
TOGETHER, GATHER = 200, 0.005


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
        """Find what others have stored for this worker, and take what nobody has: what the dead have left, for one."""
        while True:
            await self.room()
            found = await surely(self._find, self._storage, self._sleep)
            await self._sleep(BUSY if found or self._turns.busy else QUIET)

    async def _find(self) -> bool:
        """Whether there was something."""
        async with self._one_by_one:
            losses, at_hand = self._turns.losses, self._turns.at_hand()
            rows = await self._database.read(workers.found, self._worker_id, at_hand=at_hand)
            if rows is None:
                rows = await self._database.write(workers.take, self._worker_id, at_hand=at_hand)
            self._put([Waiting.from_row(row) for row in rows], losses)
            return bool(rows)

    def _put(self, waiting: Sequence[Waiting], losses: int) -> None:
        """Let them have their turns behind those that were at hand; where some of those were lost meanwhile, none: they
        are found again, in order with the lost ones."""
        if losses == self._turns.losses:
            for one in waiting:
                self._turns.put(one)

    async def _store_all(self) -> None:
        while self._waiting:
            if self._turns.crowded:
                await self._sleep(GATHER)
            batch, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
            error: DBAPIError | None = None
            try:
                await self._store([(row, update) for row, update, _ in batch])
            except DBAPIError as away:
                error = away
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
            now, losses, at_hand = self._clock.now(), self._turns.losses, self._turns.at_hand()
            ours = await self._database.write(workers.store, rows, self._worker_id, now, at_hand=at_hand)
            waiting = [Waiting(row.update_id, row.lane, update) for row, update in in_order if row.update_id in ours]
            self._put(waiting, losses)
