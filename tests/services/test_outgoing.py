"""The outgoing log: order, receipts, retries and doubt."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from bot.services import engines, outgoing, requests, users
from bot.services.receipt import Outcome
from tests.clock import FakeClock
from tests.services.driver import statements
from tests.services.office import SAM, SARA, VERA, VICTOR, Office, text


@pytest.fixture
def vera(office: Office) -> Office:
    """Vera has met the bot and heard its greeting."""
    office.meets(VERA)
    return office


def queue(office: Office, *words: str, author: str = "flow") -> list[int]:
    """Queue texts to Vera."""
    return [outgoing.queue(office.db, VERA.id, text(one), author=author, now=office.clock.now()) for one in words]


def test_letters_come_in_the_order_they_were_written(vera: Office) -> None:
    queue(vera, "one", "two", "three")
    assert [letter.words for letter in vera.letters(VERA)] == ["one", "two", "three"]
    assert [letter.words for letter in outgoing.take(vera.db, VERA.id, now=vera.clock.now(), limit=2)] == ["one", "two"]


def test_what_was_sent_is_sent_once(vera: Office) -> None:
    (number,) = queue(vera, "one")
    (letter,) = vera.letters(VERA)
    vera.receives(letter, telegram_id=77)
    message = vera.message(VERA, number)
    assert (message.state, message.telegram_id, message.sent_at) == ("sent", 77, vera.clock.now())
    assert vera.letters(VERA) == []
    vera.receives(letter, telegram_id=78)
    assert vera.message(VERA, number).telegram_id == 77


def test_one_that_has_to_wait_holds_back_those_behind_it(vera: Office) -> None:
    queue(vera, "one", "two")
    vera.receives(vera.letters(VERA)[0], Outcome.RETRY, retry_after=30.0)
    assert vera.letters(VERA) == []
    assert outgoing.waiting_users(vera.db, vera.clock.now()) == []
    assert outgoing.next_due(vera.db, vera.clock.now()) == vera.clock.forward(seconds=30)
    assert outgoing.waiting_users(vera.db, vera.clock.now()) == [VERA.id]
    assert [letter.words for letter in vera.letters(VERA)] == ["one", "two"]
    assert outgoing.next_due(vera.db, vera.clock.now()) is None


def test_without_a_word_of_when_the_waits_grow_up_to_five_minutes(vera: Office) -> None:
    queue(vera, "one")
    waits = []
    for _ in range(10):
        (letter,) = vera.letters(VERA)
        vera.receives(letter, Outcome.RETRY)
        due = outgoing.next_due(vera.db, vera.clock.now())
        assert due is not None
        waits.append((due - vera.clock.now()).total_seconds())
        vera.clock.jump(due)
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_after_about_a_day_of_attempts_a_message_is_given_up(vera: Office) -> None:
    (number,) = queue(vera, "one")
    start = vera.clock.now()
    while letters := vera.letters(VERA):
        vera.receives(letters[0], Outcome.RETRY)
        vera.clock.forward(seconds=300)
    message = vera.message(VERA, number)
    assert (message.state, message.reason) == ("failed", "Telegram could not be reached")
    assert 24 <= (vera.clock.now() - start).total_seconds() / 3600 <= 26


def test_what_may_have_arrived_is_sent_once_more_and_then_stays_unsure(vera: Office) -> None:
    (number,) = queue(vera, "one")
    assert vera.receives(vera.letters(VERA)[0], Outcome.UNSURE, reason="timed out") == {VERA.id}
    assert (vera.message(VERA, number).state, vera.message(VERA, number).attempts) == ("waiting", 1)
    assert vera.receives(vera.letters(VERA)[0], Outcome.UNSURE, reason="timed out") == frozenset()
    message = vera.message(VERA, number)
    assert (message.state, message.attempts, message.reason) == ("unsure", 2, "timed out")
    assert vera.letters(VERA) == []


def test_a_push_that_may_have_arrived_is_not_sent_again(vera: Office) -> None:
    (number,) = queue(vera, "one", author="push")
    vera.receives(vera.letters(VERA)[0], Outcome.UNSURE)
    assert vera.message(VERA, number).state == "unsure"


def test_a_wait_between_two_doubts_does_not_count_as_one(vera: Office) -> None:
    (number,) = queue(vera, "one")
    vera.receives(vera.letters(VERA)[0], Outcome.RETRY, retry_after=0.0)
    vera.receives(vera.letters(VERA)[0], Outcome.UNSURE)
    vera.receives(vera.letters(VERA)[0])
    message = vera.message(VERA, number)
    assert (message.state, message.attempts, message.reason) == ("sent", 2, None)


def test_staff_learn_when_it_is_not_known_whether_their_answer_arrived(vera: Office) -> None:
    requests.answer(vera.db, VERA.id, text("hi"), by=vera.actor(SARA), setup=vera.setup, now=vera.clock.now())
    for _ in range(2):
        vera.receives(vera.letters(VERA)[0], Outcome.UNSURE, reason="timed out")
    assert vera.delivers(SARA) == ["It is not known whether your message to Vera Visitor (101) arrived: timed out."]


def test_what_telegram_refuses_fails_alone(vera: Office) -> None:
    first, second = queue(vera, "one", "two")
    vera.receives(vera.letters(VERA)[0], Outcome.REFUSED, reason="can't parse entities")
    assert (vera.message(VERA, first).state, vera.message(VERA, first).reason) == ("failed", "can't parse entities")
    assert [letter.number for letter in vera.letters(VERA)] == [second]


def test_once_a_person_has_blocked_the_bot_all_that_waits_has_failed(vera: Office) -> None:
    first, second = queue(vera, "one", "two")
    vera.receives(vera.letters(VERA)[0], Outcome.BLOCKED)
    assert [vera.message(VERA, number).reason for number in (first, second)] == ["blocked the bot"] * 2
    assert vera.letters(VERA) == []
    person = users.get(vera.db, VERA.id)
    assert person is not None and person.blocked_at == vera.clock.now() and person.gone_at is None


def test_an_account_that_is_gone_is_marked_as_gone(vera: Office) -> None:
    queue(vera, "one")
    vera.receives(vera.letters(VERA)[0], Outcome.GONE)
    person = users.get(vera.db, VERA.id)
    assert person is not None and person.gone_at == vera.clock.now() and person.blocked_at is None


def test_an_alert_that_changed_while_it_was_on_its_way_is_edited_afterwards(office: Office) -> None:
    request_id = office.asks_for_a_person(VERA)
    (alert,) = office.letters(SAM)  # drawn and handed to the wire now
    requests.take(office.db, request_id, by=office.actor(SARA), now=office.clock.now())
    assert office.receives(alert, telegram_id=55) == {SAM.id}
    (edit,) = office.letters(SAM)
    assert (edit.telegram_id, edit.number) == (55, alert.number)
    assert office.receives(edit) == frozenset()
    assert office.letters(SAM) == []
    assert office.message(SAM, alert.number).telegram_id == 55


def test_an_alert_that_cannot_be_edited_any_more_stays_sent(office: Office) -> None:
    request_id = office.asks_for_a_person(VERA)
    office.delivers(SAM)
    requests.take(office.db, request_id, by=office.actor(SARA), now=office.clock.now())
    (edit,) = office.letters(SAM)
    office.receives(edit, Outcome.REFUSED, reason="message to edit not found")
    assert office.message(SAM, edit.number).state == "sent"
    assert office.letters(SAM) == []


def test_an_edit_that_may_have_arrived_is_made_again(office: Office) -> None:
    request_id = office.asks_for_a_person(VERA)
    office.delivers(SAM)
    requests.take(office.db, request_id, by=office.actor(SARA), now=office.clock.now())
    (edit,) = office.letters(SAM)
    office.receives(edit, Outcome.UNSURE)
    office.clock.forward(seconds=5)
    assert [letter.number for letter in office.letters(SAM)] == [edit.number]


def test_people_with_something_to_send_are_known_after_a_restart(office: Office) -> None:
    for one in (VERA, VICTOR):
        office.starts(one)
    office.db.commit()
    assert outgoing.waiting_users(office.db, office.clock.now()) == [VERA.id, VICTOR.id]


def test_nothing_can_be_queued_to_somebody_nobody_has_met(office: Office) -> None:
    with pytest.raises(LookupError):
        outgoing.queue(office.db, 999, text("hi"), author="flow", now=office.clock.now())


def test_taking_reads_what_waits_and_not_the_whole_conversation(sqlite_url: str, clock: FakeClock) -> None:
    """Without statistics SQLite needs to be led to the index; PostgreSQL finds it by its own."""
    engine = engines.connect(sqlite_url)
    with Session(engine) as db:
        with statements(db) as said:
            outgoing.take(db, VERA.id, now=clock.now())
        plan = db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {said[-1]}").all()
        assert any("ix_messages_pending" in row[-1] for row in plan)
    engine.dispose()
