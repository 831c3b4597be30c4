"""What goes to and fro between a user and staff: edits, albums, quotes, floods."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.flow.content import Content, Kind
from bot.flow.heard import Shared
from bot.services import edits, outgoing, requests, requests_meant
from bot.services.conversations import Outcome
from bot.services.outgoing import Letter
from bot.services.receipt import Outcome as Ended
from bot.services.refusal import Refusal
from bot.services.requests import Origin
from tests.services.office import SAM, SARA, VERA, VICTOR, Office, text


@pytest.fixture
def desk(office: Office) -> Office:
    """Vera has asked, and Sara took it."""
    request_id = office.asks_for_a_person(VERA)
    requests.take(office.db, request_id, by=office.actor(SARA), now=office.clock.now())
    for one in (SARA, SAM):
        office.delivers(one)
    return office


def answers(office: Office, words: str, message: int = 9000, **origin: int | str | None) -> int:
    """Sara answers with a message of hers."""
    came = Origin((SARA.id, message), **origin)  # type: ignore[arg-type]
    done = requests.answer(
        office.db, VERA.id, text(words), by=office.actor(SARA), origin=came, setup=office.setup, now=office.clock.now()
    )
    return done.number


def part(office: Office, number: int, album: str = "a", message: int | None = None) -> Outcome:
    """Vera sends a part of an album."""
    heard = Shared(Kind.PHOTO, f"photo:p{number}", album=album)
    return office.does(VERA, heard, kind=Kind.PHOTO, file_id=f"p{number}", album=album, message=message)


def test_a_changed_message_changes_where_it_was_passed_on_and_is_no_second_one(desk: Office) -> None:
    desk.writes(VERA, "on mondy", message=50)
    (relay,) = desk.letters(SARA)
    desk.receives(relay)
    assert desk.writes(VERA, "on Monday", edited=True, message=50).pending == {SARA.id}
    (change,) = desk.letters(SARA)
    assert change.edits and change.number == relay.number and change.words == "on Monday"
    desk.receives(change)
    assert desk.letters(SARA) == []


def test_a_change_while_the_first_version_is_on_its_way_is_not_lost(desk: Office) -> None:
    desk.writes(VERA, "on mondy", message=50)
    (relay,) = desk.letters(SARA)
    desk.writes(VERA, "on Monday", edited=True, message=50)
    desk.receives(relay)
    (change,) = desk.letters(SARA)
    assert change.edits and change.words == "on Monday"


def test_a_change_that_cannot_be_shown_comes_as_a_message_of_its_own(desk: Office) -> None:
    desk.writes(VERA, "on mondy", message=50)
    desk.receives(desk.letters(SARA)[0])
    desk.writes(VERA, "on Monday", edited=True, message=50)
    assert desk.receives(desk.letters(SARA)[0], Ended.REFUSED, reason="message to edit not found") == {SARA.id}
    (again,) = desk.letters(SARA)
    assert not again.edits and again.words == "on Monday"


def test_a_change_reaches_who_has_taken_over_since(desk: Office) -> None:
    desk.writes(VERA, "on mondy", message=50)
    desk.receives(desk.letters(SARA)[0])
    request = requests.open_of(desk.db, VERA.id)
    assert request is not None
    request.taken_by = SAM.id
    desk.db.flush()
    assert desk.writes(VERA, "on Monday", edited=True, message=50).pending == {SARA.id, SAM.id}


def test_an_answer_that_staff_change_changes_at_the_user(desk: Office) -> None:
    number = answers(desk, "Trird shelf")
    (letter,) = desk.letters(VERA)
    desk.receives(letter)
    changed = edits.of_staff(desk.db, (SARA.id, 9000), text("Third shelf"), by=desk.actor(SARA), now=desk.clock.now())
    assert changed == frozenset({VERA.id})
    (change,) = desk.letters(VERA)
    assert change.edits and change.content["text"] == "Third shelf"
    assert desk.message(VERA, number).content["edited"] is True


def test_a_note_stays_a_note_and_an_answer_does_not_become_one(desk: Office) -> None:
    answers(desk, "// regular", 9001)
    answers(desk, "Yes", 9002)
    now, sara = desk.clock.now(), desk.actor(SARA)
    assert edits.of_staff(desk.db, (SARA.id, 9001), text("a regular"), by=sara, now=now) == frozenset()
    assert [letter.words for letter in desk.letters(VERA)] == ["Yes"]
    with pytest.raises(Refusal, match="is_no_note"):
        edits.of_staff(desk.db, (SARA.id, 9002), text("// oh"), by=sara, now=now)
    assert edits.of_staff(desk.db, (SARA.id, 9003), text("x"), by=sara, now=now) is None


def test_the_parts_of_an_album_go_on_together_once_the_last_has_come(desk: Office) -> None:
    for number in range(3):
        part(desk, number)
        desk.clock.forward(seconds=0.4)
    assert desk.letters(SARA) == []
    assert outgoing.held_until(desk.db, SARA.id) is not None
    desk.clock.forward(seconds=1)
    (album,) = desk.letters(SARA)
    assert [one.words for one in (album, *album.joined)] == ["", "", ""] and album.count == 3
    desk.receives(album, telegram_id=70, telegram_ids=(70, 71, 72))
    assert [desk.message(SARA, one.number).telegram_id for one in (album, *album.joined)] == [70, 71, 72]


def test_an_album_of_staff_goes_out_as_one(desk: Office) -> None:
    for number in range(2):
        photo = Content(Kind.PHOTO, "Here" if not number else "", media=f"id:m{number}")
        origin = Origin((SARA.id, 9100 + number), album="s")
        requests.answer(
            desk.db, VERA.id, photo, by=desk.actor(SARA), origin=origin, setup=desk.setup, now=desk.clock.now()
        )
    desk.clock.forward(seconds=1)
    (album,) = desk.letters(VERA)
    assert [one.content["media"] for one in (album, *album.joined)] == ["id:m0", "id:m1"]
    refused = desk.receives(album, Ended.REFUSED, reason="wrong file_id")
    assert refused == {SARA.id} and len(desk.letters(SARA)) == 1


def test_a_flood_of_words_is_joined_in_order_and_none_is_lost(desk: Office) -> None:
    said = [f"line {number}" for number in range(100)]
    for words in said:
        desk.writes(VERA, words)
    heard: list[str] = []
    messages = 0
    while letters := desk.letters(SARA):
        for letter in letters:
            messages += 1
            heard += [one.words for one in (letter, *letter.joined)]
            desk.receives(letter)
    assert heard == said and messages <= 10


def test_few_messages_are_read_one_by_one_and_those_of_others_stay_apart(office: Office) -> None:
    for who in (VERA, VICTOR):
        office.asks_for_a_person(who)
    office.delivers(SARA)
    for words in ("a", "b", "c"):
        office.writes(VERA, words)
    for _ in range(5):
        office.writes(VICTOR, "x")
    assert [letter.count for letter in office.letters(SARA)] == [1, 1, 1, 5]


def test_a_reply_knows_the_request_and_the_message_that_it_answers(desk: Office) -> None:
    desk.writes(VERA, "and where?", message=60)
    (relay,) = desk.letters(SARA)
    desk.receives(relay, telegram_id=80)
    meant = requests_meant.meant(desk.db, SARA.id, 80)
    request = requests.open_of(desk.db, VERA.id)
    assert request is not None and meant == requests_meant.Meant(VERA.id, request.id, 60)
    answers(desk, "There", 9005, reply_to=60)
    (letter,) = desk.letters(VERA)
    desk.receives(letter, telegram_id=61)
    assert letter.content["reply_to"] == 60
    assert requests_meant.place_of(desk.db, SARA.id, VERA.id, 61) == 9005
    assert requests_meant.place_of(desk.db, SARA.id, VERA.id, 60) == 80
    assert requests_meant.place_of(desk.db, SAM.id, VERA.id, 61) is None


def alerts(office: Office, people: int) -> list[Letter]:
    """So many people ask at once; what Sara gets."""
    for number in range(people):
        office.asks_for_a_person(VICTOR.__class__(3000 + number, f"Guest {number}"))
    return office.letters(SARA)


def test_many_alerts_at_once_are_one_summary_that_changes(office: Office) -> None:
    letters = alerts(office, 30)
    assert sum(letter.count for letter in letters) >= 20 and len(letters) <= 3
    office.receives(letters[0], telegram_id=99)
    first = requests.open_of(office.db, 3000)
    assert first is not None
    requests.take(office.db, first.id, by=office.actor(SAM), now=office.clock.now())
    change = next(letter for letter in office.letters(SARA) if letter.edits)
    assert change.telegram_id == 99
    assert len(outgoing.in_one_message(office.db, change)) == letters[0].count
    assert requests_meant.meant(office.db, SARA.id, 99) is None


def test_waiting_is_noted_from_the_first_unanswered_word_on(desk: Office) -> None:
    def waits() -> object:
        request = requests.open_of(desk.db, VERA.id)
        assert request is not None
        return request.waits_since

    answers(desk, "One moment")
    assert waits() is None
    since = desk.clock.forward(minutes=1)
    desk.writes(VERA, "thanks")
    desk.clock.forward(minutes=1)
    desk.writes(VERA, "still there?")
    assert waits() == since
    assert desk.clock.now() - since == timedelta(minutes=1)
