"""People who wait: staff are reminded, then all, then the owner; the bot returns where that is wanted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.services import requests, support_alarms, support_group, support_hours, users
from bot.services.support_rules import SupportRules
from models import AuditEntry, Message
from tests.services.office import ADA, SAM, SARA, VERA, VICTOR, Office, text

GROUP = -1001
TEN = timedelta(minutes=10)
RULES = SupportRules(remind_after=TEN, escalate_after=3 * TEN, owner_after=6 * TEN)
RETURNS = SupportRules(return_after=6 * TEN, return_warning=TEN)


@pytest.fixture
def desk(office: Office) -> Office:
    """Staff are reminded after ten minutes, all after thirty, the owner after an hour."""
    office.setup = replace(office.setup, support=RULES)
    return office


@pytest.fixture
def returning(office: Office) -> Office:
    """The bot returns after an hour of silence; staff are warned ten minutes before."""
    office.setup = replace(office.setup, support=RETURNS)
    return office


def looks(office: Office) -> frozenset[int]:
    """One look at who waits."""
    pending = frozenset[int]()
    for user_id in support_alarms.due(office.db, setup=office.setup, now=office.clock.now()):
        pending |= support_alarms.ring(office.db, user_id, setup=office.setup, now=office.clock.now())
    return pending


def after(office: Office, **by: float) -> frozenset[int]:
    """Time passes, then a look."""
    office.clock.forward(**by)
    return looks(office)


def asks(office: Office) -> int:
    """Vera asks, and everybody has read what came of it."""
    request_id = office.asks_for_a_person(VERA)
    for one in (SARA, SAM):
        office.delivers(one)
    return request_id


def answers(office: Office, words: str = "Soon.") -> None:
    requests.answer(office.db, VERA.id, text(words), by=office.actor(SARA), setup=office.setup, now=office.clock.now())


def test_staff_are_reminded_then_all_then_the_owner_each_once(desk: Office) -> None:
    requests.take(desk.db, asks(desk), by=desk.actor(SARA), now=desk.clock.now())
    desk.delivers(SARA), desk.delivers(SAM)
    assert after(desk, minutes=9) == frozenset()
    assert after(desk, minutes=1) == {SARA.id}
    assert desk.delivers(SARA) == ["Vera Visitor (101) has been waiting for an answer for 10 minutes."]
    assert after(desk, minutes=10) == frozenset()
    assert after(desk, minutes=10) == {SARA.id, SAM.id}
    assert after(desk, minutes=30) == {ADA.id}
    assert after(desk, hours=30) == frozenset()


def test_a_request_that_nobody_has_reminds_all(desk: Office) -> None:
    asks(desk)
    assert after(desk, minutes=10) == {SARA.id, SAM.id}


def test_after_downtime_only_what_has_come_furthest_rings(desk: Office) -> None:
    asks(desk)
    assert after(desk, hours=5) == {ADA.id}
    assert looks(desk) == frozenset()


def test_an_answer_ends_the_wait_and_the_next_question_begins_one(desk: Office) -> None:
    asks(desk)
    desk.clock.forward(minutes=9)
    answers(desk)
    assert after(desk, minutes=60) == frozenset()
    desk.writes(VERA, "And then?")
    assert after(desk, minutes=9) == frozenset()
    assert after(desk, minutes=1) == {SARA.id, SAM.id}


def test_a_note_is_no_answer(desk: Office) -> None:
    asks(desk)
    answers(desk, "// looks difficult")
    assert after(desk, minutes=10) == {SARA.id, SAM.id}


def test_a_closed_request_reminds_nobody(desk: Office) -> None:
    asks(desk)
    requests.reactivate(desk.db, VERA.id, by=desk.actor(SARA), setup=desk.setup, now=desk.clock.now())
    assert after(desk, hours=2) == frozenset()


@pytest.fixture
def topics(desk: Office) -> Office:
    """Requests are topics of a staff group."""
    desk.setup = replace(desk.setup, support=replace(RULES, group_id=GROUP))
    return desk


def last_note(office: Office) -> tuple[str, int | None]:
    """What the topic of Vera's request is told last: its words, and the request."""
    query = select(Message).where(Message.user_id == VERA.id, Message.direction == "note")
    note = office.db.scalars(query.order_by(Message.number.desc())).first()
    assert note is not None and note.author == "system"
    return note.words, note.request_id


def test_in_a_staff_group_reminders_and_escalation_are_said_in_the_topic(topics: Office) -> None:
    request_id = topics.asks_for_a_person(VERA)
    assert after(topics, minutes=10) == {GROUP}
    assert last_note(topics) == ("Vera Visitor (101) has been waiting for an answer for 10 minutes.", request_id)
    requests.take(topics.db, request_id, by=topics.actor(SARA), now=topics.clock.now())
    assert after(topics, minutes=20) == {GROUP, SARA.id}
    assert topics.delivers(SAM) == []
    assert "this goes to all staff" in last_note(topics)[0]
    assert after(topics, minutes=30) == {GROUP, ADA.id}
    assert ["all staff know" in words for words in topics.delivers(ADA)] == [True]
    assert after(topics, hours=30) == frozenset()


