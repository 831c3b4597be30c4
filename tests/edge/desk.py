"""An outbox over a real database and a scripted Telegram, with a clock of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy.orm import Session

from bot import flow
from bot.flow.content import Content
from bot.limits import Limiter, Rates
from bot.outbox import Outbox
from bot.services import conversations, outgoing, people
from bot.services.database import Database
from bot.services.outgoing import Letter
from bot.services.people import Sender
from bot.services.setup import Setup
from bot.wire import Call
from tests.edge.telegram import ScriptedTelegram
from tests.edge.timeline import Timeline

VERA, VICTOR = 101, 102
FLOW = 'start = "a"\nfallback = "a"\n[blocks.a]\nsay = "Hello"\n'
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 32


class Desk:
    """An outbox over a real database and a scripted Telegram."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.telegram = ScriptedTelegram()
        self.time = Timeline()
        self.setup = Setup(flow.parse(FLOW, folder=folder), bot_id=7, bot_username="frontdesk_bot")
        self.drawn: list[Call | None] = []
        self.leads = True
        self.outbox = self._outbox()

    def _outbox(self) -> Outbox:
        limiter = Limiter(self.time, Rates(1e6, 1e6, 1e6), self._skip)
        return Outbox(
            self.telegram.wire(),
            limiter,
            self.database,
            self.time,
            setup=lambda: self.setup,
            draw=self._draw,
            bot_id=7,
            sleep=self.time.sleep,
            leads=lambda: self.leads,
        )

    async def _skip(self, seconds: float) -> None:
        self.time.forward(seconds=seconds)

    async def _draw(self, letter: Letter) -> Call | None:
        return self.drawn.pop(0)

    async def meet(self, *ids: int) -> None:
        for user_id in ids:
            await self.database.write(people.meet, Sender(user_id, "Vera"), setup=self.setup, now=self.time.now())

    async def queue(self, user_id: int, *texts: str, author: str = "flow") -> None:
        """Put texts into the log and let them go out."""
        for text in texts:
            content = Content(text=text)
            await self.database.write(outgoing.queue, user_id, content, author=author, now=self.time.now())
        self.outbox.poke([user_id])
        await self.quiet()

    async def quiet(self) -> None:
        """Everything that can go out now has gone out."""
        idle = asyncio.create_task(self.outbox.idle())
        async with asyncio.timeout(10):
            while not idle.done():
                await self.time.pass_by(0.0001)
                await asyncio.sleep(0)

    async def wait(self, seconds: float) -> None:
        await self.time.pass_by(seconds)
        await self.quiet()

    def said(self, method: str = "sendMessage") -> list[str]:
        return [call["text"] for call in self.telegram.asked(method)]

    async def states(self, user_id: int = VERA) -> list[str | None]:
        def read(db: Session) -> list[str | None]:
            return [line.state for line in conversations.page(db, user_id, size=100).lines]

        return await self.database.read(read)
