"""The door to the database: each call runs one function as one transaction in a database thread.

SQLite has one writer thread, which puts the transactions that wait together into one commit (and does them one by one
where one of them fails), and a few readers. PostgreSQL has a pool of threads. No transaction can be open across a call
to Telegram, because a service is a plain function and has returned before anything else happens.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot import failpoints
from bot.services import engines

P = ParamSpec("P")
T = TypeVar("T")
Service = Callable[Concatenate[Session, P], T]

#: Transactions in one commit at most; more would let the first of them wait for long.
TOGETHER = 16
#: A transaction that PostgreSQL broke off (deadlock, lost connection) is tried again as a whole, this often in all.
TRIES = 3


@dataclass(slots=True)
class Job:
    """One transaction that waits for the writer, and the future of whoever asked for it."""

    work: Callable[[Session], Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None

    def settle(self) -> None:
        """Tell whoever asked, in their event loop; they may have given up."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class Writer:
    """The one thread that writes to a SQLite file."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="database-writer")
        self._thread.start()

    def submit(self, work: Callable[[Session], T]) -> asyncio.Future[T]:
        """Queue a transaction; the future ends when it is on disk."""
        loop = asyncio.get_running_loop()
        job = Job(work, loop, loop.create_future())
        self._jobs.put(job)
        return job.future

    def close(self) -> None:
        """Finish what is queued and end the thread."""
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        with self._engine.connect() as connection:
            while batch := self._next_batch():
                # Whoever has given up before this has not asked; from here on they cannot.
                wanted = [job for job in batch if not job.future.cancelled()]
                self._commit(connection, wanted)
                _settle(wanted)

    def _next_batch(self) -> list[Job]:
        """Wait for a job, take those that queue behind it. Empty when it is time to end."""
        batch: list[Job] = []
        job = self._jobs.get()
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


def _settle(jobs: list[Job]) -> None:
    """One call into each event loop (there is one, unless somebody tests)."""
    for loop in {job.loop for job in jobs}:
        own = [job for job in jobs if job.loop is loop]
        with contextlib.suppress(RuntimeError):  # the loop has ended, and everybody in it
            loop.call_soon_threadsafe(_tell, own)


def _tell(jobs: list[Job]) -> None:
    for job in jobs:
        job.settle()


class Database:
    """The database of one running bot."""

    def __init__(self, url: str, *, threads: int = 8, patience: float | None = None) -> None:
        """Open `url` (as in the config) and migrate it. Raises `engines.DatabaseProblem` where it cannot be used.

        `patience`: how many seconds PostgreSQL bears with a transaction in which nothing is said (`engines.connect`).
        """
        self._claim = engines.claim(url)
        try:
            self._engine = engines.prepare(url, threads=threads, patience=patience)
        except engines.DatabaseProblem:
            self._claim.release()
            raise
        self.dialect = self._engine.dialect.name
        self._writer: Writer | None = None
        if self.dialect == "sqlite":
            self._writer = Writer(self._engine)
            self._readers = engines.connect(url, threads=threads, read_only=True)
        else:
            self._readers = self._engine
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="database")

    async def write(self, service: Service[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `service(db, …)` as one transaction; returns when it is committed, raises what it raises."""
        if failpoints.armed is None:
            return await self._transact(lambda db: service(db, *args, **kwargs))
        name = failpoints.transaction(service)

        def watched(db: Session) -> T:
            result = service(db, *args, **kwargs)
            db.flush()
            failpoints.reached(f"{name}.before_commit")
            return result

        result = await self._transact(watched)
        failpoints.reached(f"{name}.after_commit")
        return result

    async def read(self, service: Service[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `service(db, …)` in a transaction that cannot write."""
        return await self._in_thread(lambda: self._persistently(lambda: self._reading(service, *args, **kwargs)))

    async def close(self) -> None:
        """Finish what is queued, then let go of the database."""
        await asyncio.to_thread(self.close_now)

    def close_now(self) -> None:
        """The same for callers without an event loop."""
        if self._writer is not None:
            self._writer.close()
        self._threads.shutdown()
        self._readers.dispose()
        self._engine.dispose()
        self._claim.release()

    def _transact(self, work: Callable[[Session], T]) -> Awaitable[T]:
        if self._writer is not None:
            return self._writer.submit(work)
        return self._in_thread(lambda: self._persistently(lambda: self._writing(work)))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    @staticmethod
    def _persistently(transaction: Callable[[], T]) -> T:
        """Once more where the database broke it off, or a connection had died while nobody used it."""
        for _ in range(TRIES - 1):
            try:
                return transaction()
            except DBAPIError as error:
                if not engines.broken_off(error):
                    raise
        return transaction()

    def _writing(self, work: Callable[[Session], T]) -> T:
        with Session(self._engine, expire_on_commit=False) as db, db.begin():
            return work(db)

    def _reading(self, service: Service[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        with Session(self._readers, expire_on_commit=False) as db, db.begin():
            db.connection(execution_options={"postgresql_readonly": True} if self.dialect == "postgresql" else {})
            return service(db, *args, **kwargs)
