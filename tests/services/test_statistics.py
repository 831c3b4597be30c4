"""The figures of people and pushes in a span of time."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.services import messages, statistics, statistics_days
from bot.services.messages import Line
from bot.services.statistics_days import Days, Step
from models import Push, PushRun, User
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


def seen(db: Session, *, most: int = 2_000, zone: str = "UTC") -> Days:
    """The figures of the day before and of the day until NOON."""
    day = timedelta(days=1)
    return statistics_days.figures(db, NOON - day, NOON + day / 24, zone=ZoneInfo(zone), most=most)


def said(db: Session) -> None:
    """Vera goes through three blocks, Victor stops at the second; a message to Victor did not arrive."""
    everyone(db)
    before = NOON - timedelta(hours=15)
    messages.write(
        db, [Line(VERA, "in", "user", "text", way="hello ask"), Line(VERA, "out", "flow", "text")], now=before
    )
    messages.write(db, [Line(VERA, "in", "user", "text", way="ask end"), Line(VERA, "note", "staff", "text")], now=NOON)
    messages.write(db, [Line(VICTOR, "in", "user", "text", way="hello ask hello ask")], now=NOON)
    messages.write(db, [Line(VICTOR, "out", "flow", "text", state="failed")], now=NOON)
    db.get_one(User, VICTOR).last_seen_at = NOON + timedelta(minutes=1)
    db.flush()


def test_messages_are_counted_by_day_of_the_zone(db: Session) -> None:
    said(db)
    utc = {day.day: (day.received, day.sent) for day in seen(db).days}
    assert utc == {date(2026, 11, 21): (1, 1), date(2026, 11, 22): (2, 0)}
    east = {day.day: (day.received, day.sent) for day in seen(db, zone="Asia/Tokyo").days}
    assert list(east.values()) == [(0, 0), (3, 1)]
    assert sum(day.joined for day in seen(db).days) == 7


def test_each_block_says_how_many_people_came_and_how_many_went_on(db: Session) -> None:
    said(db)
    found = seen(db)
    assert found.funnel == (Step("ask", 2, 2), Step("hello", 2, 2), Step("end", 1, 0))
    assert not found.is_part


def test_of_many_people_those_who_wrote_last_are_counted(db: Session) -> None:
    said(db)
    found = seen(db, most=1)
    assert found.is_part
    assert found.funnel == (Step("ask", 1, 1), Step("hello", 1, 1))
    assert sum(day.received for day in found.days) == 1


def test_who_wrote_twice_on_a_day_was_present_once(db: Session) -> None:
    said(db)
    assert [day.present for day in seen(db).days] == [1, 2]
    assert [day.present for day in seen(db, zone="Asia/Tokyo").days] == [0, 2]


def test_pushes_are_counted_on_the_day_on_which_they_began(db: Session) -> None:
    everyone(db)
    push = Push(title="Spring", folded="spring", created_at=NOON)
    db.add(push)
    db.flush()
    for began, sent, blocked in ((NOON - timedelta(hours=15), 7, 1), (NOON, 3, 0), (NOON, 2, 2)):
        run = PushRun(push_id=push.id, recipients="all", state="done", created_at=NOON, started_at=began)
        run.sent, run.blocked, run.failed = sent, blocked, 1
        db.add(run)
    db.flush()
    assert [(day.pushed, day.missed) for day in seen(db).days] == [(7, 2), (5, 4)]
