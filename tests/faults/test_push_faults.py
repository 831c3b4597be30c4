"""What goes wrong with pushes, by its number in the list of faults; R26 and R39 are processes of their own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.services import push_runs, push_runs_due, users_reach
from bot.services.push_runs_time import settle
from bot.services.receipt import Outcome
from bot.services.refusal import Refusal
from bot.services.repeats import read
from models import PushRun, User
from tests.clock import FakeClock
from tests.services import campaign
from tests.services.campaign import ADA, EVE, FIRST, Campaign, ended

REST = timedelta(seconds=4000)


@pytest.fixture
def spring(db: Session, clock: FakeClock) -> Campaign:
    """A push for everyone; ten people are there."""
    campaign.people(db, clock, 10)
    return Campaign(db, clock)


def ends(spring: Campaign, outcome: Outcome, **fields: object) -> int:
    """A run in which the second person ends in a way of their own and everybody else gets it."""
    run_id = spring.starts()
    while parcels := spring.claims(run_id):
        attempts = [ended(one, outcome, **fields) if one.user_id == FIRST + 1 else ended(one) for one in parcels]
        spring.notes(run_id, attempts)
    spring.check(run_id)
    return run_id


def test_r21_a_huge_wait_pauses_the_run_visibly_and_nothing_sleeps_on_it(spring: Campaign) -> None:
    run_id = spring.starts()
    spring.notes(run_id, [ended(one, Outcome.RETRY, retry_after=4000.0) for one in spring.claims(run_id)], REST)
    run = spring.run(run_id)
    assert (run.due_at, run.reason) == (spring.clock.now() + REST, "Telegram asked to wait")
    assert spring.claims(run_id) == ()
    assert push_runs_due.to_work_on(spring.db, spring.clock.now()) == []
    spring.clock.forward(seconds=4000)
    assert len(spring.delivers_all(run_id)) == 5
    spring.clock.forward(seconds=3)
    assert len(spring.delivers_all(run_id)) == 5
    assert spring.run(run_id).state == "done"


def test_r27_who_blocked_the_bot_is_no_error_and_back_as_soon_as_they_are_back(spring: Campaign) -> None:
    run_id = ends(spring, Outcome.BLOCKED)
    assert spring.states(run_id) == {"sent": 9, "blocked": 1, "skipped": 2}
    assert FIRST + 1 not in spring.delivers_all(spring.starts())
    users_reach.mark_unblocked(spring.db, FIRST + 1)
    assert FIRST + 1 in spring.delivers_all(spring.starts())


def test_r28_who_is_gone_is_never_tried_again(spring: Campaign) -> None:
    run_id = ends(spring, Outcome.GONE)
    assert spring.state_of(run_id, FIRST + 1) == ("failed", "gone")
    for recipients in ("all", "failed"):
        assert FIRST + 1 not in spring.delivers_all(spring.starts(recipients))


def test_r29_who_cannot_be_reached_holds_nobody_up(spring: Campaign) -> None:
    run_id = ends(spring, Outcome.REFUSED, reason="chat not found")
    assert spring.states(run_id) == {"sent": 9, "failed": 1, "skipped": 2}
    assert spring.run(run_id).state == "done"


def test_r31_of_two_admins_who_confirm_together_the_second_reads_who_was_faster(spring: Campaign) -> None:
    now = spring.clock.now()
    drafts = {by: push_runs.draft(spring.db, spring.push.id, by=by, now=now).id for by in (ADA, EVE)}
    push_runs.confirm(spring.db, drafts[ADA], by=ADA, setup=spring.setup, now=now)
    with pytest.raises(Refusal) as refused:
        push_runs.confirm(spring.db, drafts[EVE], by=EVE, setup=spring.setup, now=now)
    assert (refused.value.key, refused.value.values) == ("push.already_started", {"name": "Ada"})


@pytest.mark.parametrize("column", ["unsubscribed_at", "bot_off_since", "blocked_at"])
def test_r33_the_plan_says_who_and_each_is_looked_at_again_before_the_send(spring: Campaign, column: str) -> None:
    run_id = spring.starts()
    first = spring.delivers(run_id, limit=5)
    spring.db.execute(update(User).where(User.id == FIRST + 8).values({column: spring.clock.now()}))
    campaign.meet(spring.db, spring.clock, campaign.row(7000, "New", spring.clock))
    assert sorted(first + spring.delivers_all(run_id)) == [FIRST + n for n in range(10) if n != 8]
    spring.check(run_id)


def test_r34_pause_and_resume_lose_nobody_and_stop_claims_nobody_more(spring: Campaign) -> None:
    run_id = spring.starts()
    spring.delivers(run_id, limit=2)
    on_their_way = spring.claims(run_id, limit=3)
    push_runs.pause(spring.db, run_id, by=ADA, now=spring.clock.now())
    assert spring.claims(run_id) == ()
    spring.notes(run_id, map(ended, on_their_way))
    push_runs.resume(spring.db, run_id, by=ADA, setup=spring.setup, now=spring.clock.now())
    spring.delivers(run_id, limit=2)
    push_runs.stop(spring.db, run_id, by=ADA, now=spring.clock.now())
    assert spring.claims(run_id) == ()
    assert spring.states(run_id) == {"sent": 7, "cancelled": 3, "skipped": 2}
    spring.check(run_id)


def repeats(spring: Campaign, written: str, late: str = "send") -> PushRun:
    """A run that comes again, planned for its first time."""
    now, repeat = spring.clock.now(), read(written)
    assert repeat is not None
    wall = next(repeat.after(now.replace(tzinfo=None)))
    run = push_runs.draft(spring.db, spring.push.id, by=ADA, now=now)
    push_runs.set_time(spring.db, run.id, settle(wall, spring.setup.zone), repeat=repeat, by=ADA, now=now)
    push_runs.set_late(spring.db, run.id, late, by=ADA)
    push_runs.confirm(spring.db, run.id, expected=10, by=ADA, setup=spring.setup, now=now)
    return run


@pytest.mark.parametrize(("late", "state"), [("send", "planning"), ("skip", "missed"), ("ask", "asking")])
def test_r35_and_r36_of_five_missed_times_one_is_caught_up_by_its_rule_and_the_history_shows_the_others(
    spring: Campaign, late: str, state: str
) -> None:
    run = repeats(spring, "daily 13:00", late)
    back = spring.clock.forward(days=4, hours=3)  # 13:00 has passed five times
    push_runs_due.begin_due(spring.db, awake_since=back, setup=spring.setup, now=back)
    shown = [(one.due_typed, one.state) for one in push_runs.history(spring.db, spring.push.id)]
    missed = [(f"2026-11-{day} 13:00", "missed") for day in (25, 24, 23, 22)]
    assert [one for one in shown if one[0] != "2026-11-26 13:00"] == missed
    assert (run.due_typed, run.state) == ("2026-11-26 13:00", state)
    ahead = [one for one in push_runs.ahead(spring.db) if one.state == "planned"]
    assert [(one.due_typed, one.repeat, one.expected) for one in ahead] == [("2026-11-27 13:00", "daily 13:00", 10)]


def test_r36_a_long_absence_makes_a_number_and_not_thousands_of_rows(spring: Campaign) -> None:
    repeats(spring, "cron * * * * *")
    back = spring.clock.forward(days=2)
    push_runs_due.begin_due(spring.db, awake_since=back, setup=spring.setup, now=back)
    rows = push_runs.history(spring.db, spring.push.id, limit=99)
    assert len([one for one in rows if one.state == "missed"]) == 20
    assert any("2859 times before it" in (one.reason or "") for one in rows)


def test_a_repeating_push_goes_on_until_it_is_taken_back(spring: Campaign) -> None:
    repeats(spring, "daily 13:00")
    for _ in range(3):
        (following,) = push_runs.ahead(spring.db)
        spring.clock.jump(following.due_at or spring.clock.now())
        spring.begins()
        spring.plans(following.id)
        assert len(spring.delivers_all(following.id)) == 10
    (following,) = push_runs.ahead(spring.db)
    push_runs.cancel(spring.db, following.id, by=ADA, now=spring.clock.now())
    assert push_runs.ahead(spring.db) == []


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2027-03-28", datetime(2027, 3, 28, 1, tzinfo=UTC)), ("2027-10-31", datetime(2027, 10, 31, 0, 30, tzinfo=UTC))],
)
def test_r37_a_time_in_a_gap_is_the_end_of_it_and_one_that_exists_twice_the_first(day: str, expected: datetime) -> None:
    due = settle(datetime.fromisoformat(f"{day} 02:30"), ZoneInfo("Europe/Vienna"))
    assert (due.at, due.shift is not None) == (expected, True)


def test_r38_times_follow_the_zone_database_at_start(spring: Campaign) -> None:
    run = repeats(spring, "daily 13:00")
    before = run.due_at
    assert before is not None
    moved = push_runs_due.follow_zone(spring.db, ZoneInfo("Europe/Vienna"))  # what the newer database says of the zone
    assert (moved, run.due_at) == (1, before - timedelta(hours=1))
