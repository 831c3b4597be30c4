"""The way in of several workers: what was stored without their knowing has its turn before what comes next."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from bot.intake import accepted
from bot.intake_shared import GATHER, SharedIntake
from bot.services import inbox, workers
from bot.services.database import Database
from bot.turns import CROWD, Turns, Waiting
from tests.clock import NOON, FakeClock
from tests.services.office import VERA


class Cut(Database):
    """A database whose connection breaks behind the commit of what is stored, so many times; it may be slow to tell."""

    cuts = 0
    #: Transactions that stored something.
    stores = 0
    #: Something was looked for; what was found is told when the second is set.
    looked: asyncio.Event | None = None
    tells: asyncio.Event | None = None

    async def write(self, service: Any, *args: Any, **values: Any) -> Any:
        result = await super().write(service, *args, **values)
        self.stores += service is workers.store
        if service is workers.store and self.cuts:
            self.cuts -= 1
            raise OperationalError("COMMIT", None, ConnectionError("the connection broke"))
        return result

    async def read(self, service: Any, *args: Any, **values: Any) -> Any:
        result = await super().read(service, *args, **values)
        if service is workers.found and self.looked is not None and self.tells is not None:
            self.looked.set()
            await self.tells.wait()
        return result


def update(number: int) -> dict[str, Any]:
    return {"update_id": number, "message": {"from": {"id": VERA.id}}}


async def parked(waiting: Waiting, error: Exception) -> None:
    raise error


async def once(seconds: float) -> None:
    """Look no more after this."""
    raise asyncio.CancelledError


async def looks(intake: SharedIntake) -> None:
    """Look once."""
    with contextlib.suppress(asyncio.CancelledError):
        await intake.look()


async def listening(database: Database) -> tuple[SharedIntake, Turns, list[int]]:
    """A worker's way in, its turns, and the updates that it has heard."""
    heard: list[int] = []

    async def hear(waiting: Waiting) -> None:
        if await database.write(inbox.mark_done, waiting.update_id, NOON):  # as every turn does: once
            heard.append(waiting.update_id)

    clock = FakeClock()
    turns = Turns(hear, parked, database, clock)
    return SharedIntake(database, turns, clock, await database.write(workers.enter), sleep=once), turns, heard


@pytest.mark.parametrize("cuts", [1, 2])
async def test_an_update_whose_storing_was_in_doubt_is_not_overtaken(postgres_url: str, cuts: int) -> None:
    database = Cut(postgres_url)
    intake, turns, heard = await listening(database)
    database.cuts = cuts
    for number in range(cuts):
        with pytest.raises(DBAPIError):
            await intake.store([update(number)])
    await intake.store([update(cuts)])
    await turns.idle()
    assert heard == []
    await looks(intake)
    await turns.idle()
    await database.close()
    assert heard == list(range(cuts + 1))


async def test_what_comes_while_a_worker_looks_for_its_own_waits_behind_it(postgres_url: str) -> None:
    database = Cut(postgres_url)
    intake, turns, heard = await listening(database)
    database.cuts, database.looked, database.tells = 1, asyncio.Event(), asyncio.Event()
    with pytest.raises(DBAPIError):
        await intake.store([update(0)])
    looking = asyncio.create_task(looks(intake))
    await database.looked.wait()
    storing = asyncio.create_task(intake.store([update(1)]))
    await asyncio.wait([storing], timeout=0.3)
    database.tells.set()
    await storing
    await looking
    await turns.idle()
    await database.close()
    assert heard == [0, 1]


async def test_what_was_taken_away_and_comes_back_is_heard_in_order(postgres_url: str) -> None:
    """The others took a worker for dead: the first of a person's updates is not its any more, then all are again."""
    heard: list[int] = []
    database, clock = Database(postgres_url), FakeClock()
    me = await database.write(workers.enter)

    def done(db: Session, number: int) -> None:
        inbox.hold(db, number, me)
        inbox.mark_done(db, number, NOON)

    async def hear(waiting: Waiting) -> None:
        if waiting.update_id == 1 and not heard:
            await started.wait()
        if waiting.update_id == 2 and not heard:
            await looks(intake)
        await database.write(done, waiting.update_id)
        heard.append(waiting.update_id)

    started = asyncio.Event()
    turns = Turns(hear, parked, database, clock)
    intake = SharedIntake(database, turns, clock, me, sleep=once)
    await intake.store([update(1), update(2), update(3)])
    await database.write(workers.leave, me)
    started.set()
    await turns.idle()
    await looks(intake)
    await turns.idle()
    await database.close()
    assert heard == [1, 2, 3]


async def test_where_many_wait_what_comes_gathers_to_be_stored_together(postgres_url: str) -> None:
    database, gathered, go_on = Cut(postgres_url), asyncio.Event(), asyncio.Event()

    async def waits(waiting: Waiting) -> None:
        await go_on.wait()

    async def sleep(seconds: float) -> None:
        assert seconds == GATHER
        await gathered.wait()

    turns = Turns(waits, parked, database, clock := FakeClock())
    intake = SharedIntake(database, turns, clock, await database.write(workers.enter), sleep=sleep)
    await intake.store([update(number) for number in range(CROWD)])
    assert database.stores == 1
    storing = [asyncio.create_task(intake.store([update(CROWD + more)])) for more in range(3)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    gathered.set()
    await asyncio.gather(*storing)
    go_on.set()
    await turns.idle()
    await database.close()
    assert database.stores == 2


async def test_what_is_found_while_what_was_before_it_is_lost_waits_for_that(postgres_url: str) -> None:
    """The others took a worker for dead while it was asleep: it finds all again, and begins with the first."""
    heard: list[int] = []
    database, started = Cut(postgres_url), asyncio.Event()
    me, other = await database.write(workers.enter), await database.write(workers.enter)

    def done(db: Session, number: int) -> None:
        inbox.hold(db, number, me)
        inbox.mark_done(db, number, NOON)

    async def hear(waiting: Waiting) -> None:
        await started.wait()
        await database.write(done, waiting.update_id)
        heard.append(waiting.update_id)

    turns = Turns(hear, parked, database, clock := FakeClock())
    intake = SharedIntake(database, turns, clock, me, sleep=once)
    await intake.store([update(1)])
    await database.write(workers.leave, me)
    await database.write(workers.store, [accepted(update(2))], other, NOON, at_hand=())
    database.looked, database.tells = asyncio.Event(), asyncio.Event()
    looking = asyncio.create_task(looks(intake))
    await database.looked.wait()
    started.set()
    await turns.idle()  # the first is not its any more
    database.tells.set()
    await looking
    await turns.idle()
    await looks(intake)
    await turns.idle()
    await database.close()
    assert heard == [1, 2]
