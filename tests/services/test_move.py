"""From a SQLite file to PostgreSQL: whole, compared, and begun again where it was broken off."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from bot.services import engines, move
from bot.services.engines import DatabaseProblem
from models import Base, Filter, Message, Place, User, UserTag
from tests.clock import FakeClock

PEOPLE = 40


@pytest.fixture
def source(sqlite_url: str, clock: FakeClock) -> str:
    """People with places, tags and messages, in more than one batch."""
    engine = engines.connect(sqlite_url)
    now = clock.now()
    with Session(engine) as db, db.begin():
        for number in range(1, PEOPLE + 1):
            db.add(User(id=number, first_name=f"P{number} 👋", joined_at=now, last_seen_at=now, last_message=2))
        db.flush()
        for number in range(1, PEOPLE + 1):
            db.add(Place(user_id=number, block="hello", returns=["a", number]))
            db.add(UserTag(user_id=number, tag=f"tag {number % 3}"))
            for line in (1, 2):
                content = {"text": "Grüße", "n": line}
                db.add(
                    Message(
                        user_id=number,
                        number=line,
                        direction="in",
                        author="user",
                        kind="text",
                        content=content,
                        created_at=now,
                    )
                )
            db.add(Filter(text=f"age > {number}"))
    engine.dispose()
    return sqlite_url


def counts(url: str) -> dict[str, int]:
    engine = engines.connect(url)
    with engine.connect() as connection:
        found = {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }
    engine.dispose()
    return found


def test_everything_arrives_and_ids_go_on_counting(source: str, postgres_url: str) -> None:
    told: dict[str, int] = {}
    rows = move.move(source, postgres_url, lambda table, count: told.update({table: count}), most=7)
    assert counts(postgres_url) == counts(source)
    assert rows == sum(counts(source).values())
    assert told["messages"] == 2 * PEOPLE
    engine = engines.connect(postgres_url)
    with Session(engine) as db, db.begin():
        db.add(Filter(text="one more"))
        db.flush()
        assert db.scalar(select(func.max(Filter.id))) == PEOPLE + 1
    engine.dispose()


def test_a_move_that_was_broken_off_goes_on(source: str, postgres_url: str) -> None:
    class Cut(Exception):
        pass

    def cut(table: str, count: int) -> None:
        if table == "messages" and count > 20:
            raise Cut

    with pytest.raises(Cut):
        move.move(source, postgres_url, cut, most=7)
    assert 0 < counts(postgres_url)["messages"] < 2 * PEOPLE
    move.move(source, postgres_url, lambda table, count: None, most=7)
    assert counts(postgres_url) == counts(source)


#: Moves, and goes on after each batch when it is told to.
MOVING = """
import sys
from bot.services import move
def say(table, count):
    print(table, count, flush=True)
    sys.stdin.readline()
move.move(*sys.argv[1:], say, most=7)
"""


def test_a_move_that_was_killed_goes_on(source: str, postgres_url: str) -> None:
    command = [sys.executable, "-c", MOVING, source, postgres_url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as moving:
        assert moving.stdin is not None and moving.stdout is not None
        for said in moving.stdout:
            if said.startswith("messages 2"):
                moving.kill()
                break
            moving.stdin.write("\n")
            moving.stdin.flush()
    assert 0 < counts(postgres_url)["messages"] < 2 * PEOPLE
    move.move(source, postgres_url, lambda table, count: None, most=7)
    assert counts(postgres_url) == counts(source)


def test_a_difference_is_found(source: str, postgres_url: str, clock: FakeClock) -> None:
    move.move(source, postgres_url, lambda table, count: None, most=7)
    engine = create_engine(engines.parse(postgres_url))
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE users SET first_name = 'Somebody' WHERE id = 7")
    engine.dispose()
    with pytest.raises(DatabaseProblem, match=r"The table users has 40 rows in the file and 40 in PostgreSQL, or they"):
        move.move(source, postgres_url, lambda table, count: None, most=7)


def test_only_a_file_can_be_moved_and_only_to_postgresql(sqlite_url: str) -> None:
    with pytest.raises(DatabaseProblem, match="from a SQLite file"):
        move.move(sqlite_url, sqlite_url, lambda table, count: None)