def test_while_the_staff_group_is_lost_everybody_is_reminded_in_their_own_chat(topics: Office) -> None:
    topics.asks_for_a_person(VERA)
    support_group.lose(topics.db, GROUP, "put out", setup=topics.setup, now=topics.clock.now())
    assert after(topics, minutes=10) == {SARA.id, SAM.id}


def test_in_a_staff_group_the_return_of_the_bot_is_announced_in_the_topic(returning: Office) -> None:
    returning.setup = replace(returning.setup, support=replace(RETURNS, group_id=GROUP))
    request_id = returning.asks_for_a_person(VERA)
    assert after(returning, minutes=50) == {GROUP}
    assert "in 10 minutes unless" in last_note(returning)[0]
    assert after(returning, minutes=10) == {GROUP, VERA.id}
    assert last_note(returning) == (
        "The bot answers Vera Visitor (101) again, because nobody wrote for a while.",
        request_id,
    )


def test_nobody_is_reminded_before_the_desk_was_open_for_so_long(desk: Office) -> None:
    hours = support_hours.read(["mon-fri 09:00-18:00"])
    desk.setup = replace(desk.setup, zone=ZoneInfo("Europe/Vienna"), support=replace(RULES, hours=hours))
    asks(desk)  # Sunday noon
    assert after(desk, hours=20, minutes=9) == frozenset()  # Monday, 9:09 in Vienna
    assert after(desk, minutes=1) == {SARA.id, SAM.id}


def test_whoever_asks_outside_of_hours_hears_when_somebody_is_back_in_their_language(office: Office) -> None:
    hours = support_hours.read(["mon-fri 09:00-18:00"])
    office.setup = replace(office.setup, zone=ZoneInfo("Europe/Vienna"), support=SupportRules(hours))
    office.meets(VICTOR)
    office.writes(VICTOR, "human")
    assert office.delivers(VICTOR)[-1] == (
        "Im Moment ist niemand da; ab Mo. 23 Nov. 2026, 09:00 Europe/Vienna ist wieder jemand hier."
    )
    office.clock.forward(days=1)
    office.meets(VERA)
    office.writes(VERA, "human")
    assert office.delivers(VERA) == ["Please wait."]


def test_a_desk_without_an_end_of_its_holidays_promises_no_time(office: Office) -> None:
    hours = support_hours.read([], ["2026-01-01..2040-01-01"])
    office.setup = replace(office.setup, support=SupportRules(hours))
    office.meets(VERA)
    office.writes(VERA, "human")
    assert "waits for the next person" in office.delivers(VERA)[-1]


def test_without_rules_the_bot_stays_off_and_nobody_is_told(office: Office) -> None:
    asks(office)
    assert after(office, days=30) == frozenset()


def test_the_bot_returns_after_silence_and_staff_are_warned_before(returning: Office) -> None:
    asks(returning)
    assert after(returning, minutes=49) == frozenset()
    assert after(returning, minutes=1) == {SARA.id, SAM.id}
    assert "again in 10 minutes unless somebody writes" in returning.delivers(SARA)[-1]
    assert after(returning, minutes=9) == frozenset()
    assert after(returning, minutes=1) == {VERA.id, SARA.id, SAM.id}
    assert returning.delivers(VERA) == ["The bot answers you again."]
    card = users.card(returning.db, VERA.id)
    assert card is not None and card.request is None and card.user.bot_off_since is None
    entry = returning.db.scalar(select(AuditEntry).where(AuditEntry.action == "user.bot_on"))
    assert entry is not None and entry.actor_id is None


def test_a_word_from_either_side_puts_the_return_off(returning: Office) -> None:
    asks(returning)
    assert after(returning, minutes=50) == {SARA.id, SAM.id}
    returning.writes(VERA, "hello?")
    assert after(returning, minutes=20) == frozenset()
    answers(returning)
    assert after(returning, minutes=49) == frozenset()
    assert after(returning, minutes=1) == {SARA.id, SAM.id}


def test_after_downtime_staff_still_have_the_whole_warning(returning: Office) -> None:
    asks(returning)
    assert after(returning, days=2) == {SARA.id, SAM.id}
    assert after(returning, minutes=9) == frozenset()
    assert VERA.id in after(returning, minutes=1)


def test_who_was_switched_off_by_hand_returns_too(returning: Office) -> None:
    returning.meets(VERA)
    requests.deactivate(
        returning.db, VERA.id, by=returning.actor(SARA), setup=returning.setup, now=returning.clock.now()
    )
    assert after(returning, minutes=50) == {SARA.id, SAM.id}
    assert VERA.id in after(returning, minutes=10)
