"""What a push says, at the desk: composed by sending it, in languages, with buttons, options and a topic."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.admin.pushes_content_presses import ShowMessage, SwitchOption
from bot.admin.pushes_leave import ShowLeft
from bot.flow.content import Kind
from bot.services import drafts, push_content, push_topics
from bot.services.outgoing import take
from bot.ui.press import LeavePush
from models import Message, Push
from tests.admin.hand import Hand
from tests.clock import NOON
from tests.ui.cast import ADA, VERA


@pytest.fixture
def vera(db: Session) -> Hand:
    """A visitor."""
    return Hand(db, VERA)


@pytest.fixture
def spring(db: Session, ada: Hand) -> Push:
    """A push for everyone that says nothing yet."""
    ada.types("/push new Spring to everyone")
    return db.scalars(select(Push)).one()


def composed(ada: Hand) -> None:
    """A photo with a caption, formatted."""
    ada.presses("A message of its own")
    ada.gives(Kind.PHOTO, "AgAC", "Hello Ada", html="<b>Hello</b> {first_name}")


def test_a_message_is_composed_by_sending_it_and_comes_back_as_users_get_it(
    db: Session, ada: Hand, spring: Push
) -> None:
    ada.presses("Start block")
    assert "Send the message" in ada.presses("A message of its own")
    page = ada.gives(Kind.PHOTO, "AgAC", "Hello Ada", html="<b>Hello</b> {first_name}")
    assert "Hello {first_name}" in page
    assert ada.pending == {ADA}
    (letter,) = take(db, ADA, now=NOON)
    assert (letter.content["text"], letter.content["media"]) == ("<b>Hello</b> Ada", "id:AgAC")
    assert "Sends a message of its own (photo)" in ada.presses("Next")
    assert "Send" in ada.labels()


def test_the_draft_survives_a_week_and_cancel_gives_it_up(db: Session, ada: Hand, spring: Push) -> None:
    ada.presses("Start block")
    ada.presses("A message of its own")
    later = Hand(db, ADA, NOON + timedelta(days=7))
    assert "Hello" in later.writes("Hello")
    later.presses("Write the message")
    later.types("/cancel")
    assert later.writes("Something else") == ""
    assert push_content.versions(db, spring.content_id)[""].text == "Hello"


def test_an_album_is_gathered_and_the_next_message_is_none_of_it(db: Session, ada: Hand, spring: Push) -> None:
    ada.presses("Start block")
    ada.presses("A message of its own")
    ada.gives(Kind.PHOTO, "p0", "Ten", album="a")
    for number in range(1, 10):
        ada.gives(Kind.PHOTO, f"p{number}", album="a")
    said = push_content.versions(db, spring.content_id)[""]
    assert (said.kind, said.text, len(dict(said.extra)["items"])) == (Kind.ALBUM, "Ten", 10)  # type: ignore[arg-type]
    assert "An album has 2 to 10 files." in ada.gives(Kind.PHOTO, "p11", album="a")
    assert ada.writes("What are your hours?") == ""
    assert drafts.get(db, ADA) is None
    assert push_content.versions(db, spring.content_id)[""] == said


def test_languages_buttons_options_and_topic_are_steps_that_can_be_reopened(
    db: Session, ada: Hand, spring: Push
) -> None:
    ada.presses("Start block")
    composed(ada)
    ada.presses("Buttons")
    page = ada.writes("Hours - hours | Site - https://example.com")
    assert "[Hours] · [Site]" in page and "Presses on buttons that open a block are counted." in page
    ada.presses("Add a language")
    assert "is not a language" in ada.writes("German please")
    ada.writes("DE")
    page = ada.writes("Hallo")
    assert "de · " in page
    ada.presses("✕ de")
    assert "de · " not in ada.sees()
    ada.presses("Options")
    ada.presses("silent")
    assert "✓ silent" in ada.labels()
    ada.presses("Topic")
    assert "Topic: news" in ada.writes("News")
    card = ada.presses("Next")
    assert "Topic: news" in card and "silent" in card
    assert "Choose the topic" in (ada.presses("Options"), ada.presses("Topic"))[1]
    assert "It has no topic" in ada.presses("No topic")


def test_a_preview_that_telegram_refused_stops_the_send(db: Session, ada: Hand, spring: Push) -> None:
    ada.presses("Start block")
    composed(ada)
    refused = update(Message).where(Message.user_id == ADA, Message.author == "push")
    db.execute(refused.values(state="failed", reason="can't parse entities"))
    assert "Telegram refused the preview: can't parse entities" in ada.presses(ShowMessage(spring.id))
    ada.types("/push send Spring")
    assert "Telegram refused the preview" in ada.presses("Send to 7 people")
    ada.presses(ShowMessage(spring.id))
    ada.presses("Write the message")
    ada.writes("Better")
    ada.types("/push send Spring")
    assert "planned for" in ada.presses("Send to 7 people") or "begun" in ada.sees()


def test_all_of_it_is_typed_in_one_line(db: Session, ada: Hand) -> None:
    card = ada.types(
        '/push new "Sale" to everyone topic offers with silent, unsubscribe buttons Hours - hours'
        " text Come to us at 9, {first_name}!"
    )
    assert "Sends a message of its own (text)" in card and "Topic: offers" in card
    push = db.scalars(select(Push)).one()
    said = push_content.versions(db, push.content_id)[""]
    assert (said.text, said.rows[0][0].block) == ("Come to us at 9, {first_name}!", "hours")
    assert push_content.options(push) == {"silent", "unsubscribe"}
    ada.types("/push edit Sale topic none")
    ada.types("/push edit Sale with none")
    assert (push.topic, push.options) == (None, "")
    assert "Send the message" in ada.types("/push edit Sale start message")


def test_audience_and_languages_are_typed_in_one_line_too(db: Session, ada: Hand) -> None:
    card = ada.types(
        "/push new Sale to everyone talking on topic offers with protected rule first_name = Vera"
        " buttons Hours - hours text Come, text and buttons and all: text:de Komm buttons:de Zeiten - hours"
    )
    push = db.scalars(select(Push)).one()
    said = push_content.versions(db, push.content_id)
    assert {language: one.text for language, one in said.items()} == {
        "": "Come, text and buttons and all:",
        "de": "Komm",
    }
    assert [said[language].rows[0][0].label for language in ("", "de")] == ["Hours", "Zeiten"]
    assert (push.rule, push.talking, push.topic, push.options) == ("first_name = Vera", True, "offers", "protected")
    assert "first_name = Vera" in card
    ada.types("/push edit Sale text:fr Viens")
    assert sorted(push_content.versions(db, push.content_id)) == ["", "de", "fr"]
    ada.types('/push preview "Sale" de')
    ada.types("/push preview Sale")
    assert said_to(db, ADA) == ["Komm", "Come, text and buttons and all:"]
    assert "Winter" in ada.types("/push rename Sale to Winter")


def said_to(db: Session, user_id: int) -> list[str]:
    """What the bot's pushes say to somebody."""
    return list(db.scalars(select(Message.words).where(Message.user_id == user_id, Message.author == "push")))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/push edit Spring text:de Hallo", "for everybody else"),
        ("/push rename Spring", "Usage"),
        ("/push report Spring", "was never sent"),
        ("/push pause Spring", "is not being sent"),
        ("/push why Spring", "Usage"),
        ("/push send Spring with gold", "Usage"),
        ("/push send Spring with paid", "Paid sending is not switched on"),
        ("/push show Sprng", "Did you mean “Spring”?"),
        ("/push edit Spring start ours", "Did you mean “hours”?"),
        ("/push edit Spring with loud", "“loud” is none of silent"),
        ("/push edit Spring buttons Shop", "“Shop” is not a button"),
        ("/push edit Spring text Dear {first_nam}", "Did you mean “first_name”?"),
        ("/push edit Spring text a { b", "stands for no variable"),
        ("/push edit Spring topic all", "A topic is a word or two"),
    ],
)
def test_what_is_mistyped_gets_the_nearest(ada: Hand, spring: Push, line: str, said: str) -> None:
    assert said in ada.types(line)


