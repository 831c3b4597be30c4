"""The conversation as staff read it, and the pen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.admin.presses import Note, Place, ShowConversation, SwitchBotOff
from bot.flow.content import Kind
from bot.services import drafts, messages, requests, users
from bot.services.messages import Line
from bot.services.outgoing_queue import DRAWN
from models import AuditEntry, Message, User
from tests.admin.conftest import says
from tests.admin.hand import Hand
from tests.clock import NOON
from tests.ui.cast import OTTO, SAM, SARA, VERA, VICTOR, sender

Asks = Callable[[str], frozenset[int]]


def written_to(db: Session, who: int) -> list[Message]:
    return list(db.scalars(select(Message).where(Message.user_id == who, Message.author == "staff")))


def test_it_shows_who_wrote_what_and_when(db: Session, sara: Hand, asks: Asks) -> None:
    asks("Where do I park?")
    seen = sara.types(f"/conversation {VERA}")
    assert "Vera Visitor" in seen
    assert "101" in seen
    assert "Bot · 22 Nov, 13:00" in seen
    assert "Where do I park?" in seen
    assert "Bot: off since Sun 22 Nov 2026, 13:00 Europe/Vienna, switched off by the flow" in seen
    assert "Times in Europe/Vienna" in seen


def test_it_is_paged_by_number_in_both_directions(db: Session, sara: Hand, asks: Asks) -> None:
    asks("line 0")
    for number in range(1, 21):
        says(db, sender(VERA), f"line {number:02}")
    assert "line 20" in sara.types("/conversation @vera")
    older = sara.presses("Older")
    assert ("line 12" in older, "line 13" in older) == (True, False)
    says(db, sender(VERA), "line 21")
    assert "line 20" in sara.presses("Newer")
    assert "line 21" in sara.presses("Newer")
    assert not any("Newer" in label for label in sara.labels())


def test_a_conversation_without_a_word_says_so(sara: Hand) -> None:
    assert "Nothing has been said here." in sara.types(f"/conversation {OTTO}")


def test_the_switch_hands_back_to_the_bot_and_away_again(db: Session, sara: Hand, asks: Asks) -> None:
    asks("help me")
    sara.types("/conversation 101")
    assert "Bot: on" in sara.presses("Reactivate bot")
    assert VERA in sara.pending
    assert requests.open_of(db, VERA) is None
    assert "switched off by \u2068Sara\u2069" in sara.presses("Deactivate bot")
    user = users.get(db, VERA)
    assert user is not None
    assert user.bot_off_by == SARA


def test_an_answer_is_the_next_message_and_goes_to_the_user(db: Session, sara: Hand, asks: Asks) -> None:
    asks("Where do I park?")
    sara.types("/conversation 101")
    assert "Write your answer" in sara.presses("Reply")
    assert "Behind the <house>." in sara.writes("Behind the <house>.")
    assert sara.pending == {VERA}
    (message,) = written_to(db, VERA)
    assert (message.words, message.content["text"]) == ("Behind the <house>.", "Behind the &lt;house&gt;.")
    assert message.author_id == SARA
    assert sara.writes("and a second") == ""


def test_a_photo_can_be_an_answer_and_what_has_no_message_to_copy_cannot(db: Session, sara: Hand, asks: Asks) -> None:
    asks("Where do I park?")
    sara.types("/conversation 101")
    sara.presses("Reply")
    assert "cannot be passed on" in sara.writes("", Kind.POLL)
    assert "photo" in sara.writes("Here", Kind.PHOTO, "file-1")
    (message,) = written_to(db, VERA)
    assert message.content["media"] == "id:file-1"


def test_a_note_is_kept_for_staff(db: Session, sara: Hand, asks: Asks) -> None:
    asks("Where do I park?")
    sara.types("/conversation 101")
    sara.presses("Note")
    assert "Note by \u2068Sara\u2069" in sara.writes("// rude")
    (note,) = written_to(db, VERA)
    assert (note.direction, note.words, note.state) == ("note", "rude", None)
    assert sara.pending == frozenset()


def test_a_line_that_begins_with_two_slashes_is_a_note_although_an_answer_was_begun(
    db: Session, sara: Hand, asks: Asks
) -> None:
    asks("Where do I park?")
    sara.types("/conversation 101")
    sara.presses("Reply")
    sara.writes("// not for her")
    assert [message.direction for message in written_to(db, VERA)] == ["note"]
    assert "only staff see it" in sara.said


def test_a_reply_to_an_alert_is_an_answer_and_what_was_begun_goes_on(db: Session, sara: Hand, asks: Asks) -> None:
    asks("Where do I park?")
    alert = db.scalars(select(Message).where(Message.user_id == SARA, Message.kind == "alert")).one()
    alert.state, alert.telegram_id = "sent", 55
    db.flush()
    sara.presses(Note(VICTOR))
    assert (sara.replies(55, "Behind the house."), sara.pending) == (
        "",
        frozenset({VERA}),
    )  # a reaction says that it arrived
    assert [message.words for message in written_to(db, VERA)] == ["Behind the house."]
    assert drafts.get(db, SARA) is not None
    assert sara.replies(56, "to nothing") == ""


def test_a_reply_of_somebody_who_is_staff_no_more_is_refused(db: Session, sara: Hand, asks: Asks) -> None:
    asks("Where do I park?")
    alert = db.scalars(select(Message).where(Message.user_id == SARA, Message.kind == "alert")).one()
    alert.state, alert.telegram_id = "sent", 55
    db.get_one(User, SARA).support_since = None
    db.flush()
    assert sara.replies(55, "Behind the house.") == "This needs the role staff."
    assert written_to(db, VERA) == []


def test_what_was_begun_can_be_given_up(db: Session, sara: Hand, asks: Asks) -> None:
    asks("x")
    sara.types("/conversation 101")
    sara.presses("Reply")
    assert sara.types("/cancel") == "Cancelled."
    assert sara.types("/cancel") == "There is nothing to cancel."
    sara.types("/conversation 101")
    sara.presses("Reply")
    sara.presses("Cancel")
    assert drafts.get(db, SARA) is None
    assert sara.writes("hello") == ""


def test_somebody_who_is_staff_no_more_cannot_finish_an_answer(db: Session, sara: Hand, asks: Asks) -> None:
    asks("x")
    sara.types("/conversation 101")
    sara.presses("Reply")
    db.get_one(User, SARA).support_since = None
    db.flush()
    assert sara.writes("too late") == "This needs the role staff."
    assert written_to(db, VERA) == []
    assert drafts.get(db, SARA) is None


def test_the_link_opens_it_for_staff_and_for_nobody_else(db: Session, sara: Hand, otto: Hand, asks: Asks) -> None:
    asks("x")
    request = requests.open_of(db, VERA)
    assert request is not None
    assert "Vera Visitor" in sara.opens(f"c_{request.token}")
    assert otto.opens(f"c_{request.token}") == "This needs the role staff."
    assert otto.screen is None
    (entry,) = db.scalars(select(AuditEntry).where(AuditEntry.refused.is_not(None)))
    assert entry.actor_id == OTTO
    assert request.token not in f"{entry.target}{entry.action}{entry.refused}"
    assert sara.opens("c_guessed") == "This request does not exist."


def test_a_stranger_presses_in_vain(db: Session, otto: Hand, asks: Asks) -> None:
    asks("x")
    assert otto.presses(SwitchBotOff(SARA, Place.ALERT)) == "This needs the role staff."
    assert otto.presses(ShowConversation(VERA)) == "This needs the role staff."


def test_a_forged_place_of_a_button_does_no_harm(sara: Hand) -> None:
    assert "The bot is off" in sara.presses(SwitchBotOff(VERA, 99))


@pytest.mark.parametrize(
    ("line", "answer"), [("/conversation", "Usage:"), ("/conversation nobody", "There is no user")]
)
def test_bad_arguments_say_how(sara: Hand, line: str, answer: str) -> None:
    assert sara.types(line).startswith(answer)


def test_two_who_are_called_alike_are_told_apart_by_id(db: Session, sara: Hand) -> None:
    assert "Several users match" in sara.types("/conversation v")


def test_each_change_is_audited_once(db: Session, sara: Hand, asks: Asks) -> None:
    asks("x")
    sara.types("/conversation 101")
    sara.presses("Take")
    sara.presses("Reply")
    sara.writes("yes")
    sara.presses("Reactivate bot")
    actions = [entry.action for entry in db.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert actions == ["request.take", "request.answer", "user.bot_on"]


def test_times_are_those_of_the_bots_zone(db: Session, asks: Asks) -> None:
    asks("x")
    later = Hand(db, SAM, NOON + timedelta(hours=3))
    assert "wartet, gefragt vor 3 Stunden" in later.types("/conversation 101")


def test_every_kind_of_line_can_be_shown(db: Session, sara: Hand, asks: Asks) -> None:
    asks("help me")
    for kind in (*Kind, *DRAWN):
        messages.write(db, [Line(VERA, "out", "flow", str(kind), f"line of {kind}", state="sent")], now=NOON)
        assert f"line of {kind}" in sara.types("/conversation 101")
