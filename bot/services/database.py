"""The door to the database: each call runs one function as one transaction in a database thread.

SQLite has one writer thread, which puts the transactions that wait together into one commit (each in a savepoint of
its own), and a few readers. PostgreSQL has a pool of threads. No transaction can be open across a call to Telegram,
because a service is a plain function and has returned before anything else happens.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

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
    future: Future[Any]
    result: Any = None


class Writer:
    """The one thread that writes to a SQLite file."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="database-writer")
        self._thread.start()

    def submit(self, work: Callable[[Session], T]) -> Future[T]:
        """Queue a transaction; the future ends when it is on disk."""
        job = Job(work, Future())
        self._jobs.put(job)
        return job.future

    def close(self) -> None:
        """Finish what is queued and end the thread."""
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        with self._engine.connect() as connection:
            while batch := self._next_batch():
                self._commit_together(connection, batch)

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

    def _commit_together(self, connection: Connection, batch: list[Job]) -> None:
        try:
            with connection.begin():
                done = [job for job in batch if self._attempt(connection, job)]
        except DBAPIError as error:
            for job in batch:
                if not job.future.done():
                    job.future.set_exception(error)
            return
        for job in done:
            job.future.set_result(job.result)

    @staticmethod
    def _attempt(connection: Connection, job: Job) -> bool:
        """Run one job in its savepoint; its error belongs to whoever asked, and the others go on."""
        if not job.future.set_running_or_notify_cancel():  # whoever asked has given up; from here on they cannot
            return False
        try:
            with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as db:
                job.result = job.work(db)
                db.commit()
        except BaseException as error:  # noqa: BLE001 - one iteration of a job loop: it is raised where it was asked for
            job.future.set_exception(error)
            return False
        return True


class Database:
    """The database of one running bot."""

    def __init__(self, url: str, *, threads: int = 8) -> None:
        """Open `url` (as in the config) and migrate it. Raises `engines.DatabaseProblem` where it cannot be used."""
        self._claim = engines.claim(url)
        try:
            self._engine = engines.prepare(url, threads=threads)
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
        if self._writer is not None:
            return await asyncio.wrap_future(self._writer.submit(lambda db: service(db, *args, **kwargs)))
        return await self._in_thread(lambda: self._transaction(service, *args, **kwargs))

    async def read(self, service: Service[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `service(db, …)` in a transaction that cannot write."""
        return await self._in_thread(lambda: self._reading(service, *args, **kwargs))

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

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _transaction(self, service: Service[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        for attempt in range(1, TRIES + 1):
            try:
                with Session(self._engine, expire_on_commit=False) as db, db.begin():
                    return service(db, *args, **kwargs)
            except DBAPIError as error:
                if attempt == TRIES or not engines.broken_off(error):
                    raise
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _reading(self, service: Service[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        with Session(self._readers, expire_on_commit=False) as db, db.begin():
            db.connection(execution_options={"postgresql_readonly": True} if self.dialect == "postgresql" else {})
            return service(db, *args, **kwargs)
