"""Digests: who wants them gets them at eight, once after downtime, and only as an admin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services import digests, roles
from bot.services.refusal import Refusal
from models import Digest, Message
from tests.clock import NOON
from tests.ui.cast import ADA, OTTO, SETUP, VERA, everyone

DAY = timedelta(days=1)
VIENNA = ZoneInfo("Europe/Vienna")


def wants(db: Session, every: str | None) -> None:
    digests.choose(db, every, by=roles.actor(db, ADA, SETUP), zone=SETUP.zone, now=NOON)


def sent(db: Session, now: datetime) -> list[str]:
    """What the look at `now` queues for Ada."""
    before = len(db.scalars(select(Message.words).where(Message.user_id == ADA)).all())
    if digests.are_due(db, now):
        assert digests.send_due(db, setup=SETUP, now=now) <= {ADA}
    return list(db.scalars(select(Message.words).where(Message.user_id == ADA).order_by(Message.number)))[before:]


@pytest.mark.parametrize(
    ("every", "now", "then"),
    [
        ("daily", NOON, datetime(2026, 11, 23, 8, tzinfo=VIENNA)),
        ("daily", datetime(2026, 11, 22, 6, 59, tzinfo=UTC), datetime(2026, 11, 22, 8, tzinfo=VIENNA)),
        ("weekly", NOON, datetime(2026, 11, 23, 8, tzinfo=VIENNA)),
        ("weekly", datetime(2026, 11, 23, 7, tzinfo=UTC), datetime(2026, 11, 30, 8, tzinfo=VIENNA)),
        ("daily", datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 6, tzinfo=UTC)),
    ],
)
def test_the_next_one_comes_at_eight_by_the_clock_on_the_wall(every: str, now: datetime, then: datetime) -> None:
    assert digests.following(every, VIENNA, now) == then


def test_a_digest_comes_when_it_is_due_and_once_after_downtime(db: Session) -> None:
    everyone(db)
    wants(db, "daily")
    assert sent(db, NOON + timedelta(hours=1)) == []
    (words,) = sent(db, NOON + 5 * DAY)
    assert words.startswith("The last day\nUsers: 7, new: 0")
    assert sent(db, NOON + 5 * DAY) == []
    assert len(sent(db, NOON + 6 * DAY)) == 1


def test_a_new_choice_takes_the_place_of_the_old_one(db: Session) -> None:
    everyone(db)
    wants(db, "daily")
    wants(db, "weekly")
    assert digests.chosen(db, ADA) == "weekly"
    assert sent(db, NOON + DAY)[0].startswith("The last week")
    wants(db, None)
    assert sent(db, NOON + 30 * DAY) == []


def test_nobody_but_admins_gets_any(db: Session) -> None:
    everyone(db)
    with pytest.raises(Refusal):
        digests.choose(db, "daily", by=roles.actor(db, VERA, SETUP), zone=SETUP.zone, now=NOON)
    db.add(Digest(user_id=OTTO, every="daily", due_at=NOON))
    db.flush()
    assert digests.send_due(db, setup=SETUP, now=NOON) == frozenset()
    assert db.get(Digest, OTTO) is None
