"""The one thread that writes to a SQLite file: what waits together is one commit, and one wait for the disk.

What is only written ahead of something else need not be waited for: the log of SQLite is in order, so nothing that is
written later is ever on disk before it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.services.checkpoints import HELPS, Checkpoints

T = TypeVar("T")

#: Transactions in one commit at most; more would let the first of them wait for long.
TOGETHER = 16
#: Seconds that the next commit may take to come, so that it takes with it what was written ahead.
SOON = 0.002

#: Brings an open file to disk; raises OSError where it cannot.
to_disk: Callable[[int], None] = getattr(os, "fdatasync", os.fsync)


@dataclass(slots=True)
class Job:
    """One transaction that waits for the writer, and the future of whoever asked for it."""

    work: Callable[[Session], Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    #: Of what is written ahead: done when it is on disk.
    kept: asyncio.Future[None] | None = None
    result: Any = None
    error: BaseException | None = None

    def settle(self) -> None:
        """Tell whoever asked, in their event loop; they may have given up."""
        _end(self.future, self.result, self.error)
        if self.kept is not None and self.error is not None:
            self.kept.cancel()


class Writer:
    """Does transactions one after the other."""

    def __init__(self, engine: Engine, *, soon: float = SOON, to_disk: Callable[[int], None] = to_disk) -> None:
        """`soon`: seconds to wait for a commit before the disk is waited for."""
        self._engine, self._soon, self._to_disk = engine, soon, to_disk
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        #: What is committed, and perhaps not on disk.
        self._ahead: list[Job] = []
        self._checkpoints = Checkpoints(engine)
        self._thread = threading.Thread(target=self._run, name="database-writer")
        self._thread.start()

    def submit(self, work: Callable[[Session], T]) -> asyncio.Future[T]:
        """Queue a transaction; the future ends when it is on disk."""
        loop = asyncio.get_running_loop()
        job = Job(work, loop, loop.create_future())
        self._jobs.put(job)
        return job.future

    def submit_ahead(self, work: Callable[[Session], T]) -> tuple[asyncio.Future[T], asyncio.Future[None]]:
        """Queue a transaction that others follow; the futures end when they can see it, and when it is on disk.

        The second one is cancelled where the first one has failed.
        """
        loop = asyncio.get_running_loop()
        job = Job(work, loop, loop.create_future(), loop.create_future())
        assert job.kept is not None
        self._jobs.put(job)
        return job.future, job.kept

    def close(self) -> None:
        """Finish what is queued and end the thread."""
        self._jobs.put(None)
        self._thread.join()
        self._checkpoints.close()

    def _run(self) -> None:
        with self._engine.connect() as connection, _Disk(connection, self._to_disk) as disk:
            while batch := self._next_batch(disk):
                # Whoever has given up before this has not asked; from here on they cannot.
                wanted = [job for job in batch if not job.future.cancelled()]
                self._commit(connection, wanted)
                self._ahead += [job for job in wanted if job.kept is not None and job.error is None]
                if waiting := [job for job in wanted if job.kept is None]:
                    self._bring_to_disk(disk, wanted, waiting)
                else:
                    _settle(wanted)
                self._checkpoints.count()

    def _bring_to_disk(self, disk: _Disk, ended: Sequence[Job] = (), waiting: Sequence[Job] = ()) -> None:
        """All that is committed; then those whose transaction has `ended` hear of it. Some were `waiting` for it."""
        error = disk.sync()
        for job in waiting:
            job.error = job.error or error
        ahead, self._ahead = self._ahead, []
        _settle(ended, ahead, error)

    def _next_batch(self, disk: _Disk) -> list[Job]:
        """Wait for a job, take those that queue behind it. Empty when it is time to end."""
        batch: list[Job] = []
        job = self._next(disk)
        while job is not None:
            batch.append(job)
            if len(batch) == TOGETHER:
                return batch
            try:
                job = self._jobs.get_nowait()
            except Empty:
                return batch
        if batch:  # the end was asked for behind these: do them first, and find the end again
            self._jobs.put(None)
        return batch

    def _next(self, disk: _Disk) -> Job | None:
        """The next job; where none comes soon, what is ahead is brought to disk meanwhile."""
        if self._ahead:
            with contextlib.suppress(Empty):
                if (job := self._jobs.get(timeout=self._soon)) is not None:
                    return job
                self._jobs.put(None)
            self._bring_to_disk(disk)
        return self._jobs.get()

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


class _Disk:
    """Brings to disk what a connection has committed: what SQLite does at each commit, only not at each.

    The file that it keeps its log in stays the same for as long as a connection is open.
    """

    def __init__(self, connection: Connection, to_disk: Callable[[int], None]) -> None:
        driver = connection.connection.cursor()
        driver.execute("PRAGMA synchronous=NORMAL")
        driver.execute(f"PRAGMA wal_autocheckpoint={HELPS}")
        self._path = f"{connection.engine.url.database}-wal"
        self._to_disk = to_disk
        self._file: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._file is not None:
            os.close(self._file)

    def sync(self) -> OperationalError | None:
        """What went wrong, if anything did: then it is not known what is on disk."""
        try:
            if self._file is None:
                self._file = os.open(self._path, os.O_RDWR)
            self._to_disk(self._file)
        except OSError as error:
            return OperationalError("fsync", {}, error)
        return None


def _end(future: asyncio.Future[Any] | None, result: object, error: BaseException | None) -> None:
    if future is None or future.done():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)


def _settle(ended: Sequence[Job], kept: Sequence[Job] = (), error: Exception | None = None) -> None:
    """One call into each event loop (there is one, unless somebody tests). `error`: why `kept` are not on disk."""
    for loop in {job.loop for job in (*ended, *kept)}:
        ours, on_disk = ([job for job in jobs if job.loop is loop] for jobs in (ended, kept))
        with contextlib.suppress(RuntimeError):  # the loop has ended, and everybody in it
            loop.call_soon_threadsafe(_tell, ours, on_disk, error)


def _tell(ended: list[Job], kept: list[Job], error: Exception | None) -> None:
    for job in ended:
        job.settle()
    for job in kept:
        _end(job.kept, None, error)
