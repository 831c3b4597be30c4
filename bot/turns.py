"""Turns: one person's updates in order, many people at once, and what happens to an update that cannot be handled."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import structlog

from bot import metrics
from bot.backoff import Backoff, surely
from bot.limits import Sleep
from bot.services import inbox
from bot.services.clock import Clock
from bot.services.database import Database
from bot.telegram_http import parse

log = structlog.get_logger(__name__)

#: Updates handled at the same time.
TOGETHER = 64
#: Seconds that one attempt may take.
DEADLINE = 20.0
#: Attempts before an update is parked, and the seconds between them.
TRIES, PAUSES = 3, (0.5, 2.0)
#: Updates held in memory before the intake waits; and where others could have them: whoever has an update of somebody
#: has all that come while it is open, so whoever held many would get more and more, and the others nothing.
HELD, HELD_OF_SHARED = 2000, 100
#: Updates in memory from which on the next has to wait for others.
CROWD = 32


_DONE, _FAILED = metrics.TURNS.labels("done"), metrics.TURNS.labels("failed")


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that waits for its turn."""

    update_id: int
    lane: int
    update: dict[str, Any]
    #: Attempts that failed before.
    attempts: int = 0
    #: Its action is committed already; this screen (a packed press) is still to be shown.
    follow_up: str | None = None

    @classmethod
    def from_row(cls, row: Any) -> Waiting:
        """What `inbox.open_updates` found."""
        return cls(row.update_id, row.lane, parse(row.raw), row.attempts, row.follow_up)


Handle = Callable[[Waiting], Awaitable[None]]
Parked = Callable[[Waiting, Exception], Awaitable[None]]


class Turns:
    """Gives every update its turn. `handle` marks it as done in its own transaction, or raises."""

    def __init__(
        self,
        handle: Handle,
        parked: Parked,
        database: Database,
        clock: Clock,
        *,
        sleep: Sleep = asyncio.sleep,
        deadline: float = DEADLINE,
        held: int = HELD,
    ) -> None:
        """`parked` is called once for an update that failed for good."""
        self._handle = handle
        self._parked = parked
        self._database = database
        self._clock = clock
        self._sleep = sleep
        self._deadline = deadline
        self._most = held
        self._gate = asyncio.Semaphore(TOGETHER)
        self._lanes: dict[int, deque[Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: set[int] = set()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._stopping = False
        self._storage = Backoff("the database")
        #: How often updates that were at hand are so no more, and have not had their turns.
        self.losses = 0

    async def start(self) -> None:
        """Begin with what was accepted and not finished before the last end."""
        after = -1
        while rows := await self._database.read(inbox.open_updates, after=after):
            for row in rows:
                self.put(Waiting.from_row(row))
            after = rows[-1].update_id
            await self.room()

    def put(self, waiting: Waiting) -> None:
        """Let an update have its turn, after those of the same lane that came before; once, however often it comes."""
        if self._stopping or waiting.update_id in self._held:
            return  # what comes too late is in the inbox; the next start begins with it
        metrics.RECEIVED.inc()
        self._held.add(waiting.update_id)
        if len(self._held) >= self._most:
            self._has_room.clear()
        lane = self._lanes.get(waiting.lane)
        if lane is not None:
            lane.append(waiting)
            return
        self._lanes[waiting.lane] = deque([waiting])
        task = asyncio.create_task(self._run(waiting.lane), name=f"turns of {waiting.lane}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def forget(self, update_ids: Collection[int]) -> None:
        """They may be put again, though they have not had their turns: it is not certain that the inbox has them."""
        self._held.difference_update(update_ids)

    def at_hand(self) -> frozenset[int]:
        """The updates that wait for their turn, or have it."""
        return frozenset(self._held)

    @property
    def crowded(self) -> bool:
        """Whether whatever comes now has to wait for others."""
        return len(self._held) >= CROWD

    @property
    def busy(self) -> bool:
        """Whether some update has its turn."""
        return bool(self._tasks)

    async def room(self) -> None:
        """Wait while too many updates are held in memory."""
        await self._has_room.wait()

    async def idle(self) -> None:
        """Wait until nothing waits and nothing runs."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def stop(self, patience: float = 10.0) -> None:
        """Take nothing more; let what runs finish, for so many seconds. What waits stays in the inbox."""
        self._stopping = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=patience)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, key: int) -> None:
        lane = self._lanes[key]
        while lane and not self._stopping:
            await self._turn(waiting := lane.popleft())
            self._held.discard(waiting.update_id)
            if len(self._held) < self._most:
                self._has_room.set()
        del self._lanes[key]

    async def _turn(self, waiting: Waiting | None) -> None:
        """Attempts until one works or the last has failed. Other lanes go on meanwhile."""
        while waiting is not None:
            began = self._clock.monotonic()
            with structlog.contextvars.bound_contextvars(update=waiting.update_id, user=waiting.lane):
                error = await self._failure_of(self._in_time(waiting))
                if error is not None:
                    log.error("an update could not be handled", exc_info=error)
            metrics.TURN_SECONDS.observe(self._clock.monotonic() - began)
            if error is None:
                _DONE.inc()
                return
            _FAILED.inc()
            waiting = await self._after_failure(replace(waiting, attempts=waiting.attempts + 1), error)

    async def _in_time(self, waiting: Waiting) -> None:
        async with self._gate, asyncio.timeout(self._deadline):
            try:
                await self._handle(waiting)
            except inbox.NotOurs:
                self._let_go(waiting.lane)
                raise

    def _let_go(self, key: int) -> None:
        """All open updates of a lane are one worker's, so those behind are not ours either, or come again, in order."""
        lane = self._lanes[key]
        self.forget([waiting.update_id for waiting in lane])
        lane.clear()
        self.losses += 1

    @staticmethod
    async def _failure_of(work: Awaitable[None]) -> Exception | None:
        try:
            await work
        except inbox.NotOurs:
            return None  # another worker has it, or has done it
        except Exception as error:  # noqa: BLE001 - whatever went wrong: it is logged, tried again, then parked
            return error
        return None

    async def _after_failure(self, waiting: Waiting, error: Exception) -> Waiting | None:
        """Note the failure; returns what to try again after a pause, or None when it is over."""
        final = waiting.attempts >= TRIES
        await surely(partial(self._note, waiting, error, final), self._storage, self._sleep)
        if not final:
            await self._sleep(PAUSES[waiting.attempts - 1])
            return await surely(partial(self._still_open, waiting), self._storage, self._sleep)
        if trouble := await self._failure_of(self._parked(waiting, error)):
            who = {"update": waiting.update_id, "user": waiting.lane}
            log.error("nobody could be told of a parked update", **who, exc_info=trouble)
        return None

    async def _note(self, waiting: Waiting, error: Exception, final: bool) -> None:
        text = f"{type(error).__name__}: {error}"
        await self._database.write(inbox.mark_failed, waiting.update_id, text, self._clock.now(), final=final)

    async def _still_open(self, waiting: Waiting) -> Waiting | None:
        """The update as the inbox has it now: the failed attempt may have committed all or a part of its work."""
        rows = await self._database.read(inbox.open_updates, after=waiting.update_id - 1, limit=1)
        if not rows or rows[0].update_id != waiting.update_id:
            return None
        return replace(waiting, follow_up=rows[0].follow_up)
