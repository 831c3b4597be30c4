"""The figures of people and pushes in a span of time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from bot.services import statistics
from models import User
from tests.clock import NOON
from tests.ui.cast import OTTO, VERA, VICTOR, everyone


def test_people_are_counted_by_when_they_came_and_were_here(db: Session) -> None:
    everyone(db)
    day = timedelta(days=1)
    for who, joined, seen in ((VERA, 40, 1), (VICTOR, 40, 35), (OTTO, 90, 90)):
        user = db.get_one(User, who)
        user.joined_at, user.last_seen_at = NOON - joined * day, NOON - seen * day
    db.get_one(User, OTTO).blocked_at = NOON - 2 * day
    db.flush()
    found = statistics.figures(db, NOON - 30 * day, NOON + day)
    assert (found.people, found.joined, found.joined_before) == (7, 4, 2)
    assert (found.active, found.returned, found.blocked) == (5, 1, 1)
    assert (found.sent, found.failed) == (0, 0)
