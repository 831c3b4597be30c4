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
from sqlalchemy import Connection, Engine, func, insert, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.services import engines
from bot.services.checkpoints import Checkpoints
from bot.services.writer import Writer
from models import Filter


class Disk:
    """Takes what it is given when it is told to, or refuses it."""

    def __init__(self) -> None:
        self.may, self.asked = threading.Event(), threading.Event()
        self.error: OSError | None = None

    def __call__(self, file: int) -> None:
        self.asked.set()
        self.may.wait(20)
        if self.error is not None:
            raise self.error


@pytest.fixture
def disk() -> Disk:
    return Disk()


@asynccontextmanager
async def writing(url: str, disk: Disk, soon: float) -> AsyncIterator[Writer]:
    engine = engines.connect(url, threads=2)
    writer = Writer(engine, soon=soon, to_disk=disk)
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
    async with writing(sqlite_url, disk, soon=0) as writer:
        seen, kept = writer.submit_ahead(keep)
        await seen
        assert await asyncio.to_thread(disk.asked.wait, 10)
        assert not kept.done()
        disk.may.set()
        await kept


async def test_what_waits_for_the_disk_takes_with_it_what_was_written_ahead(sqlite_url: str, disk: Disk) -> None:
    async with writing(sqlite_url, disk, soon=60) as writer:
        seen, kept = writer.submit_ahead(keep)
        await seen
        assert not disk.asked.is_set()
        written = writer.submit(keep)
        assert await asyncio.to_thread(disk.asked.wait, 10)
        assert not written.done() and not kept.done()
        disk.may.set()
        await written
        await kept


async def test_a_disk_that_refuses_is_told_to_whoever_waits_for_it(sqlite_url: str, disk: Disk) -> None:
    disk.error = OSError("no space left on device")
    disk.may.set()
    async with writing(sqlite_url, disk, soon=0) as writer:
        seen, kept = writer.submit_ahead(keep)
        await seen
        with pytest.raises(OperationalError, match="no space left"):
            await kept
        with pytest.raises(OperationalError, match="no space left"):
            await writer.submit(keep)


async def test_what_fails_is_not_said_to_be_on_disk(sqlite_url: str, disk: Disk) -> None:
    def fails(db: Session) -> None:
        raise LookupError

    async with writing(sqlite_url, disk, soon=60) as writer:
        seen, kept = writer.submit_ahead(fails)
        with pytest.raises(LookupError):
            await seen
        assert kept.cancelled()


async def test_at_the_end_all_that_was_written_ahead_is_on_disk(sqlite_url: str, disk: Disk) -> None:
    disk.may.set()
    async with writing(sqlite_url, disk, soon=60) as writer:
        _, kept = writer.submit_ahead(keep)
    await kept
    assert disk.asked.is_set()


class Unlucky:
    """A database that cannot be opened the first time."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.refused = 0

    def connect(self) -> Connection:
        if not self.refused:
            self.refused = 1
            raise sqlite3.OperationalError("disk I/O error")
        return self.engine.connect()


async def test_a_log_is_carried_over_and_begun_anew_also_after_a_time_when_it_could_not_be(sqlite_url: str) -> None:
    """Else it would grow for as long as the bot runs. A log that is begun anew has another salt at its beginning."""
    engine = engines.connect(sqlite_url, threads=3)
    unlucky = Unlucky(engine)
    checkpoints = Checkpoints(cast(Engine, unlucky))
    log = Path(f"{engine.url.database}-wal")
    with engine.connect() as connection, Session(connection) as db:
        cast(Any, connection.connection.driver_connection).execute("PRAGMA wal_autocheckpoint=0")

        def write() -> bytes:
            with db.begin():
                keep(db)
            checkpoints.count()
            return _salt(log)

        first = write()
        async with asyncio.timeout(20):
            while write() == first:
                await asyncio.sleep(0)
    checkpoints.close()
    engine.dispose()
    assert unlucky.refused


def _salt(log: Path) -> bytes:
    with log.open("rb") as file:
        return file.read(24)[16:]
