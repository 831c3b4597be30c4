"""The door to the database: each call runs one function as one transaction in a database thread.

SQLite has one writer thread (`bot.services.writer`) and a few readers, PostgreSQL has a pool of threads. No transaction
can be open across a call to Telegram, because a service is a plain function and has returned before anything else
happens.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot import failpoints
from bot.services import engines
from bot.services.writer import Writer

P = ParamSpec("P")
T = TypeVar("T")
Service = Callable[Concatenate[Session, P], T]

#: A transaction that PostgreSQL broke off (deadlock, lost connection) is tried again as a whole, this often in all.
TRIES = 3


class Database:
    """The database of one running bot."""

    def __init__(self, url: str, *, threads: int = 8, patience: float | None = None) -> None:
        """Open `url` (as in the config) and migrate it. Raises `engines.DatabaseProblem` where it cannot be used.

        `patience`: how many seconds PostgreSQL bears with a transaction in which nothing is said (`engines.connect`).
        """
        self._claim = engines.claim(url)
        try:
            # Two at least: the writer of SQLite has one for itself, and its log is carried over by another.
            self._engine = engines.prepare(url, threads=max(2, threads), patience=patience)
        except engines.DatabaseProblem:
            self._claim.release()
            raise
        self.dialect = self._engine.dialect.name
        self._writer: Writer | None = None
        #: Whether transactions that write happen in the order in which they are asked for.
        self.in_order = self.dialect == "sqlite"
        if self.in_order:
            self._writer = Writer(self._engine)
            self._readers = engines.connect(url, threads=threads, read_only=True)
        else:
            self._readers = self._engine
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="database")

    async def write(self, service: Service[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `service(db, …)` as one transaction; returns when it is on disk, raises what it raises."""
        work = _watched(service, *args, **kwargs)
        if self._writer is not None:
            result = await self._writer.submit(work)
        else:
            result = await self._in_thread(lambda: self._persistently(lambda: self._writing(work)))
        _committed(service)
        return result

    async def write_ahead(
        self, service: Service[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> tuple[T, Awaitable[object]]:
        """The same for what others follow: returns when they can see it, with what ends when it is on disk.

        No later transaction is on disk before it is, so that those may go on which end with one.
        """
        if self._writer is None:
            return await self.write(service, *args, **kwargs), _nothing_left()
        seen, kept = self._writer.submit_ahead(_watched(service, *args, **kwargs))
        result = await seen
        _committed(service)
        return result, kept

    async def write_soon(self, service: Service[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same for what is done once more, from what is on disk already, should a machine lose it with its power.

        Returns when others can see it, and no process that dies can lose it.
        """
        if self._writer is None:
            return await self.write(service, *args, **kwargs)
        result = await self._writer.submit_soon(_watched(service, *args, **kwargs))
        _committed(service)
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


async def _nothing_left() -> None:
    """It is on disk already."""


def _watched(service: Service[P, T], *args: P.args, **kwargs: P.kwargs) -> Callable[[Session], T]:
    """The transaction, with an edge at its end where one is armed."""
    if failpoints.armed is None:
        return lambda db: service(db, *args, **kwargs)

    def watched(db: Session) -> T:
        result = service(db, *args, **kwargs)
        db.flush()
        failpoints.reached(f"{failpoints.transaction(service)}.before_commit")
        return result

    return watched


def _committed(service: Callable[..., object]) -> None:
    if failpoints.armed is not None:
        failpoints.reached(f"{failpoints.transaction(service)}.after_commit")
