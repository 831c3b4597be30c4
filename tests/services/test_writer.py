"""The writer of SQLite: what is written ahead is told to be on disk when it is, and not before."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import Connection, Engine, event, func, insert, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.services import engines
from bot.services.checkpoints import EVERY, Checkpoints
from bot.services.writer import Writer
from models import Filter


class Disk:
    """Takes what it is given when it is told to, or refuses it."""

    def __init__(self) -> None:
        self.may, self.asked = threading.Event(), threading.Event()
        self.error: OSError | None = None
        self.times = 0

    def __call__(self, file: int) -> None:
        self.times += 1
        self.asked.set()
        self.may.wait(20)
        if self.error is not None:
            raise self.error


@pytest.fixture
def disk() -> Disk:
    return Disk()


@asynccontextmanager
async def writing(url: str, disk: Disk, soon: float = 0) -> AsyncIterator[Writer]:
    engine = engines.connect(url, threads=2)
    writer = Writer(engine, to_disk=disk, soon=soon)
    try:
        yield writer
    finally:
        disk.may.set()
        await asyncio.to_thread(writer.close)
        engine.dispose()


def keep(db: Session) -> None:
    db.execute(insert(Filter).values(text=str(look(db))))


def look(db: Session) -> int:
    return db.scalars(select(func.count()).select_from(Filter)).one()


async def test_what_is_written_ahead_is_seen_at_once_and_on_disk_when_the_disk_has_it(
    sqlite_url: str, disk: Disk
) -> None:
    async with writing(sqlite_url, disk) as writer:
        seen, kept = writer.submit_ahead(keep)
        await seen
        assert await asyncio.to_thread(disk.asked.wait, 10)
        assert not kept.done()
        disk.may.set()
        await kept


async def test_others_write_while_the_disk_is_slow_and_one_wait_for_it_serves_them_all(
    sqlite_url: str, disk: Disk
) -> None:
    async with writing(sqlite_url, disk) as writer:
        first = writer.submit(keep)
        assert await asyncio.to_thread(disk.asked.wait, 10)
        for _ in range(10):
            await writer.submit_soon(keep)
        second = writer.submit(keep)
        assert await writer.submit_soon(look) == 12
        assert not first.done() and not second.done()
        disk.may.set()
        await asyncio.gather(first, second)
        assert disk.times <= 3  # the look may come a moment later


async def test_what_follows_something_written_ahead_is_one_commit_with_it(sqlite_url: str, disk: Disk) -> None:
    """It comes a moment later, and the writer has the first one by then."""
    disk.may.set()
    async with writing(sqlite_url, disk, soon=60) as writer:
        commits = list[Connection]()
        event.listen(writer.engine, "commit", commits.append)
        seen, kept = writer.submit_ahead(keep)
        for _ in range(50):
            await asyncio.to_thread(threading.get_ident)
        await asyncio.gather(seen, writer.submit_soon(keep))
        assert not disk.asked.is_set()  # nobody waits for that alone
    await kept
    assert len(commits) == 1


async def test_a_disk_that_refuses_is_told_to_whoever_waits_for_it(sqlite_url: str, disk: Disk) -> None:
    disk.error = OSError("no space left on device")
    disk.may.set()
    async with writing(sqlite_url, disk) as writer:
        seen, kept = writer.submit_ahead(keep)
        await seen
        with pytest.raises(OperationalError, match="no space left"):
            await kept
        with pytest.raises(OperationalError, match="no space left"):
            await writer.submit(keep)


async def test_who_waits_for_the_disk_alone_waits_for_nothing_else(sqlite_url: str, disk: Disk) -> None:
    disk.may.set()
    async with writing(sqlite_url, disk, soon=60) as writer:
        seen, kept = writer.submit_ahead(keep)
        await asyncio.gather(seen, writer.submit(keep), kept)


async def test_what_fails_is_not_said_to_be_on_disk(sqlite_url: str, disk: Disk) -> None:
    def fails(db: Session) -> None:
        raise LookupError

    async with writing(sqlite_url, disk) as writer:
        seen, kept = writer.submit_ahead(fails)
        for failed in (seen, writer.submit(fails), writer.submit_soon(fails)):
            with pytest.raises(LookupError):
                await failed
        assert kept.cancelled()


async def test_at_the_end_all_that_was_committed_is_on_disk(sqlite_url: str, disk: Disk) -> None:
    disk.may.set()
    async with writing(sqlite_url, disk) as writer:
        _, kept = writer.submit_ahead(keep)
        writer.submit_soon(keep)
    await kept
    assert disk.asked.is_set()


class Unlucky:
    """A database that cannot be opened the first time."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.refused, self.opened = threading.Event(), threading.Event()

    def connect(self) -> Connection:
        if not self.refused.is_set():
            self.refused.set()
            raise sqlite3.OperationalError("disk I/O error")
        self.opened.set()
        return self.engine.connect()


def test_a_log_is_carried_over_and_begun_anew_also_after_a_time_when_it_could_not_be(sqlite_url: str) -> None:
    """Else it would grow for as long as the bot runs. A log that is begun anew has another salt at its beginning."""
    engine = engines.connect(sqlite_url, threads=3)
    unlucky = Unlucky(engine)
    checkpoints = Checkpoints(cast(Engine, unlucky))
    try:
        with engine.connect() as connection, Session(connection) as db:
            for pragma in ("wal_autocheckpoint=0", "synchronous=OFF"):
                cast(Any, connection.connection.driver_connection).execute(f"PRAGMA {pragma}")
            for moment in (unlucky.refused, unlucky.opened):
                for _ in range(EVERY):
                    _write(db)
                    checkpoints.count()
                assert moment.wait(20)
            checkpoints.close()
            before = _salt(engine)
            _write(db)
            assert _salt(engine) != before
    finally:
        checkpoints.close()
        engine.dispose()


def _write(db: Session) -> None:
    with db.begin():
        keep(db)


def _salt(engine: Engine) -> bytes:
    with Path(f"{engine.url.database}-wal").open("rb") as file:
        return file.read(24)[16:]
