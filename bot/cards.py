"""The living cards of pushes: the message in which an admin watches a sending, edited while it goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.admin.pushes_presses import ShowRun
from bot.limits import Lane
from bot.outbox import Outbox
from bot.services import push_runs
from bot.services.clock import Clock
from bot.services.database import Database
from bot.services.pushes import AHEAD, LIVE
from bot.services.receipt import Outcome
from bot.services.setup import Setup
from bot.ui import router
from bot.ui.press import Press, pack
from bot.ui.router import Drawn
from bot.ui.telegram import parameters
from bot.wire import Call
from models import PushRun

#: Seconds between two edits of the cards: edits count against Telegram's limits like messages.
EVERY = 3.0


class Cards:
    """One message at a time has the card of a run; whoever goes on to another page there has left it."""

    def __init__(self, outbox: Outbox, database: Database, clock: Clock, setup: Callable[[], Setup]) -> None:
        self._outbox = outbox
        self._database = database
        self._clock = clock
        self._setup = setup
        #: Held while a card is edited, so that no card is drawn over the page that follows it.
        self._drawing = asyncio.Lock()
        #: What each card showed last: nothing is edited to what it is already.
        self._showed: dict[int, tuple[object, ...]] = {}
        self._next = 0.0

    async def leave(self, chat_id: int, message_id: int) -> None:
        """Another page is about to be shown in this message."""
        async with self._drawing:
            if (run_id := await self._database.read(push_runs.card_at, chat_id, message_id)) is not None:
                await self._database.write(push_runs.forget_card, run_id, message_id)

    async def placed(self, chat_id: int, message_id: int | None, page: Press | None) -> None:
        """A page was shown in this message; if it is the card of a run, it lives from now on."""
        if isinstance(page, ShowRun) and message_id is not None:
            await self._database.write(push_runs.note_card, page.run_id, chat_id, message_id)

    async def refresh(self) -> None:
        """Bring all cards up to date, at most every few seconds."""
        now = self._clock.monotonic()
        if now < self._next:
            return
        self._next = now + EVERY
        for run in await self._database.read(push_runs.cards):
            if run.card_chat is not None and run.card_message is not None:
                await self._redraw(run, run.card_chat, run.card_message)

    async def _redraw(self, run: PushRun, chat_id: int, message_id: int) -> None:
        shows = _shows(run)
        if self._showed.get(run.id) == shows:
            return
        async with self._drawing:
            if await self._database.read(push_runs.card_at, chat_id, message_id) != run.id:
                return  # somebody has gone on to another page since the cards were looked up
            if await self._edit(run.id, chat_id, message_id):
                self._showed[run.id] = shows
        if run.state not in (*LIVE, *AHEAD):
            await self.leave(chat_id, message_id)
            self._showed.pop(run.id, None)

    async def _edit(self, run_id: int, chat_id: int, message_id: int) -> bool:
        """Whether the card shows the present state; a message that cannot be edited is no card any more."""
        setup, now = self._setup(), self._clock.now()
        page = pack(ShowRun(run_id))
        drawn = await self._database.read(router.draw, page, user_id=chat_id, setup=setup, now=now)
        if isinstance(drawn, Drawn):
            changes = {"chat_id": chat_id, "message_id": message_id, **parameters(drawn.screen)}
            receipt, _ = await self._outbox.call(chat_id, Call("editMessageText", changes), Lane.SUPPORT)
            if receipt.outcome is not Outcome.REFUSED:
                return receipt.outcome is Outcome.SENT
        await self._database.write(push_runs.forget_card, run_id, message_id)
        return False


def _shows(run: PushRun) -> tuple[object, ...]:
    counters = (run.audience, run.sent, run.blocked, run.failed, run.skipped, run.cancelled, run.unsure)
    return run.card_message, run.state, run.due_at, run.reason, *counters
