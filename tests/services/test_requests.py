"""The support loop: asking, taking, answering, handing back, and what happens when nobody is there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from bot.flow.content import Kind
from bot.flow.heard import Chose, Shared
from bot.services import conversations, outgoing, people, requests, requests_meant, users
from bot.services.refusal import Refusal
from bot.services.requests import Taken
from models import AuditEntry, Request
from tests.services.office import ADA, OTTO, SAM, SARA, VERA, VICTOR, Office, text


def audited(office: Office) -> list[tuple[int | None, str, str | None]]:
    """Who did what to whom, in order."""
    return [
        (row.actor_id, row.action, row.target) for row in office.db.scalars(select(AuditEntry).order_by(AuditEntry.id))
    ]


def test_who_asks_for_a_person_gets_all_staff_alerted_and_a_silent_bot(office: Office) -> None:
    office.meets(VERA)
    outcome = office.writes(VERA, "human")
    assert outcome.pending == {VERA.id, SARA.id, SAM.id}
    assert office.delivers(VERA) == ["Please wait."]
    assert [office.delivers(one) for one in (SARA, SAM)] == [["alert"], ["alert"]]
    card = users.card(office.db, VERA.id)
    assert card is not None and card.request is not None
    assert (card.request.text, card.request.block) == ("human", "human")
    assert card.user.bot_off_since == office.clock.now() and card.user.bot_off_by is None


def test_a_link_to_a_conversation_cannot_be_guessed(office: Office) -> None:
    request = requests.get(office.db, office.asks_for_a_person(VERA))
    assert request is not None and len(request.token) >= 22
    assert len(f"c_{request.token}") <= 64
    found = requests.by_token(office.db, request.token)
    assert found is not None and found.user_id == VERA.id
    assert requests.by_token(office.db, "nonsense") is None


def test_what_a_person_writes_while_the_bot_is_off_reaches_staff_in_order(office: Office) -> None:
    office.asks_for_a_person(VERA)
    office.delivers(SARA)
    office.writes(VERA, "first")
    office.does(VERA, Shared(Kind.PHOTO, "photo:abc"), words="second", kind=Kind.PHOTO)
    office.writes(VERA, "first, changed", edited=True)
    office.does(VERA, Chose("welcome", "x"), words="A person")
    assert [letter.words for letter in office.letters(SARA)] == ["first", "second", "first, changed", "A person"]
    assert {letter.kind for letter in office.letters(SARA)} == {"relay"}
    user_id, number = office.letters(SARA)[1].content["relay_of"]
    line = conversations.line(office.db, user_id, number)
    assert line is not None and (line.kind, line.words) == ("photo", "second")
    assert office.letters(VERA) == []


def test_what_is_written_after_a_take_goes_to_whoever_took_it(office: Office) -> None:
    request_id = office.asks_for_a_person(VERA)
    for one in (SARA, SAM):
        office.delivers(one)
    requests.take(office.db, request_id, by=office.actor(SAM), now=office.clock.now())
    assert office.writes(VERA, "hello?").pending == {SAM.id}


def test_if_whoever_took_it_is_staff_no_more_all_staff_hear_again(office: Office) -> None:
    request_id = office.asks_for_a_person(VERA)
    requests.take(office.db, request_id, by=office.actor(SAM), now=office.clock.now())
    users.switch_support(office.db, SAM.id, False, by=office.actor(ADA), now=office.clock.now())
    assert office.writes(VERA, "hello?").pending == {SARA.id}


def test_an_admin_without_support_messages_can_take_and_is_written_to(office: Office) -> None:
    request_id = office.asks_for_a_person(VERA)
    assert requests.take(office.db, request_id, by=office.actor(ADA), now=office.clock.now()).won
    assert office.writes(VERA, "hello?").pending == {ADA.id}


def test_of_two_who_take_the_first_wins_and_the_second_learns_who(office: Office) -> None:
    request_id = office.asks_for_a_person(VERA)
    for one in (SARA, SAM):
        office.delivers(one)
    first = requests.take(office.db, request_id, by=office.actor(SARA), now=office.clock.now())
    second = requests.take(office.db, request_id, by=office.actor(SAM), now=office.clock.now())
    again = requests.take(office.db, request_id, by=office.actor(SARA), now=office.clock.now())
    assert first == Taken(won=True, by="Sara", pending=frozenset({SARA.id, SAM.id}))
    assert second == Taken(won=False, by="Sara")
    assert again == Taken(won=True, by="Sara")
    assert audited(office) == [(SARA.id, "request.take", f"user {VERA.id}")]
    (letter,) = office.letters(SAM)
    assert letter.edits and letter.kind == "alert"


def test_a_closed_request_cannot_be_taken(office: Office) -> None:
    request_id = office.asks_for_a_person(VERA)
    requests.reactivate(office.db, VERA.id, by=office.actor(SAM), setup=office.setup, now=office.clock.now())
    late = requests.take(office.db, request_id, by=office.actor(SARA), now=office.clock.now())
    assert late == Taken(won=False, by="Sam", closed=True)


def test_there_is_one_open_request_and_a_second_one_joins_it(office: Office) -> None:
    office.meets(VERA)
    office.writes(VERA, "human")
    ask = requests.open_of(office.db, VERA.id)
    assert ask is not None
    for _ in range(2):  # the flow asks again, from a block that a member of staff opens
        conversations.open_block(office.db, VERA.id, "human", setup=office.setup, now=office.clock.now())
    assert office.db.scalar(select(func.count()).select_from(Request)) == 1
    assert office.delivers(SARA) == ["alert", "relay", "relay"]


def test_an_answer_of_staff_goes_to_the_person_with_their_name_on_it(office: Office) -> None:
    request_id = office.asks_for_a_person(VERA)
    now = office.clock.forward(minutes=3)
    answered = requests.answer(
        office.db, VERA.id, text("Good <b>day</b>"), by=office.actor(SARA), setup=office.setup, now=now
    )
    (letter,) = office.letters(VERA)
    assert (letter.number, letter.content["text"], letter.lane, letter.request_id) == (
        answered.number,
        "Good <b>day</b>",
        outgoing.SUPPORT,
        request_id,
    )
    line = conversations.page(office.db, VERA.id).lines[-1]
    assert (line.author, line.author_name, line.words, line.state) == ("staff", "Sara", "Good day", "waiting")
    request = requests.get(office.db, request_id)
    assert request is not None and request.answered_at == now
    assert audited(office) == [(SARA.id, "request.answer", f"user {VERA.id}")]


def test_the_time_of_the_first_answer_stays(office: Office) -> None:
    request_id = office.asks_for_a_person(VERA)
    first = office.clock.now()
    for words in ("one", "two"):
        requests.answer(
            office.db, VERA.id, text(words), by=office.actor(SARA), setup=office.setup, now=office.clock.now()
        )
        office.clock.forward(minutes=1)
    request = requests.get(office.db, request_id)
    assert request is not None and request.answered_at == first


def test_a_line_that_begins_with_two_strokes_is_a_note_for_staff(office: Office) -> None:
    office.asks_for_a_person(VERA)
    requests.answer(
        office.db, VERA.id, text("// a regular"), by=office.actor(SARA), setup=office.setup, now=office.clock.now()
    )
    assert office.letters(VERA) == []
    line = conversations.page(office.db, VERA.id).lines[-1]
    assert (line.direction, line.words, line.author_name) == ("note", "a regular", "Sara")
    request = requests.open_of(office.db, VERA.id)
    assert request is not None and request.answered_at is None


def test_a_reply_to_an_alert_a_relay_or_a_notice_finds_the_person(office: Office) -> None:
    office.asks_for_a_person(VERA)
    office.writes(VERA, "hello?")
    office.meets(VICTOR)
    office.writes(VICTOR, "report")
    stands_for = {}
    for letter in office.letters(SARA):
        office.receives(letter)
        telegram_id = office.message(SARA, letter.number).telegram_id
        assert telegram_id is not None
        meant = requests_meant.meant(office.db, SARA.id, telegram_id)
        stands_for[letter.kind] = meant and meant.user_id
    assert stands_for == {"alert": VERA.id, "relay": VERA.id, "text": VICTOR.id}
    assert requests_meant.meant(office.db, SARA.id, 999_999) is None


def test_a_reply_to_an_ordinary_message_of_the_bot_stands_for_nobody(office: Office) -> None:
    office.starts(SARA)
    (letter,) = office.letters(SARA)
    office.receives(letter)
    telegram_id = office.message(SARA, letter.number).telegram_id
    assert telegram_id is not None
    assert requests_meant.meant(office.db, SARA.id, telegram_id) is None


def test_who_is_handed_back_hears_one_sentence_and_goes_on_where_they_were(office: Office) -> None:
    office.meets(VERA)
    office.writes(VERA, "my age")
    office.delivers(VERA)
    office.writes(VERA, "human")
    place = people.place(office.db, VERA.id)
    for one in (VERA, SARA, SAM):
        office.delivers(one)
    pending = requests.reactivate(office.db, VERA.id, by=office.actor(SAM), setup=office.setup, now=office.clock.now())
    assert pending == {VERA.id, SARA.id, SAM.id}
    assert office.delivers(VERA) == ["The bot answers you again."]
    assert people.place(office.db, VERA.id) == place
    assert [letter.edits for one in (SARA, SAM) for letter in office.letters(one)] == [True, True]
    assert office.writes(VERA, "my age").pending == {VERA.id}


def test_handing_back_twice_changes_nothing_the_second_time(office: Office) -> None:
    request_id = office.asks_for_a_person(VERA)
    for one in (SARA, SAM):
        office.delivers(one)
    for one in (SARA, SAM):
        requests.reactivate(office.db, VERA.id, by=office.actor(one), setup=office.setup, now=office.clock.now())
    assert office.delivers(VERA) == ["The bot answers you again."]
    assert audited(office) == [(SARA.id, "user.bot_on", f"user {VERA.id}")]
    request = requests.get(office.db, request_id)
    assert request is not None and (request.closed_by, request.closed_at) == (SARA.id, office.clock.now())


def test_the_switch_on_the_card_closes_the_request_too(office: Office) -> None:
    office.asks_for_a_person(VERA)
    assert users.switch_bot_on(office.db, VERA.id, by=ADA.id, setup=office.setup, now=office.clock.now())
    assert not users.switch_bot_on(office.db, VERA.id, by=ADA.id, setup=office.setup, now=office.clock.now())
    assert requests.open_of(office.db, VERA.id) is None


def test_staff_can_silence_the_bot_for_somebody_who_did_not_ask(office: Office) -> None:
    office.meets(VERA)
    for _ in range(2):
        requests.deactivate(office.db, VERA.id, by=office.actor(SARA), setup=office.setup, now=office.clock.now())
    assert audited(office) == [(SARA.id, "user.bot_off", f"user {VERA.id}")]
    assert office.writes(VERA, "hello").pending == {SARA.id, SAM.id}
    assert office.letters(VERA) == []


def test_a_stranger_can_neither_take_nor_answer_nor_switch(office: Office) -> None:
    request_id = office.asks_for_a_person(VERA)
    office.meets(OTTO)
    otto, now, setup = office.actor(OTTO), office.clock.now(), office.setup
    for attempt in (
        lambda: requests.take(office.db, request_id, by=otto, now=now),
        lambda: requests.answer(office.db, VERA.id, text("hi"), by=otto, setup=setup, now=now),
        lambda: requests.reactivate(office.db, VERA.id, by=otto, setup=setup, now=now),
        lambda: requests.deactivate(office.db, VERA.id, by=otto, setup=setup, now=now),
    ):
        with pytest.raises(Refusal) as refused:
            attempt()
        assert refused.value.key == "refusals.staff_only"
    assert audited(office) == []


def test_somebody_nobody_has_met_can_be_neither_answered_nor_switched(office: Office) -> None:
    sara, now, setup = office.actor(SARA), office.clock.now(), office.setup
    for attempt in (
        lambda: requests.answer(office.db, 999, text("hi"), by=sara, setup=setup, now=now),
        lambda: requests.reactivate(office.db, 999, by=sara, setup=setup, now=now),
        lambda: requests.deactivate(office.db, 999, by=sara, setup=setup, now=now),
    ):
        with pytest.raises(Refusal) as refused:
            attempt()
        assert refused.value.key == "refusals.unknown_user"
    with pytest.raises(Refusal):
        requests.take(office.db, 999, by=sara, now=now)


def test_requests_come_in_pages_and_counts(office: Office) -> None:
    for one in (VERA, VICTOR, OTTO):
        office.asks_for_a_person(one)
    request = requests.open_of(office.db, VICTOR.id)
    assert request is not None
    requests.take(office.db, request.id, by=office.actor(SARA), now=office.clock.now())
    requests.reactivate(office.db, OTTO.id, by=office.actor(SARA), setup=office.setup, now=office.clock.now())
    counts = requests.counts(office.db)
    assert (counts.waiting, counts.taken, counts.open) == (1, 1, 2)
    first = requests.page(office.db, size=1)
    second = requests.page(office.db, before=first.rows[-1][0].id, size=1)
    assert [row[1].id for page in (first, second) for row in page.rows] == [VICTOR.id, VERA.id]
    assert (first.more, second.more) == (True, False)
    assert len(requests.page(office.db, open_only=False).rows) == 3


def test_a_flow_can_say_its_own_words_to_who_is_handed_back(office: Office) -> None:
    office.setup = replace(office.setup, flow=replace(office.flow, reactivated="ask_age"))
    office.asks_for_a_person(VERA)
    requests.reactivate(office.db, VERA.id, by=office.actor(SARA), setup=office.setup, now=office.clock.now())
    assert office.delivers(VERA) == ["How old are you?"]
    assert people.place(office.db, VERA.id).block == "ask_age"