def test_a_push_is_duplicated_with_all_but_its_sendings(db: Session, ada: Hand) -> None:
    ada.types("/push new Sale to everyone topic offers with silent text Hello")
    assert "Sale (2)" in ada.presses("Duplicate")
    assert "Sale (3)" in ada.types("/push duplicate Sale")
    copies = db.scalars(select(Push).order_by(Push.id)).all()
    assert {(push.topic, push.options, push.everyone) for push in copies} == {("offers", "silent", True)}
    assert len({push.content_id for push in copies}) == 3


def test_a_card_says_whether_people_are_moved(ada: Hand) -> None:
    assert "moves people there" in ada.types("/push new Spring to everyone start hours")
    assert "leaves people where they are" in ada.types("/push edit Spring with keep place")


def test_one_tap_unsubscribes_and_one_more_undoes_it(db: Session, vera: Hand, ada: Hand) -> None:
    ada.types("/push new News to everyone topic news text Hello")
    push = db.scalars(select(Push)).one()
    said = vera.presses(LeavePush(push.id, 0))
    assert "no more pushes about “news”" in said and vera.said == "Unsubscribed."
    assert push_topics.left_by(db, VERA) == ["news"]
    assert "about “news” again" in vera.presses("Undo")
    assert push_topics.left_by(db, VERA) == []
    vera.presses("Unsubscribe")
    assert push_topics.left_by(db, VERA) == ["news"]


def test_without_a_topic_the_button_ends_all_pushes(vera: Hand, ada: Hand, db: Session) -> None:
    ada.types("/push new News to everyone text Hello")
    push = db.scalars(select(Push)).one()
    assert "no more pushes from this bot" in vera.presses(LeavePush(push.id, 0))
    assert "You get pushes again." in vera.presses("Undo")
    assert "You get pushes again." in vera.presses(ShowLeft(push.id, 0, False))


def test_forged_options_are_refused(ada: Hand, spring: Push) -> None:
    assert ada.presses(SwitchOption(spring.id, 99)) == "This button belongs to a screen that is out of date."
