"""Whose an update is, where several workers share one inbox."""

from __future__ import annotations

from collections.abc import Collection, Iterator

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


def stored(db: Session, worker: int, *updates: tuple[int, int], at_hand: Collection[int] = ()) -> list[int]:
    """Updates as (id, lane); the ids of those that may have their turn at this worker now."""
    rows = [Accepted(id, lane, "{}") for id, lane in updates]
    return sorted(workers.store(db, rows, worker, NOON, at_hand=at_hand))


def found(db: Session, worker: int, *at_hand: int) -> list[int] | None:
    """What a worker finds that is its; None: there is something to take first."""
    rows = workers.found(db, worker, at_hand=at_hand)
    return None if rows is None else [row.update_id for row in rows]


def taken(db: Session, worker: int, *at_hand: int) -> list[int]:
    """What a worker takes, with what it finds; nothing where it finds that there is nothing to take."""
    if workers.found(db, worker, at_hand=at_hand) is not None:
        return []
    return [row.update_id for row in workers.take(db, worker, at_hand=at_hand)]


def test_whoever_stores_an_update_has_it_unless_the_person_is_anothers_who_finds_it(db: Session) -> None:
    one, other = workers.enter(db), workers.enter(db)
    assert stored(db, one, (1, VERA.id)) == [1]
    assert stored(db, other, (2, VERA.id), (3, VICTOR.id)) == [3]
    assert found(db, other, 3) == []
    assert taken(db, other, 3) == []
    assert found(db, one, 1) == [2]
    assert stored(db, one, (4, VERA.id), at_hand=[1, 2]) == [4]


def test_what_is_behind_many_of_another_is_for_whoever_has_time_first(db: Session) -> None:
    one, other = workers.enter(db), workers.enter(db)
    first = [(number, VERA.id) for number in range(1, workers.DEEP + 1)]
    stored(db, one, *first)
    at_hand = [number for number, _ in first]
    assert stored(db, other, (11, VERA.id), (12, VERA.id)) == []
    assert found(db, one, *at_hand) is None
    assert taken(db, other) == []  # those before are not done
    for number in at_hand:
        inbox.mark_done(db, number, NOON)
    assert taken(db, other) == [11, 12]
    assert taken(db, one) == []


def test_behind_what_is_nobodys_nothing_is_anybodys(db: Session) -> None:
    one, other = workers.enter(db), workers.enter(db)
    stored(db, one, (1, VERA.id))
    workers.leave(db, one)
    assert stored(db, other, (2, VERA.id)) == []
    assert found(db, other) is None
    assert taken(db, other) == [1, 2]


def test_whoever_has_the_first_takes_what_is_behind_it(db: Session) -> None:
    one, other = workers.enter(db), workers.enter(db)
    first = [(number, VERA.id) for number in range(1, workers.DEEP + 1)]
    stored(db, one, *first)
    stored(db, other, (11, VERA.id))
    at_hand = [number for number, _ in first]
    assert stored(db, one, (12, VERA.id), at_hand=at_hand) == []
    assert taken(db, one, *at_hand) == [11, 12]


def test_what_was_stored_without_its_workers_knowing_is_found_by_it_before_what_came_behind(db: Session) -> None:
    one, other = workers.enter(db), workers.enter(db)
    stored(db, one, (1, VERA.id))
    assert stored(db, one, (2, VERA.id)) == []  # nobody has told it of the first
    assert (found(db, other), taken(db, other)) == ([], [])
    assert found(db, one) == [1, 2]


def test_a_repeat_waits_for_whoever_has_it_until_it_is_done(db: Session) -> None:
    one, other = workers.enter(db), workers.enter(db)
    stored(db, one, (1, VERA.id))
    assert stored(db, one, (1, VERA.id), (1, VERA.id), at_hand=[1]) == [1]
    assert stored(db, other, (1, VERA.id)) == []
    inbox.mark_done(db, 1, NOON)
    assert stored(db, one, (1, VERA.id)) == []
