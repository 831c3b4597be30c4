"""Figures of the desk: what was asked, how long it took, and who did it."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import update

from bot.services import requests, support_figures
from bot.services.support_figures import Day, SupportFigures
from models import Request
from tests.clock import NOON
from tests.services.office import SAM, SARA, VERA, VICTOR, Office, text

ZONE = ZoneInfo("Europe/Vienna")


def figures(office: Office, days: int = 2) -> SupportFigures:
    """Those of the last days, up to now."""
    now = office.clock.now()
    return support_figures.figures(office.db, now - timedelta(days=days), now + timedelta(seconds=1), zone=ZONE)


def test_a_desk_where_nothing_happened_has_no_times(office: Office) -> None:
    found = figures(office)
    assert (found.open, found.waiting, found.opened, found.closed, found.people) == (0, 0, 0, 0, ())
    assert (found.first_answer, found.first_answer_slow, found.resolution, found.rating) == (None, None, None, None)
    assert [day.opened for day in found.days] == [0, 0, 0]


def test_waiting_answering_and_closing_are_measured_per_person_and_day(office: Office) -> None:
    first = office.asks_for_a_person(VERA)
    requests.take(office.db, first, by=office.actor(SARA), now=office.clock.now())
    office.clock.forward(minutes=4)
    requests.answer(office.db, VERA.id, text("Yes."), by=office.actor(SARA), setup=office.setup, now=office.clock.now())
    office.clock.forward(minutes=26)
    requests.reactivate(office.db, VERA.id, by=office.actor(SAM), setup=office.setup, now=office.clock.now())
    office.db.execute(update(Request).where(Request.id == first).values(rating=4))
    office.clock.forward(hours=20)
    office.asks_for_a_person(VICTOR)
    found = figures(office)
    assert (found.open, found.waiting, found.opened, found.closed) == (1, 1, 2, 1)
    assert (found.first_answer, found.resolution) == (timedelta(minutes=4), timedelta(minutes=30))
    assert (found.rated, found.rating) == (1, 4.0)
    sara, sam = found.people
    assert (sara.name, sara.taken, sara.closed, sara.first_answer) == ("Sara", 1, 0, timedelta(minutes=4))
    assert (sam.name, sam.taken, sam.closed, sam.rating) == ("Sam", 0, 1, None)
    sunday = NOON.astimezone(ZONE).date()
    assert found.days[-2:] == (Day(sunday, 1, 1), Day(sunday + timedelta(days=1), 1, 0))


def test_what_happened_before_the_span_is_left_out_and_what_is_open_counts(office: Office) -> None:
    office.asks_for_a_person(VERA)
    office.clock.forward(days=30)
    found = figures(office)
    assert (found.opened, found.open, found.waiting) == (0, 1, 1)
