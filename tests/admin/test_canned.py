"""Canned answers and the conversation's search and media, as staff use them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.admin.presses import Place, ShowConversation, TakeRequest
from bot.flow.content import Kind
from bot.flow.heard import Commanded, Shared
from bot.services import conversations, requests
from bot.services.conversations import Incoming
from bot.services.people import Sender
from bot.ui import router
from models import Message
from tests.admin.conftest import says
from tests.admin.hand import Hand, hears
from tests.clock import NOON
from tests.ui.cast import SAM, SARA, SETUP, VERA, sender

Asks = Callable[[str], frozenset[int]]


@pytest.fixture
def sam(db: Session) -> Hand:
    """The other member of staff; reads German."""
    return Hand(db, SAM)


def said_to_vera(db: Session) -> list[str]:
    rows = db.scalars(select(Message).where(Message.user_id == VERA, Message.author == "staff"))
    return [row.words for row in rows]


def test_a_canned_answer_is_written_changed_sent_and_deleted_in_the_chat(db: Session, sara: Hand, asks: Asks) -> None:
    asks("x")
    assert "There is no canned answer yet." in sara.types("/canned")
    assert "one word" in sara.presses("New")
    assert "its text" in sara.writes("Hours")
    assert "We open at 9, {first_name}." in sara.writes("We open at 9, {first_name}.")
    assert "its text" in sara.presses("Change")
    sara.writes("We open at 10, {first_name}.")
    sara.types("/conversation 101")
    sara.presses("Canned answer")
    assert "We open at 10, Vera." in sara.presses("hours")
    sara.presses("Send")
    assert said_to_vera(db) == ["We open at 10, Vera."] and sara.pending == {VERA}
    assert "Nobody can send it" in sara.types("/canned delete hours")
    assert "There is no canned answer yet." in sara.presses("Delete")


def test_a_canned_answer_is_typed(db: Session, sara: Hand, asks: Asks) -> None:
    asks("x")
    sara.types("/canned add hours 9 to 18")
    assert "To whom?" in sara.types("/c hours")
    sara.types("/c hours 101")
    request = requests.open_of(db, VERA)
    assert request is not None
    sara.presses(TakeRequest(request.id, Place.ALERT))
    sara.types("/c hours")
    sara.types("/conversation 101")
    sara.presses("Reply")
    sara.types("/c hours")
    assert said_to_vera(db) == ["9 to 18"] * 3
    assert "There is no canned answer “nothing”" in sara.types("/c nothing")


def test_a_canned_answer_that_somebody_changed_is_looked_at_again(
    db: Session, sara: Hand, sam: Hand, asks: Asks
) -> None:
    asks("x")
    sara.types("/canned add hours 9 to 18")
    sara.types("/conversation 101")
    sara.presses("Canned answer")
    sara.presses("hours")
    sam.types("/canned add hours 10 to 18")
    assert "Somebody has changed" in sara.presses("Send")
    assert said_to_vera(db) == []


def test_a_reply_that_is_a_canned_answer_goes_to_whom_the_message_is_from(db: Session, sara: Hand, asks: Asks) -> None:
    asks("x")
    sara.types("/canned add hours 9 to 18")
    alert = db.scalars(select(Message).where(Message.user_id == SARA, Message.kind == "alert")).one()
    alert.state, alert.telegram_id = "sent", 55
    db.flush()
    reply = Incoming(Sender(SARA, "x"), Commanded("c", "hours"), words="/c hours", telegram_id=900, reply_to=55)
    router.replied(db, reply, user_id=SARA, update_id=0, setup=SETUP, now=NOON)
    assert said_to_vera(db) == ["9 to 18"]


def test_words_are_found_in_a_conversation_whatever_their_case(db: Session, sara: Hand, asks: Asks) -> None:
    asks("Straße 7")
    for number in range(10):
        says(db, sender(VERA), f"INVOICE {number}")
    found = sara.types("/conversation 101 -- invoice")
    assert "INVOICE 9" in found and "INVOICE 1" not in found
    assert "INVOICE 1" in sara.presses("More")
    sara.types("/conversation 101")
    sara.presses("Search")
    assert "Write the words" in sara.said
    assert "Straße 7" in sara.writes("STRASSE")
    assert "Nothing here has these words." in sara.types("/conversation 101 -- nowhere")


def test_the_real_thing_behind_a_line_is_sent_on_a_press(db: Session, sara: Hand, asks: Asks) -> None:
    asks("look")
    vera = sender(VERA)
    photo = Incoming(vera, Shared(Kind.PHOTO, "photo:p"), Kind.PHOTO, "shelf", telegram_id=70, file_id="p")
    hears(db, vera, photo)
    sara.presses(ShowConversation(VERA))
    assert sara.presses("📎") == "It comes as a message."
    assert sara.pending == {SARA}
    relays = [row for row in db.scalars(select(Message).where(Message.user_id == SARA)) if row.kind == "relay"]
    line = conversations.page(db, VERA).lines[-1]
    assert [row.content["relay_of"] for row in relays] == [[VERA, line.number]] * 2


def test_a_request_is_handed_over_from_the_conversation(db: Session, sara: Hand, asks: Asks) -> None:
    asks("x")
    sara.types("/conversation 101")
    sara.presses("Take")
    sara.presses("Hand over")
    assert "handed to" in sara.presses("Sam")
    assert sara.said == "\u2068Sam\u2069 has the request now."
    sara.presses("Close request")
    assert "closed. The bot stays off" in sara.said
    assert "The bot answers" in sara.presses("Reactivate bot")


def test_a_ban_is_put_and_lifted_on_the_card(db: Session, sara: Hand, asks: Asks) -> None:
    asks("x")
    assert "Banning: nobody answers, and they get no pushes." in sara.types("/ban 101")
    assert "Banned since" in sara.presses("Ban 1 day")
    assert says(db, sender(VERA), "hello") == frozenset()
    sara.presses("More")
    assert "Banned since" not in sara.presses("Lift the ban")
    assert "Staff, admins and owners" in sara.types("/ban 202") + sara.presses("Mute 1 hour")
