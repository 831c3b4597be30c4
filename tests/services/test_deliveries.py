"""The ledger of pushes: everybody ends once, for a reason, and the sum is the audience."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.flow.effects import Wake
from bot.services import deliveries, deliveries_plan, people, push_runs, pushes, pushes_audience, waits
from bot.services.deliveries_claim import HANDFUL
from bot.services.deliveries_note import TRIES, Attempt
from bot.services.receipt import Outcome, Receipt
from models import Message, Place, Request, User, UserTag
from tests.clock import FakeClock
from tests.services import campaign
from tests.services.campaign import ADA, EVE, FIRST, Campaign, ended


@pytest.fixture
def spring(db: Session, clock: FakeClock) -> Campaign:
    """A push for everyone; ten people are there."""
    campaign.people(db, clock, 10)
    return Campaign(db, clock)


def test_everybody_gets_it_once_and_the_run_is_done(spring: Campaign) -> None:
    run_id = spring.starts()
    assert spring.delivers_all(run_id) == list(range(FIRST, FIRST + 10))
    assert spring.states(run_id) == {"sent": 10, "skipped": 2}
    assert spring.run(run_id).state == "done"
    spring.check(run_id)


@pytest.mark.parametrize("everyone", [True, False])
def test_planning_anew_after_a_crash_changes_nothing(spring: Campaign, everyone: bool) -> None:
    if not everyone:
        pushes_audience.set_rule(spring.db, spring.push.id, "id > 0", by=ADA, now=spring.clock.now())
    run_id = spring.confirms()
    spring.begins()
    assert writes(spring, run_id, 5, pieces=2) == [1003, 1008]
    assert writes(spring, run_id, 3, pieces=2) == [1001, 1004]
    campaign.meet(spring.db, spring.clock, campaign.row(1000, "Nina", spring.clock))
    assert writes(spring, run_id, 3) == [1000, 1003, 1006, 1009, None]
    assert (spring.run(run_id).state, spring.run(run_id).audience) == ("sending", 13)
    spring.check(run_id)
    assert writes(spring, run_id, 3) == []


def writes(spring: Campaign, run_id: int, size: int, pieces: int = 99) -> list[int | None]:
    """How far each piece of a plan came that is begun from the start."""
    gathered = deliveries_plan.gather(spring.db, run_id, setup=spring.setup, now=spring.clock.now())
    reached: list[int | None] = []
    after: int | None = 0
    while gathered is not None and after is not None and len(reached) < pieces:
        after = deliveries_plan.write_piece(spring.db, run_id, gathered, after=after, size=size, now=spring.clock.now())
        reached.append(after)
    return reached


def test_nobody_more_is_claimed_before_one_of_the_first_handful_has_arrived(spring: Campaign) -> None:
    run_id = spring.starts()
    first = spring.claims(run_id)
    assert (len(first), spring.claims(run_id)) == (HANDFUL, ())
    spring.notes(run_id, [ended(first[0], Outcome.RETRY, retry_after=1.0)])
    assert [parcel.user_id for parcel in spring.claims(run_id)] == [FIRST + HANDFUL]
    spring.notes(run_id, [ended(first[1])])
    assert len(spring.claims(run_id)) == 10 - HANDFUL - 1
    spring.check(run_id)


def test_a_run_for_nobody_is_done_at_once(db: Session, clock: FakeClock) -> None:
    campaign.people(db, clock, 0)
    spring = Campaign(db, clock)
    run_id = spring.starts()
    assert spring.run(run_id).state == "done"
    assert spring.states(run_id) == {"skipped": 2}


def test_who_cannot_get_it_is_a_row_with_the_reason(spring: Campaign) -> None:
    now, db = spring.clock.now(), spring.db
    for user_id, column in zip(
        range(FIRST, FIRST + 4), ("gone_at", "blocked_at", "unsubscribed_at", "bot_off_since"), strict=True
    ):
        db.execute(update(User).where(User.id == user_id).values({column: now}))
    db.add(Request(user_id=FIRST + 4, token="t", text="help", opened_at=now))
    run_id = spring.starts()
    reasons = [spring.state_of(run_id, FIRST + offset) for offset in range(6)]
    assert [reason for _, reason in reasons] == ["gone", "blocked", "unsubscribed", "off", "talking", None]
    assert {state for state, _ in reasons} == {"skipped", "waiting"}
    spring.check(run_id)


def test_the_forecast_says_who_is_left_out_and_why(spring: Campaign) -> None:
    spring.db.execute(update(User).where(User.id == FIRST).values(blocked_at=spring.clock.now()))
    run = push_runs.draft(spring.db, spring.push.id, by=ADA, now=spring.clock.now())
    forecast = deliveries_plan.forecast(spring.db, run, setup=spring.setup, now=spring.clock.now())
    assert forecast == {None: 9, "blocked": 1, "unsubscribed": 2}


@pytest.mark.parametrize("column", ["gone_at", "blocked_at", "unsubscribed_at", "bot_off_since"])
def test_somebody_who_drops_out_while_it_runs_is_skipped_before_the_send(spring: Campaign, column: str) -> None:
    run_id = spring.starts()
    late = FIRST + 9
    spring.db.execute(update(User).where(User.id == late).values({column: spring.clock.now()}))
    assert late not in spring.delivers_all(run_id)
    assert spring.state_of(run_id, late)[0] == "skipped"
    spring.check(run_id)


def test_new_reaches_only_those_it_has_not_reached_yet(spring: Campaign) -> None:
    first = spring.starts()
    spring.delivers(first)
    parcels = spring.claims(first)
    spring.notes(first, [ended(parcels[0], Outcome.BLOCKED), *map(ended, parcels[1:])])
    campaign.meet(spring.db, spring.clock, campaign.row(5000, "Nina", spring.clock))
    spring.db.execute(update(User).where(User.id == parcels[0].user_id).values(blocked_at=None))
    second = spring.starts("new")
    assert spring.delivers_all(second) == [parcels[0].user_id, 5000]


def test_those_it_may_have_reached_are_not_new_but_can_be_chosen(spring: Campaign) -> None:
    first = spring.starts()
    unsure = spring.delivers(first, Outcome.UNSURE, limit=2)
    spring.delivers_all(first)
    assert spring.delivers_all(spring.starts("new")) == []
    assert spring.delivers_all(spring.starts("unsure")) == unsure
    assert spring.delivers_all(spring.starts("unsure")) == []


def test_failed_reaches_only_those_it_failed_for(spring: Campaign) -> None:
    first = spring.starts()
    failed = spring.delivers(first, Outcome.REFUSED, limit=2)
    spring.delivers_all(first)
    second = spring.starts("failed")
    assert spring.delivers_all(second) == failed
    assert spring.delivers_all(spring.starts("failed")) == []


def test_selected_reaches_those_picked_by_hand(spring: Campaign) -> None:
    run_id = spring.starts("selected", picked=[FIRST + 3, FIRST + 5])
    assert spring.delivers_all(run_id) == [FIRST + 3, FIRST + 5]
    assert spring.run(run_id).audience == 2


def test_a_union_of_groups_reaches_each_member_once(spring: Campaign) -> None:
    low = campaign.group(spring.db, "Low", f"id < {FIRST + 4}", spring.clock)
    even = campaign.group(spring.db, "Some", f"id in ({FIRST + 2}, {FIRST + 8})", spring.clock)
    now = spring.clock.now()
    pushes.set_groups(spring.db, spring.push.id, [low.id, even.id], by=ADA, now=now)
    run_id = spring.starts()
    assert spring.delivers_all(run_id) == [FIRST, FIRST + 1, FIRST + 2, FIRST + 3, FIRST + 8]


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.SENT, "sent"),
        (Outcome.BLOCKED, "blocked"),
        (Outcome.GONE, "failed"),
        (Outcome.REFUSED, "failed"),
        (Outcome.UNSURE, "unsure"),
    ],
)
def test_each_end_has_its_state(spring: Campaign, outcome: Outcome, state: str) -> None:
    run_id = spring.starts()
    (user_id,) = spring.delivers(run_id, outcome, limit=1)
    assert spring.state_of(run_id, user_id)[0] == state
    spring.check(run_id)


def test_who_blocked_the_bot_or_is_gone_is_left_out_next_time(spring: Campaign) -> None:
    run_id = spring.starts()
    (blocked,) = spring.delivers(run_id, Outcome.BLOCKED, limit=1)
    (gone,) = spring.delivers(run_id, Outcome.GONE, limit=1)
    spring.delivers_all(run_id)
    again = spring.starts()
    assert spring.state_of(again, blocked) == ("skipped", "blocked")
    assert spring.state_of(again, gone) == ("skipped", "gone")


def test_the_first_batch_is_a_handful_and_refused_content_stops_the_run(spring: Campaign) -> None:
    run_id = spring.starts()
    assert len(spring.delivers(run_id, Outcome.REFUSED)) == 5
    run = spring.run(run_id)
    assert run.state == "stopped"
    assert spring.states(run_id) == {"failed": 5, "cancelled": 5, "skipped": 2}
    assert spring.claims(run_id) == ()
    spring.check(run_id)


def test_refusals_one_by_one_stop_it_too_and_one_success_forgives_them(spring: Campaign) -> None:
    run_id = spring.starts()
    for _ in range(4):
        spring.delivers(run_id, Outcome.REFUSED, limit=1)
    spring.delivers(run_id, Outcome.SENT, limit=1)
    for _ in range(4):
        spring.delivers(run_id, Outcome.REFUSED, limit=1)
    assert spring.run(run_id).state == "sending"
    spring.delivers(run_id, Outcome.REFUSED, limit=1)
    assert spring.run(run_id).state == "stopped"
    spring.check(run_id)


def test_somebody_told_to_wait_is_tried_again_after_the_others_and_not_for_ever(spring: Campaign) -> None:
    run_id = spring.starts()
    (slow,) = spring.delivers(run_id, Outcome.RETRY, limit=1)
    assert spring.state_of(run_id, slow)[0] == "waiting"
    assert len(spring.delivers_all(run_id)) == 9
    for _ in range(TRIES - 1):
        assert spring.run(run_id).state == "sending"
        spring.clock.forward(seconds=2)
        assert spring.delivers(run_id, Outcome.RETRY) == [slow]
        assert spring.claims(run_id) == ()
    assert spring.state_of(run_id, slow)[0] == "failed"
    assert spring.run(run_id).state == "done"
    spring.check(run_id)


def test_a_run_that_telegram_told_to_wait_rests_and_says_so(spring: Campaign) -> None:
    run_id = spring.starts()
    parcels = spring.claims(run_id)
    attempts = [ended(parcel, Outcome.RETRY, retry_after=4000.0) for parcel in parcels]
    spring.notes(run_id, attempts, rest=timedelta(seconds=4000))
    run = spring.run(run_id)
    assert (run.state, run.due_at) == ("sending", spring.clock.now() + timedelta(seconds=4000))
    assert spring.claims(run_id) == ()
    spring.clock.forward(seconds=4001)
    reached = set(spring.delivers_all(run_id))
    spring.clock.forward(seconds=3)
    assert reached | set(spring.delivers_all(run_id)) == set(range(FIRST, FIRST + 10))
    assert spring.run(run_id).state == "done"


def test_a_crash_between_claim_and_note_leaves_unsure_and_never_a_second_send(spring: Campaign) -> None:
    run_id = spring.starts()
    lost = [parcel.user_id for parcel in spring.claims(run_id)]
    assert deliveries.recover(spring.db, spring.clock.now()) == len(lost)
    rest = spring.delivers_all(run_id)
    assert set(lost).isdisjoint(rest)
    assert spring.states(run_id) == {"unsure": len(lost), "sent": len(rest), "skipped": 2}
    assert spring.run(run_id).state == "done"
    spring.check(run_id)


def test_a_crash_in_the_last_batch_does_not_keep_the_run_open(spring: Campaign) -> None:
    run_id = spring.starts()
    spring.delivers(run_id)
    spring.claims(run_id)
    deliveries.recover(spring.db, spring.clock.now())
    assert spring.run(run_id).state == "done"
    spring.check(run_id)


def test_pause_holds_the_next_batch_and_resume_goes_on(spring: Campaign) -> None:
    run_id = spring.starts()
    on_their_way = spring.claims(run_id)
    push_runs.pause(spring.db, run_id, by=EVE, now=spring.clock.now())
    spring.notes(run_id, map(ended, on_their_way))
    assert spring.claims(run_id) == ()
    assert spring.run(run_id).sent == 5
    push_runs.resume(spring.db, run_id, by=ADA, setup=spring.setup, now=spring.clock.now())
    spring.delivers_all(run_id)
    assert spring.states(run_id) == {"sent": 10, "skipped": 2}


def test_stop_cancels_who_waits_and_what_is_on_its_way_still_counts(spring: Campaign) -> None:
    run_id = spring.starts()
    on_their_way = spring.claims(run_id)
    push_runs.stop(spring.db, run_id, by=ADA, now=spring.clock.now())
    spring.check(run_id)
    later, *others = on_their_way
    spring.notes(run_id, [ended(later, Outcome.RETRY), *map(ended, others)])
    assert spring.states(run_id) == {"sent": 4, "cancelled": 6, "skipped": 2}
    assert spring.run(run_id).state == "stopped"
    spring.check(run_id)


def test_who_was_reached_stands_at_the_block_and_the_log_has_the_message(spring: Campaign) -> None:
    run_id = spring.starts()
    spring.delivers(run_id)
    assert people.place(spring.db, FIRST).block == "spring_sale"
    message = spring.db.scalars(select(Message).where(Message.user_id == FIRST)).one()
    assert (message.author, message.author_id, message.state) == ("push", run_id, "sent")
    assert message.words == f"Dear Person {FIRST}, spring is here."
    assert message.telegram_id == 1


def test_who_was_not_reached_is_not_moved(spring: Campaign) -> None:
    run_id = spring.starts()
    (user_id,) = spring.delivers(run_id, Outcome.BLOCKED, limit=1)
    assert people.place(spring.db, user_id).block is None
    assert spring.db.scalars(select(Message).where(Message.user_id == user_id)).all() == []


def test_somebody_who_moves_on_while_it_is_on_its_way_is_not_moved_back(spring: Campaign) -> None:
    run_id = spring.starts()
    parcels = spring.claims(run_id)
    spring.db.add(Place(user_id=FIRST, block="more", failures=0, last_input="Buy", returns=[]))
    spring.notes(run_id, map(ended, parcels))
    assert people.place(spring.db, FIRST).block == "more"
    assert spring.state_of(run_id, FIRST)[0] == "sent"


def test_a_wait_ends_when_the_push_moves_the_person_to_another_block(spring: Campaign) -> None:
    later = spring.clock.now() + timedelta(hours=1)
    spring.db.add(Place(user_id=FIRST, block="welcome", returns=[]))
    waits.begin(spring.db, FIRST, [Wake(later, "more"), Wake(later, "marked", keep=True)])
    spring.delivers(spring.starts())
    assert people.place(spring.db, FIRST).block == "spring_sale"
    assert waits.due(spring.db, later) == [(FIRST, "marked")]


def test_what_a_block_does_besides_talking_is_done_for_who_was_reached(db: Session, clock: FakeClock) -> None:
    campaign.people(db, clock, 2)
    spring = Campaign(db, clock, start="marked")
    run_id = spring.starts()
    first, second = spring.claims(run_id)
    spring.notes(run_id, [ended(first), ended(second, Outcome.BLOCKED)])
    assert db.scalars(select(UserTag.user_id)).all() == [first.user_id]


def test_a_block_that_calls_staff_tells_whom_to_deliver_to(db: Session, clock: FakeClock) -> None:
    campaign.people(db, clock, 1)
    campaign.meet(db, clock, campaign.row(201, "Sara", clock, support_since=clock.now(), unsubscribed_at=clock.now()))
    spring = Campaign(db, clock, start="callback")
    run_id = spring.starts()
    assert spring.notes(run_id, map(ended, spring.claims(run_id))) == {201}


def test_half_a_message_is_unsure_and_is_not_sent_again(db: Session, clock: FakeClock) -> None:
    campaign.people(db, clock, 1)
    spring = Campaign(db, clock, start="two_parts")
    run_id = spring.starts()
    (parcel,) = spring.claims(run_id)
    receipts = (Receipt(Outcome.SENT, telegram_id=7), Receipt(Outcome.RETRY, reason="Telegram asks to wait 9 s"))
    spring.notes(run_id, [Attempt(parcel, receipts)])
    assert spring.state_of(run_id, FIRST) == ("unsure", "1 of 2 messages arrived. Telegram asks to wait 9 s")
    assert [one.words for one in db.scalars(select(Message).where(Message.user_id == FIRST))] == ["First."]
    assert spring.run(run_id).state == "done"


def test_a_run_whose_flow_has_changed_waits_for_an_admin(spring: Campaign) -> None:
    run_id = spring.starts()
    old = spring.setup
    spring.setup = replace(old, flow=replace(old.flow, version="another"))
    assert spring.claims(run_id) == ()
    assert spring.run(run_id).state == "paused"
    push_runs.resume(spring.db, run_id, by=ADA, setup=spring.setup, now=spring.clock.now())
    assert len(spring.delivers_all(run_id)) == 10


def test_an_edit_does_not_change_a_run_that_has_begun(spring: Campaign) -> None:
    run_id = spring.starts()
    spring.delivers(run_id)
    pushes.set_start(spring.db, spring.push.id, "more", by=ADA, setup=spring.setup, now=spring.clock.now())
    spring.delivers(run_id)
    assert people.place(spring.db, FIRST + 9).block == "spring_sale"
