"""What the bot does by itself: planned messages, exports, forgetting, and old rows that go."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from bot.errands import Errands
from bot.exports import Exports
from bot.flow.content import Content
from bot.limits import Lane
from bot.services import audit, inbox, messages, messages_planned, sql, users_export, users_forget, variables
from bot.services.audience_order import Sort
from bot.services.database import Database
from bot.services.inbox import Accepted
from bot.services.messages import Line
from bot.services.receipt import Outcome, Receipt
from bot.services.retention import Keep
from bot.services.roles import actor
from bot.wire import Call
from models import AuditEntry, Export, InboxUpdate, Message, User
from tests.clock import NOON, FakeClock
from tests.services.campaign import ADA, meet, row, sale, setup

PEOPLE = range(1001, 2301)


@dataclass
class Desk:
    """The errands with a wire that keeps what went out, and refuses, or says later, when told to."""

    database: Database
    clock: FakeClock
    limit: int = 10**9
    calls: list[Call] = field(default_factory=list)
    told: set[int] = field(default_factory=set)
    answers: list[Receipt] = field(default_factory=list)
    taken_back: int = 0

    def __post_init__(self) -> None:
        exports = Exports(self.database, self.send, setup, self.clock, sleep=self.waits, limit=self.limit)
        self.errands = Errands(
            self.database, exports, self.takes_back, self.deliver, self.clock, Keep(7, 30, 30), sleep=self.waits
        )

    async def takes_back(self) -> None:
        self.taken_back += 1

    def deliver(self, people: Iterable[int]) -> None:
        self.told |= set(people)

    async def send(self, chat_id: int, call: Call, lane: Lane) -> tuple[Receipt, Any]:
        self.calls.append(call)
        return (self.answers.pop(0) if self.answers else Receipt(Outcome.SENT, telegram_id=7)), None

    async def waits(self, seconds: float) -> None:
        self.clock.forward(seconds=seconds)

    def methods(self) -> list[str]:
        return [call.method for call in self.calls]


def furnish(db: Session, clock: FakeClock) -> None:
    meet(db, clock, row(ADA.id, "Ada", clock))
    people = [row(one, f"=Person {one}", clock, search=f"person {one}") for one in PEOPLE]
    db.execute(insert(sql.table(User)), people)
    variables.declare(db, sale())


@pytest.fixture
async def desk(database: Database, clock: FakeClock) -> Desk:
    await database.write(furnish, clock)
    return Desk(database, clock)


async def asked(desk: Desk, kind: str = "csv", rule: str = "") -> None:
    def ask(db: Session) -> None:
        by = actor(db, ADA.id, setup())
        users_export.ask(db, rule, kind, Sort.NAME, count="1,301", by=by, now=desk.clock.now())

    await desk.database.write(ask)
    await desk.errands._exports.make()


async def test_an_export_is_read_in_pages_and_sent_once(desk: Desk) -> None:
    names, now = users_export.FIELDS, desk.clock.now()
    first = await desk.database.read(users_export.piece, None, names, sort=Sort.NAME, after=None, now=now)
    assert len(first.rows) == users_export.PIECE and first.next is not None
    await asked(desk)
    assert desk.methods() == ["sendMessage", "sendDocument", "deleteMessage"]
    document = desk.calls[1]
    lines = document.files["document"].content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1302 and '"\'=Person 1001"' in lines[2]
    assert (
        document.parameters["chat_id"] == ADA.id
        and "1,301 users, exported by Ada (301)" in document.parameters["caption"]
    )
    await desk.errands._exports.make()
    assert len(desk.calls) == 3


async def test_an_export_waits_when_telegram_says_later(desk: Desk) -> None:
    desk.answers = [Receipt(Outcome.RETRY, retry_after=9.0)]
    await asked(desk, "xlsx")
    assert desk.methods()[:2] == ["sendMessage", "sendMessage"]
    assert desk.methods()[-2:] == ["sendDocument", "deleteMessage"]
    assert "so far" in desk.calls[2].parameters["text"]


async def test_an_export_that_is_too_large_or_refused_says_so(desk: Desk) -> None:
    small = Desk(desk.database, desk.clock, limit=10)
    await asked(small)
    assert small.methods() == ["sendMessage", "editMessageText"]
    assert "too large for Telegram" in small.calls[1].parameters["text"]
    desk.answers = [Receipt(Outcome.SENT, telegram_id=7), Receipt(Outcome.REFUSED, reason="no")]
    await asked(desk)
    assert desk.methods() == ["sendMessage", "sendDocument", "editMessageText"]
    assert await desk.database.read(lambda db: db.scalars(select(Export)).all()) == []


async def test_nobody_gets_an_export_who_is_no_admin_any_more(desk: Desk) -> None:
    def plant(db: Session) -> None:
        db.add(Export(user_id=1001, rule="", kind="csv", sort="name", asked_at=desk.clock.now()))

    await desk.database.write(plant)
    await desk.errands._exports.make()
    assert desk.calls == []
    assert await desk.database.read(users_export.waiting) == []


async def test_a_rule_that_cannot_be_read_any_more_is_told(desk: Desk) -> None:
    await asked(desk, rule="gone_variable = 1")
    assert desk.methods() == ["sendMessage"]


async def test_a_planned_message_goes_out_at_its_time(desk: Desk) -> None:
    def plan(db: Session) -> None:
        due = desk.clock.now() + timedelta(hours=1)
        messages_planned.plan(db, 1001, Content(text="Hi"), due, by=ADA, now=desk.clock.now())

    await desk.database.write(plan)
    await desk.errands.send_planned()
    assert desk.told == set()
    desk.clock.forward(hours=1)
    await desk.errands.send_planned()
    assert desk.told == {1001}


async def test_who_asked_for_it_is_forgotten(desk: Desk) -> None:
    def ask(db: Session) -> None:
        users_forget.ask(db, 1001, by=actor(db, 1001, setup()), setup=setup(), now=desk.clock.now())

    await desk.database.write(ask)
    await desk.errands.forget()
    assert await desk.database.read(lambda db: db.get(User, 1001)) is None
    assert await desk.database.read(users_forget.was_forgotten, 1001)
    assert await desk.database.read(lambda db: db.get(User, 1002)) is not None


async def test_each_errand_is_done_when_there_is_something_to_do(desk: Desk) -> None:
    def plan(db: Session) -> None:
        due = desk.clock.now() + timedelta(minutes=1)
        messages_planned.plan(db, 1001, Content(text="Hi"), due, by=ADA, now=desk.clock.now())
        users_forget.ask(db, 1002, by=actor(db, 1002, setup()), setup=setup(), now=desk.clock.now())

    await desk.database.write(plan)
    working = asyncio.create_task(desk.errands.run())
    async with asyncio.timeout(20):
        while desk.told != {1001} or not await desk.database.read(users_forget.was_forgotten, 1002):
            await asyncio.sleep(0)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    assert desk.taken_back == 0 and desk.calls == []


async def test_an_errand_that_fails_holds_up_no_other(desk: Desk) -> None:
    def plan(db: Session) -> None:
        messages_planned.plan(db, 1001, Content(text="Hi"), desk.clock.forward(hours=1), by=ADA, now=NOON)
        users_forget.ask(db, 1002, by=actor(db, 1002, setup()), setup=setup(), now=desk.clock.now())

    def broken(people: Iterable[int]) -> None:
        raise RuntimeError

    await desk.database.write(plan)
    desk.errands = Errands(
        desk.database, desk.errands._exports, desk.takes_back, broken, desk.clock, Keep(7, 30, 30), sleep=desk.waits
    )
    with capture_logs() as lines:
        working = asyncio.create_task(desk.errands.run())
        async with asyncio.timeout(20):
            while not lines or not await desk.database.read(users_forget.was_forgotten, 1002):
                await asyncio.sleep(0)
        assert not working.done()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    assert "an errand failed" in [line["event"] for line in lines]


async def test_old_rows_go_and_what_is_still_to_be_sent_stays(desk: Desk) -> None:
    def fill(db: Session) -> None:
        now = desk.clock.now()
        inbox.accept(db, [Accepted(1, 1001, "{}"), Accepted(2, 1001, "{}")], now)
        inbox.mark_done(db, 1, now)
        old = [Line(1001, "in", "user", "text", "old"), Line(2300, "out", "flow", "text", "waits", state="waiting")]
        messages.write(db, old, now=now)
        audit.record(db, actor_id=1, action="x", now=now)

    await desk.database.write(fill)
    await desk.errands.sweep()
    assert await left(desk) == ([1, 2], ["old", "waits"], 1)
    desk.clock.forward(days=31)
    await desk.errands.sweep()
    assert await left(desk) == ([2], ["waits"], 0)


async def left(desk: Desk) -> tuple[list[int], list[str], int]:
    def read(db: Session) -> tuple[list[int], list[str], int]:
        updates = list(db.scalars(select(InboxUpdate.update_id).order_by(InboxUpdate.update_id)))
        return (
            updates,
            list(db.scalars(select(Message.words).order_by(Message.user_id))),
            len(db.scalars(select(AuditEntry)).all()),
        )

    return await desk.database.read(read)
