"""What SQLite has committed is brought to disk by a thread of its own, and whoever waits for that hears of it.

The log of SQLite is in order, so nothing of a later transaction is ever on disk before an earlier one.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Job:
    """One transaction that waits for the writer, and the futures of whoever asked for it."""

    work: Callable[[Session], Any]
    loop: asyncio.AbstractEventLoop
    #: Done when it is committed; None: nobody waits for that alone.
    seen: asyncio.Future[Any] | None
    #: Done when it is on disk; None: nobody waits for that.
    kept: asyncio.Future[Any] | None
    result: Any = None
    error: BaseException | None = None

    def given_up(self) -> bool:
        """Whether whoever asked for it has gone."""
        asked = self.seen or self.kept
        return asked is not None and asked.cancelled()

    def is_ahead(self) -> bool:
        """Whether others follow it (`Writer.submit_ahead`)."""
        return self.seen is not None and self.kept is not None

    def is_urgent(self) -> bool:
        """Whether somebody can do nothing before it is on disk."""
        return self.seen is None

    def is_seen(self) -> None:
        """Tell that it is committed, or has failed; in its event loop."""
        if self.seen is None:
            if self.error is not None:
                _end(self.kept, None, self.error)
            return
        _end(self.seen, self.result, self.error)
        if self.kept is not None and self.error is not None:
            self.kept.cancel()

    def is_kept(self, error: Exception | None) -> None:
        """Tell that it is on disk, or why it may not be; in its event loop."""
        _end(self.kept, self.result, error)


class Disk:
    """Brings to disk what was committed: what SQLite does at each commit, only not at each.

    The file that it keeps its log in stays the same for as long as a connection is open.
    """

    def __init__(self, path: str, to_disk: Callable[[int], None], soon: float) -> None:
        """`path`: of that file; it need not be there before something is committed.

        `soon`: seconds that a commit may wait if nobody waits for it alone; whoever goes on with it has the machine for
        themselves meanwhile.
        """
        self._path, self._to_disk, self._soon = path, to_disk, soon
        self._file: int | None = None
        self._committed: SimpleQueue[Sequence[Job] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="database-disk")
        self._thread.start()

    def take(self, jobs: Sequence[Job]) -> None:
        """These are committed."""
        self._committed.put(jobs)

    def close(self) -> None:
        """Finish what was taken and end the thread."""
        self._committed.put(None)
        self._thread.join()
        if self._file is not None:
            os.close(self._file)

    def _run(self) -> None:
        while (jobs := self._committed.get()) is not None:
            kept = self._gather(jobs)
            error = self._sync()
            _tell([job for job in kept if job.kept is not None], partial(Job.is_kept, error=error))

    def _gather(self, jobs: Sequence[Job]) -> list[Job]:
        """What there is besides; where nobody waits for the disk alone, what comes within a moment too."""
        kept, until = list(jobs), monotonic() + self._soon
        with contextlib.suppress(Empty):
            while True:
                wait = 0.0 if any(map(Job.is_urgent, kept)) else max(0.0, until - monotonic())
                if (more := self._committed.get(timeout=wait)) is None:
                    self._committed.put(None)  # the end was asked for: find it again
                    break
                kept += more
        return kept

    def _sync(self) -> OperationalError | None:
        """What went wrong, if anything did: then it is not known what is on disk."""
        try:
            if self._file is None:
                self._file = os.open(self._path, os.O_RDWR)
            self._to_disk(self._file)
        except OSError as error:
            log.error("the disk does not take what was committed", reason=str(error))
            return OperationalError("fsync", {}, error)
        return None


def seen_by(jobs: Sequence[Job]) -> None:
    """Those are committed, or have failed; whoever waited for that is told."""
    _tell([job for job in jobs if job.seen is not None or job.error is not None], Job.is_seen)


def _tell(jobs: Sequence[Job], how: Callable[[Job], None]) -> None:
    """One call into each event loop (there is one, unless somebody tests)."""
    for loop in {job.loop for job in jobs}:
        ours = [job for job in jobs if job.loop is loop]
        with contextlib.suppress(RuntimeError):  # the loop has ended, and everybody in it
            loop.call_soon_threadsafe(_each, ours, how)


def _each(jobs: Sequence[Job], how: Callable[[Job], None]) -> None:
    for job in jobs:
        how(job)


def _end(future: asyncio.Future[Any] | None, result: object, error: BaseException | None) -> None:
    if future is None or future.done():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)
