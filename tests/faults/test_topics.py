"""The staff group fails in every way it can (R53, R54, R55, R58, R59, R60): nothing that a user wrote is lost by it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import marks, visits_group
from bot.flow.content import Kind as Media
from bot.flow.heard import Shared, Wrote
from bot.limits import Limiter, Rates
from bot.services import inbox, requests, settings, support_group, support_topics
from bot.services.conversations import Incoming, Outcome, hear
from bot.services.inbox import Accepted
from bot.services.people import Sender
from bot.services.receipt import Outcome as Ended
from bot.services.receipt import Receipt
from bot.topics import Topics
from bot.ui.router import Refused
from bot.visits_group import Where
from models import AuditEntry, DeskTopic
from tests.clock import FakeClock
from tests.edge.telegram import ScriptedTelegram
from tests.services.office import ADA, OTTO, SAM, SARA, VERA, VICTOR, Office, text

GROUP, MOVED = -1001, -1002
NO_THREAD = (400, "Bad Request: message thread not found")
KICKED = (403, "Forbidden: bot was kicked from the supergroup chat")


class Desk:
    """The door to a staff group at a scripted Telegram, over one real database; everything happens by hand."""

    def __init__(self, db: Session, clock: FakeClock) -> None:
        self.office = Office(db, clock)
        self.set_group(GROUP)
        self.telegram = ScriptedTelegram()
        threads = count(50)
        self.telegram.will_answer("createForumTopic", lambda _: {"message_thread_id": next(threads)})
        self.pending: set[int] = set()
        self.slept: list[float] = []
        limiter = Limiter(clock, Rates(1e6, 1e6, 1e6), self.sleeps)
        self.topics = Topics(
            self.telegram.wire(),
            limiter,
            DirectDatabase(db),  # type: ignore[arg-type]
            clock,
            setup=lambda: self.office.setup,
            deliver=self.pending.update,
            follow=self.follows,
            sleep=self.sleeps,
        )

    def set_group(self, group_id: int) -> None:
        rules = replace(self.office.setup.support, group_id=group_id)
        self.office.setup = replace(self.office.setup, support=rules)

    async def follows(self) -> None:
        """The settings hold from now on."""
        self.office.setup = settings.over(self.office.setup, settings.stored(self.office.db))

    async def sleeps(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.office.clock.forward(seconds=seconds)

    async def works(self) -> None:
        """Everything that can be done in the group is done."""
        async with asyncio.timeout(20):
            await self.topics.catch_up()

    def said(self, chat_id: int = GROUP) -> list[str]:
        """What was written into topics, cards left out."""
        sent = [call for call in self.telegram.asked("sendMessage") if call["chat_id"] == chat_id]
        return [str(call["text"]) for call in sent if "reply_markup" not in call]

    def topic(self) -> DeskTopic:
        """The only topic, as it stands."""
        return self.office.db.scalars(select(DeskTopic).execution_options(populate_existing=True)).one()

    def writes(self, who: Any, text: str, thread: int) -> Outcome | Refused:
        """Somebody writes in a topic."""
        office = self.office
        update_id = next(office._updates)
        inbox.accept(office.db, [Accepted(update_id, who.id, "{}")], office.clock.now())
        incoming = Incoming(who, Wrote(text), words=text, telegram_id=next(office._telegram_ids))
        where = Where(GROUP, thread)
        return visits_group.message(
            office.db, incoming, where, update_id=update_id, setup=office.setup, now=office.clock.now()
        )


class DirectDatabase:
    """The door to the database without threads: each service runs at once, in the session of the test."""

    def __init__(self, db: Session) -> None:
        self._db = db

    async def write(self, service: Any, *args: Any, **kwargs: Any) -> Any:
        return service(self._db, *args, **kwargs)

    read = write


@pytest.fixture
def desk(db: Session, clock: FakeClock) -> Desk:
    """Nobody has asked yet."""
    return Desk(db, clock)


async def asks(desk: Desk, who: Any = VERA) -> int:
    """Somebody asks, and their topic is there."""
    request_id = desk.office.asks_for_a_person(who)
    await desk.works()
    return request_id


@pytest.mark.parametrize("steps", range(6))
async def test_it_ends_when_it_is_to_end_also_where_there_is_something_to_do_at_that_moment(
    desk: Desk, steps: int
) -> None:
    desk.set_group(0)
    running = asyncio.create_task(desk.topics.run())
    for _ in range(5):
        await asyncio.sleep(0)
    desk.topics.poke()
    for _ in range(steps):
        await asyncio.sleep(0)
    running.cancel()
    done, _ = await asyncio.wait([running], timeout=5)
    assert running in done and running.cancelled()


async def test_r53_a_migrated_group_is_followed_and_the_message_sent_again(desk: Desk) -> None:
    await asks(desk)
    moved = (400, "Bad Request: group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": MOVED})
    desk.telegram.will_answer("sendMessage", moved, {"message_id": 7})
    desk.office.writes(VERA, "Are you there?")
    await desk.works()
    assert desk.office.setup.support.group_id == MOVED
    assert desk.topic().chat_id == MOVED
    assert desk.said(MOVED) == ["<blockquote>Are you there?</blockquote>"]
    assert settings.stored(desk.office.db)["support_group"] == str(MOVED)


async def test_r54_a_deleted_topic_is_made_again_with_what_was_said(desk: Desk) -> None:
    await asks(desk)
    desk.office.writes(VERA, "first")
    await desk.works()
    desk.telegram.will_answer("sendMessage", NO_THREAD, {"message_id": 8})
    desk.office.writes(VERA, "second")
    await desk.works()
    assert (desk.topic().thread_id, desk.topic().remade) == (51, 0)  # and what arrives counts it as healed
    assert "first" in desk.said()[-1] and "second" in desk.said()[-1]


async def test_r54_a_topic_that_is_deleted_again_and_again_is_given_up(desk: Desk) -> None:
    await asks(desk)
    desk.telegram.will_answer("sendMessage", NO_THREAD)
    desk.office.writes(VERA, "hello?")
    await desk.works()
    assert len(desk.telegram.asked("createForumTopic")) == 1 + support_group.MOST_REMADE
    assert desk.topic().failed
    assert {SARA.id, SAM.id, ADA.id} <= desk.pending
    assert desk.office.delivers(SARA) == ["alert", "relay"]
    desk.office.writes(VERA, "still here")
    assert desk.office.delivers(SARA) == ["relay"]


async def test_r54_a_closed_topic_is_opened_for_what_is_to_be_said(desk: Desk) -> None:
    await asks(desk)
    desk.telegram.will_answer("sendMessage", (400, "Bad Request: TOPIC_CLOSED"), {"message_id": 9})
    desk.office.writes(VERA, "One more thing")
    await desk.works()
    assert desk.telegram.asked("reopenForumTopic") == [{"chat_id": GROUP, "message_thread_id": 50}]
    assert "One more thing" in desk.said()[-1]


async def test_r55_a_lost_group_falls_back_to_direct_messages_with_an_alarm_and_catches_up(desk: Desk) -> None:
    await asks(desk)
    desk.telegram.will_answer("sendMessage", KICKED, {"message_id": 10})
    desk.office.writes(VERA, "one")
    await desk.works()
    assert desk.pending == {SARA.id, SAM.id, ADA.id}
    assert "staff group cannot be used" in desk.office.delivers(ADA)[-1]
    assert desk.office.delivers(SARA) == ["alert", "relay"]
    assert desk.office.writes(VERA, "two").pending == {SARA.id, SAM.id}
    desk.office.asks_for_a_person(VICTOR)
    now, setup = desk.office.clock.now(), desk.office.setup
    back = support_group.regain(desk.office.db, GROUP, setup=setup, now=now)
    assert GROUP in back and ADA.id in back
    await desk.works()
    assert [words for words in desk.said() if "one" in words and "two" in words]
    threads = desk.office.db.scalars(select(DeskTopic.thread_id)).all()
    assert len(threads) == 2 and None not in threads
    assert desk.office.writes(VERA, "three").pending == {GROUP}


async def test_r55_missing_rights_are_a_lost_group_too(desk: Desk) -> None:
    no_right = (400, "Bad Request: not enough rights to create a topic")
    desk.telegram.will_answer("createForumTopic", no_right, no_right)
    await asks(desk, VICTOR)
    await asks(desk)
    assert support_topics.is_lost(desk.office.db, GROUP)
    assert desk.office.delivers(SAM) == ["alert", "alert"]


async def test_r58_a_reply_in_the_topic_of_a_closed_request_opens_it_again_or_is_refused(desk: Desk) -> None:
    request_id = await asks(desk)
    office = desk.office
    requests.reactivate(office.db, VERA.id, by=office.actor(SARA), setup=office.setup, now=office.clock.now())
    await desk.works()
    office.delivers(VERA)
    assert desk.telegram.asked("closeForumTopic") and desk.topic().settled_at is not None
    desk.writes(SARA, "One more thing from us", 50)
    assert office.delivers(VERA) == ["One more thing from us"]
    reopened = requests.open_of(office.db, VERA.id)
    assert reopened is not None and (reopened.id, reopened.taken_by) == (request_id, SARA.id)
    await desk.works()
    assert desk.telegram.asked("reopenForumTopic")
    requests.reactivate(office.db, VERA.id, by=office.actor(SARA), setup=office.setup, now=office.clock.now())
    office.writes(VERA, "human")
    await desk.works()
    refused = desk.writes(SARA, "And another", 50)
    assert isinstance(refused, Refused) and "another one open" in refused.sentence


async def test_r56_what_does_not_arrive_is_said_in_the_topic(desk: Desk) -> None:
    await asks(desk)
    desk.writes(SARA, "Here is the book", 50)
    (letter,) = desk.office.letters(VERA)
    assert (letter.source_chat, letter.author) == (GROUP, "staff")
    assert GROUP in desk.office.receives(letter, Ended.BLOCKED)
    await desk.works()
    assert "Not delivered to Vera" in desk.said()[-1] and "blocked the bot" in desk.said()[-1]


async def test_what_became_of_an_answer_is_a_reaction_on_it_in_the_topic(desk: Desk) -> None:
    await asks(desk)
    desk.writes(SARA, "On the second floor", 50)
    (letter,) = desk.office.letters(VERA)
    for ended, sign in ((Ended.SENT, marks.DELIVERED), (Ended.BLOCKED, marks.NOT_DELIVERED)):
        ((one, emoji),) = marks.of(letter, Receipt(ended))
        await marks.show(desk.telegram.wire(), one, emoji)
        where = {"chat_id": GROUP, "message_id": letter.source_id}
        assert desk.telegram.asked("setMessageReaction")[-1] == where | {"reaction": [{"type": "emoji", "emoji": sign}]}


async def test_changes_on_either_side_are_seen_on_the_other(desk: Desk) -> None:
    await asks(desk)
    office = desk.office
    sent = office.clock.now()
    office.does(VERA, Wrote("Do you have Kafka"), words="Do you have Kafka")
    await desk.works()
    line = office.message(VERA, 5)
    assert line.words == "Do you have Kafka" and line.created_at == sent
    changed = Incoming(VERA, Wrote("And Rilke?"), words="And Rilke?", telegram_id=line.telegram_id, edited=True)
    update_id = next(office._updates)
    inbox.accept(office.db, [Accepted(update_id, VERA.id, "{}")], office.clock.now())
    hear(office.db, changed, update_id=update_id, setup=office.setup, now=office.clock.now())
    await desk.works()
    assert "And Rilke?" in desk.telegram.asked("editMessageText")[-1]["text"]


async def test_r59_a_flood_is_joined_under_the_limit_of_the_group_and_nothing_is_lost(desk: Desk) -> None:
    await asks(desk)
    began = desk.office.clock.now()
    for number in range(100):
        desk.office.writes(VERA, f"message {number}")
        if number % 2:
            await desk.works()
    await desk.works()
    words = "".join(desk.said())
    found = [number for number in range(100) if f">message {number}<" in words]
    assert found == list(range(100))
    assert [words.index(f">message {number}<") for number in found] == sorted(
        words.index(f">message {number}<") for number in found
    )
    minutes = (desk.office.clock.now() - began).total_seconds() / 60
    assert len(desk.said()) <= 20 * (minutes + 1)


async def test_r49_an_album_waits_for_its_last_part_in_a_topic_too(desk: Desk) -> None:
    await asks(desk)
    for number in range(3):
        photo = Shared(Media.PHOTO, f"photo:p{number}", album="a")
        desk.office.does(VERA, photo, kind=Media.PHOTO, file_id=f"p{number}", album="a")
        await desk.works()
    assert desk.telegram.asked("sendPhoto") == desk.telegram.asked("sendMediaGroup") == []
    desk.office.clock.forward(seconds=2)
    await desk.works()
    (album,) = desk.telegram.asked("sendMediaGroup")
    assert [part["media"] for part in album["media"]] == ["p0", "p1", "p2"]


async def test_r60_many_requests_in_a_minute_are_paced_and_each_gets_its_topic(desk: Desk) -> None:
    for number in range(25):
        desk.office.asks_for_a_person(Sender(1000 + number, f"Visitor {number}"))
    began = desk.office.clock.monotonic()
    await desk.works()
    rows = desk.office.db.scalars(select(DeskTopic)).all()
    assert len(rows) == 25 and all(row.thread_id and row.card_id for row in rows)
    seconds = desk.office.clock.monotonic() - began
    assert seconds + 1 >= (25 * 2 - 5) / (20 / 60)


async def test_members_without_the_role_and_commands_reach_nobody(desk: Desk) -> None:
    await asks(desk)
    desk.writes(OTTO, "I know better", 50)
    desk.writes(OTTO, "f", 50)  # which is a word here, though a button may carry it
    desk.writes(OTTO, "/users", 50)
    noted = desk.office.db.scalars(select(AuditEntry.action).where(AuditEntry.refused.is_not(None))).all()
    assert noted == ["/users"]  # of whoever has no right there
    refused = desk.writes(SARA, "/users", 50)
    assert isinstance(refused, Refused) and "nothing was sent" in refused.sentence
    desk.writes(SARA, "// only for us", 50)
    assert desk.office.delivers(VERA) == []


async def test_what_staff_say_elsewhere_is_seen_in_the_topic(desk: Desk) -> None:
    await asks(desk)
    office = desk.office
    requests.answer(
        office.db, VERA.id, text("From my phone"), by=office.actor(SAM), setup=office.setup, now=office.clock.now()
    )
    await desk.works()
    assert "Sam" in desk.said()[-1] and "From my phone" in desk.said()[-1]
