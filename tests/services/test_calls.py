"""Calls to other servers: made at least once, carried on once, whatever happens in between."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from bot.flow import Answer, parse
from bot.services import calls, calls_answer, conversations, users, variables
from tests.clock import FakeClock
from tests.services.office import ADA, VERA, Office

WEATHER = """
start = "welcome"
fallback = "welcome"
variables = { degrees = "number" }

[blocks.welcome]
say = "Hello."
[[blocks.welcome.connections]]
button = "Weather"
to = "weather"
[[blocks.welcome.connections.actions]]
do = "http"
url = "https://api.example.com/weather"
store = { degrees = "now" }
else = "No weather today."
[[blocks.welcome.connections]]
button = "Bye"
to = "bye"

[blocks.weather]
say = "It is {degrees} degrees."
to = "welcome"

[blocks.bye]
say = "Goodbye."
end = true
"""


@pytest.fixture
def office(db: Session, clock: FakeClock) -> Office:
    office = Office(db, clock, parse(WEATHER, folder=None))
    office.meets(VERA)
    office.writes(VERA, "Weather")
    return office


def due(office: Office) -> list[calls.Due]:
    return list(calls.claim(office.db, office.clock.now(), limit=10))


def answered(office: Office, call: calls.Due, answer: Answer) -> frozenset[int]:
    return calls_answer.answer(office.db, call, answer, setup=office.setup, now=office.clock.now())


def test_the_answer_is_stored_and_the_conversation_goes_on(office: Office) -> None:
    assert office.delivers(VERA) == []
    (call,) = due(office)
    assert (call.call.method, call.call.url, call.is_hopeless) == ("GET", "https://api.example.com/weather", False)
    assert answered(office, call, Answer(True, {"now": 21.5})) == {VERA.id}
    assert office.delivers(VERA) == ["It is 21.5 degrees.", "Hello."]
    assert variables.values(office.db, VERA.id) == {"degrees": 21.5}


def test_a_call_that_fails_is_said(office: Office) -> None:
    (call,) = due(office)
    answered(office, call, Answer(False, reason="it took too long"))
    assert office.delivers(VERA) == ["No weather today."]
    notes = [line.words for line in conversations.page(office.db, VERA.id).lines if line.direction == "note"]
    assert notes == ["it took too long (block welcome)"]


def test_a_call_that_was_lost_with_its_process_is_made_again_and_given_up_at_last(office: Office) -> None:
    (first,) = due(office)
    assert due(office) == []
    for attempt in range(calls.ATTEMPTS):
        office.clock.forward(seconds=calls.LEASE.total_seconds() + 1)
        (again,) = due(office)
        assert (again.id, again.key) == (first.id, first.key)
        assert again.is_hopeless is (attempt == calls.ATTEMPTS - 1)


def test_an_answer_is_carried_on_once(office: Office) -> None:
    (call,) = due(office)
    answered(office, call, Answer(True, {"now": 3}))
    assert answered(office, call, Answer(True, {"now": 4})) == frozenset()
    assert variables.values(office.db, VERA.id) == {"degrees": 3.0}


def test_who_has_moved_on_is_left_where_they_are(office: Office) -> None:
    office.writes(VERA, "Bye")
    assert office.delivers(VERA) == ["Goodbye."]
    (call,) = due(office)
    assert answered(office, call, Answer(True, {"now": 3})) == frozenset()
    assert variables.values(office.db, VERA.id) == {"degrees": 3.0}


def test_who_talks_with_staff_is_not_interrupted(office: Office) -> None:
    users.switch_bot_off(office.db, VERA.id, by=ADA.id, setup=office.setup, now=office.clock.now())
    (call,) = due(office)
    assert answered(office, call, Answer(True, {"now": 3})) == frozenset()
    assert variables.values(office.db, VERA.id) == {"degrees": 3.0}


def test_a_button_pressed_many_times_does_not_ask_as_often(office: Office) -> None:
    for _ in range(calls.MOST + 3):
        office.writes(VERA, "Weather")
    assert len(due(office)) == calls.MOST
    assert office.delivers(VERA)[-1] == "This does not work at the moment. Please try again later."


def test_admins_hear_once_of_what_does_not_work(office: Office) -> None:
    office.delivers(ADA)
    for _ in range(3):
        office.writes(VERA, "Weather")
    for call in due(office):
        answered(office, call, Answer(False, reason="the server answered 500"))
    (told,) = office.delivers(ADA)
    assert "at the block welcome: the server answered 500. It was Vera" in told
