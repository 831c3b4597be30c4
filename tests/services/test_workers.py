"""Whose an update is, where several workers share one inbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from bot.services import engines, inbox, workers
from bot.services.inbox import Accepted
from tests.clock import NOON
from tests.services.office import VERA, VICTOR


@pytest.fixture
def db(postgres_url: str) -> Iterator[Session]:
    """A session on PostgreSQL, which alone can be shared."""
    engine = engines.connect(postgres_url)
    with Session(engine, expire_on_commit=False) as session:
        yield session
    engine.dispose()


def stored(db: Session, worker: int, *updates: tuple[int, int]) -> list[int]:
    """Updates as (id, lane); the ids of those that wait for this worker now."""
    return sorted(workers.store(db, [Accepted(id, lane, "{}") for id, lane in updates], worker, NOON))


def taken(db: Session, worker: int, *, idle: bool = False) -> list[int]:
    """What a worker finds that it may take; it knows before whether there is something."""
    knew = workers.waits(db, worker, idle=idle)
    found = [row.update_id for row in workers.take(db, worker, idle=idle)]
    assert knew is bool(found)
    return found


def test_whoever_stores_an_update_has_it_unless_the_person_is_anothers(db: Session) -> None:
    one, other = workers.enter(db), workers.enter(db)
    assert stored(db, one, (1, VERA.id)) == [1]
    assert stored(db, other, (2, VERA.id), (3, VICTOR.id)) == [3]
    assert taken(db, other) == []  # the first of Vera's is not done
    inbox.mark_done(db, 1, NOON)
    assert taken(db, other) == [2]
    assert taken(db, one) == []


def test_behind_what_is_nobodys_nothing_is_taken_out_of_turn(db: Session) -> None:
    one, other = workers.enter(db), workers.enter(db)
    stored(db, one, (1, VERA.id), (2, VERA.id))
    workers.leave(db, one)
    assert stored(db, other, (3, VERA.id)) == []
    assert taken(db, other) == [1, 2, 3]


def test_what_was_stored_without_its_workers_knowing_is_found_by_it_when_it_is_idle(db: Session) -> None:
    one, other = workers.enter(db), workers.enter(db)
    stored(db, one, (1, VERA.id))
    assert taken(db, one) == []
    assert taken(db, other, idle=True) == []
    assert taken(db, one, idle=True) == [1]


def test_a_repeat_waits_for_whoever_has_it_until_it_is_done(db: Session) -> None:
    one, other = workers.enter(db), workers.enter(db)
    stored(db, one, (1, VERA.id))
    assert stored(db, one, (1, VERA.id), (1, VERA.id)) == [1]
    assert stored(db, other, (1, VERA.id)) == []
    inbox.mark_done(db, 1, NOON)
    assert stored(db, one, (1, VERA.id)) == []
