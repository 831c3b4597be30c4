"""Working hours: what somebody writes, when the desk opens next, and time that counts only while it is open."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services import support_hours
from bot.services.support_hours import Hours

VIENNA = ZoneInfo("Europe/Vienna")
OFFICE = support_hours.read(["mon-fri 09:00-12:00 13:00-18:00", "sat 10:00-13:00"], ["12-25", "2026-12-28..2027-01-01"])


def at(text: str) -> datetime:
    """A wall time in Vienna."""
    return datetime.fromisoformat(text).replace(tzinfo=VIENNA)


@pytest.mark.parametrize(
    ("asked", "opens"),
    [
        ("2026-11-23 10:00", "2026-11-23 10:00"),  # open
        ("2026-11-23 12:30", "2026-11-23 13:00"),  # at lunch
        ("2026-11-23 18:00", "2026-11-24 09:00"),  # the end does not belong to it
        ("2026-11-21 13:01", "2026-11-23 09:00"),  # over Sunday
        ("2026-12-24 20:00", "2026-12-26 10:00"),  # over a holiday of every year
        ("2026-12-27 10:00", "2027-01-02 10:00"),  # over a range of them
        ("2027-12-25 10:00", "2027-12-27 09:00"),  # which is the same a year later
    ],
)
def test_the_desk_opens_next(asked: str, opens: str) -> None:
    assert OFFICE.opening(at(asked), VIENNA) == at(opens)


def test_a_desk_without_hours_is_always_open() -> None:
    assert Hours().opening(at("2026-11-22 03:00"), VIENNA) == at("2026-11-22 03:00")
    assert Hours().after(at("2026-11-22 03:00"), timedelta(days=400), VIENNA) == at("2026-11-22 03:00") + timedelta(400)


def test_holidays_alone_close_a_desk_without_hours() -> None:
    closed = support_hours.read([], ["2026-12-24"])
    assert closed.opening(at("2026-12-24 10:00"), VIENNA) == at("2026-12-25 00:00")
    assert closed.opening(at("2026-12-25 10:00"), VIENNA) == at("2026-12-25 10:00")


def test_only_working_time_counts() -> None:
    assert OFFICE.after(at("2026-11-23 17:50"), timedelta(minutes=30), VIENNA) == at("2026-11-24 09:20")
    assert OFFICE.after(at("2026-11-23 11:50"), timedelta(minutes=10), VIENNA) == at("2026-11-23 12:00")
    assert OFFICE.after(at("2026-11-22 03:00"), timedelta(minutes=1), VIENNA) == at("2026-11-23 09:01")


def test_a_night_shift_ends_on_the_next_day() -> None:
    night = support_hours.read(["fri 22:00-02:00"])
    assert night.opening(at("2026-11-28 01:59"), VIENNA) == at("2026-11-28 01:59")
    assert night.opening(at("2026-11-28 02:00"), VIENNA) == at("2026-12-04 22:00")


def test_hours_follow_the_wall_clock_when_the_clocks_change() -> None:
    daily = support_hours.read(["mon-sun 09:00-10:00"])
    for day in ("2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25"):
        assert daily.opening(at(f"{day} 08:00"), VIENNA) == at(f"{day} 09:00")


def test_a_desk_that_never_opens_is_known_as_such() -> None:
    never = support_hours.read(["mon-fri 09:00-18:00"], ["2026-01-01..2030-01-01"])
    assert never.opening(at("2026-11-22 12:00"), VIENNA) is None
    assert never.after(at("2026-11-22 12:00"), timedelta(minutes=1), VIENNA) is None


@given(st.integers(0, 60 * 24 * 40), st.integers(1, 60 * 24 * 5), st.integers(1, 60 * 24 * 5))
def test_spans_add_up(start: int, first: int, second: int) -> None:
    begin = at("2026-11-22 12:00") + timedelta(minutes=start)
    one = OFFICE.after(begin, timedelta(minutes=first), VIENNA)
    assert one is not None
    both = OFFICE.after(begin, timedelta(minutes=first + second), VIENNA)
    assert both == OFFICE.after(one, timedelta(minutes=second), VIENNA)


@pytest.mark.parametrize(
    ("lines", "holidays", "names"),
    [
        (["monday 9-18"], [], "mon-fri 09:00-18:00"),
        (["mon 09:00-18:00", "xyz 09:00-18:00"], [], "xyz"),
        (["mon 09:00-25:00"], [], "24:00"),
        (["mon 09:61-10:00"], [], "24:00"),
        (["mon 09:00-12:00", "mon-fri 11:00-18:00"], [], "overlap on mon"),
        ([], ["christmas"], "christmas"),
        ([], ["02-30"], "02-30"),
        ([], ["2027-01-01..2026-12-28"], "2027-01-01"),
    ],
)
def test_what_cannot_be_read_is_named(lines: list[str], holidays: list[str], names: str) -> None:
    with pytest.raises(ValueError, match=names):
        support_hours.read(lines, holidays)
