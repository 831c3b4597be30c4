"""What Telegram gives us of every kind goes on as the same kind: to staff, to the user, and from a topic."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session
from telegram import Message

from bot import letters, visits_group
from bot.admin.reply import content_of
from bot.reading import incoming_of
from bot.services import inbox, requests, support_topics
from bot.services.conversations import Incoming, hear
from bot.services.inbox import Accepted
from bot.services.people import Sender
from bot.services.requests import Origin
from bot.ui.router import Refused
from bot.visits_group import Where
from bot.wire import Call
from tests.clock import FakeClock
from tests.services.office import SARA, VERA, Office

GROUP, THREAD = -1001, 50
FILE = {"file_id": "F1", "file_unique_id": "u1"}
PLACE = {"latitude": 48.2, "longitude": 16.4}
POLL = {
    "id": "5",
    "question": "When?",
    "options": [{"text": text, "voter_count": 0, "persistent_id": text} for text in ("Today", "Later")],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": True,
    "members_only": False,
}
COPIED: list[dict[str, Any]] = [
    {"dice": {"emoji": "\U0001f3b2", "value": 4}},
    {"venue": {"location": PLACE, "title": "Library", "address": "Square 1"}, "location": PLACE},
    {"location": PLACE},
    {"poll": POLL},
    {"contact": {"phone_number": "+431", "first_name": "Otto"}},
]
STICKER = {**FILE, "width": 9, "height": 9, "is_animated": False, "is_video": False, "type": "regular"}
FILES: list[tuple[dict[str, Any], str, str]] = [
    ({"sticker": STICKER}, "sendSticker", "sticker"),
    ({"video_note": {**FILE, "length": 9, "duration": 2}}, "sendVideoNote", "video_note"),
    ({"voice": {**FILE, "duration": 2}}, "sendVoice", "voice"),
]
NAMES = [next(iter(one)) for one in COPIED]


def sent(who: Sender, **what: Any) -> Incoming:
    """A message as Telegram gives it, as the services know it."""
    user = {"id": who.id, "is_bot": False, "first_name": who.first_name}
    raw = {"message_id": 70, "date": 1763800000, "from": user, "chat": {"id": who.id, "type": "private"}, **what}
    message = Message.de_json(raw, None)
    assert message is not None
    incoming = incoming_of(message)
    assert incoming is not None
    return incoming


@pytest.fixture
def office(db: Session, clock: FakeClock) -> Office:
    """Vera has asked, and Sara took it."""
    office = Office(db, clock)
    requests.take(db, office.asks_for_a_person(VERA), by=office.actor(SARA), now=clock.now())
    office.delivers(SARA)
    return office


def to_staff(office: Office, **what: Any) -> Call:
    """Vera sends it; what goes to Sara."""
    now, update_id = office.clock.now(), next(office._updates)
    inbox.accept(office.db, [Accepted(update_id, VERA.id, "{}")], now)
    hear(office.db, sent(VERA, **what), update_id=update_id, setup=office.setup, now=now)
    (letter,) = office.letters(SARA)
    call = letters.draw(office.db, letter, setup=office.setup, now=now)
    assert call is not None
    return call


def to_user(office: Office, **what: Any) -> Call:
    """Sara answers with it; what goes to Vera."""
    content = content_of(sent(SARA, **what))
    origin, now = Origin((SARA.id, 70)), office.clock.now()
    requests.answer(office.db, VERA.id, content, by=office.actor(SARA), origin=origin, setup=office.setup, now=now)
    (letter,) = office.letters(VERA)
    office.receives(letter)
    return letters.written(letter)


def from_topic(office: Office, **what: Any) -> Call:
    """Sara writes it in the topic of the request; what goes to Vera."""
    office.setup = replace(office.setup, support=replace(office.setup.support, group_id=GROUP))
    request = requests.open_of(office.db, VERA.id)
    now, update_id = office.clock.now(), next(office._updates)
    assert request is not None and support_topics.open_topic(office.db, GROUP, request.id, VERA.id, posted=0)
    topic = support_topics.of_request(office.db, request.id)
    assert topic is not None
    support_topics.note_made(office.db, topic, THREAD, now)
    inbox.accept(office.db, [Accepted(update_id, SARA.id, "{}")], now)
    where = Where(GROUP, THREAD)
    ended = visits_group.message(office.db, sent(SARA, **what), where, update_id=update_id, setup=office.setup, now=now)
    assert not isinstance(ended, Refused)
    (letter,) = office.letters(VERA)
    office.receives(letter)
    return letters.written(letter)


def copied(call: Call) -> tuple[str, int, int, int]:
    given = call.parameters
    return call.method, given["chat_id"], given["from_chat_id"], given["message_id"]


@pytest.mark.parametrize("what", COPIED, ids=NAMES)
def test_what_is_neither_text_nor_file_goes_to_staff_under_a_name(office: Office, what: dict[str, Any]) -> None:
    call = to_staff(office, **what)
    assert copied(call) == ("copyMessage", SARA.id, VERA.id, 70)
    assert "Vera" in str(call.parameters["reply_markup"])


@pytest.mark.parametrize("what", COPIED, ids=NAMES)
def test_and_to_the_user_as_it_is_from_wherever_staff_wrote_it(office: Office, what: dict[str, Any]) -> None:
    assert copied(to_user(office, **what)) == ("copyMessage", VERA.id, SARA.id, 70)
    assert copied(from_topic(office, **what)) == ("copyMessage", VERA.id, GROUP, 70)


@pytest.mark.parametrize(("what", "method", "field"), FILES, ids=[one[2] for one in FILES])
def test_files_go_both_ways_by_their_id(office: Office, what: dict[str, Any], method: str, field: str) -> None:
    relayed, answered = to_staff(office, **what), to_user(office, **what)
    assert [(call.method, call.parameters[field]) for call in (relayed, answered)] == [(method, "F1")] * 2
    assert "Vera" in str(relayed.parameters)


def test_the_formatting_of_staff_is_kept_in_what_the_user_gets(office: Office) -> None:
    marks = [
        {"type": "bold", "offset": 0, "length": 4},
        {"type": "text_link", "offset": 5, "length": 4, "url": "https://x.example/"},
        {"type": "code", "offset": 10, "length": 3},
    ]
    wanted = '<b>Bold</b> <a href="https://x.example/">link</a> <code>a&lt;b</code>'
    assert to_user(office, text="Bold link a<b", entities=marks).parameters["text"] == wanted
    picture = [{**FILE, "width": 9, "height": 9}]
    call = to_user(office, photo=picture, caption="Bold link a<b", caption_entities=marks)
    assert (call.method, call.parameters["caption"]) == ("sendPhoto", wanted)
    assert from_topic(office, text="Bold link a<b", entities=marks).parameters["text"] == wanted
