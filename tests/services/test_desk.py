"""Handing over, closing, opening again, rating, muting and banning."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.flow import parse
from bot.services import audit, bans, canned, requests, requests_hand, requests_rate, users
from bot.services.bans import Ban
from bot.services.conversations import Pace
from bot.services.people import Sender
from bot.services.refusal import Refusal
from bot.services.requests import Origin
from models import Message, Request, User
from tests.services.office import ADA, LIBRARY, SAM, SARA, VERA, VICTOR, Office, text


def request_of(office: Office, request_id: int) -> Request:
    request = requests.get(office.db, request_id)
    assert request is not None
    return request


def vera(office: Office) -> User:
    user = users.get(office.db, VERA.id)
    assert user is not None
    return user


def test_a_request_is_handed_to_a_colleague_who_hears_what_comes_next(office: Office) -> None:
    request_id = office.asks_for_a_person(VERA)
    requests.take(office.db, request_id, by=office.actor(SARA), now=office.clock.now())
    for one in (SARA, SAM):
        office.delivers(one)
    given = requests_hand.hand_over(
        office.db, request_id, SAM.id, seen=SARA.id, by=office.actor(SARA), now=office.clock.now()
    )
    assert given == {SARA.id, SAM.id}
    assert office.delivers(SAM) == ["alert", "alert"]  # the old one changes, the new one says that it is his
    assert office.writes(VERA, "hello?").pending == {SAM.id}
    request = request_of(office, request_id)
    assert (request.taken_by, request.handed_by) == (SAM.id, SARA.id)


def test_who_hands_over_what_somebody_else_has_by_now_learns_who(office: Office) -> None:
    request_id = office.asks_for_a_person(VERA)
    now = office.clock.now()
    requests.take(office.db, request_id, by=office.actor(SAM), now=now)
    with pytest.raises(Refusal, match="no_colleague"):
        requests_hand.hand_over(office.db, request_id, ADA.id, seen=SAM.id, by=office.actor(SARA), now=now)
    users.switch_support(office.db, ADA.id, True, by=office.actor(ADA), now=now)
    with pytest.raises(Refusal, match="too_late"):
        requests_hand.hand_over(office.db, request_id, ADA.id, seen=None, by=office.actor(SARA), now=now)
    assert requests_hand.hand_over(office.db, request_id, SAM.id, seen=None, by=office.actor(SARA), now=now) == set()
    assert [name for _, name in requests_hand.colleagues(office.db, SAM.id)] == ["Sara", "Ada"]


def test_closing_leaves_the_switch_and_says_so_once(office: Office) -> None:
    request_id = office.asks_for_a_person(VERA)
    for one in (SARA, SAM):
        office.delivers(one)
    sara, now = office.actor(SARA), office.clock.now()
    assert requests.close(office.db, request_id, by=sara, setup=office.setup, now=now) == frozenset({SARA.id, SAM.id})
    assert requests.close(office.db, request_id, by=sara, setup=office.setup, now=now) is None
    assert vera(office).bot_off_since is not None
    assert office.writes(VERA, "one more thing").pending == {SARA.id, SAM.id}
    assert request_of(office, request_id).closed_why == "staff"
    entries = audit.page(office.db, target=f"user {VERA.id}").entries
    assert [entry.action for entry in entries] == ["request.close"]


def test_an_answer_to_a_closed_request_opens_it_again_visibly(office: Office) -> None:
    request_id = office.asks_for_a_person(VERA)
    for one in (SARA, SAM):
        office.delivers(one)
    requests.reactivate(office.db, VERA.id, by=office.actor(SAM), setup=office.setup, now=office.clock.now())
    for one in (SARA, SAM):
        office.delivers(one)
    done = requests.answer(
        office.db,
        VERA.id,
        text("I found it"),
        by=office.actor(SARA),
        origin=Origin(request_id=request_id),
        setup=office.setup,
        now=office.clock.now(),
    )
    request = request_of(office, request_id)
    assert done.reopened and done.pending >= {VERA.id, SARA.id, SAM.id}
    assert (request.closed_at, request.taken_by, request.reopened) == (None, SARA.id, 1)
    assert office.writes(VERA, "great").pending == {SARA.id}


def test_a_reply_to_an_old_request_goes_into_the_open_one(office: Office) -> None:
    old = office.asks_for_a_person(VERA)
    requests.reactivate(office.db, VERA.id, by=office.actor(SAM), setup=office.setup, now=office.clock.now())
    office.writes(VERA, "human")
    origin = Origin(request_id=old)
    done = requests.answer(
        office.db,
        VERA.id,
        text("Yes?"),
        by=office.actor(SARA),
        origin=origin,
        setup=office.setup,
        now=office.clock.now(),
    )
    assert not done.reopened and request_of(office, old).closed_at is not None


def asked_for_rating(office: Office, reached: Sequence[Sender] = (VERA, SARA, SAM)) -> int:
    """Vera was answered and handed back by a flow that asks; these people have what was sent to them."""
    office.setup = office.setup.__class__(
        parse('rating = "How was it, {first_name}?"\n' + LIBRARY, folder=None),
        office.setup.bot_id,
        office.setup.bot_username,
        owners=office.setup.owners,
        staff=office.setup.staff,
    )
    request_id = office.asks_for_a_person(VERA)
    now = office.clock.now()
    requests.answer(office.db, VERA.id, text("Yes"), by=office.actor(SARA), setup=office.setup, now=now)
    requests.take(office.db, request_id, by=office.actor(SARA), now=now)
    requests.reactivate(office.db, VERA.id, by=office.actor(SARA), setup=office.setup, now=now)
    for one in reached:
        office.delivers(one)
    return request_id


def test_who_rates_before_it_is_noted_that_the_question_arrived_is_shown_their_answer(office: Office) -> None:
    request_id = asked_for_rating(office, reached=(SARA, SAM))
    letters = office.letters(VERA)
    requests_rate.rate(office.db, request_id, 4, by=VERA.id, now=office.clock.now())
    for letter in letters:
        office.receives(letter)
    assert [letter.kind for letter in office.letters(VERA) if letter.edits] == ["rating"]


def test_who_was_helped_is_asked_rates_and_comments(office: Office) -> None:
    request_id = asked_for_rating(office)
    asked = office.db.scalars(select(Message).where(Message.kind == "rating")).one()
    assert (asked.words, asked.state) == ("How was it, Vera?", "sent")
    assert requests_rate.rate(office.db, request_id, 4, by=VERA.id, now=office.clock.now()) == {
        VERA.id,
        SARA.id,
        SAM.id,
    }
    told = requests_rate.comment(
        office.db, request_id, " Quick ", by=VERA.id, setup=office.setup, now=office.clock.now()
    )
    request = request_of(office, request_id)
    assert (request.rating, request.rating_comment) == (4, "Quick")
    assert told == {VERA.id, SARA.id}
    assert "rated your help 4 of 5: Quick" in office.delivers(SARA)[-1]
    assert office.writes(VERA, "my age").pending == {VERA.id}


def test_only_who_was_helped_rates_and_only_after_the_end(office: Office) -> None:
    request_id = asked_for_rating(office)
    for who, stars in ((VICTOR.id, 5), (VERA.id, 0), (VERA.id, 6)):
        with pytest.raises(Refusal):
            requests_rate.rate(office.db, request_id, stars, by=who, now=office.clock.now())
    with pytest.raises(Refusal):
        requests_rate.comment(office.db, request_id, "x", by=VERA.id, setup=office.setup, now=office.clock.now())


def test_nobody_is_asked_who_got_no_answer_or_whose_flow_does_not_ask(office: Office) -> None:
    office.asks_for_a_person(VERA)
    requests.reactivate(office.db, VERA.id, by=office.actor(SARA), setup=office.setup, now=office.clock.now())
    assert office.db.scalars(select(Message).where(Message.kind == "rating")).all() == []


def restrict(office: Office, ban: Ban, lasts: timedelta | None = None) -> frozenset[int]:
    return bans.restrict(
        office.db, VERA.id, ban, lasts=lasts, by=office.actor(SARA), setup=office.setup, now=office.clock.now()
    )


def test_who_is_muted_talks_with_the_bot_and_finds_no_staff(office: Office) -> None:
    request_id = office.asks_for_a_person(VERA)
    for one in (SARA, SAM):
        office.delivers(one)
    assert restrict(office, Ban.MUTED) == {SARA.id, SAM.id}
    assert request_of(office, request_id).closed_at is not None
    assert office.writes(VERA, "my age").pending == {VERA.id}
    assert office.writes(VERA, "human").pending == {VERA.id}
    assert requests.counts(office.db).open == 0


def test_who_is_banned_is_heard_by_nobody_until_the_time_is_over(office: Office) -> None:
    office.meets(VERA)
    restrict(office, Ban.BANNED, timedelta(hours=1))
    before = vera(office).last_message
    assert office.writes(VERA, "human").pending == frozenset()
    assert vera(office).last_message == before + 1
    now = office.clock.forward(hours=1)
    assert list(bans.due(office.db, now)) == [VERA.id]
    assert bans.lift_due(office.db, VERA.id, now) and not bans.lift_due(office.db, VERA.id, now)
    assert office.writes(VERA, "my age").pending == {VERA.id}
    actions = [entry.action for entry in audit.page(office.db, target=f"user {VERA.id}").entries]
    assert actions == ["user.unban", "user.ban"]


def test_a_ban_can_be_undone_and_never_meets_staff(office: Office) -> None:
    office.meets(VERA)
    restrict(office, Ban.BANNED)
    assert bans.lift(office.db, VERA.id, by=office.actor(SAM), now=office.clock.now())
    assert bans.of(vera(office)) is None
    with pytest.raises(Refusal, match="has_rank"):
        bans.restrict(
            office.db, SAM.id, Ban.MUTED, lasts=None, by=office.actor(SARA), setup=office.setup, now=office.clock.now()
        )


def test_who_writes_too_fast_is_told_once_and_everything_is_kept(office: Office) -> None:
    office.meets(VERA)
    paces = [Pace.FIRST_TOO_FAST, Pace.TOO_FAST, Pace.TOO_FAST]
    told = [office.writes(VERA, "my age", pace=pace).pending for pace in paces]
    assert told == [{VERA.id}, frozenset(), frozenset()]
    assert "faster than anybody can read" in office.delivers(VERA)[0]
    assert vera(office).last_message == 2 + 4
    assert office.writes(SARA, "my age", pace=Pace.TOO_FAST).pending == {SARA.id}


def test_a_flood_reaches_staff_while_the_bot_is_off(office: Office) -> None:
    office.asks_for_a_person(VERA)
    assert office.writes(VERA, "hello?", pace=Pace.TOO_FAST).pending == {SARA.id, SAM.id}


def test_a_canned_answer_is_filled_in_and_its_values_are_not_read_again(office: Office) -> None:
    office.meets(VERA)
    office.meets(VICTOR.__class__(103, "{city}<b>"))
    sara, now = office.actor(SARA), office.clock.now()
    kept = canned.keep(office.db, "Hours", "<b>Hi</b> {first_name|you}", by=sara, setup=office.setup, now=now)
    found = canned.get(office.db, kept)
    assert found.name == "hours"
    assert canned.filled(office.db, found, VERA.id, setup=office.setup, now=now) == "<b>Hi</b> Vera"
    assert canned.filled(office.db, found, 103, setup=office.setup, now=now) == "<b>Hi</b> {city}&lt;b&gt;"
    assert canned.keep(office.db, "hours", "New", by=sara, setup=office.setup, now=now) == kept
    assert canned.drop(office.db, kept, by=sara, now=now) == "hours"
    with pytest.raises(Refusal, match="unknown"):
        canned.named(office.db, "hours")


@pytest.mark.parametrize(
    ("name", "words", "why"),
    [
        ("two words", "x", "bad_name"),
        ("ok", "{password}", "no_variable"),
        ("ok", "{oops", "bad_text"),
        ("ok", " ", "bad_length"),
    ],
)
def test_a_canned_answer_that_cannot_be_used_is_refused(office: Office, name: str, words: str, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        canned.keep(office.db, name, words, by=office.actor(SARA), setup=office.setup, now=office.clock.now())
