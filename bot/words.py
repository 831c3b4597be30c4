"""Plain words, which are most of what people send: those that come at the same time are heard in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.services import conversations
from bot.services.clock import Clock
from bot.services.conversations import Outcome, Said
from bot.services.database import Database
from bot.services.setup import Setup

log = structlog.get_logger(__name__)

#: Updates in one transaction at most.
TOGETHER = 64


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing that was said, and the turn that waits for what comes of it; None: it has to be heard alone."""

    said: Said
    heard: asyncio.Future[Outcome | None]


class Words:
    """Hears while there is something to hear; the more comes at once, the fewer transactions it takes."""

    def __init__(self, database: Database, clock: Clock, setup: Callable[[], Setup], worker_id: int | None) -> None:
        self._database = database
        self._clock = clock
        self._setup = setup
        self._worker_id = worker_id
        self._waiting: list[Wait] = []
        self._task: asyncio.Task[None] | None = None

    async def hear(self, said: Said) -> Outcome | None:
        """Returns when it is on disk; None: it has to be heard alone."""
        wait = Wait(said, asyncio.get_running_loop().create_future())
        self._waiting.append(wait)
        if self._task is None:
            self._task = asyncio.create_task(self._hear_all(), name="words")
        return await wait.heard

    async def _hear_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
            outcomes = await self._outcomes([wait.said for wait in batch if not wait.heard.done()])
            for wait in batch:
                if not wait.heard.done():  # whoever waited may have been cancelled
                    wait.heard.set_result(outcomes.get(wait.said.update_id))
        self._task = None

    async def _outcomes(self, said: list[Said]) -> dict[int, Outcome]:
        """Nothing of it has happened where one of them fails; then each is heard alone, and fails alone."""
        now, setup = self._clock.now(), self._setup()
        try:
            return await self._database.write_soon(
                conversations.hear_all, said, worker_id=self._worker_id, setup=setup, now=now
            )
        except Exception as error:  # noqa: BLE001 - one iteration of a job loop: it is raised by whoever it belongs to
            log.info("words are heard one by one", updates=len(said), reason=f"{type(error).__name__}: {error}")
            return {}
