"""Runs: confirmed once, whoever is faster; begun when due; late ones follow their rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services import agenda, audit, push_runs, push_runs_due, pushes
from bot.services.push_runs_time import settle
from bot.services.refusal import Refusal
from models import Message, PushRun
from tests.clock import NOON, FakeClock
from tests.services import campaign
from tests.services.campaign import ADA, EVE, FIRST, SARA, Campaign

UTC_ZONE = ZoneInfo("UTC")


@pytest.fixture
def spring(db: Session, clock: FakeClock) -> Campaign:
    """A push for everyone; three people are there."""
    campaign.people(db, clock, 3)
    return Campaign(db, clock)


def planned(spring: Campaign, *, hours: int = 3, late: str = "send") -> int:
    """A run planned for some hours ahead."""
    run = push_runs.draft(spring.db, spring.push.id, by=ADA, now=spring.clock.now())
    wall = (spring.clock.now() + timedelta(hours=hours)).replace(tzinfo=None)
    push_runs.set_time(spring.db, run.id, settle(wall, UTC_ZONE), by=ADA, now=spring.clock.now())
    push_runs.set_late(spring.db, run.id, late, by=ADA)
    return spring.confirms()


def begin(spring: Campaign, awake_since: datetime) -> frozenset[int]:
    return push_runs_due.begin_due(spring.db, awake_since=awake_since, setup=spring.setup, now=spring.clock.now())


def refused(call: object, *args: object, **kwargs: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call(*args, **kwargs)  # type: ignore[operator]
    return caught.value


def test_the_same_button_pressed_twice_starts_one_run(spring: Campaign) -> None:
    run_id = spring.confirms()
    again = refused(push_runs.confirm, spring.db, run_id, by=EVE, setup=spring.setup, now=spring.clock.now())
    assert (again.key, again.values) == ("push.already_started", {"name": "Ada"})


def test_of_two_admins_who_confirm_their_own_drafts_the_second_reads_who_was_faster(spring: Campaign) -> None:
    mine = push_runs.draft(spring.db, spring.push.id, by=ADA, now=spring.clock.now())
    theirs = push_runs.draft(spring.db, spring.push.id, by=EVE, now=spring.clock.now())
    assert mine.id != theirs.id
    spring.confirms(by=EVE)
    late = refused(push_runs.confirm, spring.db, mine.id, by=ADA, setup=spring.setup, now=spring.clock.now())
    assert (late.key, late.values) == ("push.already_started", {"name": "Eve"})
    assert spring.db.scalars(select(PushRun.state).order_by(PushRun.id)).all() == ["draft", "planned"]


def test_a_draft_is_taken_up_where_it_was_left(spring: Campaign) -> None:
    run = push_runs.draft(spring.db, spring.push.id, by=ADA, now=spring.clock.now())
    push_runs.set_recipients(spring.db, run.id, "new", by=ADA)
    again = push_runs.draft(spring.db, spring.push.id, by=ADA, now=spring.clock.now())
    assert (again.id, again.recipients) == (run.id, "new")


def test_a_push_that_is_not_finished_is_not_sent(spring: Campaign) -> None:
    bare = pushes.create(spring.db, "Bare", by=ADA, setup=spring.setup, now=spring.clock.now())
    run = push_runs.draft(spring.db, bare.id, by=ADA, now=spring.clock.now())

    def why() -> str:
        return refused(push_runs.confirm, spring.db, run.id, by=ADA, setup=spring.setup, now=spring.clock.now()).key

    assert why() == "push.no_audience"
    pushes.set_everyone(spring.db, bare.id, by=ADA, now=spring.clock.now())
    assert why() == "push.no_start"
    pushes.set_start(spring.db, bare.id, "more", by=ADA, setup=spring.setup, now=spring.clock.now())
    push_runs.set_recipients(spring.db, run.id, "selected", by=ADA)
    assert why() == "push.nobody_picked"
    push_runs.pick(spring.db, run.id, FIRST, by=ADA)
    run = push_runs.confirm(spring.db, run.id, by=ADA, setup=spring.setup, now=spring.clock.now())
    assert run.state == "planned"


def test_a_time_that_has_passed_is_refused(spring: Campaign) -> None:
    run = push_runs.draft(spring.db, spring.push.id, by=ADA, now=spring.clock.now())
    past = settle((NOON - timedelta(minutes=1)).replace(tzinfo=None), UTC_ZONE)
    assert refused(push_runs.set_time, spring.db, run.id, past, by=ADA, now=spring.clock.now()).key == "push.past"


def test_staff_may_not_send(spring: Campaign) -> None:
    refusal = refused(push_runs.draft, spring.db, spring.push.id, by=SARA, now=spring.clock.now())
    assert refusal.key == "refusals.admin_only"


def test_a_planned_run_begins_at_its_time_and_not_before(spring: Campaign) -> None:
    run_id = planned(spring)
    assert not agenda.look(spring.db, spring.clock.now()).runs
    spring.begins()
    assert spring.run(run_id).state == "planned"
    spring.clock.forward(hours=3)
    assert agenda.look(spring.db, spring.clock.now()).runs
    spring.begins()
    assert spring.run(run_id).state == "planning"
    assert push_runs_due.to_work_on(spring.db, spring.clock.now()) == [run_id]


def test_a_second_run_of_a_push_waits_for_the_first(spring: Campaign) -> None:
    later = planned(spring, hours=1)
    first = spring.starts()
    spring.clock.forward(hours=1)
    spring.begins()
    assert spring.run(later).state == "planned"
    spring.delivers_all(first)
    spring.clock.forward(hours=1)
    spring.begins()
    assert spring.run(later).state == "planning"


@pytest.mark.parametrize(("late", "state"), [("send", "planning"), ("skip", "missed"), ("ask", "asking")])
def test_a_run_whose_time_passed_while_the_bot_was_down_follows_its_rule(
    spring: Campaign, late: str, state: str
) -> None:
    run_id = planned(spring, late=late)
    spring.clock.forward(hours=6)
    told = begin(spring, awake_since=spring.clock.now())
    assert spring.run(run_id).state == state
    assert told == (frozenset() if late == "send" else {ADA.id})
    if told:
        words = spring.db.scalars(select(Message.words).where(Message.user_id == ADA.id)).one()
        assert "Spring" in words


def test_a_few_minutes_are_not_late(spring: Campaign) -> None:
    run_id = planned(spring, late="skip")
    spring.clock.forward(hours=3, minutes=9)
    begin(spring, awake_since=spring.clock.now())
    assert spring.run(run_id).state == "planning"


def test_a_run_that_asks_is_sent_or_dropped_by_an_admin(spring: Campaign) -> None:
    run_id = planned(spring, late="ask")
    spring.clock.forward(hours=6)
    begin(spring, awake_since=spring.clock.now())
    push_runs.send_late(spring.db, run_id, by=EVE, now=spring.clock.now())
    begin(spring, awake_since=spring.clock.now())
    assert spring.run(run_id).state == "planning"
    assert refused(push_runs.send_late, spring.db, run_id, by=ADA, now=spring.clock.now()).key == "push.is_planning"


def test_a_planned_run_can_be_taken_back_until_it_begins(spring: Campaign) -> None:
    run_id = planned(spring)
    push_runs.cancel(spring.db, run_id, by=EVE, now=spring.clock.now())
    assert not agenda.look(spring.db, NOON + timedelta(days=1)).runs
    assert push_runs.ahead(spring.db) == []
    assert refused(push_runs.cancel, spring.db, run_id, by=ADA, now=spring.clock.now()).key == "push.is_stopped"


def test_typed_times_follow_their_zone_when_its_rules_change(spring: Campaign) -> None:
    run_id = planned(spring, hours=3)
    moved = push_runs_due.follow_zone(spring.db, ZoneInfo("Europe/Vienna"))
    assert (moved, spring.run(run_id).due_at) == (1, datetime(2026, 11, 22, 14, 0, tzinfo=UTC))
    assert push_runs_due.follow_zone(spring.db, ZoneInfo("Europe/Vienna")) == 0


def test_a_run_whose_block_has_vanished_ends_and_says_why(spring: Campaign) -> None:
    run_id = planned(spring)
    spring.push.start = "gone"
    spring.clock.forward(hours=3)
    spring.begins()
    run = spring.run(run_id)
    assert (run.state, run.reason) == ("stopped", "The flow has no block “gone”")


def test_each_change_is_one_row_of_the_audit(spring: Campaign) -> None:
    run_id = spring.starts()
    now = spring.clock.now()
    push_runs.pause(spring.db, run_id, by=ADA, now=now)
    push_runs.resume(spring.db, run_id, by=EVE, setup=spring.setup, now=now)
    push_runs.stop(spring.db, run_id, by=ADA, now=now)
    entries = audit.page(spring.db, target=f"push {spring.push.id}").entries
    actions = [(entry.action, entry.actor_id) for entry in reversed(entries)]
    assert actions == [
        ("push.create", ADA.id),
        ("push.groups", ADA.id),
        ("push.start", ADA.id),
        ("push.send", ADA.id),
        ("push.pause", ADA.id),
        ("push.resume", EVE.id),
        ("push.stop", ADA.id),
    ]
