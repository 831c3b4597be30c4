"""The door to the database: transactions, the lock, and what an operator is told."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from bot.services import engines
from bot.services.checkpoints import HELPS
from bot.services.database import Database
from bot.services.election import Election
from bot.services.engines import DatabaseProblem
from bot.services.locks import Lock, alone
from models import Filter


def keep(db: Session, words: str) -> str:
    db.execute(insert(Filter).values(text=words))
    return words


def keep_and_fail(db: Session, words: str) -> None:
    keep(db, words)
    raise LookupError(words)


def kept(db: Session) -> int:
    return db.scalars(select(func.count()).select_from(Filter)).one()


async def test_a_write_returns_what_the_service_returned_and_is_there_afterwards(database: Database) -> None:
    assert await database.write(keep, "a") == "a"
    assert await database.read(kept) == 1


async def test_a_service_that_raises_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(LookupError, match="b"):
        await database.write(keep_and_fail, "b")
    assert await database.read(kept) == 0


async def test_of_many_writes_at_once_only_those_that_fail_are_undone(database: Database) -> None:
    services = [keep_and_fail if number % 5 == 0 else keep for number in range(100)]
    writes = [database.write(service, str(number)) for number, service in enumerate(services)]
    results = await asyncio.gather(*writes, return_exceptions=True)
    failed = [number for number, result in enumerate(results) if isinstance(result, LookupError)]
    assert failed == list(range(0, 100, 5))
    assert await database.read(kept) == 80


async def test_a_read_that_takes_long_holds_up_no_write(database: Database) -> None:
    """R62."""
    begun, may_end = threading.Event(), threading.Event()

    def reads(db: Session) -> None:
        assert kept(db) == 0
        begun.set()
        may_end.wait(20)

    reading = asyncio.create_task(database.read(reads))
    assert await asyncio.to_thread(begun.wait, 20)
    try:
        async with asyncio.timeout(5):
            assert await database.write(keep, "meanwhile") == "meanwhile"
    finally:
        may_end.set()
    await reading


async def test_a_broken_rule_of_the_database_is_raised_where_it_was_asked_for(database: Database) -> None:
    first, second = await asyncio.gather(
        database.write(keep, "same"), database.write(keep, "same"), return_exceptions=True
    )
    assert {type(first), type(second)} == {str, IntegrityError}
    assert await database.read(kept) == 1


async def test_a_read_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        await database.read(keep, "c")


async def test_what_was_queued_is_on_disk_when_the_database_is_closed(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    writes = [asyncio.ensure_future(database.write(keep, str(number))) for number in range(50)]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*writes)
    again = Database(sqlite_url)
    assert await again.read(kept) == 50
    await again.close()


async def test_sqlite_is_opened_for_safety(sqlite_url: str) -> None:
    """Each connection waits for the disk at a commit, but for that of the writer, which does it itself, and whose log
    is carried over by another."""
    database = Database(sqlite_url)

    def pragmas(db: Session) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "wal_autocheckpoint")
        return [db.execute(text(f"PRAGMA {name}")).scalar() for name in names]

    assert await database.write(pragmas) == ["wal", 1, 1, HELPS]
    await database.close()
    engine = engines.connect(sqlite_url)
    with Session(engine) as db:
        assert pragmas(db) == ["wal", 2, 1, 1000]
    engine.dispose()


async def test_a_second_frontdesk_on_the_same_file_is_told_who_has_it(sqlite_url: str) -> None:
    first = Database(sqlite_url)
    try:
        said = r"Another frontdesk \(process \d+\) is running on .*frontdesk.sqlite3"
        with pytest.raises(DatabaseProblem, match=said):
            await Database(sqlite_url).close()
    finally:
        await first.close()
    again = Database(sqlite_url)
    await again.close()


def test_a_database_of_a_newer_version_is_left_alone(url: str) -> None:
    engine = engines.connect(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(DatabaseProblem, match=r"written by a newer frontdesk \(schema 9999"):
        Database(url)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "cannot be read"),
        ("mysql://host/name", "starts with mysql://"),
        ("sqlite://", "starts with sqlite://"),
        ("postgresql://nobody@127.0.0.1:1/none", "cannot be opened"),
    ],
)
def test_a_url_that_cannot_be_used_is_explained_in_one_sentence(url: str, sentence: str) -> None:
    with pytest.raises(DatabaseProblem, match=sentence):
        Database(url)


def test_a_file_that_another_program_holds_is_named_with_the_way_out(sqlite_url: str) -> None:
    held = engines.connect(sqlite_url)
    impatient = f"{sqlite_url}?timeout=0"
    sentence = r"database is locked\. Another program is writing to it; close"
    with held.connect() as connection, connection.begin(), pytest.raises(DatabaseProblem, match=sentence):
        Database(impatient)
    held.dispose()


def test_a_file_that_is_no_database_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "notes.sqlite3"
    path.write_text("This is not a database, it is a note that someone wrote down.\n" * 100)
    with pytest.raises(DatabaseProblem, match="file is not a database"):
        Database(f"sqlite:///{path}")
    assert path.read_text().startswith("This is not a database")


async def test_whoever_stops_waiting_does_not_stop_the_writer(database: Database) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def slow(db: Session) -> None:
        begun.set()
        may_end.wait(5)

    first = asyncio.create_task(database.write(slow))
    await asyncio.to_thread(begun.wait, 5)
    second = asyncio.create_task(database.write(lambda db: "never asked for again"))
    await asyncio.sleep(0)
    first.cancel()
    second.cancel()
    may_end.set()
    assert await database.write(lambda db: "still here") == "still here"


async def test_whoever_stops_in_a_transaction_keeps_the_others_waiting_for_so_long_only(postgres_url: str) -> None:
    """R39: a worker that is stopped holds its locks; the server cuts it, and it does its work again when it wakes."""
    stopped, others = Database(postgres_url, patience=0.2), Database(postgres_url)
    begun, awake, attempts = threading.Event(), threading.Event(), list[int]()

    def stops(db: Session) -> None:
        alone(db, Lock.SHARING_OUT)
        attempts.append(1)
        begun.set()
        assert awake.wait(20)
        db.execute(text("SELECT 1"))

    stopping = asyncio.create_task(stopped.write(stops))
    assert await asyncio.to_thread(begun.wait, 20)
    async with asyncio.timeout(15):
        await others.write(alone, Lock.SHARING_OUT)
    awake.set()
    await stopping
    assert len(attempts) == 2
    await stopped.close()
    await others.close()


async def test_whoever_stops_behind_several_statements_is_cut_by_whoever_leads(postgres_url: str) -> None:
    """R39: the driver sends them in a row, and the server's own clock stands still then."""
    stopped, others = Database(postgres_url, patience=0.2), Database(postgres_url)
    begun, awake, attempts = threading.Event(), threading.Event(), list[int]()

    def stops(db: Session) -> None:
        alone(db, Lock.SHARING_OUT)
        attempts.append(1)
        db.execute(text("INSERT INTO filters (text) VALUES (:words)"), [{"words": "a"}, {"words": "b"}])
        begun.set()
        assert awake.wait(20)
        db.execute(text("SELECT 1"))

    stopping = asyncio.create_task(stopped.write(stops))
    assert await asyncio.to_thread(begun.wait, 20)
    waiting = asyncio.create_task(others.write(alone, Lock.SHARING_OUT))
    election = Election(postgres_url, patience=0.2)
    async with asyncio.timeout(15):
        while not waiting.done():
            assert await asyncio.to_thread(election.stand)
    awake.set()
    await stopping
    assert len(attempts) == 2 and await others.read(kept) == 2
    election.close()
    await stopped.close()
    await others.close()
