"""What else can be done about a user: variables, tags, messages, blocks, what happened, and the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.admin.presses import ShowUser
from bot.admin.user_presses import DropTag, MoveUser, SendMessage, ShowMore
from bot.services import agenda, messages_planned, people, users, users_forget, variables
from models import AuditEntry, Delivery, Message, Push, PushRun, Request
from tests.admin.hand import Hand
from tests.clock import NOON
from tests.ui.cast import OTTO, SARA, VERA

FORGOTTEN = f"User {VERA} was deleted here, and nothing is kept of them."


def audited(db: Session, action: str) -> list[AuditEntry]:
    return list(db.scalars(select(AuditEntry).where(AuditEntry.action == action, AuditEntry.refused.is_(None))))


def opened(hand: Hand, who: int = VERA) -> Hand:
    hand.types(f"/user {who}")
    hand.presses("More")
    return hand


def test_a_variable_is_changed_by_its_type(db: Session, ada: Hand) -> None:
    opened(ada).presses("Change variables")
    assert "not set" in ada.presses("Age")
    assert ada.writes("old") == "Please write a number, such as 42."
    assert ada.writes("130") == "Please write a number from 0 to 120."
    assert "Age\n34" in ada.writes("34")
    assert variables.values(db, VERA) == {"age": 34.0}
    (entry,) = audited(db, "user.edit")
    assert (entry.target, entry.before, entry.after) == ("user 101", "variable age", "variable age: 34.0")


def test_a_value_can_be_taken_away(db: Session, ada: Hand) -> None:
    opened(ada).presses("Change variables")
    ada.presses("City")
    ada.writes("Vienna")
    ada.presses("Change variables")
    assert "Vienna" in ada.presses("City")
    assert "Nothing is known yet." in ada.presses("Take the value away")
    assert len(audited(db, "user.edit")) == 2


def test_tags_come_and_go(db: Session, sara: Hand) -> None:
    opened(sara).presses("Tags")
    sara.presses("Add a tag")
    assert sara.writes("x" * 65) == "A tag has 1 to 64 characters."
    sara.writes("  VIP ")
    assert "✕ vip" in sara.labels()
    assert sara.presses(DropTag(VERA, 0, 1)) == "This button belongs to a screen that is out of date."
    assert "No tags." in sara.presses("✕ vip")
    assert [(entry.before, entry.after) for entry in audited(db, "user.edit")] == [
        ("tag", "tag: vip"),
        ("tag: vip", "tag"),
    ]


def test_a_message_is_looked_at_and_sent_now(db: Session, sara: Hand) -> None:
    opened(sara).presses("Message")
    assert "Your card is ready <b>" in sara.writes("Your card is ready <b>")
    sara.presses("Send now")
    assert sara.said == "Your message goes to \u2068Vera Visitor\u2069."
    assert sara.pending == {VERA}
    (line,) = db.scalars(select(Message).where(Message.user_id == VERA, Message.author == "staff"))
    assert (line.words, line.author_id, line.state) == ("Your card is ready <b>", SARA, "waiting")
    assert sara.presses(SendMessage(VERA)) == "This message is sent already, or was given up."


def test_a_message_waits_for_its_time_in_the_database(db: Session, sara: Hand) -> None:
    opened(sara).presses("Message")
    sara.writes("Good morning")
    assert sara.writes("some day") == "Please write a time, such as 2026-12-01 09:00 or tomorrow 09:00."
    assert sara.writes("2020-01-01 09:00") == "This time has passed."
    assert "Good morning" in sara.writes("tomorrow 09:00")
    assert not agenda.look(db, NOON).messages
    later = NOON + timedelta(days=1)
    assert agenda.look(db, later).messages
    assert messages_planned.send_due(db, later) == {VERA}
    assert messages_planned.send_due(db, later) == frozenset()
    assert db.scalars(select(Message.words).where(Message.user_id == VERA)).all() == ["Good morning"]


def test_a_planned_message_is_taken_back(db: Session, sara: Hand) -> None:
    opened(sara).presses("Message")
    sara.writes("Good morning")
    sara.writes("tomorrow 09:00")
    assert "Nothing is planned." in sara.presses("✕ 1")
    assert not agenda.look(db, NOON + timedelta(days=9)).messages
    assert len(audited(db, "user.message_drop")) == 1


def test_a_user_is_moved_to_a_block(db: Session, ada: Hand) -> None:
    opened(ada).presses("Move to block")
    assert "Move \u2068Vera Visitor\u2069 to the block how_old?" in ada.presses("how_old")
    assert "Block: how_old" in ada.presses("Move")
    assert ada.pending == {VERA}
    assert people.place(db, VERA).block == "how_old"
    assert [(entry.target, entry.after) for entry in audited(db, "user.move")] == [("user 101", "how_old")]
    assert ada.presses(MoveUser(VERA, 0, 1)) == "This button belongs to a screen that is out of date."


def test_nobody_is_moved_while_staff_talk_with_them(ada: Hand, asks: Callable[[str], frozenset[int]]) -> None:
    asks("Where do I park?")
    opened(ada).presses("Move to block")
    ada.presses("how_old")
    assert ada.presses("Move") == "The bot is off for this user. Switch it on first."
    opened(ada)
    assert "Where do I park?" in ada.presses("Requests")
    opened(ada)
    assert "No push was ever meant for this user." in ada.presses("Pushes received")


def test_everything_about_a_user_is_a_file_and_that_is_written_down(db: Session, ada: Hand) -> None:
    opened(ada).presses("Export")
    assert ada.screen is not None and ada.screen.attachment is not None
    assert b'"first_name": "Vera"' in ada.screen.attachment.make()
    assert len(audited(db, "user.export")) == 1


def test_a_user_is_deleted_after_a_question(db: Session, ada: Hand) -> None:
    opened(ada)
    assert "nobody can bring them back" in ada.presses("Delete")
    assert users_forget.due(db) == []
    ada.presses("Delete everything")
    assert users_forget.due(db) == [VERA]
    users_forget.let_go(db, VERA, now=NOON)
    assert ada.types(f"/user {VERA}") == ada.presses(ShowUser(VERA)) == FORGOTTEN
    assert ada.types("/user 999") == "There is no user 999."
    opened(ada, SARA).presses("Delete")
    assert "Whoever is staff" in ada.presses("Delete everything")


def test_all_that_was_asked_and_sent_has_pages(db: Session, ada: Hand) -> None:
    for number in range(1, 10):
        times = {"opened_at": NOON, "closed_at": NOON}
        db.add(Request(user_id=VERA, token=str(number), text=f"Question {number}", **times))
        push = Push(id=number, title=f"Title {number}", folded=f"title {number}", created_at=NOON)
        run = PushRun(id=number, push_id=number, recipients="all", state="done", created_at=NOON)
        db.add_all([push, run, Delivery(run_id=number, user_id=VERA, push_id=number, state="sent")])
    db.flush()
    opened(ada)
    seen = ada.presses("Requests")
    assert "Question 9" in seen and "Question 2" in seen and "Question 1" not in seen
    seen = ada.presses("More ›")
    assert "Question 1" in seen and "Question 2" not in seen
    assert "Question 9" in ada.presses("First")
    opened(ada)
    seen = ada.presses("Pushes received")
    assert "Title 9" in seen and "Title 2" in seen and "Title 1" not in seen
    assert "Title 1" in ada.presses("More ›") and "Title 9" in ada.presses("First")


def test_staff_see_what_staff_may_do(sara: Hand) -> None:
    opened(sara)
    assert "Message" in sara.labels() and "Tags" in sara.labels()
    assert not {"Export", "Delete", "Move to block", "Change variables"} & set(sara.labels())


def test_people_see_stop_and_leave(db: Session, otto: Hand) -> None:
    otto.types("/mydata")
    assert otto.screen is not None and otto.screen.attachment is not None
    assert b'"first_name": "Otto"' in otto.screen.attachment.make()
    assert "no more pushes" in otto.types("/stop")
    user = users.get(db, OTTO)
    assert user is not None and user.unsubscribed_at == NOON
    assert otto.presses("Get pushes again") == "You get pushes."
    assert "nobody can bring them back" in otto.types("/forget")
    assert "is being deleted now" in otto.presses("Delete everything")
    assert users_forget.due(db) == [OTTO]
    assert otto.presses(ShowMore(VERA)) == "This needs the role staff."


def test_staff_cannot_forget_what_they_did(sara: Hand) -> None:
    sara.types("/forget")
    assert "Whoever is staff" in sara.presses("Delete everything")


def test_notes_of_staff_have_a_page_of_their_own(sara: Hand) -> None:
    sara.types(f"/user {VERA}")
    assert "Nobody has noted anything about this user." in sara.presses("Notes")
    for number in range(9):
        sara.presses("Note")
        sara.writes(f"Call {number} at example.com")
        sara.types(f"/user {VERA}")
        shown = sara.presses("Notes")
    assert "Note by \u2068Sara" in shown and "Call 8 at example.\u2060com" in shown and "Call 0" not in shown
    assert "Call 0" in sara.presses("More")


def test_the_card_finds_the_next_user_too(sara: Hand) -> None:
    sara.types(f"/user {VERA}")
    assert "@BotFather" in sara.presses("Find user")
    assert "Users" not in sara.labels()
