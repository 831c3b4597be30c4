"""Pushes at the desk: put together step by step or typed in one line, reviewed, sent, watched, stopped."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.admin.pushes_presses import Confirm, SetLate, SetRecipients, ShowPush
from bot.services import audit, deliveries_plan, people, push_runs, push_runs_due, sql
from bot.services.deliveries_claim import claim
from bot.services.deliveries_note import note
from bot.services.deliveries_plan import Gathered
from bot.services.outgoing import take
from models import Group, GroupRule, Message, Push, PushRun, User
from tests.admin.hand import Hand
from tests.clock import NOON
from tests.services.campaign import ended
from tests.ui.cast import ADA, ALMA, SETUP, VERA, VICTOR


@pytest.fixture
def vip(db: Session) -> Group:
    """Vera and Victor."""
    group = Group(name="VIP", folded="vip", matching="all", created_by=ADA, created_at=NOON)
    db.add(group)
    db.flush()
    db.add(GroupRule(group_id=group.id, position=1, text=f"id in ({VERA}, {VICTOR})"))
    db.flush()
    return group


@pytest.fixture
def alma(db: Session) -> Hand:
    """Another admin."""
    return Hand(db, ALMA)


def saved(hand: Hand) -> None:
    hand.types('/push new "Spring" to VIP start hours')


def send_all(db: Session, hand: Hand) -> None:
    """What the jobs do: begin what is due, plan it, send it."""
    push_runs_due.begin_due(db, awake_since=hand.now, setup=SETUP, now=hand.now)
    for run_id in push_runs_due.to_work_on(db, hand.now):
        gathered = deliveries_plan.gather(db, run_id, setup=SETUP, now=hand.now)
        assert gathered is not None
        deliveries_plan.write_piece(db, run_id, gathered, after=0, now=hand.now)
        while parcels := claim(db, run_id, limit=1, setup=SETUP, now=hand.now):
            note(db, run_id, [ended(parcel) for parcel in parcels], setup=SETUP, now=hand.now)


def reached(db: Session) -> list[int]:
    """Who got something of a push."""
    return sorted(set(db.scalars(select(Message.user_id).where(Message.author == "push"))))


def test_without_pushes_the_list_says_what_to_do(ada: Hand) -> None:
    assert "There is no push yet." in ada.types("/push")
    assert "New push" in ada.labels()


def test_a_push_is_put_together_step_by_step(db: Session, ada: Hand, vip: Group) -> None:
    ada.types("/push")
    assert "Write the title" in ada.presses("New push")
    assert "Choose groups" in ada.writes("Spring")
    ada.presses("VIP")
    assert "✓ VIP" in ada.labels()
    assert "Choose the block" in ada.presses("Next")
    card = ada.presses("hours")
    assert "For: VIP" in card
    assert "Starts the block hours" in card
    assert "not sent yet" in card
    assert "Send" in ada.labels()


def test_a_wizard_survives_a_pause_and_any_step_can_be_reopened(db: Session, ada: Hand, vip: Group) -> None:
    ada.types("/push")
    ada.presses("New push")
    ada.writes("Spring")
    later = Hand(db, ADA, NOON + timedelta(days=7))
    assert "not sent yet" in later.types("/push")
    assert "Nobody has said yet whom" in later.presses("1 Spring")
    assert "Send" not in later.labels()
    later.presses("Groups")
    later.presses("everyone")
    later.presses("welcome")
    later.presses("Title")
    assert "Summer" in later.writes("Summer")
    assert "For: everyone" in later.presses("Start block") or "For: everyone" in later.presses("hours")


def test_cancel_gives_a_question_up(db: Session, ada: Hand) -> None:
    ada.types("/push")
    ada.presses("New push")
    ada.types("/cancel")
    assert ada.writes("Spring") == ""
    assert db.scalars(select(Push)).all() == []


def test_it_is_typed_in_one_line_too_and_is_one_row_of_the_audit(db: Session, ada: Hand, vip: Group) -> None:
    card = ada.types('/push new "Spring" to VIP start hours')
    assert "For: VIP" in card
    assert [entry.action for entry in audit.page(db).entries] == ["push.create"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/push new", "Usage:"),
        ("/push new Spring to", "Usage:"),
        ('/push new "Spring" surprise', "Usage:"),
        ("/push new Spring to VIP at 9:00", "Usage:"),
        ("/push edit Spring", "There is no push called “Spring”."),
        ("/push new Spring to Nobodies", "There is no group “Nobodies”."),
        ("/push new Spring to VIP start nowhere", "The flow has no block “nowhere”."),
        ("/push nonsense", "There is no push called “nonsense”."),
        ("/push stop Spring", "There is no push called “Spring”."),
    ],
)
def test_what_cannot_be_read_gets_the_usage_or_a_sentence(ada: Hand, vip: Group, line: str, said: str) -> None:
    assert said in ada.types(line)


def test_preview_is_the_real_thing_and_moves_nobody(db: Session, ada: Hand, vip: Group) -> None:
    ada.types('/push new "Spring" to VIP start welcome')
    ada.presses("Preview")
    assert ada.pending == {ADA}
    (letter,) = take(db, ADA, now=NOON)
    assert letter.words == "Hello."
    assert letter.content["rows"]
    assert people.place(db, ADA).block is None


def test_the_review_says_who_gets_it_who_does_not_and_how_long_it_takes(db: Session, ada: Hand, vip: Group) -> None:
    db.get_one(User, VICTOR).blocked_at = NOON
    saved(ada)
    assert "Who gets it?" in ada.presses("Send")
    assert {"Failed", "Unsure"}.isdisjoint(ada.labels())
    ada.presses("All")
    review = ada.presses("Now")
    assert "Send “Spring” to 1 person?" in review
    assert "1 has blocked the bot" in review
    assert "At 25 a second this takes about 1 second." in review
    assert reached(db) == []


def test_sent_to_all_and_then_to_new_members_only(db: Session, ada: Hand, vip: Group) -> None:
    saved(ada)
    ada.presses("Send")
    ada.presses("All")
    ada.presses("Now")
    assert "By" in ada.presses("Send to 2 people")
    send_all(db, ada)
    assert reached(db) == [VERA, VICTOR]
    assert "sent 2" in ada.presses("Refresh")
    db.execute(insert(sql.table(GroupRule)), {"group_id": vip.id, "position": 2, "text": "id = 401"})
    vip.matching = "any"
    assert "Send “Spring” to 1 person?" in ada.types("/push send Spring to new")
    ada.presses("Send to 1 person")
    send_all(db, ada)
    assert reached(db) == [VERA, VICTOR, 401]


def test_members_are_picked_by_hand(db: Session, ada: Hand, vip: Group) -> None:
    saved(ada)
    ada.presses("Send")
    ada.presses("Pick")
    ada.presses("Victor")
    assert any(label.startswith("✓") and "Victor" in label for label in ada.labels())
    ada.presses("Next")
    ada.presses("Now")
    ada.presses("Send to 1 person")
    send_all(db, ada)
    assert reached(db) == [VICTOR]


def test_a_sending_that_reaches_nobody_can_be_planned_but_not_sent(db: Session, ada: Hand, vip: Group) -> None:
    saved(ada)
    ada.types("/push send Spring")
    ada.presses("Send to 2 people")
    send_all(db, ada)
    ada.types("/push send Spring to new")
    assert "nobody gets it" in ada.sees()
    assert not [label for label in ada.labels() if label.startswith("Send to")]
    ada.types("/push send Spring to new at 2026-12-01 09:00")
    assert "Plan for 0 people" in ada.labels()


def test_to_selected_typed_opens_the_choice_of_members(db: Session, ada: Hand, vip: Group) -> None:
    saved(ada)
    ada.types("/push send Spring to selected")
    assert "Pick members" in ada.sees()


def test_a_typed_time_is_echoed_in_full_before_it_counts(db: Session, ada: Hand, vip: Group) -> None:
    saved(ada)
    ada.presses("Send")
    ada.presses("All")
    assert "Europe/Vienna" in ada.presses("At a time")
    assert "This is no time" in ada.writes("soon")
    assert "This time has passed" in ada.writes("2020-01-01 09:00")
    review = ada.writes("2026-12-01 09:00")
    assert "Tue 1 Dec 2026, 09:00 Europe/Vienna, in 9 days" in review
    assert "sent as soon as it is back" in review
    assert "you are asked" in ada.presses(SetLate(1, 2))
    ada.presses("Plan for 2 people")
    assert "planned for 1 Dec, 09:00" in ada.types("/push")
    assert "planned for 1 Dec, 09:00" in ada.presses("Planned")
    ada.presses("1 Spring")
    ada.presses("Take back")
    assert push_runs.ahead(db) == []


def test_a_time_in_a_gap_is_explained(ada: Hand, vip: Group) -> None:
    saved(ada)
    review = ada.types("/push send Spring at 2027-03-28 02:30")
    assert "Sun 28 Mar 2027, 03:00" in review
    assert "2027-03-28 02:30 does not exist on that day" in review


def test_two_admins_who_confirm_together_start_one_run(db: Session, ada: Hand, alma: Hand, vip: Group) -> None:
    saved(ada)
    for hand in (ada, alma):
        hand.types("/push send Spring")
    ada.presses("Send to 2 people")
    assert alma.presses("Send to 2 people") == "Ada has started this push already."
    send_all(db, ada)
    assert reached(db) == [VERA, VICTOR]


def test_the_same_button_pressed_twice_starts_one_run(db: Session, ada: Hand, vip: Group) -> None:
    saved(ada)
    ada.types("/push send Spring")
    button = ada.button("Send to 2 people").press
    assert isinstance(button, Confirm)
    ada.presses(button)
    assert "has not begun yet" in ada.presses(button)
    assert len(db.scalars(select(PushRun)).all()) == 1


def test_a_button_that_says_other_numbers_than_now_leads_back_to_the_review(db: Session, ada: Hand, vip: Group) -> None:
    saved(ada)
    ada.types("/push send Spring")
    run = db.scalars(select(PushRun)).one()
    ada.presses(Confirm(run.id, 90))
    assert ada.said == "It was for 90 people when that was said; now it is for 2."
    assert run.state == "draft"


def test_a_large_sending_asks_for_the_number_and_can_be_taken_back(db: Session, ada: Hand) -> None:
    rows = [{"id": 10_000 + n, "first_name": "X", "joined_at": NOON, "last_seen_at": NOON} for n in range(1000)]
    db.execute(insert(sql.table(User)), rows)
    ada.types("/push new Big to everyone start hours")
    ada.types("/push send Big")
    run_id = db.scalars(select(PushRun.id)).one()
    assert "Write the number" in ada.presses(Confirm(run_id, 1007))  # drawn while they were fewer
    ada.presses("Cancel")
    assert "Write the number" in ada.presses("Send to 1,007 people")
    assert "It is 1,007." in ada.writes("1000")
    assert "planned for" in ada.writes("1,007")
    assert "10 seconds" in ada.said
    push_runs_due.begin_due(db, awake_since=NOON, setup=SETUP, now=NOON + timedelta(seconds=9))
    ada.presses("Take back")
    assert reached(db) == []


def test_a_running_push_is_paused_resumed_and_stopped(db: Session, ada: Hand, vip: Group) -> None:
    saved(ada)
    ada.types("/push send Spring")
    ada.presses("Send to 2 people")
    push_runs_due.begin_due(db, awake_since=NOON, setup=SETUP, now=NOON)
    (run_id,) = push_runs_due.to_work_on(db, NOON)
    deliveries_plan.write_piece(db, run_id, Gathered([VERA, VICTOR]), after=0, now=NOON)
    parcels = claim(db, run_id, limit=1, setup=SETUP, now=NOON)
    note(db, run_id, [ended(parcel) for parcel in parcels], setup=SETUP, now=NOON)
    card = ada.presses("Refresh")
    assert "is being sent, 50 %" in card
    assert "▓▓▓▓▓░░░░░ 50 %" in card
    assert "1 left" in card
    assert "paused at 50 %" in ada.presses("Pause")
    ada.presses("Resume")
    assert "1 person will not get it" in ada.presses("Stop")
    assert "stopped" in ada.presses("Stop the sending")
    assert "cancelled 1" in ada.sees()


def test_stop_can_be_typed_in_a_hurry(db: Session, ada: Hand, vip: Group) -> None:
    saved(ada)
    assert "is not being sent" in ada.types("/push stop Spring")
    ada.types("/push send Spring")
    ada.presses("Send to 2 people")
    ada.types("/push stop Spring")
    send_all(db, ada)
    assert reached(db) == []


def test_delete_asks_and_says_what_is_planned(db: Session, ada: Hand, vip: Group) -> None:
    saved(ada)
    ada.types("/push send Spring at 2026-12-01 09:00")
    ada.presses("Plan for 2 people")
    asked = ada.types("/push delete Spring")
    assert "One planned sending is taken back: Tue 1 Dec 2026, 09:00" in asked
    assert "There is no push yet." in ada.presses("Delete the push")
    assert push_runs.ahead(db) == []


def test_an_edit_is_one_change(db: Session, ada: Hand, vip: Group) -> None:
    saved(ada)
    assert "For: everyone" in ada.types("/push edit Spring to everyone")
    assert "Starts the block welcome" in ada.types("/push edit Spring start welcome")
    assert "Usage:" in ada.types("/push edit Spring to VIP start hours")


def test_strangers_and_staff_are_refused(sara: Hand, otto: Hand, ada: Hand, vip: Group) -> None:
    saved(ada)
    push = ada.db.scalars(select(Push.id)).one()
    for hand in (sara, otto):
        assert hand.presses(ShowPush(push)) == "This needs the role admin."


def test_forged_numbers_in_buttons_are_refused(ada: Hand, vip: Group) -> None:
    saved(ada)
    ada.types("/push send Spring")
    assert ada.presses(SetRecipients(1, 99)) == "This button belongs to a screen that is out of date."
    assert ada.presses(SetLate(1, -1)) == "This button belongs to a screen that is out of date."
    assert ada.presses(Confirm(999)) == "This push does not exist any more."
