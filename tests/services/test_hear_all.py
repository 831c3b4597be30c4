"""What many people write at the same time: heard in one transaction, with the same outcome as one by one."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.flow.heard import Wrote
from bot.services import conversations, drafts, engines, inbox, outgoing, people_scene, variables
from bot.services.conversations import Incoming, Outcome, Pace, Said
from bot.services.inbox import Accepted
from bot.services.people import Sender
from models import InboxUpdate, Message, Request, User, UserTag, Wait
from tests.clock import FakeClock
from tests.services.driver import statements
from tests.services.office import SARA, VERA, VICTOR, Office

TWIN = replace(VERA, id=111)
UPDATES = count(5000)
#: Every kind of answer there is in the flow of the office.
WORDS = (
    "my age",
    "old",
    "42",
    "human?",
    "mail",
    "vera@example.com",
    "stop",
    "news",
    "report",
    "human",
    "are you there?",
)


def said(office: Office, who: Sender, words: str, **more: Any) -> Said:
    """An update that is in the inbox."""
    update_id = next(UPDATES)
    inbox.accept(office.db, [Accepted(update_id, who.id, "{}")], office.clock.now())
    return Said(update_id, Incoming(who, Wrote(words), words=words, telegram_id=update_id, **more))


def together(office: Office, *those: Said, worker: int | None = None) -> dict[int, Outcome]:
    return conversations.hear_all(office.db, those, worker_id=worker, setup=office.setup, now=office.clock.now())


def what_is_known(db: Session, user_id: int) -> dict[str, Any]:
    """All that a turn leaves behind of one person, without what is only theirs."""
    lines = select(Message.number, Message.direction, Message.author, Message.kind, Message.words, Message.content)
    lines = lines.add_columns(Message.state, Message.way, Message.created_at, Message.request_id.is_(None))
    user = db.execute(select(User).where(User.id == user_id).execution_options(populate_existing=True)).scalar_one()
    return {
        "lines": db.execute(lines.where(Message.user_id == user_id).order_by(Message.number)).all(),
        "place": people_scene.scene(db, user_id).place,
        "values": variables.values(db, user_id),
        "tags": db.scalars(select(UserTag.tag).where(UserTag.user_id == user_id)).all(),
        "waits": db.execute(select(Wait.block, Wait.due_at).where(Wait.user_id == user_id)).all(),
        "requests": len(db.scalars(select(Request.id).where(Request.user_id == user_id)).all()),
        "user": (user.email, user.last_seen_at, user.last_message, user.bot_off_since is None),
    }


def test_whoever_is_heard_with_others_is_heard_as_alone(office: Office) -> None:
    for who in (VERA, TWIN, VICTOR):
        office.meets(who)
    for words in WORDS:
        alone = office.writes(VERA, words)
        one = said(office, TWIN, words)
        other = said(office, VICTOR, "nonsense")
        outcome = together(office, one, other)[one.update_id]
        assert {TWIN.id if one == VERA.id else one for one in alone.pending} == outcome.pending, words
        assert [letter.words for letter in alone.letters] == [letter.words for letter in outcome.letters], words
        assert what_is_known(office.db, VERA.id) == what_is_known(office.db, TWIN.id), words
        assert office.delivers(VERA) == office.delivers(TWIN)
        office.delivers(VICTOR)
    assert inbox.open_updates(office.db) == []


def test_a_banned_one_and_one_who_is_too_fast_do_not_keep_the_others_from_being_answered(office: Office) -> None:
    for who in (VERA, TWIN, VICTOR):
        office.meets(who)
    office.db.execute(update(User).where(User.id == VERA.id).values(banned_at=office.clock.now()))
    fast = said(office, TWIN, "hello", pace=Pace.FIRST_TOO_FAST)
    together(office, said(office, VERA, "hello"), fast, said(office, VICTOR, "hello"))
    assert [office.delivers(who) != [] for who in (VERA, TWIN, VICTOR)] == [False, True, True]


def test_who_is_new_or_has_another_name_or_a_draft_is_left_to_be_heard_alone(office: Office) -> None:
    for who in (VERA, VICTOR, SARA):
        office.meets(who)
    drafts.put(office.db, SARA.id, "x", {}, office.clock.now())
    renamed, stranger = replace(VERA, first_name="Veronika"), replace(VERA, id=112)
    those = [said(office, who, "hello") for who in (renamed, stranger, SARA, VICTOR)]
    assert list(together(office, *those)) == [those[-1].update_id]
    assert [row.update_id for row in inbox.open_updates(office.db)] == [one.update_id for one in those[:3]]


def test_what_is_done_or_another_workers_is_not_done_again(office: Office) -> None:
    for who in (VERA, VICTOR):
        office.meets(who)
    done, others = said(office, VERA, "hello"), said(office, VICTOR, "hello")
    assert list(together(office, done)) == [done.update_id]
    office.db.execute(update(InboxUpdate).where(InboxUpdate.update_id == others.update_id).values(worker=7))
    assert together(office, done, others, worker=8) == {}
    assert list(together(office, done, others, worker=7)) == [others.update_id]


def test_whom_somebody_else_has_locked_is_left_out_and_keeps_nobody_waiting(postgres_url: str) -> None:
    engine = engines.connect(postgres_url, threads=2)
    with Session(engine, expire_on_commit=False) as db, Session(engine) as other:
        office = Office(db, FakeClock())
        for who in (VERA, VICTOR):
            office.meets(who)
        busy, free = said(office, VERA, "hello"), said(office, VICTOR, "hello")
        db.commit()
        other.execute(select(User).where(User.id == VERA.id).with_for_update())
        assert list(together(office, busy, free)) == [free.update_id]
    engine.dispose()


def test_what_one_turn_fails_at_leaves_nothing_of_the_others(office: Office) -> None:
    for who in (VERA, VICTOR):
        office.meets(who)
    office.db.commit()
    good, bad = said(office, VERA, "hello"), said(office, VICTOR, "42")
    office.db.execute(update(User).where(User.id == VICTOR.id).values(last_message=0))
    with pytest.raises(Exception, match="messages"):
        together(office, good, bad)
    office.db.rollback()
    assert outgoing.take(office.db, VERA.id, now=office.clock.now()) == []


def test_many_people_take_as_many_statements_as_few(office: Office) -> None:
    crowd = [replace(VERA, id=1000 + number) for number in range(12)]
    for who in crowd:
        office.meets(who)
        office.writes(who, "my age")
        office.delivers(who)

    def counted(people: list[Sender], words: str) -> int:
        those = [said(office, who, words) for who in people]
        with statements(office.db) as asked:
            together(office, *those)
        return sum(not statement.startswith("INSERT") and "users SET" not in statement for statement in asked)

    assert counted(crowd[:2], "old") == counted(crowd[2:], "old")
