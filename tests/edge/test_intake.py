"""Polling: rows first, confirmation afterwards; trouble is waited out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import pytest
import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.intake import Intake, Polling, lane_of
from bot.problem import TokenRejected
from bot.pulse import Pulse
from bot.services import inbox
from bot.services.database import Database
from bot.telegram_http import NotSent
from bot.turns import Turns, Waiting
from tests.edge.telegram import ScriptedTelegram
from tests.edge.timeline import Timeline, settle

VERA, VICTOR = 101, 102


def message(update_id: int, sender: int = VERA, text: str = "hello") -> dict[str, Any]:
    person = {"id": sender, "is_bot": False, "first_name": "Vera"}
    chat = {"id": sender, "type": "private"}
    body = {"message_id": update_id, "date": 1, "chat": chat, "from": person, "text": text}
    return {"update_id": update_id, "message": body}


class House:
    """A scripted Telegram, a real database, and a handler that writes down what it was given."""

    def __init__(self, database: Database) -> None:
        self.telegram = ScriptedTelegram()
        self.telegram.will_answer("getUpdates", NotSent("the script is over"))
        self.time = Timeline()
        self.pulse = Pulse(self.time)
        self.handled: list[int] = []
        self.in_vain: list[int] = []
        self.database = database
        self.turns = Turns(self._handle, self._parked, database, self.time, sleep=self.time.sleep)
        self.intake = Intake(database, self.turns, self.time)
        self.polling = Polling(self.telegram.wire(), self.intake, self.pulse, self.time.sleep)

    def script(self, *answers: Any) -> None:
        """What the next polls bring; afterwards the network is gone."""
        self.telegram = ScriptedTelegram()
        self.telegram.will_answer("getUpdates", *answers, NotSent("the script is over"))
        self.polling = Polling(self.telegram.wire(), self.intake, self.pulse, self.time.sleep)

    async def poll_until(self, done: Callable[[], bool]) -> None:
        task = asyncio.create_task(self.polling.run())
        async with asyncio.timeout(10):
            while not done():
                await asyncio.sleep(0)
                if task.done():
                    await task
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    def offsets(self) -> list[int | None]:
        return [poll.get("offset") for poll in self.telegram.asked("getUpdates")]

    async def _handle(self, waiting: Waiting) -> None:
        if await self.database.write(inbox.mark_done, waiting.update_id, self.time.now()):
            self.handled.append(waiting.update_id)
        else:
            self.in_vain.append(waiting.update_id)

    async def _parked(self, waiting: Waiting, error: Exception) -> None:
        raise AssertionError(error)


@pytest.fixture
async def house(database: Database) -> AsyncIterator[House]:
    house = House(database)
    yield house
    await house.turns.stop()


async def test_updates_are_confirmed_by_the_next_poll_and_the_first_one_has_no_offset(house: House) -> None:
    house.script([message(7), message(8)], [message(9)])
    await house.poll_until(lambda: len(house.offsets()) >= 3)
    await house.turns.idle()
    assert house.offsets()[:3] == [None, 9, 10]
    assert house.handled == [7, 8, 9]


async def test_an_update_that_comes_twice_is_handled_once(house: House) -> None:
    house.script([message(7)], [message(7), message(8)])
    await house.poll_until(lambda: len(house.offsets()) >= 3)
    await house.turns.idle()
    assert house.handled == [7, 8]


async def test_what_is_not_stored_is_not_confirmed(house: House) -> None:
    stored: list[Any] = []

    class Away(Intake):
        async def store(self, updates: Any) -> None:
            stored.append(updates)
            if len(stored) < 3:
                raise OperationalError("INSERT", {}, Exception("disk full"))

    house.script([message(7)])
    house.polling = Polling(
        house.telegram.wire(), Away(house.database, house.turns, house.time), house.pulse, house.time.sleep
    )
    task = asyncio.create_task(house.polling.run())
    await settle()
    assert house.offsets() == [None]
    await house.time.pass_by(60)
    assert len(stored) == 3
    assert house.offsets()[1] == 8
    task.cancel()


class Door:
    """A database that lets nobody in at once, or refuses."""

    def __init__(self, database: Database) -> None:
        self._database, self.in_order = database, database.in_order
        self.seen, self.on_disk = asyncio.Event(), asyncio.Event()
        self.error: OperationalError | None = None

    async def write_ahead(self, *args: Any) -> Any:
        if self.error is not None:
            raise self.error
        result, kept = await self._database.write_ahead(*args)
        await kept
        await self.seen.wait()
        return result, self.on_disk.wait()

    async def read(self, *args: Any) -> Any:
        return await self._database.read(*args)


@pytest.fixture
def door(house: House) -> Door:
    door = Door(house.database)
    house.intake = Intake(cast(Database, door), house.turns, house.time)
    return door


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not done():
            await asyncio.sleep(0)


async def test_a_turn_does_not_wait_for_the_disk_but_telegram_does(house: House, door: Door) -> None:
    door.seen.set()
    storing = asyncio.create_task(house.intake.store([message(7)]))
    await until(lambda: house.handled == [7])
    assert not storing.done()
    door.on_disk.set()
    await storing


async def test_what_is_new_does_not_even_wait_until_it_is_stored_where_its_turn_comes_after_that(
    house: House, door: Door
) -> None:
    door.seen.set()
    door.on_disk.set()
    await house.intake.store([message(7)])
    await house.turns.idle()
    door.seen.clear()
    storing = asyncio.create_task(house.intake.store([message(8)]))
    if house.database.in_order:
        await until(lambda: house.handled == [7, 8])
    else:
        await settle()
        assert house.handled == [7]
    assert not storing.done()
    door.seen.set()
    await storing
    await house.turns.idle()
    assert house.handled == [7, 8]


async def test_what_is_new_has_its_turn_at_once_and_what_comes_again_does_not(house: House) -> None:
    """An update is new beyond the newest that is stored, also by a bot that has ended since."""
    await house.database.write(inbox.accept, [inbox.Accepted(9, VERA, "{}")], house.time.now())
    await house.database.write(inbox.mark_done, 9, house.time.now())
    for update_id in (7, 8, 9, 10, 8, 11):
        await house.intake.store([message(update_id)])
        await house.turns.idle()
    await house.intake.store([message(11), message(12)])
    await house.turns.idle()
    assert house.handled == [7, 8, 10, 11, 12]
    assert house.in_vain == []


async def test_a_turn_that_began_with_an_update_that_was_not_stored_is_begun_anew(house: House, door: Door) -> None:
    door.seen.set()
    door.on_disk.set()
    await house.intake.store([message(7)])
    door.error = OperationalError("INSERT", {}, Exception("disk full"))
    with pytest.raises(OperationalError):
        await house.intake.store([message(8)])
    door.error = None
    await house.intake.store([message(8)])
    await house.intake.store([message(9)])
    await house.turns.idle()
    assert house.handled == [7, 8, 9]


async def test_a_rejected_token_ends_it_with_a_sentence_for_the_operator(house: House) -> None:
    house.script((401, "Unauthorized"))
    with pytest.raises(TokenRejected, match="@BotFather"):
        await house.polling.run()


async def test_a_conflict_is_waited_out_slowly_and_logged_once(house: House) -> None:
    conflict = (409, "Conflict: terminated by other getUpdates request")
    house.script(*[conflict] * 8, [message(7)])
    with structlog.testing.capture_logs() as lines:
        task = asyncio.create_task(house.polling.run())
        await house.time.pass_by(20)
        assert 4 <= len(house.offsets()) <= 7
        await house.time.pass_by(200)
        await settle()
        task.cancel()
    told = [line for line in lines if "another program polls" in str(line.get("reason"))]
    assert len(told) == 1
    assert any("works again" in line["event"] for line in lines)


@pytest.mark.parametrize(
    ("update", "lane"),
    [
        (message(1, VICTOR), VICTOR),
        ({"update_id": 1, "callback_query": {"id": "1", "from": {"id": VERA}}}, VERA),
        ({"update_id": 1, "my_chat_member": {"chat": {"id": -5}}}, -5),
        ({"update_id": 1, "something_new": {"from": {"id": VERA}}}, 0),
        ({"update_id": 1, "message": "not even a message"}, 0),
        ({"update_id": 1, "message": {"from": {"id": 2**63}, "chat": {"id": -5}}}, -5),
    ],
)
def test_an_update_belongs_to_its_person_else_its_chat(update: dict[str, Any], lane: int) -> None:
    assert lane_of(update) == lane


def test_a_raw_update_keeps_strange_text(db: Session) -> None:
    from bot.telegram_http import dump, parse

    update = message(5, text="nul \x00, half \ud800 a pair, 😀")
    inbox.accept(db, [inbox.Accepted(5, VERA, dump(update).decode())], Timeline().now())
    (row,) = inbox.open_updates(db)
    assert parse(row.raw) == update
