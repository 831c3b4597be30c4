"""The one thread that writes to a SQLite file: what waits together is one commit.

What is committed can be seen by everybody. The disk is the work of another thread (`bot.services.disk`), so that no
commit waits for the one before it to arrive there.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from bot.services.checkpoints import HELPS, Checkpoints
from bot.services.disk import Disk, Job, seen_by

T = TypeVar("T")

#: Transactions in one commit at most; more would let the first of them wait for long.
TOGETHER = 16
#: Seconds that what follows something that is written ahead may take to come, so that both are one commit; half of it
#: before the disk is waited for where nobody waits for it alone.
SOON = 0.001

#: Brings an open file to disk; raises OSError where it cannot.
to_disk: Callable[[int], None] = getattr(os, "fdatasync", os.fsync)


class Writer:
    """Does transactions one after the other."""

    def __init__(self, engine: Engine, *, to_disk: Callable[[int], None] = to_disk, soon: float = SOON) -> None:
        """`soon`: seconds to wait for what follows something that is written ahead, in the same commit or on disk."""
        self.engine, self._soon = engine, soon
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._disk = Disk(f"{engine.url.database}-wal", to_disk, soon / 2)
        self._checkpoints = Checkpoints(engine)
        self._thread = threading.Thread(target=self._run, name="database-writer")
        self._thread.start()

    def submit(self, work: Callable[[Session], T]) -> asyncio.Future[T]:
        """Queue a transaction; the future ends when it is on disk."""
        loop = asyncio.get_running_loop()
        kept: asyncio.Future[T] = loop.create_future()
        self._jobs.put(Job(work, loop, None, kept))
        return kept

    def submit_soon(self, work: Callable[[Session], T]) -> asyncio.Future[T]:
        """Queue a transaction; the future ends when it is committed, and it is on its way to the disk."""
        loop = asyncio.get_running_loop()
        seen: asyncio.Future[T] = loop.create_future()
        self._jobs.put(Job(work, loop, seen, None))
        return seen

    def submit_ahead(self, work: Callable[[Session], T]) -> tuple[asyncio.Future[T], asyncio.Future[T]]:
        """Both: the futures end when it is committed, and when it is on disk.

        The second one is cancelled where the first one has failed.
        """
        loop = asyncio.get_running_loop()
        seen: asyncio.Future[T] = loop.create_future()
        kept: asyncio.Future[T] = loop.create_future()
        self._jobs.put(Job(work, loop, seen, kept))
        return seen, kept

    def close(self) -> None:
        """Finish what is queued and end the threads."""
        self._jobs.put(None)
        self._thread.join()
        self._disk.close()
        self._checkpoints.close()

    def _run(self) -> None:
        with self.engine.connect() as connection:
            driver = connection.connection.cursor()
            driver.execute("PRAGMA synchronous=NORMAL")
            driver.execute(f"PRAGMA wal_autocheckpoint={HELPS}")
            while batch := self._next_batch():
                # Whoever has given up before this has not asked; from here on they cannot.
                wanted = [job for job in batch if not job.given_up()]
                self._commit(connection, wanted)
                seen_by(wanted)
                self._disk.take([job for job in wanted if job.error is None])
                self._checkpoints.count()

    def _next_batch(self) -> list[Job]:
        """Wait for a job, take those that queue behind it. Empty when it is time to end."""
        batch: list[Job] = []
        job = self._jobs.get()
        while job is not None:
            batch.append(job)
            if len(batch) == TOGETHER:
                return batch
            try:
                job = self._jobs.get(timeout=self._soon) if all(map(Job.is_ahead, batch)) else self._jobs.get_nowait()
            except Empty:
                return batch
        if batch:  # the end was asked for behind these: do them first, and find the end again
            self._jobs.put(None)
        return batch

    def _commit(self, connection: Connection, batch: list[Job]) -> None:
        """All in one commit. Where one of them fails nothing has happened, and each gets a commit of its own."""
        failed: Job | None = None
        try:
            with Session(connection, expire_on_commit=False) as db, db.begin():
                for job in batch:
                    failed = job
                    job.result = job.work(db)
                    db.flush()
                    db.expunge_all()
                failed = None
        except BaseException as error:  # noqa: BLE001 - one iteration of a job loop: it is raised where it was asked for
            if failed is not None and len(batch) > 1:
                for job in batch:
                    self._commit(connection, [job])
                return
            for job in batch:
                job.error = error
