"""What several people do at the same moment, through the door to the database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from bot.flow import parse
from bot.flow.content import Content
from bot.flow.heard import Started, Wrote
from bot.services import conversations, edits, engines, inbox, people, requests, roles, users, variables
from bot.services.conversations import Incoming, Outcome, Sender
from bot.services.database import Database
from bot.services.inbox import Accepted
from bot.services.requests_answer import Origin
from bot.services.setup import Setup
from models import InboxUpdate, Message
from tests.clock import NOON
from tests.services.office import LIBRARY, SAM, SARA, VERA

SETUP = Setup(parse(LIBRARY, folder=None), 1, "library_bot", staff=frozenset({SARA.id, SAM.id}))


def hear(db: Session, sender: Sender, words: str, update_id: int) -> Outcome:
    """One person's update: accepted and heard."""
    inbox.accept(db, [Accepted(update_id, sender.id, "{}")], NOON)
    heard = Started() if words == "/start" else Wrote(words)
    return conversations.hear(
        db, Incoming(sender, heard, words=words, telegram_id=update_id), update_id=update_id, setup=SETUP, now=NOON
    )


def take(db: Session, request_id: int, who: Sender) -> bool:
    return requests.take(db, request_id, by=roles.actor(db, who.id, SETUP), now=NOON).won


def hand_back(db: Session, user_id: int, who: Sender) -> frozenset[int]:
    return requests.reactivate(db, user_id, by=roles.actor(db, who.id, SETUP), setup=SETUP, now=NOON)


def open_request(db: Session, user_id: int) -> int:
    request = requests.open_of(db, user_id)
    assert request is not None
    return request.id


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Database]:
    """Sara and Sam are there, Vera has asked for a person."""
    await opens(database)
    yield database


async def opens(database: Database) -> None:
    """They have come."""
    await database.write(variables.declare, SETUP.flow)
    for number, (who, words) in enumerate([(SARA, "/start"), (SAM, "/start"), (VERA, "/start"), (VERA, "human")], 1):
        await database.write(hear, who, words, number)


async def test_of_many_who_take_at_once_one_wins(desk: Database) -> None:
    request_id = await desk.read(open_request, VERA.id)
    won = await asyncio.gather(*(desk.write(take, request_id, who) for who in (SARA, SAM) * 4))
    assert len(set(zip((SARA.id, SAM.id) * 4, won, strict=True))) == 2


async def test_of_two_who_hand_back_at_once_one_does(desk: Database) -> None:
    told = await asyncio.gather(*(desk.write(hand_back, VERA.id, who) for who in (SARA, SAM) * 4))
    assert sorted(bool(pending) for pending in told) == [False] * 7 + [True]


async def test_the_same_update_heard_twice_at_once_is_handled_once(desk: Database) -> None:
    outcomes = await asyncio.gather(*(desk.write(hear, VERA, "hello", 50) for _ in range(4)))
    assert sum(bool(outcome.pending) for outcome in outcomes) == 1


async def test_many_who_ask_and_write_at_once_lose_nothing(desk: Database) -> None:
    crowd = [Sender(1000 + number, f"Visitor {number}") for number in range(12)]
    for at, words in enumerate(("/start", "human", "one", "two")):
        updates = [desk.write(hear, who, words, 100 + at * 100 + place) for place, who in enumerate(crowd)]
        await asyncio.gather(*updates)
    assert await desk.read(kinds_for, SARA.id) == {"alert": 13, "relay": 24}
    assert await desk.read(unfinished) == 0
    for who in crowd:
        page = await desk.read(conversations.page, who.id)
        assert [line.words for line in page.lines if line.direction == "in"] == ["/start", "human", "one", "two"]


async def test_staff_who_answer_while_people_write_do_not_stop_each_other(desk: Database) -> None:
    updates = [desk.write(hear, VERA, f"line {number}", 200 + number) for number in range(8)]
    answers = [desk.write(hear, who, "my age", 300 + number) for number, who in enumerate((SARA, SAM) * 4)]
    await asyncio.gather(*updates, *answers)
    assert (await desk.read(kinds_for, SAM.id))["relay"] == 8
    sara = await desk.read(users.get, SARA.id)
    assert sara is not None and sara.last_message == await desk.read(count_lines, SARA.id)


async def test_a_change_that_comes_as_the_arrival_is_noted_is_sent(postgres_url: str) -> None:
    """The change has read that the answer is on its way, then waits for the note that it has arrived."""
    desk = Database(postgres_url)
    await opens(desk)
    by, origin = await desk.read(roles.actor, SARA.id, SETUP), Origin(source=(SARA.id, 70))
    await desk.write(requests.answer, VERA.id, Content(text="Yes."), by=by, origin=origin, setup=SETUP, now=NOON)
    engine = engines.connect(postgres_url, threads=2)
    with engine.connect() as noting, engine.connect() as looking:
        noting.execute(update(Message).where(Message.words == "Yes.").values(state="sent", telegram_id=9))
        changing = asyncio.create_task(desk.write(edits.of_staff, (SARA.id, 70), Content(text="No."), by=by, now=NOON))
        async with asyncio.timeout(20):
            while not looking.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                await asyncio.sleep(0)
        noting.commit()
        await changing
    with Session(engine) as db:
        assert db.scalar(select(Message.state).where(Message.words == "No.")) == "stale"
    engine.dispose()
    await desk.close()


async def test_staff_who_switch_while_a_person_writes_do_not_stop_each_other(desk: Database) -> None:
    updates = [desk.write(hear, VERA, f"line {number}", 400 + number) for number in range(12)]
    switches = [desk.write(press, who, VERA.id, number % 4 < 2) for number, who in enumerate((SARA, SAM) * 6)]
    await asyncio.gather(*updates, *switches)
    assert await desk.read(unfinished) == 0
    page = await desk.read(conversations.page, VERA.id, size=100)
    assert len([line for line in page.lines if line.direction == "in"]) == 14


def press(db: Session, who: Sender, user_id: int, on: bool) -> None:
    """A member of staff presses the switch of a person who may be writing: first what is done, then who was here."""
    by = roles.actor(db, who.id, SETUP)
    switch = requests.reactivate if on else requests.deactivate
    switch(db, user_id, by=by, setup=SETUP, now=NOON)
    people.meet(db, who, setup=SETUP, now=NOON)


def kinds_for(db: Session, user_id: int) -> dict[str, int]:
    """How many alerts and relays a person got."""
    query = select(Message.kind, func.count()).where(Message.user_id == user_id, Message.kind.in_(["alert", "relay"]))
    return {row[0]: row[1] for row in db.execute(query.group_by(Message.kind))}


def count_lines(db: Session, user_id: int) -> int:
    return db.scalar(select(func.count()).select_from(Message).where(Message.user_id == user_id)) or 0


def unfinished(db: Session) -> int:
    return db.scalar(select(func.count()).select_from(InboxUpdate).where(InboxUpdate.state != "done")) or 0
