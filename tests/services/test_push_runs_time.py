"""Typed times: how they are read, and the one rule for what summer time does to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.push_runs_time import Due, Shift, read, settle, settled

VIENNA = ZoneInfo("Europe/Vienna")
#: A Sunday noon in Vienna is 11:00 UTC.
NOW = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
#: Where the years begin that are tried, on any wall.
YEARS = datetime(2015, 1, 1, tzinfo=UTC).replace(tzinfo=None)
ZONES = sorted(available_timezones())
#: Some whose clocks change: by an hour at night, by half of one, at midnight, and for a month in the middle of summer.
CHANGING = ("Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca")


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-01 09:00",
        "2026-12-01T9:00",
        "1.12.2026 9:00",
        "1. 12. 2026 09.00",
        "1 Dec 2026, 09:00",
        "1 December 2026 at 9:00",
        "Tue 1 Dec 2026, 09:00 Europe/Vienna",
        "Di. 1. Dez. 2026, 09:00 Europe/Vienna",
    ],
)
def test_a_time_is_typed_the_way_it_is_shown_and_in_the_common_ways(text: str) -> None:
    due = read(text, zone=VIENNA, now=NOW, language="de")
    assert due == Due(datetime(2026, 12, 1, 8, 0, tzinfo=UTC), "2026-12-01 09:00")


def test_a_time_alone_is_the_next_one_of_the_coming_day() -> None:
    assert read("14:00", zone=VIENNA, now=NOW) == Due(datetime(2026, 11, 22, 13, 0, tzinfo=UTC), "2026-11-22 14:00")
    assert read("11:59", zone=VIENNA, now=NOW) == Due(datetime(2026, 11, 23, 10, 59, tzinfo=UTC), "2026-11-23 11:59")
    assert read("tomorrow 14:00", zone=VIENNA, now=NOW) == Due(
        datetime(2026, 11, 23, 13, 0, tzinfo=UTC), "2026-11-23 14:00"
    )


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-12-01", "2026-02-30 09:00", "2026-12-01 24:00", "1 Foo 2026 09:00", "9999-12-31 23:59"]
)
def test_what_is_no_time_is_not_guessed(text: str) -> None:
    assert read(text, zone=VIENNA, now=NOW) is None


def test_a_time_that_does_not_exist_becomes_the_first_moment_after_the_gap() -> None:
    due = read("2027-03-28 02:30", zone=VIENNA, now=NOW)
    assert due == Due(datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "2027-03-28 02:30", Shift.GAP)


def test_a_time_that_exists_twice_means_the_first() -> None:
    due = read("2027-10-31 02:30", zone=VIENNA, now=NOW)
    assert due == Due(datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "2027-10-31 02:30", Shift.OVERLAP)


def walls_around_changes() -> list[tuple[datetime, str]]:
    """What the walls show when the clocks of some zones are about to change; anywhere else hardly a time is special."""
    found = []
    for name in CHANGING:
        zone = ZoneInfo(name)
        hours = [YEARS.replace(tzinfo=UTC) + timedelta(hours=hour) for hour in range(3 * 365 * 24)]
        found += [
            (before.astimezone(zone).replace(tzinfo=None), name)
            for before, after in pairwise(hours)
            if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset()
        ]
    return found


ANYWHERE = st.tuples(
    st.integers(0, 21 * 365 * 24 * 60).map(lambda minutes: YEARS + timedelta(minutes=minutes)), st.sampled_from(ZONES)
)
AROUND_A_CHANGE = st.tuples(st.sampled_from(walls_around_changes()), st.integers(-60, 180)).map(
    lambda drawn: (drawn[0][0] + timedelta(minutes=drawn[1]), drawn[0][1])
)


@given(ANYWHERE | AROUND_A_CHANGE)
def test_in_every_zone_a_wall_time_is_the_first_moment_that_shows_it_or_the_end_of_its_gap(
    place: tuple[datetime, str],
) -> None:
    wall, name = place
    zone = ZoneInfo(name)
    due = settle(wall, zone)
    shown = due.at.astimezone(zone).replace(tzinfo=None)
    just_before = (due.at - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)
    if due.shift is Shift.GAP:
        assert just_before < wall < shown
    else:
        assert shown == wall
        earlier = (due.at - timedelta(hours=h, minutes=m) for h in range(4) for m in (0, 30) if h or m)
        assert all(moment.astimezone(zone).replace(tzinfo=None) != wall for moment in earlier)
    assert settled(due.typed, zone) == due


@pytest.mark.parametrize("name", ["Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "America/Santiago"])
def test_every_half_hour_of_every_year_settles_in_order(name: str) -> None:
    zone = ZoneInfo(name)
    last = datetime(2014, 12, 31, tzinfo=UTC)
    for half_hours in range(0, 20 * 365 * 48, 17):
        at = settle(YEARS + timedelta(minutes=30 * half_hours), zone).at
        assert at >= last
        last = at
