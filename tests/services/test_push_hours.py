"""Quiet hours and the user's own clock: pushes are postponed and never dropped, and the effect is known before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from bot.services import deliveries_plan, push_hours, push_runs, variables
from bot.services.push_runs_time import WRITTEN, settle
from bot.services.push_terms import PushTerms, Quiet, read_quiet
from bot.services.repeats import read
from tests.clock import FakeClock
from tests.services import campaign
from tests.services.campaign import ADA, FIRST, Campaign

NIGHT = Quiet(time(21), time(9))
A, B, C, D = range(FIRST, FIRST + 4)


@pytest.fixture
def spring(db: Session, clock: FakeClock) -> Campaign:
    """Four people: in Tokyo, in New York, somewhere that does not exist, and one who has not said; quiet nights."""
    campaign.people(db, clock, 4)
    made = Campaign(db, clock)
    for who, zone in ((A, "Asia/Tokyo"), (B, "america/new_york"), (C, "Atlantis")):
        variables.remember(db, who, {"city": zone}, campaign.sale())
    made.setup = replace(made.setup, push=PushTerms(quiet=NIGHT, zone_variable="city"))
    return made


@pytest.mark.parametrize(
    ("text", "quiet"), [("21:00-9:00", NIGHT), ("9:00-9:00", None), ("25:00-9:00", None), ("night", None)]
)
def test_quiet_hours_are_two_times_of_a_day(text: str, quiet: Quiet | None) -> None:
    assert read_quiet(text) == quiet


def test_in_quiet_hours_it_waits_for_their_end_by_the_clock_of_whoever_gets_it(spring: Campaign) -> None:
    run_id = spring.starts()  # 12:00 UTC: 21:00 in Tokyo, 7:00 in New York
    assert spring.delivers_all(run_id) == [C, D]
    run = spring.run(run_id)
    assert run.state == "sending" and run.due_at is not None
    assert spring.clock.now() < run.due_at <= datetime(2026, 11, 22, 14, tzinfo=UTC)
    spring.clock.forward(hours=2)
    assert spring.delivers_all(run_id) == [B]
    spring.clock.forward(hours=10)
    assert spring.delivers_all(run_id) == [A]
    assert spring.run(run_id).state == "done"
    spring.check(run_id)


def test_where_all_have_the_bots_clock_the_run_as_a_whole_waits_and_says_why(spring: Campaign) -> None:
    spring.setup = replace(spring.setup, push=PushTerms(quiet=NIGHT), zone=ZoneInfo("Asia/Tokyo"))
    run_id = spring.starts()
    assert spring.delivers_all(run_id) == []
    run = spring.run(run_id)
    assert (run.due_at, run.reason) == (datetime(2026, 11, 23, 0, tzinfo=UTC), "its hour has not come")
    spring.clock.jump(run.due_at or spring.clock.now())
    assert spring.delivers_all(run_id) == [A, B, C, D]


def test_the_effect_is_known_before_it_is_sent(spring: Campaign) -> None:
    run = push_runs.draft(spring.db, spring.push.id, by=ADA, now=spring.clock.now())
    later = deliveries_plan.postponed(spring.db, run, setup=spring.setup, now=spring.clock.now())
    assert later == {datetime(2026, 11, 22, 14, tzinfo=UTC): 1, datetime(2026, 11, 23, 0, tzinfo=UTC): 1}


def test_by_the_users_clock_everybody_gets_it_when_it_is_so_late_where_they_are(spring: Campaign) -> None:
    spring.setup = replace(spring.setup, push=PushTerms(zone_variable="city"))
    run = push_runs.draft(spring.db, spring.push.id, by=ADA, now=spring.clock.now())
    due = settle(datetime(2026, 11, 24, 10), spring.setup.zone)  # noqa: DTZ001 - a wall
    push_runs.set_time(spring.db, run.id, due, clock="user", by=ADA, now=spring.clock.now())
    push_runs.confirm(spring.db, run.id, by=ADA, setup=spring.setup, now=spring.clock.now())
    assert run.due_at == datetime(2026, 11, 23, 20, tzinfo=UTC)
    got: dict[int, str] = {}
    spring.clock.jump(datetime(2026, 11, 23, 20, tzinfo=UTC))
    spring.begins()
    spring.plans(run.id)
    while spring.run(run.id).state == "sending":
        got |= {who: f"{spring.clock.now():%d %H:%M}" for who in spring.delivers_all(run.id)}
        spring.clock.forward(minutes=30)
    assert got == {A: "24 01:00", C: "24 10:00", D: "24 10:00", B: "24 15:00"}


def test_a_repeating_run_by_the_users_clock_is_planned_again(spring: Campaign) -> None:
    run = push_runs.draft(spring.db, spring.push.id, by=ADA, now=spring.clock.now())
    due = settle(datetime(2026, 11, 24, 10), spring.setup.zone)  # noqa: DTZ001 - a wall
    push_runs.set_time(spring.db, run.id, due, clock="user", repeat=read("daily 10:00"), by=ADA, now=spring.clock.now())
    push_runs.confirm(spring.db, run.id, by=ADA, setup=spring.setup, now=spring.clock.now())
    spring.clock.jump(run.due_at or spring.clock.now())
    spring.begins()
    (following,) = push_runs.ahead(spring.db)
    assert (following.due_typed, following.clock) == ("2026-11-25 10:00", "user")


@given(
    zone=st.sampled_from(["Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
    begin=st.integers(0, 23),
    length=st.integers(1, 23),
    minutes=st.integers(0, 60 * 24 * 365),
)
def test_what_is_postponed_comes_within_a_day_and_never_in_quiet_hours(
    zone: str, begin: int, length: int, minutes: int
) -> None:
    quiet, now = (
        Quiet(time(begin), time((begin + length) % 24)),
        datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes),
    )
    at = push_hours.opening(None, quiet, ZoneInfo(zone), now)
    assert now <= at <= now + timedelta(hours=25)
    assert push_hours.opening(None, quiet, ZoneInfo(zone), at) == at
    wall = f"{now.astimezone(ZoneInfo(zone)) + timedelta(hours=5):{WRITTEN}}"
    assert push_hours.opening(wall, None, ZoneInfo(zone), now) >= now
