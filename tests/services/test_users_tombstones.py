"""Who was forgotten after a backup was made is forgotten again when it is brought back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services import users_forget, users_tombstones
from bot.services.people import Sender
from models import AuditEntry, Farewell
from tests.clock import FakeClock
from tests.services.office import VERA, VICTOR, Office


@pytest.fixture
def office(db: Session, clock: FakeClock) -> Office:
    """Vera and Victor are known, as they were when the backup was made."""
    office = Office(db, clock)
    office.meets(VERA)
    office.meets(VICTOR)
    return office


def carried(office: Office, who: Sender) -> str:
    """The tombstones of a database in which this person was forgotten an hour after the backup."""
    at = office.clock.now() + timedelta(hours=1)
    return f"{users_forget.digest_of(who.id)} {at.isoformat()}\n"


def replayed(office: Office, text: str) -> list[int]:
    """Who is to be forgotten afterwards."""
    users_tombstones.replay(office.db, users_tombstones.read(text), now=office.clock.now())
    return list(office.db.scalars(select(Farewell.user_id)))


def test_whoever_has_a_tombstone_is_forgotten_again(office: Office) -> None:
    assert replayed(office, carried(office, VERA)) == [VERA.id]
    assert users_forget.due(office.db) == [VERA.id]
    assert users_forget.was_forgotten(office.db, VERA.id)
    asked = select(AuditEntry.actor_id, AuditEntry.target).where(AuditEntry.action == "user.forget")
    assert [tuple(row) for row in office.db.execute(asked)] == [(None, "user 101")]


def test_replaying_twice_asks_once(office: Office) -> None:
    tombstones = users_tombstones.read(carried(office, VERA))
    assert users_tombstones.replay(office.db, tombstones, now=office.clock.now()) == 1
    assert users_tombstones.replay(office.db, tombstones, now=office.clock.now()) == 0
    assert list(office.db.scalars(select(Farewell.user_id))) == [VERA.id]


def test_whoever_came_back_after_they_were_forgotten_stays(office: Office) -> None:
    before = office.clock.now() - timedelta(hours=1)
    assert replayed(office, f"{users_forget.digest_of(VERA.id)} {before.isoformat()}\n") == []


def test_the_tombstone_of_somebody_who_was_forgotten_twice_is_the_later_one(office: Office) -> None:
    for _ in range(2):
        office.clock.forward(hours=1)
        office.meets(VERA)
        office.db.add(Farewell(user_id=VERA.id, asked_by=None, asked_at=office.clock.now()))
        office.db.flush()
        assert users_forget.let_go(office.db, VERA.id, now=office.clock.now())
    text = users_tombstones.written(users_tombstones.tombstones(office.db))
    assert users_tombstones.read(text) == {users_forget.digest_of(VERA.id): office.clock.now()}
    assert str(VERA.id) not in text


def test_of_two_tombstones_of_one_person_the_later_counts(office: Office) -> None:
    earlier, later = office.clock.now() - timedelta(hours=1), office.clock.now()
    digest = users_forget.digest_of(VERA.id)
    assert users_tombstones.merged({digest: later}, {digest: earlier}, {}) == {digest: later}


def test_what_is_no_list_of_tombstones_is_refused() -> None:
    with pytest.raises(ValueError, match="unpack"):
        users_tombstones.read("nonsense\n")
