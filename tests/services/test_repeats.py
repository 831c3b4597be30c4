"""When a push comes again: what is typed, what cron means, and every zone and year of summer time."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services import push_repeats, repeats
from bot.services.push_runs_time import settle

#: A Sunday.
START = datetime(2026, 11, 22, 12, 0)  # noqa: DTZ001 - a wall


def comes(text: str, count: int = 3, after: datetime = START) -> list[str]:
    repeat = repeats.read(text)
    assert repeat is not None, text
    return [f"{wall:%a %Y-%m-%d %H:%M}" for wall in islice(repeat.after(after), count)]


@pytest.mark.parametrize(
    ("typed", "written", "first"),
    [
        ("daily 9:00", "daily 09:00", "Mon 2026-11-23 09:00"),
        ("every day at 13:30", "daily 13:30", "Sun 2026-11-22 13:30"),
        ("täglich um 9:00", "daily 09:00", "Mon 2026-11-23 09:00"),
        ("weekly thu, mon 9:00", "weekly mon,thu 09:00", "Mon 2026-11-23 09:00"),
        ("every Friday and Sunday 8:05", "weekly fri,sun 08:05", "Fri 2026-11-27 08:05"),
        ("wöchentlich mi 9:00", "weekly wed 09:00", "Wed 2026-11-25 09:00"),
        ("monthly 1 9:00", "monthly 1 09:00", "Tue 2026-12-01 09:00"),
        ("monatlich 31. 9:00", "monthly 31 09:00", "Mon 2026-11-30 09:00"),
        ("cron 0 9 * * mon-fri", "cron 0 9 * * mon-fri", "Mon 2026-11-23 09:00"),
    ],
)
def test_it_is_typed_the_way_people_write_it_and_kept_in_one_way(typed: str, written: str, first: str) -> None:
    repeat = repeats.read(typed)
    assert repeat is not None and repeat.written == written
    assert repeats.read(written) == repeat
    assert comes(typed, 1) == [first]


@pytest.mark.parametrize(
    "typed",
    [
        "", "daily", "9:00", "daily 25:00", "weekly 9:00", "weekly someday 9:00", "monthly 0 9:00", "monthly 32 9:00",
        "cron", "cron * * * *", "cron 60 * * * *", "cron * 24 * * *", "cron * * 0 * *", "cron * * * 13 *",
        "cron * * * * 8", "cron */0 * * * *", "cron 5-1 * * * *", "cron a * * * *", "cron 0 0 30 feb *",
        "cron 1,,2 * * * *", "cron *-5 * * * *",
    ],
)  # fmt: skip
def test_what_never_comes_or_cannot_be_read_is_not_guessed(typed: str) -> None:
    assert repeats.read(typed) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("*/20 9 * * *", ["Mon 2026-11-23 09:00", "Mon 2026-11-23 09:20", "Mon 2026-11-23 09:40"]),
        ("5/25 9 * * *", ["Mon 2026-11-23 09:05", "Mon 2026-11-23 09:30", "Mon 2026-11-23 09:55"]),
        ("0 9-17/4 * * 7", ["Sun 2026-11-22 13:00", "Sun 2026-11-22 17:00", "Sun 2026-11-29 09:00"]),
        ("0 0 1,15 * *", ["Tue 2026-12-01 00:00", "Tue 2026-12-15 00:00", "Fri 2027-01-01 00:00"]),
        ("0 0 31 * *", ["Thu 2026-12-31 00:00", "Sun 2027-01-31 00:00", "Wed 2027-03-31 00:00"]),
        ("0 0 29 feb *", ["Tue 2028-02-29 00:00", "Sun 2032-02-29 00:00", "Fri 2036-02-29 00:00"]),
    ],
)
def test_a_line_of_cron_means_what_unix_means(line: str, expected: list[str]) -> None:
    assert comes(f"cron {line}") == expected


def test_where_both_kinds_of_day_are_said_either_is_enough_and_a_star_says_nothing() -> None:
    assert comes("cron 0 0 1 * fri") == ["Fri 2026-11-27 00:00", "Tue 2026-12-01 00:00", "Fri 2026-12-04 00:00"]
    assert comes("cron 0 0 13 * *", 1) == ["Sun 2026-12-13 00:00"]
    assert comes("cron 0 0 */2 * fri", 2) == ["Fri 2026-11-27 00:00", "Fri 2026-12-11 00:00"]


def _lists(low: int, high: int) -> st.SearchStrategy[str]:
    numbers = st.lists(st.integers(low, high), min_size=1, max_size=3).map(lambda found: ",".join(map(str, found)))
    return st.one_of(st.just("*"), numbers, st.integers(1, 9).map(lambda step: f"*/{step}"))


@given(
    minute=_lists(0, 59), hour=_lists(0, 23), day=_lists(1, 28), month=_lists(1, 12), weekday=_lists(0, 7),
    hours_on=st.integers(0, 20_000),
)  # fmt: skip
def test_a_line_of_cron_agrees_with_looking_at_every_minute(
    minute: str, hour: str, day: str, month: str, weekday: str, hours_on: int
) -> None:
    repeat = repeats.read(f"cron {minute} {hour} {day} {month} {weekday}")
    assert repeat is not None
    start = datetime(2027, 1, 1) + timedelta(hours=hours_on)  # noqa: DTZ001 - a wall

    def fits(text: str, number: int, low: int) -> bool:
        if text.startswith("*"):
            return (number - low) % int(text[2:] or 1) == 0
        return number in map(int, text.split(","))

    def holds(wall: datetime) -> bool:
        of_week = fits(weekday, wall.isoweekday() % 7, 0) or (fits(weekday, 7, 0) and wall.isoweekday() == 7)
        of_month = fits(day, wall.day, 1)
        either = not (day.startswith("*") or weekday.startswith("*"))
        on = of_month or of_week if either else of_month and of_week
        return on and fits(month, wall.month, 1) and fits(hour, wall.hour, 0) and fits(minute, wall.minute, 0)

    end = start + timedelta(days=1)
    minutes = [start + timedelta(minutes=number) for number in range(1, 24 * 60 + 1)]
    soon = []
    for wall in repeat.after(start):
        if wall > end:
            break
        soon.append(wall)
    assert soon == [wall for wall in minutes if holds(wall)]


def check_a_year(zone: ZoneInfo, year: int, written: str) -> None:
    """Every time of a year comes, in order, on the day and at the time that were said, or at the end of a gap."""
    repeat = repeats.read(written)
    assert repeat is not None
    before = datetime(year - 1, 12, 30, tzinfo=UTC)
    for wall in repeat.after(datetime(year, 1, 1)):  # noqa: DTZ001 - a wall
        if wall.year > year:
            break
        due = settle(wall, zone)
        assert due.at > before
        shown = due.at.astimezone(zone).replace(tzinfo=None)
        assert shown == wall if due.shift != "gap" else shown > wall
        before = due.at


ZONES = sorted(available_timezones())


@pytest.mark.parametrize("zone", ["Europe/Vienna", "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia"])
def test_a_daily_push_comes_once_a_day_in_every_year_of_a_zone(zone: str) -> None:
    for year in range(2015, 2036):
        check_a_year(ZoneInfo(zone), year, "weekly sat,sun 02:30")


@given(zone=st.sampled_from(ZONES), year=st.integers(2015, 2035), at=st.integers(0, 47))
def test_in_any_zone_and_year_it_comes_in_order(zone: str, year: int, at: int) -> None:
    check_a_year(ZoneInfo(zone), year, f"weekly sun,mon,fri {at // 2:02}:{at % 2 * 30:02}")


#: `make fuzz` looks at all of it, which takes half an hour.
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "fuzz"


@pytest.mark.fuzz
@pytest.mark.parametrize("zone", ZONES if LONG else ZONES[::150])
def test_in_every_zone_and_year_every_half_hour_comes_once(zone: str) -> None:
    for year in range(2015, 2036) if LONG else (2026,):
        for half in range(48) if LONG else (1, 5, 47):
            check_a_year(ZoneInfo(zone), year, f"daily {half // 2:02}:{half % 2 * 30:02}")


def test_two_times_that_summer_time_puts_on_one_moment_are_one() -> None:
    zone = ZoneInfo("Europe/Vienna")
    repeat = repeats.read("cron */30 * * * *")
    assert repeat is not None
    moments = push_repeats.preview(repeat, zone, datetime(2027, 3, 28, 0, 31, tzinfo=UTC), 3)
    assert [f"{at.astimezone(zone):%H:%M}" for at in moments] == ["03:00", "03:30", "04:00"]
