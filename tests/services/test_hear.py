"""What happens when a person writes: logged, answered, and done once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.flow.content import Kind
from bot.flow.heard import Shared, Wrote
from bot.services import conversations, inbox, people, push_topics, retention, users, variables, waits
from bot.services.conversations import Incoming
from bot.services.inbox import Accepted
from models import InboxUpdate, Message, User, UserTag
from tests.services.driver import statements
from tests.services.office import ADA, OTTO, SARA, VERA, Office


def test_a_stranger_who_presses_start_is_met_and_greeted(office: Office) -> None:
    outcome = office.starts(VERA, "poster")
    assert outcome.pending == {VERA.id}
    assert office.delivers(VERA) == ["Hello Vera."]
    vera = users.get(office.db, VERA.id)
    assert vera is not None
    assert (vera.source, vera.joined_at, vera.search) == ("poster", office.clock.now(), "vera visitor vera")


def test_the_link_of_a_later_start_is_not_where_the_person_came_from(office: Office) -> None:
    office.starts(VERA, "poster")
    office.starts(VERA, "radio")
    vera = users.get(office.db, VERA.id)
    assert vera is not None and vera.source == "poster"


def test_an_answer_is_stored_tagged_and_said_again(office: Office) -> None:
    office.meets(VERA)
    office.writes(VERA, "my age")
    office.writes(VERA, "42")
    assert office.delivers(VERA) == ["How old are you?", "You are 42."]
    assert variables.values(office.db, VERA.id) == {"age": 42.0}
    assert office.db.scalars(select(UserTag.tag).where(UserTag.user_id == VERA.id)).all() == ["known"]


def test_the_same_update_twice_changes_nothing_the_second_time(office: Office) -> None:
    inbox.accept(office.db, [Accepted(900, VERA.id, "{}")], office.clock.now())
    incoming = Incoming(VERA, Wrote("hello"), words="hello", telegram_id=1)
    for _ in range(2):
        conversations.hear(office.db, incoming, update_id=900, setup=office.setup, now=office.clock.now())
    lines = conversations.page(office.db, VERA.id).lines
    assert [(line.direction, line.words) for line in lines] == [("in", "hello"), ("out", "Hello Vera.")]


def test_an_update_that_is_not_in_the_inbox_is_not_handled(office: Office) -> None:
    incoming = Incoming(VERA, Wrote("hello"), words="hello")
    outcome = conversations.hear(office.db, incoming, update_id=901, setup=office.setup, now=office.clock.now())
    assert (outcome.pending, users.get(office.db, VERA.id)) == (frozenset(), None)


def test_the_update_is_done_in_the_same_transaction(office: Office) -> None:
    office.db.commit()
    inbox.accept(office.db, [Accepted(902, VERA.id, "{}")], office.clock.now())
    office.db.commit()
    incoming = Incoming(VERA, Wrote("hello"), words="hello")
    conversations.hear(office.db, incoming, update_id=902, setup=office.setup, now=office.clock.now())
    office.db.rollback()
    assert [row.update_id for row in inbox.open_updates(office.db)] == [902]
    assert users.get(office.db, VERA.id) is None


def test_an_edit_is_logged_and_not_answered(office: Office) -> None:
    office.meets(VERA)
    assert office.writes(VERA, "42 I mean", edited=True).pending == frozenset()
    last = conversations.page(office.db, VERA.id).lines[-1]
    assert (last.words, last.edited) == ("42 I mean", True)


def test_what_no_flow_understands_is_logged(office: Office) -> None:
    office.meets(VERA)
    assert office.does(VERA, None, words="", kind=Kind.OTHER).pending == frozenset()
    assert conversations.page(office.db, VERA.id).lines[-1].kind == "other"


def test_who_writes_again_has_not_blocked_the_bot(office: Office) -> None:
    office.meets(VERA)
    users.mark_blocked(office.db, VERA.id, office.clock.now())
    users.mark_gone(office.db, VERA.id, office.clock.now())
    office.writes(VERA, "back")
    vera = users.get(office.db, VERA.id)
    assert vera is not None and (vera.blocked_at, vera.gone_at) == (None, None)


def test_a_contact_of_ones_own_is_a_phone_number(office: Office) -> None:
    office.meets(VERA)
    office.does(VERA, Shared(Kind.CONTACT, "+431234", own=False), kind=Kind.CONTACT)
    assert users.get(office.db, VERA.id).phone is None  # type: ignore[union-attr]
    office.does(VERA, Shared(Kind.CONTACT, "+435678", own=True), kind=Kind.CONTACT)
    assert users.get(office.db, VERA.id).phone == "+435678"  # type: ignore[union-attr]


def test_an_address_that_was_asked_for_stands_on_the_card(office: Office) -> None:
    office.meets(VERA)
    for words in ("mail", "nonsense", "vera@example.com"):
        office.writes(VERA, words)
    vera = users.get(office.db, VERA.id)
    assert vera is not None and (vera.email, vera.phone) == ("vera@example.com", None)
    assert variables.values(office.db, VERA.id) == {"contact": "vera@example.com"}


def test_a_person_leaves_the_news_and_comes_back(office: Office) -> None:
    office.meets(VERA)
    office.writes(VERA, "stop")
    vera = users.card(office.db, VERA.id)
    assert vera is not None and list(vera.tags) == ["quiet"]
    assert push_topics.left_by(office.db, VERA.id) == ["news"]
    office.writes(VERA, "news")
    vera = users.card(office.db, VERA.id)
    assert vera is not None and list(vera.tags) == [] and push_topics.left_by(office.db, VERA.id) == []


def test_typing_is_shown_before_the_message_after_it(office: Office) -> None:
    office.meets(VERA)
    office.writes(VERA, "stop")
    assert [letter.content.get("typing") for letter in office.letters(VERA)] == [True, None]


def test_text_that_no_database_can_hold_is_stored_as_far_as_it_goes(office: Office) -> None:
    nasty = "a\x00b \ud83d\ude00 \ud83d " + "😀" * 4000
    office.does(VERA, Wrote(nasty), words=nasty)
    office.db.flush()
    stored = conversations.page(office.db, VERA.id).lines[0].words
    assert stored == "ab 😀 \ufffd " + "😀" * 4000
    assert "\x00" not in people.place(office.db, VERA.id).last_input


def test_names_that_no_database_can_hold_are_stored_as_far_as_they_go(office: Office) -> None:
    office.starts(conversations.Sender(101, "Ve\x00ra\ud800", "\ud83d\ude00", None, "e\x00n"), "po\x00ster")
    vera = users.get(office.db, 101)
    assert vera is not None
    assert (vera.first_name, vera.last_name, vera.language, vera.source) == ("Vera\ufffd", "😀", "en", "poster")


def test_a_wait_that_is_over_opens_its_block(office: Office) -> None:
    office.meets(VERA)
    for words in ("my age", "42"):
        office.writes(VERA, words)
    office.delivers(VERA)
    assert waits.due(office.db, office.clock.now()) == []
    now = office.clock.forward(hours=1)
    assert waits.due(office.db, now) == [(VERA.id, "reminder")]
    assert conversations.wake(office.db, VERA.id, "reminder", setup=office.setup, now=now).pending == {VERA.id}
    assert office.delivers(VERA) == ["An hour has passed."]
    assert waits.due(office.db, now) == []
    assert conversations.wake(office.db, VERA.id, "reminder", setup=office.setup, now=now).pending == frozenset()


def test_who_has_moved_on_is_not_woken(office: Office) -> None:
    office.meets(VERA)
    for words in ("my age", "42"):
        office.writes(VERA, words)
    office.starts(VERA)
    assert waits.due(office.db, office.clock.forward(hours=2)) == []


def test_a_wait_of_somebody_who_talks_with_staff_goes_on(office: Office) -> None:
    office.meets(VERA)
    for words in ("my age", "42"):
        office.writes(VERA, words)
    users.switch_bot_off(office.db, VERA.id, by=SARA.id, setup=office.setup, now=office.clock.now())
    now = office.clock.forward(hours=2)
    assert waits.due(office.db, now) == []
    users.switch_bot_on(office.db, VERA.id, by=SARA.id, setup=office.setup, now=now)
    assert waits.due(office.db, now) == [(VERA.id, "reminder")]


def test_a_block_is_opened_from_outside_in_the_name_of_a_push(office: Office) -> None:
    office.meets(VERA)
    outcome = conversations.open_block(
        office.db, VERA.id, "reminder", author="push", author_id=7, lane=2, setup=office.setup, now=office.clock.now()
    )
    (letter,) = office.letters(VERA)
    assert outcome.pending == {VERA.id}
    assert (letter.author, letter.author_id, letter.lane) == ("push", 7, 2)
    assert people.place(office.db, VERA.id).block == "reminder"


def test_a_block_that_is_gone_is_noted_and_told_to_admins_once(office: Office) -> None:
    office.meets(VERA)
    told = [
        conversations.open_block(office.db, VERA.id, "gone", setup=office.setup, now=office.clock.now()).pending
        for _ in range(2)
    ]
    assert told == [{ADA.id}, frozenset()]
    last = conversations.page(office.db, VERA.id).lines[-1]
    assert (last.direction, last.author) == ("note", "system") and "gone" in last.words


def test_a_notice_of_the_flow_goes_to_all_staff_and_leads_back_to_the_person(office: Office) -> None:
    office.meets(VERA)
    outcome = office.writes(VERA, "report")
    assert outcome.pending == {VERA.id, SARA.id, 202}
    assert office.delivers(SARA) == ["Vera Visitor (101): Vera reports"]


def test_staff_named_in_the_config_have_support_messages_on_from_their_first_start(office: Office) -> None:
    assert users.staff_ids(office.db) == [201, 202]
    office.meets(OTTO)
    assert users.staff_ids(office.db) == [201, 202]


def test_an_answer_costs_few_statements(office: Office) -> None:
    office.meets(VERA)
    update_id = 5000
    inbox.accept(office.db, [Accepted(update_id, VERA.id, "{}")], office.clock.now())
    incoming = Incoming(VERA, Wrote("my age"), words="my age", telegram_id=1)
    with statements(office.db) as counted:
        conversations.hear(office.db, incoming, update_id=update_id, setup=office.setup, now=office.clock.now())
    assert 5 <= len(counted) <= 8, counted


def test_done_updates_are_forgotten_after_a_while(office: Office) -> None:
    office.meets(VERA)
    assert retention.inbox(office.db, office.clock.now()) == 0
    assert retention.inbox(office.db, office.clock.now() + timedelta(seconds=1)) == 4
    assert office.db.scalars(select(InboxUpdate)).all() == []


def test_nobody_else_is_touched_by_what_a_person_does(db: Session, office: Office) -> None:
    office.meets(OTTO)
    before = db.scalars(select(Message.number).where(Message.user_id == OTTO.id)).all()
    office.meets(VERA)
    office.writes(VERA, "my age")
    assert db.scalars(select(Message.number).where(Message.user_id == OTTO.id)).all() == before
    assert db.scalar(select(User.last_message).where(User.id == ADA.id)) == 2


def test_a_flow_may_hear_edits_as_if_they_were_written_anew(office: Office) -> None:
    office.setup = replace(office.setup, flow=replace(office.flow, hears_edits=True))
    office.meets(VERA)
    office.writes(VERA, "my agge")
    office.writes(VERA, "my age", edited=True)
    assert office.delivers(VERA) == ["Pardon?", "How old are you?"]


def test_the_parts_of_an_album_are_one_answer(office: Office) -> None:
    office.meets(VERA)
    for file_id in ("A", "B", "C"):
        office.does(VERA, Shared(Kind.PHOTO, f"photo:{file_id}", album="a1"), kind=Kind.PHOTO)
    assert office.delivers(VERA) == ["Pardon?"]
    assert people.place(office.db, VERA.id).album == "a1"
