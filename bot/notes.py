"""What became of letters, written down: those that come together in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.backoff import Backoff, surely
from bot.limits import Sleep
from bot.services import outgoing
from bot.services.clock import Clock
from bot.services.database import Database
from bot.services.outgoing import Letter
from bot.services.receipt import Receipt
from bot.services.setup import Setup

log = structlog.get_logger(__name__)

#: Letters in one transaction at most.
TOGETHER = 50


@dataclass(frozen=True, slots=True)
class Note:
    """One letter, what became of it, and whoever waits until that is on disk."""

    letter: Letter
    receipt: Receipt
    #: Whom there is something to send to because of it; None: it could not be written down, and never will.
    written: asyncio.Future[frozenset[int] | None]


class Notes:
    """Writes while there is something to write; the more comes at once, the fewer transactions it takes."""

    def __init__(self, database: Database, clock: Clock, setup: Callable[[], Setup], sleep: Sleep) -> None:
        self._database = database
        self._clock = clock
        self._setup = setup
        self._sleep = sleep
        self._storage = Backoff("the database")
        self._waiting: list[Note] = []
        self._task: asyncio.Task[None] | None = None

    async def write(self, letter: Letter, receipt: Receipt) -> frozenset[int] | None:
        """Returns when it is on disk, as `Note.written` says."""
        note = Note(letter, receipt, asyncio.get_running_loop().create_future())
        self._waiting.append(note)
        if self._task is None:
            self._task = asyncio.create_task(self._write_all(), name="notes")
        return await note.written

    async def close(self) -> None:
        """Write down what is left, also for those who do not wait any more."""
        if self._task is not None:
            await self._task

    async def _write_all(self) -> None:
        while self._waiting:
            batch = sorted(self._waiting[:TOGETHER], key=lambda note: (note.letter.user_id, note.letter.number))
            del self._waiting[:TOGETHER]
            try:
                await self._write(batch)
            except (SQLAlchemyError, LookupError):
                await self._write_singly(batch)
        self._task = None

    async def _write(self, batch: list[Note]) -> None:
        pairs = [(note.letter, note.receipt) for note in batch]

        async def work() -> list[frozenset[int]]:
            return await self._database.write_soon(outgoing.note_all, pairs, setup=self._setup(), now=self._clock.now())

        for note, pending in zip(batch, await surely(work, self._storage, self._sleep), strict=True):
            _settle(note, pending)

    async def _write_singly(self, batch: list[Note]) -> None:
        """One of them cannot be written: the others can."""
        for note in batch:
            try:
                await self._write([note])
            except (SQLAlchemyError, LookupError) as error:
                letter = note.letter
                log.error("what became of a message cannot be noted", user=letter.user_id, exc_info=error)
                _settle(note, None)


def _settle(note: Note, pending: frozenset[int] | None) -> None:
    if not note.written.done():  # whoever waited may have been cancelled
        note.written.set_result(pending)
