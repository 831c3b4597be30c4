"""Moments as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.ui import times

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def test_a_moment_is_shown_in_the_bots_zone_with_its_name() -> None:
    assert times.full(datetime(2026, 12, 1, 8, 0, tzinfo=UTC), VIENNA, "en") == "Tue 1 Dec 2026, 09:00 Europe/Vienna"
    assert times.full(datetime(2026, 7, 1, 8, 0, tzinfo=UTC), VIENNA, "de") == "Mi. 1 Juli 2026, 10:00 Europe/Vienna"


def test_a_moment_in_a_list_is_short() -> None:
    assert times.short(NOW, VIENNA, "en") == "22 Nov, 09:00"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=9), "in 9 days"),
        (timedelta(days=8, hours=10), "in 8 days"),
        (timedelta(hours=-3), "3 hours ago"),
        (timedelta(seconds=-20), "20 seconds ago"),
        (timedelta(days=400), "in 13 months"),
    ],
)
def test_a_distance_is_counted_in_units_that_people_plan_by(span: timedelta, words: str) -> None:
    assert times.distance(NOW + span, NOW, "en") == words


def test_how_long_something_lasts_has_no_direction() -> None:
    assert times.age(NOW - timedelta(minutes=5), NOW, "en") == "5 minutes"
