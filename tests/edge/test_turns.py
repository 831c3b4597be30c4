"""Turns: order within a lane, company between lanes, and what becomes of an update that fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from bot.services import inbox
from bot.services.database import Database
from bot.turns import Turns, Waiting
from tests.edge.test_intake import VERA, VICTOR, message
from tests.edge.timeline import Timeline, settle


class Desk:
    """Turns over a real database; what fails is chosen by the test."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.time = Timeline()
        self.begun: list[int] = []
        self.ended: list[int] = []
        self.parked: list[int] = []
        self.failures: dict[int, int] = {}
        self.doors: dict[int, asyncio.Event] = {}
        self.turns = self._turns()

    def _turns(self) -> Turns:
        return Turns(self._handle, self._park, self.database, self.time, sleep=self.time.sleep)

    def restart(self) -> None:
        """A new process on the same database."""
        self.turns = self._turns()

    async def accept(self, *lanes: int) -> list[Waiting]:
        """Updates 1, 2, 3 … of these lanes, stored and waiting."""
        updates = [(number, lane, message(number, lane)) for number, lane in enumerate(lanes, 1)]
        rows = [inbox.Accepted(number, lane, "{}") for number, lane, _ in updates]
        await self.database.write(inbox.accept, rows, self.time.now())
        return [Waiting(*update) for update in updates]

    async def put(self, *lanes: int) -> None:
        for waiting in await self.accept(*lanes):
            self.turns.put(waiting)

    async def until_idle(self) -> None:
        """Let everything happen, pauses included."""
        done = asyncio.create_task(self.turns.idle())
        async with asyncio.timeout(10):
            while not done.done():
                await self.time.pass_by(1)
                await asyncio.sleep(0)

    async def _handle(self, waiting: Waiting) -> None:
        self.begun.append(waiting.update_id)
        if door := self.doors.get(waiting.update_id):
            await door.wait()
        if self.failures.get(waiting.update_id, 0) > 0:
            self.failures[waiting.update_id] -= 1
            raise RuntimeError("no luck")
        await self.database.write(inbox.mark_done, waiting.update_id, self.time.now())
        self.ended.append(waiting.update_id)

    async def _park(self, waiting: Waiting, error: Exception) -> None:
        self.parked.append(waiting.update_id)


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    desk = Desk(database)
    yield desk
    await desk.turns.stop(patience=0)


async def test_an_update_that_comes_again_while_it_waits_has_one_turn(desk: Desk) -> None:
    (waiting,) = await desk.accept(VERA)
    desk.doors[waiting.update_id] = asyncio.Event()
    for _ in range(3):
        desk.turns.put(waiting)
        await settle()
    desk.doors[waiting.update_id].set()
    await desk.until_idle()
    assert desk.begun == [waiting.update_id]


async def test_one_persons_updates_are_handled_in_order(desk: Desk) -> None:
    await desk.put(*[VERA] * 20)
    await desk.until_idle()
    assert desk.ended == list(range(1, 21))


async def test_a_slow_person_does_not_hold_up_another(desk: Desk) -> None:
    desk.doors[1] = asyncio.Event()
    await desk.put(VERA, VERA, VICTOR)
    async with asyncio.timeout(10):
        while desk.ended != [3]:
            await asyncio.sleep(0)
    desk.doors[1].set()
    await desk.until_idle()
    assert desk.ended == [3, 1, 2]


async def test_a_failed_update_is_tried_three_times_before_the_next_of_the_lane(desk: Desk) -> None:
    desk.failures[1] = 2
    await desk.put(VERA, VERA)
    await desk.until_idle()
    assert desk.begun == [1, 1, 1, 2]
    assert desk.parked == []


async def test_a_poisoned_update_is_parked_told_once_and_the_next_goes_on(desk: Desk) -> None:
    desk.failures[1] = 99
    with capture_logs([merge_contextvars]) as lines:
        await desk.put(VERA, VERA)
        await desk.until_idle()
    assert {(line["update"], line["user"]) for line in lines} == {(1, VERA)}
    assert (desk.parked, desk.ended) == ([1], [2])
    assert await desk.database.read(inbox.open_updates) == []


async def test_attempts_before_a_restart_count(desk: Desk) -> None:
    desk.failures[1] = 99
    await desk.accept(VERA)
    for _ in range(2):
        await desk.database.write(inbox.mark_failed, 1, "before", desk.time.now(), final=False)
    await desk.turns.start()
    await desk.until_idle()
    assert (desk.begun, desk.parked) == ([1], [1])


async def test_a_start_begins_with_what_was_left(desk: Desk) -> None:
    await desk.accept(VERA, VICTOR, VERA)
    await desk.turns.start()
    await desk.until_idle()
    assert sorted(desk.ended) == [1, 2, 3]
    desk.restart()
    await desk.turns.start()
    await desk.until_idle()
    assert len(desk.begun) == 3


async def test_after_a_failure_a_committed_action_is_not_repeated_but_shown(desk: Desk) -> None:
    seen: list[str | None] = []

    async def handle(waiting: Waiting) -> None:
        seen.append(waiting.follow_up)
        if waiting.follow_up is None:
            await desk.database.write(inbox.mark_acted, waiting.update_id, "screen", desk.time.now())
            raise RuntimeError("the screen could not be shown")
        await desk.database.write(inbox.mark_done, waiting.update_id, desk.time.now())

    desk.turns = Turns(handle, desk._park, desk.database, desk.time, sleep=desk.time.sleep)
    await desk.put(VERA)
    await desk.until_idle()
    assert seen == [None, "screen"]


async def test_an_update_that_is_done_though_its_turn_failed_is_not_tried_again(desk: Desk) -> None:
    async def handle(waiting: Waiting) -> None:
        desk.begun.append(waiting.update_id)
        await desk.database.write(inbox.mark_done, waiting.update_id, desk.time.now())
        raise RuntimeError("afterwards")

    desk.turns = Turns(handle, desk._park, desk.database, desk.time, sleep=desk.time.sleep)
    await desk.put(VERA)
    await desk.until_idle()
    assert desk.begun == [1]


async def test_the_intake_waits_when_too_many_are_held(desk: Desk) -> None:
    desk.turns = Turns(desk._handle, desk._park, desk.database, desk.time, sleep=desk.time.sleep, held=3)
    desk.doors[1] = asyncio.Event()
    await desk.put(VERA, VERA, VERA)
    waits = asyncio.create_task(desk.turns.room())
    await settle()
    assert not waits.done()
    desk.doors[1].set()
    async with asyncio.timeout(10):
        await waits


async def test_a_stop_lets_the_running_finish_and_leaves_the_rest_for_the_next_start(desk: Desk) -> None:
    desk.doors[1] = asyncio.Event()
    await desk.put(VERA, VERA)
    await settle()
    stop = asyncio.create_task(desk.turns.stop())
    await settle()
    desk.doors[1].set()
    await stop
    assert desk.ended == [1]
    desk.restart()
    await desk.turns.start()
    await desk.until_idle()
    assert desk.ended == [1, 2]


async def test_a_handler_that_hangs_is_cut_off_and_frees_its_lane(desk: Desk) -> None:
    desk.turns = Turns(desk._handle, desk._park, desk.database, desk.time, sleep=desk.time.sleep, deadline=0.3)
    desk.doors[1] = asyncio.Event()
    await desk.put(VERA, VERA)
    await desk.until_idle()
    assert (desk.parked, desk.ended) == ([1], [2])
