"""R47: the ticker of a push, its end and whoever goes on to another page write into one message."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from weakref import ref

import pytest

from bot.admin.pushes_presses import ShowRun
from bot.cards import EVERY, Cards
from bot.limits import Limiter, Rates
from bot.outbox import Outbox
from bot.screens import made_of
from bot.services import push_runs
from bot.services.database import Database
from bot.ui.screen import Attachment
from tests.clock import FakeClock
from tests.edge.telegram import ScriptedTelegram
from tests.jobs.wire import Bot, FakeWire, prepare
from tests.services.campaign import ADA

CARD = 77


class SlowTelegram(ScriptedTelegram):
    """Takes its time for edits: each waits until the gate is open."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.begun = 0

    async def do_request(self, url: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        if url.endswith("editMessageText"):
            self.begun += 1
            await self.gate.wait()
        return await super().do_request(url, *args, **kwargs)


class Between:
    """A database where somebody goes on to another page just after the cards were looked up."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.write = database.write

    async def read(self, service: Any, *args: Any, **kwargs: Any) -> Any:
        found = await self._database.read(service, *args, **kwargs)
        if service is push_runs.cards:
            await self.then()
        return found

    async def then(self) -> None:
        """Nobody goes on yet."""


class Desk:
    """A push to ten people that is on its way, and Ada who watches its card."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self.database, self.clock = database, clock
        self.telegram, self.wire = SlowTelegram(), FakeWire(gate=asyncio.Event())
        self.bot = Bot(database, clock, self.wire)
        limiter = Limiter(clock, Rates(1e6, 1e6, 1e6))
        self.outbox = Outbox(
            self.telegram.wire(), limiter, database, clock, setup=self.bot.present, draw=self._draws, bot_id=1
        )
        self.cards = Cards(self.outbox, database, clock, self.bot.present)

    async def _draws(self, letter: object) -> None:
        """Nothing but cards is drawn here."""

    async def begins(self) -> int:
        """The run is being sent, and its card stands in Ada's chat."""
        await self.database.write(prepare, self.clock, 10)
        run_id = await self.bot.confirms()
        await self.bot.jobs.tick(self.clock.now())
        await self.until(lambda: self.wire.on_their_way > 0)
        await self.cards.placed(ADA.id, CARD, ShowRun(run_id))
        return run_id

    async def ends(self) -> None:
        """Everybody gets it."""
        assert self.wire.gate is not None
        self.wire.gate.set()
        await self.bot.jobs.idle()

    def ticks(self) -> asyncio.Task[None]:
        """The next look of the ticker."""
        self.clock.forward(seconds=EVERY)
        return asyncio.create_task(self.cards.refresh())

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not holds():
                await asyncio.sleep(0)

    def shown(self) -> list[str]:
        """What Telegram was told to show in the message, in order."""
        return [str(call["text"]) for call in self.telegram.asked("editMessageText")]


@pytest.fixture
def desk(database: Database, clock: FakeClock) -> Desk:
    """Nothing is sent yet."""
    return Desk(database, clock)


async def finishes(*tasks: Awaitable[None]) -> None:
    async with asyncio.timeout(20):
        await asyncio.gather(*tasks)


async def test_r47_the_ticker_and_the_end_write_one_after_the_other_and_the_end_stays(desk: Desk) -> None:
    run_id = await desk.begins()
    ticker = desk.ticks()
    await desk.until(lambda: desk.telegram.begun == 1)
    await desk.ends()
    end = desk.ticks()
    await asyncio.sleep(0)
    assert (desk.telegram.begun, desk.shown()) == (1, [])  # one writer: the second waits for the first
    desk.telegram.gate.set()
    await finishes(ticker, end)
    await finishes(desk.ticks())
    first, *_, last = desk.shown()
    assert first != last and (await desk.bot.run(run_id)).state == "done"
    assert await desk.database.read(push_runs.cards) == []
    before = len(desk.shown())
    await finishes(desk.ticks())
    assert len(desk.shown()) == before


async def test_r47_the_page_that_follows_is_shown_after_the_edit_on_its_way_and_not_drawn_over(desk: Desk) -> None:
    await desk.begins()
    ticker = desk.ticks()
    await desk.until(lambda: desk.telegram.begun == 1)
    leaves = asyncio.create_task(desk.cards.leave(ADA.id, CARD))
    await asyncio.sleep(0)
    assert not leaves.done()
    desk.telegram.gate.set()
    await finishes(ticker, leaves)
    await desk.ends()
    await finishes(desk.ticks())
    assert len(desk.shown()) == 1


async def test_r47_a_look_that_began_before_the_next_page_draws_nothing_over_it(desk: Desk) -> None:
    await desk.begins()
    desk.telegram.gate.set()
    between = Between(desk.database)
    cards = Cards(desk.outbox, between, desk.clock, desk.bot.present)  # type: ignore[arg-type]
    between.then = partial(cards.leave, ADA.id, CARD)  # type: ignore[method-assign]
    await cards.refresh()
    assert desk.shown() == []
    await desk.ends()


class Circle:
    """Garbage that hangs together, as matplotlib leaves it."""

    def __init__(self) -> None:
        self.me = self


def test_a_picture_leaves_nothing_behind() -> None:
    """Otherwise each picture of a flow costs ten megabytes until the bot looks for garbage, which it seldom does."""
    left: list[ref[Circle]] = []

    def make() -> bytes:
        left.append(ref(Circle()))
        return b"png"

    gc.disable()
    try:
        assert made_of(Attachment("flow.png", make, picture=True)) == b"png"
    finally:
        gc.enable()
    assert left[0]() is None
