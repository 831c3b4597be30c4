"""Pushes at the desk: audiences in full, repeating, second admins, what changes meanwhile, and the emergency stop."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from bot.admin.pushes_more_presses import ApproveRun, SetClock, SetPaid
from bot.services import push_approval, push_runs, push_runs_due, pushes, roles, sql
from bot.services.push_terms import PushTerms
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.services.setup import Setup
from models import PushRun, User
from tests.admin.hand import Hand
from tests.clock import NOON, FakeClock
from tests.services import campaign
from tests.ui.cast import ADA, ALMA, SETUP, VERA, VICTOR


@pytest.fixture(autouse=True)
def vip(db: Session, ada: Hand) -> None:
    """A group of Vera and Victor, and a push for it."""
    made = campaign.group(db, "VIP", f"id in ({VERA}, {VICTOR})", FakeClock())
    assert made.folded == "vip"
    ada.types('/push new "Spring" to VIP start hours')


@pytest.fixture
def alma(db: Session) -> Hand:
    """Another admin."""
    return Hand(db, ALMA)


def strict(limit: int = 2) -> Setup:
    """A bot in which a second admin has to agree from so many people on."""
    return replace(SETUP, push=PushTerms(approve_from=limit))


def test_the_audience_is_put_together_by_buttons_and_counted(ada: Hand) -> None:
    ada.presses("Audience")
    assert "2 people get it now." in ada.sees()
    ada.presses("Rule")
    assert "For: VIP, who fulfils “id = 401”" in ada.writes("id = 401")
    assert "3 people get it now." in ada.sees()
    ada.presses("People")
    assert "1 person picked by hand" in ada.writes("401")
    ada.presses("Without groups")
    ada.presses("VIP")
    assert "For: who fulfils “id = 401”, 1 person picked by hand, without VIP" in ada.presses("Next")
    assert "1 person gets it now." in ada.sees()
    ada.presses("✓ Rule")
    assert "who fulfils" not in ada.presses("No rule")
    assert "✓ Also with staff" in (ada.presses("Also with staff"), *ada.labels())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/push edit Spring rule id = 401 or city starts with to", "who fulfils “id = 401 or city starts with to”"),
        ("/push edit Spring rule nonsense =", "This rule cannot be read:"),
        ("/push edit Spring minus VIP", "without VIP"),
        ("/push edit Spring minus Nobodies", "There is no group “Nobodies”."),
        ("/push edit Spring people 101, 102", "2 people picked by hand"),
        ("/push edit Spring people Vera", "These are no ids."),
        ("/push edit Spring people 999", "999"),
        ("/push edit Spring talking on", "For: VIP"),
        ("/push edit Spring talking perhaps", "Usage:"),
        ("/push send Spring again weekly mon 9:00", "Comes again: weekly mon 09:00"),
        ("/push send Spring again whenever", "This cannot be read, or never comes."),
        ("/push send Spring again daily 9:00 at 9:00", "Usage:"),
        ("/push send Spring at 2026-12-01 09:00 clock user", "Nobody's own zone is known here."),
        ("/push unhalt", "Pushes are sent again."),
    ],
)
def test_all_of_it_is_typed_too(ada: Hand, line: str, said: str) -> None:
    assert said in ada.types(line)


def test_the_review_names_three_of_them_and_the_next_times(ada: Hand) -> None:
    ada.presses("Send")
    ada.presses("All")
    ada.presses("Again")
    review = ada.writes("cron 0 9 1 * fri")
    assert "Among them:" in review and "Vera" in review
    assert "Fri 27 Nov 2026, 09:00" in review and "Tue 1 Dec 2026, 09:00" in review
    assert "Comes again: cron 0 9 1 * fri" in ada.presses("Plan for 2 people")


def test_what_changes_by_more_than_a_twentieth_before_the_press_is_said_and_not_sent(db: Session, ada: Hand) -> None:
    ada.types("/push send Spring")
    ada.types("/push edit Spring people 401")
    review = ada.types("/push send Spring")
    assert "to 3 people" in review
    db.execute(update(User).where(User.id == VERA).values(blocked_at=NOON))
    assert "Send “Spring” to 2 people?" in ada.presses("Send to 3 people")
    assert ada.said == "It was for 3 people when that was said; now it is for 2."
    ada.presses("Send to 2 people")
    assert db.scalars(select(PushRun.expected)).all() == [2]


def asks(db: Session, by: int) -> PushRun:
    """An admin confirms a run that needs another one."""
    actor = roles.actor(db, by, strict())
    run = push_runs.draft(db, pushes.find(db, "Spring").id, by=actor, now=NOON)
    return push_runs.confirm(db, run.id, expected=2, approve=True, by=actor, setup=strict(), now=NOON)


def test_a_second_admin_agrees_and_nobody_agrees_to_their_own(db: Session, ada: Hand, alma: Hand) -> None:
    run = asks(db, ALMA)
    assert "waits for a second admin" in alma.types("/push Spring")
    assert alma.presses(ApproveRun(run.id, 2)) == "Somebody else has to agree: you asked for it yourself."
    assert push_approval.ask(db, run, setup=strict(), now=NOON) == {ADA}
    push_runs_due.begin_due(db, awake_since=NOON, setup=SETUP, now=NOON)
    assert run.state == "approving"
    ada.types("/push planned")
    ada.presses("1 Spring")
    assert "Agreed by" in ada.presses("Agree: 2 people")
    assert (run.state, run.approved_by) == ("planned", ADA)


def test_agreeing_to_what_has_changed_is_refused_with_the_numbers(db: Session, ada: Hand) -> None:
    run = asks(db, ALMA)
    assert ada.presses(ApproveRun(run.id, 90)) == "It was for 90 people when that was said; now it is for 2."


def test_the_only_admin_reads_that_there_is_no_other(db: Session) -> None:
    db.execute(update(User).where(User.id == ALMA).values(role=None))
    run = asks(db, ADA)
    assert push_approval.others(db, ADA, strict()) == []
    assert run.state == "approving"
    hand = Hand(db, ADA)
    hand.types("/push planned")
    assert "and there is none" in hand.presses("1 Spring")


def test_one_press_stops_all_pushes_and_planned_ones_do_not_begin(db: Session, ada: Hand) -> None:
    ada.types("/push send Spring")
    ada.presses("Send to 2 people")
    ada.types("/push")
    assert "Planned: 1." in ada.presses("Stop all pushes")
    assert "All pushes are stopped since" in ada.presses("Stop all pushes")
    run = db.scalars(select(PushRun)).one()
    push_runs_due.begin_due(db, awake_since=NOON, setup=SETUP, now=NOON)
    assert run.state == "planned"
    assert "begin at once: 1." in ada.presses("Let pushes go on")
    assert "stopped since" not in ada.presses("Let them go on")
    push_runs_due.begin_due(db, awake_since=NOON, setup=SETUP, now=NOON)
    assert run.state == "planning"


def test_what_is_not_switched_on_is_refused(db: Session, ada: Hand) -> None:
    ada.types("/push send Spring at 2026-12-01 09:00")
    run = db.scalars(select(PushRun)).one()
    assert "[push] zone_variable" in ada.presses(SetClock(run.id, True))
    assert "[push] paid_rate" in ada.presses(SetPaid(run.id, True))
    actor = roles.actor(db, VERA, SETUP)
    assert actor.role is Role.USER
    with pytest.raises(Refusal):
        push_approval.approve(db, run.id, by=actor, setup=SETUP, now=NOON)


def test_history_shows_what_was_missed(db: Session, ada: Hand) -> None:
    push = pushes.find(db, "Spring")
    for state in ("done", "missed"):
        row = {"push_id": push.id, "recipients": "all", "state": state, "created_at": NOON, "ended_at": NOON}
        db.execute(insert(sql.table(PushRun)), row | {"started_at": NOON if state == "done" else None, "late": "send"})
    ada.types("/push Spring")
    history = ada.presses("History")
    assert "missed" in history and "reached 0" in history
