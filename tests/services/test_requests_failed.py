"""When support messages do not arrive: nobody is there, somebody is gone, an answer fails."""

from __future__ import annotations

from bot.services import requests, users
from bot.services.receipt import Outcome
from tests.services.office import ADA, SAM, SARA, VERA, Office, text


def test_where_nobody_is_staff_the_person_is_told_and_the_bot_stays_on(office: Office) -> None:
    for one in (SARA, SAM):
        users.switch_support(office.db, one.id, False, by=office.actor(ADA), now=office.clock.now())
    office.meets(VERA)
    office.writes(VERA, "human")
    assert "Nobody can answer at the moment. Please write again later." in office.delivers(VERA)
    assert requests.counts(office.db).open == 0
    assert office.delivers(ADA) == ["Vera Visitor (101) asked for a person, and no staff could be reached."]
    assert office.writes(VERA, "my age").pending == {VERA.id}


def test_admins_are_not_told_again_and_again_that_somebody_asks_in_vain(office: Office) -> None:
    for one in (SARA, SAM):
        users.switch_support(office.db, one.id, False, by=office.actor(ADA), now=office.clock.now())
    office.meets(VERA)
    told = [ADA.id in office.writes(VERA, "human").pending for _ in range(3)]
    office.clock.forward(hours=2)
    assert [*told, ADA.id in office.writes(VERA, "human").pending] == [True, False, False, True]


def test_where_nobody_could_be_reached_the_request_is_given_up_and_admins_are_warned(office: Office) -> None:
    request_id = office.asks_for_a_person(VERA)
    office.receives(office.letters(SARA)[0], Outcome.BLOCKED)
    assert requests.counts(office.db).waiting == 1
    pending = office.receives(office.letters(SAM)[0], Outcome.GONE)
    assert pending == {VERA.id, ADA.id}
    assert office.delivers(VERA) == ["Nobody can answer at the moment. Please write again later."]
    assert office.delivers(ADA) == ["Vera Visitor (101) asked for a person, and no staff could be reached."]
    request = requests.get(office.db, request_id)
    assert request is not None and request.closed_at is not None and request.closed_by is None
    assert office.writes(VERA, "my age").pending == {VERA.id}


def test_what_was_meant_for_one_who_is_gone_goes_to_the_others(office: Office) -> None:
    request_id = office.asks_for_a_person(VERA)
    for one in (SARA, SAM):
        office.delivers(one)
    requests.take(office.db, request_id, by=office.actor(SAM), now=office.clock.now())
    for one in (SARA, SAM):
        office.delivers(one)
    office.writes(VERA, "one")
    office.writes(VERA, "two")
    assert office.receives(office.letters(SAM)[0], Outcome.BLOCKED) == {SARA.id}
    assert [letter.words for letter in office.letters(SARA)] == ["one", "two"]


def test_while_no_staff_can_be_reached_admins_read_what_comes(office: Office) -> None:
    office.asks_for_a_person(VERA)
    for one in (SARA, SAM):
        office.delivers(one)
        users.mark_blocked(office.db, one.id, office.clock.now())
    assert office.writes(VERA, "anybody?").pending == {ADA.id}


def test_staff_see_why_their_answer_was_not_delivered(office: Office) -> None:
    office.asks_for_a_person(VERA)
    office.delivers(SARA)
    requests.answer(
        office.db, VERA.id, text("Good day"), by=office.actor(SARA), setup=office.setup, now=office.clock.now()
    )
    (letter,) = office.letters(VERA)
    assert office.receives(letter, Outcome.BLOCKED, reason="blocked the bot") == {SARA.id}
    assert office.delivers(SARA) == ["Not delivered to Vera Visitor (101): blocked the bot."]
    vera = users.get(office.db, VERA.id)
    assert vera is not None and vera.blocked_at is not None
