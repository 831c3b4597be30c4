"""Inbox, drafts, audit and contents: small rooms, one thought each."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from bot.flow.content import Content, Kind, Option
from bot.services import audit, contents, drafts, inbox, retention
from bot.services.inbox import Accepted
from bot.services.storable import storable, storable_json
from tests.clock import FakeClock
from tests.services.office import ADA, SARA, Office


def test_an_update_is_stored_once_however_often_it_comes(db: Session, clock: FakeClock) -> None:
    rows = [Accepted(7, 101, '{"a": 1}'), Accepted(8, 102, "{}"), Accepted(7, 101, "{}")]
    assert inbox.accept(db, rows, clock.now()) == [7, 8]
    assert inbox.accept(db, rows * 2, clock.now()) == [7, 8]  # nobody has begun with them yet
    assert inbox.accept(db, [], clock.now()) == []
    assert [(row.update_id, row.lane) for row in inbox.open_updates(db)] == [(7, 101), (8, 102)]
    assert [row.update_id for row in inbox.open_updates(db, after=7)] == [8]
    inbox.mark_done(db, 7, clock.now())
    assert inbox.accept(db, rows, clock.now()) == [8]


def test_an_action_is_acted_until_its_screen_was_shown(db: Session, clock: FakeClock) -> None:
    inbox.accept(db, [Accepted(7, 101, "{}")], clock.now())
    assert inbox.mark_acted(db, 7, "u:1", clock.now())
    assert not inbox.mark_acted(db, 7, "u:2", clock.now())
    (row,) = inbox.open_updates(db)
    assert (row.state, row.follow_up) == ("acted", "u:1")
    assert inbox.mark_done(db, 7, clock.now())
    assert not inbox.mark_done(db, 7, clock.now())
    assert inbox.open_updates(db) == []


def test_an_update_that_fails_is_tried_again_until_it_is_parked(db: Session, clock: FakeClock) -> None:
    inbox.accept(db, [Accepted(7, 101, "{}")], clock.now())
    assert inbox.mark_failed(db, 7, "boom \x00", clock.now(), final=False) == 1
    assert [row.error for row in inbox.open_updates(db)] == ["boom "]
    assert inbox.mark_failed(db, 7, "boom", clock.now(), final=True) == 2
    assert inbox.open_updates(db) == []
    assert not inbox.mark_done(db, 7, clock.now())
    assert retention.inbox(db, clock.forward(days=9)) == 1


def test_a_draft_is_kept_until_it_is_replaced_or_cleared(office: Office) -> None:
    drafts.put(office.db, ADA.id, "title", {"a": ["\x00b"]}, office.clock.now())
    drafts.put(office.db, ADA.id, "rule", {"a": ["\x00b", 1]}, office.clock.forward(days=7))
    draft = drafts.get(office.db, ADA.id)
    assert draft is not None
    assert (draft.expects, draft.data, draft.updated_at) == ("rule", {"a": ["b", 1]}, office.clock.now())
    assert drafts.get(office.db, SARA.id) is None
    assert drafts.clear(office.db, ADA.id)
    assert not drafts.clear(office.db, ADA.id)


def test_the_audit_is_read_newest_first_by_actor_and_by_target(db: Session, clock: FakeClock) -> None:
    for actor, target in ((1, "user 1"), (2, "user 1"), (1, "push 7")):
        audit.record(db, actor_id=actor, action="x.y", target=target, after="z\x00", now=clock.now())
    audit.record_refusal(db, actor_id=3, action="x.y", why="not staff", now=clock.now())
    first = audit.page(db, size=3)
    rest = audit.page(db, before=first.entries[-1].id, size=3)
    assert [(row.actor_id, row.refused) for row in first.entries] == [(3, "not staff"), (1, None), (2, None)]
    assert (first.older, rest.older, len(rest.entries)) == (True, False, 1)
    assert [row.target for row in audit.page(db, actor_id=1).entries] == ["push 7", "user 1"]
    assert [row.actor_id for row in audit.page(db, target="user 1").entries] == [2, 1]


@pytest.mark.parametrize(
    "content",
    [
        Content(),
        Content(text="<b>Hi</b> &amp; bye"),
        Content(
            Kind.PHOTO, "caption", "file:media/a.jpg", ((Option("Go", "a", "x1"), Option("Web", url="https://e.x")),)
        ),
        Content(Kind.TEXT, "share", rows=((Option("Number", share="contact"),),)),
        Content(Kind.LOCATION, extra=(("latitude", 48.2), ("longitude", 16.4))),
        Content(Kind.ALBUM, "two", extra=(("items", (("photo", "file:a.jpg"), ("video", "id:x"))),)),
    ],
)
def test_a_content_comes_back_from_json_as_it_was(content: Content) -> None:
    assert contents.from_json(contents.to_json(content)) == content


def test_words_are_what_a_person_sees_of_markup() -> None:
    assert contents.words("<b>Hi</b> &amp; <a href='x'>bye</a>") == "Hi & bye"


def test_halves_of_a_character_are_joined_or_replaced() -> None:
    assert storable("a\x00\ud83d\ude00\ud83d") == "a😀\ufffd"
    assert storable_json({"k\x00": ["\ud800", 1, None, {"x": "y"}]}) == {"k": ["\ufffd", 1, None, {"x": "y"}]}
